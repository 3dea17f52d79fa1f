#include "engine/changes.h"

#include <variant>

#include "engine/events.h"

namespace parcours::engine {
namespace {

struct Note {
    Changes& changes;

    void operator()(const Transition& event) const {
        changes.campaigns = true;
        changes.tasks |= !event.tasks_opened.empty() || !event.tasks_closed.empty();
        changes.messages |= !event.messages.empty() || event.withdraw;
        changes.patients |= !event.answers.empty();
    }
    void operator()(const Launched&) const { changes.campaigns = true; }
    void operator()(const CampaignPaused&) const { changes.campaigns = true; }
    void operator()(const Held&) const { changes.campaigns = true; }
    void operator()(const OutageNoted&) const { changes.campaigns = true; }
    void operator()(const FeedHeard&) const {}
    void operator()(const Decided&) const { changes.messages = true; }
    void operator()(const Attempted&) const { changes.messages = true; }
    void operator()(const AttemptEnded&) const { changes.messages = true; }
    void operator()(const Received&) const { changes.messages = true; }
    void operator()(const Replied&) const { changes.patients = true; }
    void operator()(const Chose&) const { changes.patients = true; }
    void operator()(const Suppressed&) const { changes.patients = true; }
    void operator()(const TaskOpened&) const { changes.tasks = true; }
    void operator()(const TaskClosed&) const { changes.tasks = true; }
    void operator()(const VirtualRun&) const { changes.record = true; }
    void operator()(const CohortSaved&) const { changes.record = true; }
    void operator()(const CohortFlipped& event) const {
        changes.cohorts.emplace(event.cohort, event.entered);
    }
    void operator()(const Answered&) const { changes.patients = true; }
    void operator()(const CallAttempted&) const {}
    void operator()(const CallEnded&) const {}  // the step that goes on is a transition
    void operator()(const ScheduleRan&) const {}
    void operator()(const RequestAnswered&) const {}  // what it answers has its own events
};

}  // namespace

void Changes::note(const Event& event) {
    std::visit(Note{*this}, event);
}

void Changes::add(const Changes& other) {
    record |= other.record;
    patients |= other.patients;
    tasks |= other.tasks;
    messages |= other.messages;
    campaigns |= other.campaigns;
    cohorts.insert(other.cohorts.begin(), other.cohorts.end());
}

}  // namespace parcours::engine
