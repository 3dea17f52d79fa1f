#include "access/audit.h"

#include <charconv>
#include <cstddef>
#include <expected>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "access/principal.h"
#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/time.h"
#include "base/utf8.h"

namespace parcours::access {
namespace {

constexpr std::string_view hash_opening = R"({"hash":")";
constexpr std::string_view previous_opening = R"(","previous":")";
constexpr std::string_view entry_opening = R"(","entry":)";
constexpr std::size_t hex_size = 64;

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
    if (!text.empty()) {
        json.member(name, text);
    }
}

void write_fields(JsonWriter& json, std::string_view name, const AuditFields& fields) {
    if (fields.empty()) {
        return;
    }
    json.key(name).begin_object();
    for (const auto& [key, value] : fields) {
        json.member(key, value);
    }
    json.end_object();
}

std::string write_entry(const AuditEntry& entry) {
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    json.member("sequence", entry.sequence);
    json.member("at", format_instant(entry.at));
    json.member("who", actor_kind_name(entry.who.kind));
    if (entry.who.kind != ActorKind::System) {
        json.member("id", entry.who.id.to_hex());
    }
    write_text(json, "name", entry.who.name);
    write_text(json, "action", entry.action);
    write_text(json, "patient", entry.patient);
    write_fields(json, "detail", entry.detail);
    write_fields(json, "kept", entry.kept);
    write_text(json, "why", entry.why);
    write_text(json, "peer", entry.peer);
    json.end_object();
    return text;
}

AuditFields read_fields(const JsonView& object) {
    AuditFields fields;
    for (const auto& [name, value] : object.members()) {
        fields.emplace_back(name, value.text());
    }
    return fields;
}

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::Damaged,
                fmt::format("an entry of the audit {}; `parcours audit verify` tells which", what));
}

}  // namespace

std::string_view find_field(const AuditFields& fields, std::string_view name) {
    for (const auto& [key, value] : fields) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

AuditEntry entry_of(const Occasion& occasion, std::string_view action, AuditFields detail,
                    AuditFields kept) {
    AuditEntry entry;
    entry.at = occasion.now;
    entry.who = occasion.by.actor;
    entry.action = action;
    entry.detail = std::move(detail);
    entry.kept = std::move(kept);
    entry.why = occasion.why;
    entry.peer = occasion.peer;
    return entry;
}

std::string head_text(const AuditHead& head) {
    return fmt::format("parcours-audit {} {}", head.sequence, head.hash.to_hex());
}

Result<AuditHead> parse_head(std::string_view text) {
    constexpr std::string_view opening = "parcours-audit ";
    text = trim(text);
    AuditHead head;
    if (text.starts_with(opening)) {
        text.remove_prefix(opening.size());
        const auto read = std::from_chars(text.data(), text.data() + text.size(), head.sequence);
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        if (read.ec == std::errc{} && text.starts_with(' ')) {
            if (const auto hash = hash256_from_hex(text.substr(1))) {
                head.hash = *hash;
                return head;
            }
        }
    }
    return fail(ErrorCode::InvalidInput,
                "the head of an audit is one line, \"parcours-audit NUMBER HASH\", as `parcours "
                "audit head` prints it");
}

void make_writable(AuditEntry& entry) {
    const auto clean = [](std::string& text) {
        if (text.size() > audit_text_bytes_max || !is_utf8(text)) {
            text =
                cut_utf8(to_valid_utf8(text.substr(0, audit_text_bytes_max)), audit_text_bytes_max);
        }
    };
    for (std::string* const text :
         {&entry.who.name, &entry.action, &entry.patient, &entry.why, &entry.peer}) {
        clean(*text);
    }
    for (AuditFields* const fields : {&entry.detail, &entry.kept}) {
        for (auto& [name, value] : *fields) {
            clean(name);
            clean(value);
        }
    }
}

std::string write_record(AuditEntry& entry, AuditHead& head) {
    make_writable(entry);
    entry.sequence = head.sequence + 1;
    const std::string body = write_entry(entry);
    const Hash256 hash = sha256(head.hash.view(), body);
    std::string payload;
    payload.reserve(body.size() + hash_opening.size() + previous_opening.size() +
                    entry_opening.size() + 2 * hex_size + 1);
    payload.append(hash_opening).append(hash.to_hex());
    payload.append(previous_opening).append(head.hash.to_hex());
    payload.append(entry_opening).append(body).append("}");
    head = {entry.sequence, hash};
    return payload;
}

std::optional<AuditRecord> find_record(std::string_view payload) {
    AuditRecord record;
    for (const auto& [opening, hash] :
         {std::pair{hash_opening, &record.hash}, std::pair{previous_opening, &record.previous}}) {
        if (!payload.starts_with(opening)) {
            return std::nullopt;
        }
        payload.remove_prefix(opening.size());
        const auto read = hash256_from_hex(payload.substr(0, hex_size));
        if (!read) {
            return std::nullopt;
        }
        *hash = *read;
        payload.remove_prefix(hex_size);
    }
    if (!payload.starts_with(entry_opening) || !payload.ends_with('}')) {
        return std::nullopt;
    }
    payload.remove_prefix(entry_opening.size());
    payload.remove_suffix(1);
    record.entry = payload;
    return record;
}

bool hash_fits(const AuditRecord& record) {
    return sha256(record.previous.view(), record.entry) == record.hash;
}

Result<AuditEntry> parse_entry(std::string_view entry_json) {
    JsonDocument document;
    const auto json = document.parse(entry_json);
    if (!json) {
        return damaged("is not JSON");
    }
    AuditEntry entry;
    const auto sequence = (*json)["sequence"].natural();
    const auto at = parse_instant((*json)["at"].text());
    const auto kind = actor_kind_from_name((*json)["who"].text());
    if (!sequence || !at || !kind) {
        return damaged("lacks its number, its time or its actor");
    }
    entry.sequence = *sequence;
    entry.at = *at;
    entry.who.kind = *kind;
    entry.who.id = digest_from_hex((*json)["id"].text()).value_or(Digest{});
    entry.who.name = (*json)["name"].text();
    entry.action = (*json)["action"].text();
    entry.patient = (*json)["patient"].text();
    entry.detail = read_fields((*json)["detail"]);
    entry.kept = read_fields((*json)["kept"]);
    entry.why = (*json)["why"].text();
    entry.peer = (*json)["peer"].text();
    return entry;
}

Result<AuditEntry> read_record(std::string_view payload) {
    const auto record = find_record(payload);
    if (!record) {
        return damaged("is not in the form that is written");
    }
    if (!hash_fits(*record)) {
        return damaged("does not fit its own hash: it was changed after it was written");
    }
    return parse_entry(record->entry);
}

Result<AuditHead> head_of(std::string_view payload) {
    const auto entry = read_record(payload);
    if (!entry) {
        return pass_on(entry);
    }
    const auto record = find_record(payload);
    return AuditHead{entry->sequence, record ? record->hash : Hash256{}};
}

}  // namespace parcours::access
