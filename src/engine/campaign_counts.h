#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/ledger_state.h"

namespace parcours::engine {

/// How often something happened at a step.
struct StepCounts {
    std::uint64_t here = 0;  ///< enrolments that stand there now
    std::uint64_t entered = 0;
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
};

/// Whom the lot of a split sent one way, and what became of them.
struct ArmCounts {
    std::uint64_t entered = 0;
    std::uint64_t ended = 0;
    std::uint64_t successes = 0;
};

/// What became of one campaign's enrolments, messages and tasks.
struct CampaignCounts {
    std::uint64_t running = 0;
    std::uint64_t ended = 0;
    std::uint64_t successes = 0;
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
    std::uint64_t tasks_open = 0;
    std::uint64_t holdout = 0;
    std::map<std::string, StepCounts, std::less<>> steps;
    std::map<std::pair<std::string, std::string>, std::uint64_t> moves;  ///< from step to step
    std::map<std::string, std::uint64_t> results;                        ///< of those that ended
    std::map<std::pair<std::string, std::string>, ArmCounts> arms;       ///< by split and its label
};

/// Counts by campaign that follow each event, so that nobody has to go through everything. One
/// thread.
class CampaignTally {
  public:
    /// An enrolment as it stands before an event changes it, and after; `entered` of its path are
    /// new.
    void remove(const EnrolmentState& before);
    void add(const EnrolmentState& after, std::size_t entered);
    void message_changed(const Message& message, MessageState::Status before,
                         MessageState::Status after);
    void task_opened(const Task& task) { ++counts_[task.campaign].tasks_open; }
    void task_closed(const Task& task) { --counts_[task.campaign].tasks_open; }

    /// Null for a campaign in which nothing ever happened.
    [[nodiscard]] const CampaignCounts* find(std::string_view campaign) const;

  private:
    void count(const EnrolmentState& state, std::uint64_t one);

    std::map<std::string, CampaignCounts, std::less<>> counts_;
};

}  // namespace parcours::engine
