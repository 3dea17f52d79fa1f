#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace parcours::simulation {

/// What can go wrong, each switched on by itself.
enum class Fault : std::uint8_t {
    KillBeforeIntent,
    KillAfterIntent,
    KillBeforeBytes,
    KillAfterBytes,
    KillBeforeResult,
    KillAnywhere,
    PowerCut,
    DiskFull,
    Drain,
    StaleEpoch,
    SecondWriter,
    CutAfterCommit,
    RefusedCommits,
    LongReader,
    TimeOut,
    CallTimeOut,
    CallAway,
    ServerError,
    TooManyRequests,
    Garbage,
    DropAfterDot,
    SmtpReplies,
    EarlyReceipt,
    Receipts,
    ForgedCallback,
    StopInBetween,
    StopOddly,
    ReadError,
    ClockJumps,
    DaylightSaving,
    ZoneData,
    Outage,
    Feed,
    EditedCampaign,
    PausedCampaign,
    OptOutAtProvider,
    Count
};

/// What is known of a fault.
struct FaultHelp {
    Fault fault;
    std::string_view name;
    std::string_view numbers;  ///< of the fault matrix; empty: not of it
    std::string_view sentence;
};

/// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const FaultHelp> fault_helps();
[[nodiscard]] std::optional<Fault> find_fault(std::string_view name);

/// How often faults struck in a run.
class Strikes {
  public:
    void add(Fault fault) { ++counts_.at(static_cast<std::size_t>(fault)); }
    [[nodiscard]] std::uint64_t of(Fault fault) const {
        return counts_.at(static_cast<std::size_t>(fault));
    }

  private:
    std::array<std::uint64_t, static_cast<std::size_t>(Fault::Count)> counts_{};
};

/// A set of faults.
class Faults {
  public:
    Faults() = default;
    Faults(std::initializer_list<Fault> faults) {
        for (const Fault fault : faults) {
            bits_ |= bit(fault);
        }
    }
    [[nodiscard]] static Faults all() {
        Faults every;
        every.bits_ = bit(Fault::Count) - 1;
        return every;
    }
    [[nodiscard]] bool has(Fault fault) const { return (bits_ & bit(fault)) != 0; }
    void remove(Fault fault) { bits_ &= ~bit(fault); }

  private:
    static std::uint64_t bit(Fault fault) {
        return std::uint64_t{1} << static_cast<std::uint64_t>(fault);
    }
    std::uint64_t bits_ = 0;
};

}  // namespace parcours::simulation
