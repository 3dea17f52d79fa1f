#include "engine/undo_launch.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/enrol.h"
#include "engine/events.h"
#include "engine/holds.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/started.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// One enrolment that a launch brought in, taken out again.
Transition undone(const Runner& runner, const Enrolment& enrolment, const std::string& why,
                  Instant now) {
    Transition transition;
    transition.enrolment = enrolment;
    transition.enrolment.result = campaign::undone_result;
    transition.enrolment.step.clear();
    transition.enrolment.due.reset();
    transition.withdraw = true;
    transition.ended_because = why;
    for (const TaskPointer& state : runner.ledger().tasks_of(enrolment.patient)) {
        if (state->open() && state->task.enrolment == enrolment.id) {
            Task closed = state->task;
            closed.outcome = campaign::undone_result;
            closed.reason = transition.ended_because;
            transition.tasks_closed.push_back(std::move(closed));
        }
    }
    transition.at = now;
    return transition;
}

/// When a launch began: publishing it anew within the hour, such as with mended words, goes on with
/// it.
Instant beginning_of(const LaunchedCampaign& launched) {
    Instant began = launched.at;
    for (auto one = launched.before.rbegin();
         one != launched.before.rend() && began - one->at <= undo_window; ++one) {
        began = one->at;
    }
    return began;
}

/// Whether an earlier enrolment in the same campaign, which stays, may be who started another one.
bool may_be_of_another(const Ledger& ledger, const EnrolmentView& by, const EnrolmentView& started,
                       Instant began) {
    const auto all = ledger.enrolments_of(by.patient());
    return std::ranges::any_of(all, [&](const EnrolmentView& one) {
        return one.campaign() == by.campaign() && one.enrolled_at() < began &&
               (!one.ended() || one.ended_at() >= started.enrolled_at());
    });
}

/// Adds whom an enrolment's steps put into other campaigns.
void add_started(const Ledger& ledger, const EnrolmentView& by, Instant began,
                 std::vector<EnrolmentView>& found) {
    const std::string because = started_because(by.campaign());
    for (const EnrolmentView one : ledger.enrolments_of(by.patient())) {
        const bool known = std::ranges::any_of(
            found, [&one](const EnrolmentView& other) { return other.id() == one.id(); });
        if (!known && one.enrolled_at() >= by.enrolled_at() && came_in_because(one) == because &&
            (one.key().empty() || one.key() == by.key()) &&
            !may_be_of_another(ledger, by, one, began)) {
            found.push_back(one);
        }
    }
}

/// All whom a launch brought in, in the order in which they came, and behind each whom its steps
/// put elsewhere; also those that have ended.
std::vector<EnrolmentView> brought_in(const Ledger& ledger, const std::string& campaign,
                                      Instant began) {
    std::vector<EnrolmentView> all;
    for (const EnrolmentView one : ledger.enrolments()) {
        if (one.campaign() != campaign || one.enrolled_at() < began ||
            one.result() == campaign::undone_result) {
            continue;
        }
        std::vector<EnrolmentView> found = {one};
        for (std::size_t i = 0; i < found.size(); ++i) {
            add_started(ledger, EnrolmentView(found[i]), began, found);
        }
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

}  // namespace

Result<Undone> undo_launch(Runner& runner, const std::string& campaign, const Ordered& ordered,
                           Instant now) {
    const LaunchedCampaign* const found = runner.ledger().find_launched(campaign);
    if (found == nullptr) {
        return fail(ErrorCode::NotFound, "the campaign \"" + campaign + "\" was never launched");
    }
    const LaunchedCampaign launched = *found;
    const Instant began = beginning_of(launched);
    if (now - launched.at > undo_window) {
        return fail(ErrorCode::Conflict,
                    "\"" + campaign + "\" was launched at " + format_instant(launched.at) +
                        ", and a launch can be undone within an hour; pause it instead");
    }
    if (runner.ledger().find_pause(campaign) == nullptr) {
        runner.journal().add(
            CampaignPaused{campaign, true, ordered.by,
                           "its launch was undone" +
                               (ordered.reason.empty() ? std::string() : ": " + ordered.reason),
                           now},
            now);
    }
    const std::string why = "the launch of " + campaign + " was undone by " + ordered.by +
                            (ordered.reason.empty() ? "" : ": " + ordered.reason);
    Undone count;
    for (const EnrolmentView& one : brought_in(runner.ledger(), campaign, began)) {
        if (one.ended()) {
            continue;
        }
        runner.journal().add(undone(runner, one.enrolment(), why, now), now);
        ++(one.campaign() == campaign ? count.left : count.elsewhere);
        if (const auto flushed = runner.journal().flush_if_many(); !flushed) {
            return pass_on(flushed);
        }
    }
    return count;
}

}  // namespace parcours::engine
