#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "engine/caller.h"
#include "engine/clinic.h"
#include "engine/dispatcher.h"
#include "engine/enroller.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/stepper.h"

namespace parcours::engine {

/// Does what steps and entries ask for beside messages, tasks and timers: webhooks are called,
/// patients put into started campaigns, and cohorts taken in at the times of schedules. One thread.
class StepWork {
  public:
    StepWork(Enroller& enroller, Stepper& stepper, Ledger& ledger, Journal& journal,
             Channels& channels)
        : enroller_(enroller),
          stepper_(stepper),
          ledger_(ledger),
          journal_(journal),
          caller_(ledger, journal, channels) {}

    /// A part of what is due. Whether more may be.
    Result<bool> work(const Clinic& clinic, Instant now);
    void recover(Instant now) { caller_.recover(now); }
    /// Knows nothing of earlier work any more: another ledger stands in the place of its own.
    void forget();
    /// After the first `work`: when the next call or schedule is due.
    [[nodiscard]] std::optional<Instant> next_due() const;

    /// A time of a schedule that passed while nobody was at work is made up for so long.
    static constexpr std::chrono::hours late_max{24};

  private:
    /// A schedule whose time has come, and how far its cohort has been taken in.
    struct Running {
        Instant scheduled;
        Enroller::Sweep sweep;
    };

    Result<bool> start_campaigns(const Clinic& clinic, Instant now);
    Result<bool> run_schedule(const LoadedCampaign& campaign, Instant now);
    [[nodiscard]] std::optional<Instant> due_time(const LoadedCampaign& campaign, Instant now);

    Enroller& enroller_;
    Stepper& stepper_;
    Ledger& ledger_;
    Journal& journal_;
    Caller caller_;
    std::map<std::string, Running> running_;
    std::map<std::string, Instant> next_;  ///< of schedules that are not running
};

/// The first time of a campaign's schedule after a moment; nothing where it has none.
[[nodiscard]] std::optional<Instant> next_scheduled(const LoadedCampaign& campaign, Instant after);

}  // namespace parcours::engine
