#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_map.h"
#include "engine/enrolment_table.h"
#include "engine/enrolment_timers.h"
#include "engine/enrolment_view.h"  // IWYU pragma: export
#include "engine/events.h"
#include "engine/filed_table.h"  // IWYU pragma: export
#include "engine/ledger_lists.h"
#include "engine/ledger_state.h"  // IWYU pragma: export
#include "engine/notices.h"
#include "engine/people_at.h"
#include "engine/step_state.h"  // IWYU pragma: export
#include "engine/timer_queue.h"
#include "engine/traffic.h"
#include "outreach/budget.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

/// What the engine knows of engagement: a pure fold of the log's events. One thread.
class Ledger {
  public:
    Ledger() = default;
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;
    Ledger(Ledger&&) = default;
    Ledger& operator=(Ledger&&) = default;
    ~Ledger() = default;

    void apply(const Event& event);
    void file(const FilingLimits& limits = {});  ///< between events: the same in less memory

    // Campaigns and enrolments.
    [[nodiscard]] const LaunchedCampaign* find_launched(const std::string& campaign) const;
    [[nodiscard]] EnrolmentView find_enrolment(const Digest& id) const;
    /// A patient's, oldest first.
    [[nodiscard]] std::vector<EnrolmentView> enrolments_of(Key patient) const;
    /// All enrolments, in the order they began.
    [[nodiscard]] const EnrolmentTable& enrolments() const { return *enrolments_; }
    [[nodiscard]] std::vector<Digest> running() const { return enrolments_->running(); }  ///< by id
    /// Who paused a campaign and when; null where it is not paused.
    [[nodiscard]] const CampaignPaused* find_pause(const std::string& campaign) const;
    [[nodiscard]] const std::map<std::string, CampaignPaused>& pauses() const { return paused_; }
    /// Whether it is paused, or everything is held.
    [[nodiscard]] bool rests(const std::string& campaign) const;
    /// The timers of enrolments, but for those of campaigns that rest.
    [[nodiscard]] const EnrolmentTimers& timers() const { return enrolments_->timers(); }

    // Messages.
    [[nodiscard]] MessagePointer find_message(const Digest& id) const {
        return messages_->find(id);
    }
    /// Everything planned, in that order.
    [[nodiscard]] const MessageTable& messages() const { return *messages_; }
    /// Messages waiting for the gate, by when it looks; but for what rests or is held.
    [[nodiscard]] const TimerQueue& waiting() const { return waiting_; }
    /// Attempts without a result: after a crash these are unknown.
    [[nodiscard]] const std::set<Digest>& attempting() const { return attempting_; }
    /// Settled messages whose enrolment has not been told yet, oldest first.
    [[nodiscard]] const std::deque<Digest>& untold() const { return untold_; }
    void told() { untold_.pop_front(); }
    /// After a replay: forgets those whose enrolment has moved on.
    void drop_told();
    [[nodiscard]] const std::vector<outreach::SentMessage>& sent_to(Key patient) const;
    /// Everything planned for a patient, oldest first.
    [[nodiscard]] std::vector<MessagePointer> messages_of(Key patient) const;
    /// Those of them that wait for the gate.
    [[nodiscard]] std::vector<MessagePointer> waiting_of(Key patient) const;
    [[nodiscard]] MessagePointer find_by_provider(std::string_view provider_id) const;

    // Tasks.
    [[nodiscard]] TaskPointer find_task(const Digest& id) const { return tasks_->find(id); }
    /// All, in the order they were opened.
    [[nodiscard]] const TaskTable& tasks() const { return *tasks_; }
    [[nodiscard]] std::vector<TaskPointer> tasks_of(Key patient) const;  ///< oldest first

    // Consent and addresses.
    [[nodiscard]] std::vector<ContactChoice> choices_of(Key patient) const;
    [[nodiscard]] AddressState address(const std::string& channel, const std::string& to) const;
    /// Patients that were spoken to at an address.
    [[nodiscard]] std::vector<Key> patients_at(std::string_view address) const;
    [[nodiscard]] const Notices& notices() const { return notices_; }
    /// How many rows each of its tables has, by name: what a rule of retention is for.
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> table_sizes() const;

    /// Saved cohorts by name, each as it was saved last.
    [[nodiscard]] const std::map<std::string, CohortSaved>& cohorts() const { return cohorts_; }
    [[nodiscard]] std::optional<VirtualRun> virtual_run() const { return virtual_run_; }
    /// Whether anything was done on the real clock.
    [[nodiscard]] bool has_live_work() const { return live_work_; }
    [[nodiscard]] const Totals& totals() const { return totals_; }
    [[nodiscard]] const KeptAnswers& answers() const { return answers_; }
    [[nodiscard]] const LedgerReach& reach() const { return reach_; }
    void note_run(LogPosition position) { reach_.run_from = position; }
    [[nodiscard]] const LedgerLists& lists() const { return lists_; }
    [[nodiscard]] const StepState& steps() const { return steps_; }
    void call_told() { steps_.call_told(); }
    [[nodiscard]] const Traffic& traffic() const { return traffic_; }

  private:
    friend class LedgerSnapshot;
    struct Apply;
    class Changing;
    static std::string address_key(const std::string& channel, const std::string& to);
    void forget();
    void follow_sent(const MessageState& state);
    std::map<std::string, LaunchedCampaign> launched_;
    std::map<std::string, CampaignPaused> paused_;
    std::shared_ptr<EnrolmentTable> enrolments_ = std::make_shared<EnrolmentTable>();
    std::shared_ptr<MessageTable> messages_ = std::make_shared<MessageTable>();
    DigestMap<std::uint32_t> provider_ids_;  ///< messages by what providers call them, hashed
    TimerQueue waiting_;
    std::set<Digest> attempting_;
    std::deque<Digest> untold_;
    std::unordered_map<Key, std::vector<outreach::SentMessage>> sent_;  ///< follows from messages_
    std::shared_ptr<TaskTable> tasks_ = std::make_shared<TaskTable>();
    std::unordered_map<Key, std::vector<ContactChoice>> choices_;
    std::unordered_map<std::string, AddressState> addresses_;
    PeopleAt patients_at_;
    Notices notices_;
    std::map<std::string, CohortSaved> cohorts_;
    KeptAnswers answers_;
    std::optional<VirtualRun> virtual_run_;
    LedgerReach reach_;
    bool live_work_ = false;
    Totals totals_;
    LedgerLists lists_;
    StepState steps_;
    Traffic traffic_;
};

}  // namespace parcours::engine
