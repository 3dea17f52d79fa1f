#include "access/audit_verify.h"

#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "access/access_log.h"
#include "access/audit.h"
#include "access/secret_bytes.h"
#include "base/error.h"

namespace parcours::access {

void ChainVerifier::fault(std::uint64_t sequence, std::string what) {
    ++report_.fault_count;
    if (report_.faults.size() < chain_faults_max) {
        report_.faults.push_back({sequence, std::move(what)});
    }
}

void ChainVerifier::add(std::string_view payload) {
    ++report_.entry_count;
    const std::uint64_t expected = report_.head.sequence + 1;
    const auto record = find_record(payload);
    if (!record) {
        fault(expected, fmt::format("entry {} is not in the form that is written", expected));
        report_.head = {expected, {}};
        return;
    }
    const auto entry = parse_entry(record->entry);
    if (!entry) {
        fault(expected, fmt::format("entry {} cannot be read: it was edited or damaged", expected));
        report_.head = {expected, record->hash};
        return;
    }
    judge(*record, entry->sequence);
}

void ChainVerifier::judge(const AuditRecord& record, std::uint64_t sequence) {
    const std::uint64_t expected = report_.head.sequence + 1;
    const bool edited = !hash_fits(record);
    if (edited) {
        fault(sequence,
              fmt::format("entry {} was edited: its hash is not that of its content", sequence));
    }
    if (sequence < expected) {
        fault(sequence, fmt::format("entry {} stands behind entry {}: it was moved or put in",
                                    sequence, expected - 1));
        return;
    }
    const Hash256 nothing;
    if (sequence > expected) {
        fault(expected, sequence == expected + 1
                            ? fmt::format("entry {} is missing: it was removed or moved", expected)
                            : fmt::format("entries {} to {} are missing: they were removed or "
                                          "moved",
                                          expected, sequence - 1));
    } else if (!edited && record.previous != report_.head.hash &&
               (report_.head.hash != nothing || expected == 1)) {
        fault(sequence, fmt::format("entry {} does not follow on entry {}: one of them was "
                                    "replaced",
                                    sequence, expected - 1));
    }
    report_.head = {sequence, record.hash};
    if (known_ && known_->sequence == sequence) {
        known_met_ = true;
        if (known_->hash != record.hash) {
            fault(sequence, fmt::format("entry {} is not the one that the exported head names: it "
                                        "or one before it was written anew",
                                        sequence));
        }
    }
}

ChainReport ChainVerifier::finish() {
    if (known_ && !known_met_ && known_->sequence > 0) {
        fault(report_.head.sequence + 1,
              known_->sequence > report_.head.sequence
                  ? fmt::format("the audit ends with entry {}, but the exported head names entry "
                                "{}: the end was cut off",
                                report_.head.sequence, known_->sequence)
                  : fmt::format("entry {}, which the exported head names, is missing",
                                known_->sequence));
    }
    return report_;
}

Result<ChainReport> verify_chain(AccessLog& log, std::optional<AuditHead> known) {
    ChainVerifier verifier(known);
    const auto scanned =
        log.scan(AccessLog::Which::All, [&verifier](std::string_view payload) -> Result<> {
            verifier.add(payload);
            return {};
        });
    if (!scanned) {
        return pass_on(scanned);
    }
    return verifier.finish();
}

}  // namespace parcours::access
