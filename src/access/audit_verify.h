#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_log.h"
#include "access/audit.h"
#include "base/error.h"

namespace parcours::access {

/// Something in the chain that was not written by this program as it stands.
struct ChainFault {
    std::uint64_t sequence = 0;  ///< of the entry concerned, as far as it can be told
    std::string what;
};

/// What a check of the whole chain finds.
struct ChainReport {
    std::uint64_t entry_count = 0;
    AuditHead head;                  ///< of the chain as it stands
    std::vector<ChainFault> faults;  ///< the first `chain_faults_max`
    std::uint64_t fault_count = 0;

    [[nodiscard]] bool is_whole() const { return fault_count == 0; }
};
inline constexpr std::size_t chain_faults_max = 20;

/// Checks a chain entry by entry. Found without any help: an entry that was edited, removed from
/// the middle, moved or put in. A shortened chain, or one that was written anew from some entry on,
/// looks whole by itself: it is found by a head that was exported before and kept elsewhere.
class ChainVerifier {
  public:
    explicit ChainVerifier(std::optional<AuditHead> known) : known_(known) {}

    void add(std::string_view payload);
    [[nodiscard]] ChainReport finish();

  private:
    void judge(const AuditRecord& record, std::uint64_t sequence);
    void fault(std::uint64_t sequence, std::string what);

    std::optional<AuditHead> known_;
    ChainReport report_;
    bool known_met_ = false;
};

/// Checks the whole log. Errors: those of the log.
[[nodiscard]] Result<ChainReport> verify_chain(AccessLog& log,
                                               std::optional<AuditHead> known = std::nullopt);

}  // namespace parcours::access
