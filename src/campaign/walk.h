#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/world.h"

namespace parcours::campaign {

/// One call of `advance` at work: the enrolment as it changes, and the effects so far. Used only
/// by `advance.cc`; every method leaves both consistent.
class Walk {
  public:
    Walk(const Campaign& campaign, const Enrolment& enrolment, Instant now, const World& world);

    [[nodiscard]] const Enrolment& enrolment() const { return state_; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] Digest current_message() const;
    [[nodiscard]] Digest current_task() const;
    [[nodiscard]] Digest current_call() const;
    /// The step the enrolment stands on, if it is of that kind.
    template <class Kind>
    [[nodiscard]] const Kind* current() const {
        return step_ == nullptr ? nullptr : std::get_if<Kind>(&step_->what);
    }

    /// Ends the enrolment if one of its exits holds. Whether it did.
    bool leave_by_exit();
    /// The step is a safety-critical task, which neither exits nor STOP close.
    [[nodiscard]] bool must_stay() const;
    /// Goes where success leads if it is there and still awaited. Whether it did.
    bool jump_on_success();

    /// Enters the first step.
    void go_first(std::string_view because);
    /// The step's message or task has its result: nothing is left to take back.
    void settle() { settled_ = true; }
    /// Leaves the step it stands on for the target, and walks on until something must be awaited.
    void go_on(const Target& target, std::string_view because,
               std::string_view task_outcome = "not-needed");
    /// Ends the enrolment from wherever it stands.
    void end(std::string_view result, std::string_view reason);
    /// What the step waited for may have come, or its date may have moved.
    void look_again();
    /// The same, once clocks show other times: what is counted by them is counted anew.
    void look_at_clocks();
    /// The step's timer is due.
    void timer_fired();
    /// Leaves the step it stands on; somebody else says where to go.
    void leave_step(std::string_view why) { leave(why); }
    /// Goes on with a step that was entered in another release: what this release says of it is
    /// counted from when it was entered.
    void rejoin();
    void set_timer(Instant due);
    void note(std::string text);

    [[nodiscard]] Advance result() &&;

  private:
    /// Where to go at once after entering a step, and why; nothing if it waits.
    struct Onward {
        const Target* target = nullptr;
        std::string because;
    };
    using Next = std::optional<Onward>;

    void walk_from(std::string first, std::string because);
    [[nodiscard]] Next begin(const SendStep& send);
    [[nodiscard]] Next begin(const WaitStep& wait);
    [[nodiscard]] Next begin(const WaitForStep& wait);
    [[nodiscard]] Next begin(const BranchStep& branch);
    [[nodiscard]] Next begin(const TaskStep& task);
    [[nodiscard]] Next begin(const EndStep& end_step);
    [[nodiscard]] Next begin(const SplitStep& split);
    [[nodiscard]] Next begin(const UpdateStep& update);
    [[nodiscard]] Next begin(const StartStep& start);
    [[nodiscard]] Next begin(const WebhookStep& webhook);

    void look_again_at(const WaitStep& wait);
    bool follow_clocks(const WaitStep& wait);
    void look_again_at(const WaitForStep& wait);
    void look_again_at(const TaskStep& task);
    void lapse(const TaskStep& task);
    void fire(const WaitForStep& wait);
    void fire(const UpdateStep& update);
    /// Takes back what the step left behind: its timer, its message, its task.
    void leave(std::string_view why, std::string_view task_outcome = "not-needed");
    [[nodiscard]] bool withholds(bool safety_critical) const;
    [[nodiscard]] bool withholds(const TaskStep& task) const;

    /// Whether the condition is true; what is unknown or fails is not, and is noted.
    [[nodiscard]] bool holds(const Condition& condition);
    [[nodiscard]] bool is(Circumstance circumstance);
    /// The moment a wait ends; nothing where its date is not known.
    [[nodiscard]] std::optional<Instant> due_of(const WaitStep& wait);
    [[nodiscard]] std::optional<Instant> due_of(const WaitForStep& wait);
    [[nodiscard]] std::optional<Instant> due_of(const TaskStep& task);
    [[nodiscard]] std::optional<Instant> resolve(const Moment& moment, Instant from);
    [[nodiscard]] std::optional<Instant> anchor_date(const std::string& anchor);
    [[nodiscard]] Instant shift(Instant from, const Span& span, int times) const;

    const Campaign& campaign_;
    const World& world_;
    Instant now_;
    Instant meant_;  ///< when the present step was meant to come: a late timer's due time
    bool settled_ = false;
    std::string because_;  ///< why the present step was entered
    Enrolment state_;
    const Step* step_ = nullptr;
    Advance answer_;
};

}  // namespace parcours::campaign
