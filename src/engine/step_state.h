#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/digest_hash.h"
#include "engine/events.h"
#include "engine/timer_queue.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

/// Where a call of a webhook stands.
struct CallState {
    enum class Status : std::uint8_t {
        Waiting,     ///< is tried at `next_look`
        Attempting,  ///< an attempt was committed and has no result yet
        Taken,
        Failed,
        Dropped  ///< its enrolment moved on before it left
    };
    Call call;
    Status status = Status::Waiting;
    Instant next_look;
    std::uint32_t attempts = 0;
    std::string detail;  ///< of the last attempt
    [[nodiscard]] bool open() const {
        return status == Status::Waiting || status == Status::Attempting;
    }
};

/// A step that waits for another campaign to take its patient in.
struct PendingStart {
    Digest enrolment;
    Key patient = 0;
    std::uint32_t occurrence = 0;
    StartAsked asked;
};

/// What steps set in motion, and what they wrote down: a part of the ledger, a fold of the same
/// events. One thread.
class StepState {
  public:
    /// `first`: the enrolment's first transition.
    void apply(const Transition& event, bool first);
    void apply(const Answered& event) { note(event.answer); }
    void apply(const CallAttempted& event);
    void apply(const CallEnded& event);
    void apply(const ScheduleRan& event) { ran_[event.campaign] = event.scheduled; }
    void apply(const CampaignPaused& event);
    void apply(const Held& event);
    /// A virtual run begins: what campaigns did is forgotten, what people told is not.
    void forget();

    /// Everything written down about a patient, oldest first; valid until the next event.
    [[nodiscard]] const std::vector<Answer>& answers_of(Key patient) const;
    /// The newest of a name; null where there is none.
    [[nodiscard]] const Answer* find_answer(Key patient, AnswerKind kind,
                                            std::string_view name) const;
    [[nodiscard]] bool knows_answer(const Digest& id) const { return answer_ids_.contains(id); }

    [[nodiscard]] const CallState* find_call(const Digest& id) const;
    /// Calls by the time they are tried at, but for those of paused campaigns.
    [[nodiscard]] const TimerQueue& calls() const { return waiting_; }
    /// Attempts without a result: after a crash it is not known whether they arrived.
    [[nodiscard]] const std::set<Digest>& calling() const { return calling_; }
    /// Calls whose enrolment has not been told yet what came of them.
    [[nodiscard]] const std::deque<Digest>& untold_calls() const { return untold_; }
    void call_told() { untold_.pop_front(); }

    [[nodiscard]] const std::deque<PendingStart>& starts() const { return starts_; }
    /// When a campaign's schedule ran last; `no_time` where it never did.
    [[nodiscard]] Instant last_run(const std::string& campaign) const;
    /// How many came into a campaign in a stratum of its holdout.
    [[nodiscard]] std::uint64_t stratum_count(const std::string& campaign,
                                              const std::string& stratum) const;

    [[nodiscard]] std::size_t call_count() const { return calls_.size(); }
    [[nodiscard]] std::size_t answer_count() const { return answer_ids_.size(); }

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.answers_, self.answer_ids_, self.calls_, self.open_calls_, self.waiting_,
                self.calling_, self.untold_, self.starts_, self.paused_, self.all_held_, self.ran_,
                self.strata_);
    }

  private:
    void note(const Answer& answer);
    void move_on(const Enrolment& enrolment);
    [[nodiscard]] bool rests(const std::string& campaign) const;
    void set_timers();

    std::unordered_map<Key, std::vector<Answer>> answers_;
    std::set<Digest> answer_ids_;
    std::unordered_map<Digest, CallState, DigestHash> calls_;
    std::map<Digest, Digest> open_calls_;  ///< the open call of an enrolment
    TimerQueue waiting_;
    std::set<Digest> calling_;
    std::deque<Digest> untold_;
    std::deque<PendingStart> starts_;
    std::set<std::string> paused_;
    bool all_held_ = false;
    std::map<std::string, Instant> ran_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> strata_;
};

}  // namespace parcours::engine
