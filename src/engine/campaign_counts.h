#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/enrolment_view.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"

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
    std::uint64_t undone = 0;  ///< of those; neither in `holdout` nor in `arms`
    std::uint64_t successes = 0;
    std::uint64_t sent = 0;
    std::uint64_t not_sent = 0;
    std::uint64_t tasks_open = 0;
    std::uint64_t holdout = 0;            ///< deliberately not contacted, to measure the difference
    std::uint64_t holdout_successes = 0;  ///< those of `successes` among them
    std::map<std::string, StepCounts, std::less<>> steps;
    std::map<std::pair<std::string, std::string>, std::uint64_t> moves;  ///< from step to step
    std::map<std::string, std::uint64_t> results;                        ///< of those that ended
    std::map<std::pair<std::string, std::string>, ArmCounts> arms;       ///< by split and its label
};

/// Counts by campaign that follow each event, so that nobody has to go through everything. One
/// thread.
class CampaignTally {
  public:
    /// An enrolment as it stands before an event changes it, and after; `entered` is what is new of
    /// its path, which ended with the step `last` (empty: it had none).
    void remove(const EnrolmentView& before);
    void add(const EnrolmentView& after, std::string_view last,
             std::span<const StepEntered> entered);
    void message_changed(const Message& message, MessageState::Status before,
                         MessageState::Status after);
    void task_opened(const Task& task) { ++counts_of(task.campaign).tasks_open; }
    void task_closed(const Task& task) { --counts_of(task.campaign).tasks_open; }

    /// Null for a campaign in which nothing ever happened.
    [[nodiscard]] const CampaignCounts* find(std::string_view campaign) const;

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.counts_);
    }

  private:
    struct Standing {
        std::string_view campaign;
        std::string_view step;
        std::string_view result;
        bool holdout = false;
    };
    [[nodiscard]] CampaignCounts& counts_of(std::string_view campaign);
    void count(const Standing& standing, std::uint64_t one);
    void count_arms(const EnrolmentState& ended, std::uint64_t one);

    std::map<std::string, CampaignCounts, std::less<>> counts_;
};

}  // namespace parcours::engine
