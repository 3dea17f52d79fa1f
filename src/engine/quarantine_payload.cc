#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "base/utf8.h"
#include "engine/identity_state.h"
#include "engine/quarantine.h"

namespace parcours::engine {

std::string write_quarantine(const QuarantineEntry& entry) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("source", to_valid_utf8(entry.source))
        .member("file", to_valid_utf8(entry.where.file))
        .member("line", entry.where.line)
        .member("column", entry.where.column)
        .member("code", error_code_name(entry.code))
        .member("reason", to_valid_utf8(entry.reason))
        .member("at", format_instant(entry.at))
        .member("resolved", entry.resolved)
        .member("whole_file", entry.whole_file)
        .member("id", entry.id.to_hex())
        .member("content", to_valid_utf8(entry.content))
        .end_object();
    return out;
}

std::uint64_t refusal_hash(const Digest& id) {
    // No resource has this key: it stands for the quarantine.
    return version_hash(1, id.to_hex());
}

Result<QuarantineEntry> read_quarantine(std::string_view text) {
    JsonDocument document;
    const auto parsed = document.parse(text);
    if (!parsed) {
        return pass_on(parsed);
    }
    const JsonView json = *parsed;
    QuarantineEntry entry;
    entry.source = json["source"].text();
    entry.where.file = json["file"].text();
    entry.where.line = static_cast<std::uint64_t>(json["line"].integer().value_or(0));
    entry.where.column = static_cast<std::uint64_t>(json["column"].integer().value_or(0));
    entry.reason = json["reason"].text();
    entry.content = json["content"].text();
    entry.resolved = json["resolved"].boolean().value_or(false);
    entry.whole_file = json["whole_file"].boolean().value_or(false);
    if (const auto at = parse_instant(json["at"].text())) {
        entry.at = *at;
    }
    auto id = digest_from_hex(json["id"].text());
    if (!id) {
        return fail(ErrorCode::Damaged, "a quarantine record has no id");
    }
    entry.id = *id;
    return entry;
}

}  // namespace parcours::engine
