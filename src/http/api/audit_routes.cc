// What was written down: who did and saw what.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/access.h"
#include "access/audit.h"
#include "access/principal.h"
#include "access/roles.h"
#include "access/sessions.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "http/api/access_backend.h"
#include "http/api/backend.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

bool fits(const access::AuditEntry& entry, const Request& request) {
    const auto same = [&](std::string_view name, std::string_view value) {
        const auto wanted = request.find_query(name);
        return !wanted || wanted->empty() || *wanted == value;
    };
    const auto patient = request.find_query("patient");
    const bool concerns =
        !patient || patient->empty() || *patient == entry.patient ||
        access::find_field(entry.detail, "what").find(*patient) != std::string_view::npos;
    return concerns && same("actor", entry.who.name) && same("action", entry.action);
}

/// Of a session no more is told than what tells it from others.
std::string shown_value(std::string_view name, const std::string& value) {
    const auto id = name == "session" ? digest_from_hex(value) : std::nullopt;
    return id ? access::session_handle(*id) : value;
}

std::string detail_text(const access::AuditFields& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        text += (text.empty() ? "" : ", ") + name + " " + shown_value(name, value);
    }
    return text;
}

void write_entry(JsonWriter& json, const access::AuditEntry& entry) {
    json.begin_object()
        .member("sequence", entry.sequence)
        .member("at", format_instant(entry.at))
        .member("actor", entry.who.name.empty() ? access::actor_kind_name(entry.who.kind)
                                                : std::string_view(entry.who.name))
        .member("action", entry.action)
        .member("patient", entry.patient)
        .member("detail", detail_text(entry.detail))
        .member("why", entry.why)
        .member("peer", entry.peer)
        .end_object();
}

/// Backwards from the newest; a page looks at no more than so many entries, so that a rare filter
/// answers in time: `next` goes on from there.
Result<Response> list_audit(const AccessBackend& backend, const Request& request) {
    constexpr std::size_t looked_at_max = 5'000;
    const access::AuditHead head = backend.access.head();
    auto rows = asked_number(request, "limit", 50, 200);
    if (rows && *rows == 0) {
        rows = fail(ErrorCode::Usage, "\"limit\" must be 1 to 200");
    }
    const auto cursor = asked_number(request, "cursor", head.sequence, head.sequence);
    if (!rows || !cursor) {
        return !rows ? pass_on(rows) : pass_on(cursor);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("entries").begin_array();
    std::uint64_t sequence = *cursor;
    std::size_t written = 0;
    for (std::size_t looked = 0; sequence > 0 && written < *rows && looked < looked_at_max;
         ++looked, --sequence) {
        auto entry = backend.read_entry(sequence);
        if (!entry) {
            // It is shown, so that whoever looks can go past it.
            entry = access::AuditEntry{};
            entry->sequence = sequence;
            entry->action = "unreadable";
            entry->detail = {{"cure", "parcours audit verify"}};
        }
        if (fits(*entry, request) || entry->action == "unreadable") {
            write_entry(json, *entry);
            ++written;
        }
    }
    json.end_array().member("head", access::head_text(head));
    write_text_or_null(json, "next", sequence == 0 ? std::string() : std::to_string(sequence));
    json.end_object();
    return Response::json(std::move(out));
}

}  // namespace

void add_audit_routes(Router& router, AccessBackend& backend) {
    router.add(
        reading(Method::Get, "/api/v1/audit", "listAudit", access::Permission::AuditRead,
                [&backend](const Request& request) { return list_audit(backend, request); }));
}

}  // namespace parcours::http::api
