#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/secret_bytes.h"
#include "base/error.h"
#include "base/time.h"

namespace parcours::access {

/// Names and texts, in their order.
using AuditFields = std::vector<std::pair<std::string, std::string>>;

/// The first value of that name, else empty.
[[nodiscard]] std::string_view find_field(const AuditFields& fields, std::string_view name);

/// What is written down of every change of staff, sessions and tokens, and of every read of a
/// patient's data: who, what, when, from where, why.
struct AuditEntry {
    std::uint64_t sequence = 0;  ///< from 1, without gaps; given on writing
    Instant at;
    Actor who;
    std::string action;   ///< "patient.read", "session.open" …
    std::string patient;  ///< "main/Patient/p1"; empty where none is concerned
    AuditFields detail;   ///< what else is worth knowing; anybody who reads the audit sees it
    AuditFields kept;     ///< hashes and sealed secrets, for this program alone: never shown
    std::string why;
    std::string peer;
};

/// An entry of whatever happens on that occasion.
[[nodiscard]] AuditEntry entry_of(const Occasion& occasion, std::string_view action,
                                  AuditFields detail = {}, AuditFields kept = {});

/// Where the chain ends: the last entry and its hash, which stands for all before it.
struct AuditHead {
    std::uint64_t sequence = 0;  ///< 0: nothing was written yet
    Hash256 hash;

    bool operator==(const AuditHead&) const = default;
};

/// "parcours-audit 17 9f86d0…": to be kept where the data folder's owner cannot change it.
[[nodiscard]] std::string head_text(const AuditHead& head);
/// Reads `head_text`, white space at both ends allowed. Errors: InvalidInput.
[[nodiscard]] Result<AuditHead> parse_head(std::string_view text);

/// One written entry: {"hash":H,"previous":P,"entry":E}, where H = SHA-256(P's 32 bytes, E's bytes
/// as they stand), P is the hash of the entry before, zeros for the first.
struct AuditRecord {
    Hash256 hash;
    Hash256 previous;
    std::string_view entry;  ///< JSON, inside of the payload that was read
};

/// Cuts texts to `audit_text_bytes_max` and makes them valid UTF-8: what is read back is the same.
void make_writable(AuditEntry& entry);

/// Writes an entry behind `head`, which becomes its own. The entry is made writable first.
[[nodiscard]] std::string write_record(AuditEntry& entry, AuditHead& head);
inline constexpr std::size_t audit_text_bytes_max = 2000;

/// Takes a record apart without judging its hash. Nothing for what is no record.
[[nodiscard]] std::optional<AuditRecord> find_record(std::string_view payload);

/// Whether a record's hash is that of its content.
[[nodiscard]] bool hash_fits(const AuditRecord& record);

/// Reads the entry of a record. Errors: Damaged.
[[nodiscard]] Result<AuditEntry> parse_entry(std::string_view entry_json);

/// Reads a whole record, hash judged. Errors: Damaged.
[[nodiscard]] Result<AuditEntry> read_record(std::string_view payload);

/// Where the chain ends, from the record appended last. Errors: Damaged.
[[nodiscard]] Result<AuditHead> head_of(std::string_view payload);

}  // namespace parcours::access
