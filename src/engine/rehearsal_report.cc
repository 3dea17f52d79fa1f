#include "engine/rehearsal_report.h"

#include <cstdint>

namespace parcours::engine {
namespace {

template <class Map>
void add_each(Map& to, const Map& more) {
    for (const auto& [key, one] : more) {
        to[key].add(one);
    }
}

template <class Map>
void add_numbers(Map& to, const Map& more) {
    for (const auto& [key, count] : more) {
        to[key] += count;
    }
}

}  // namespace

void add(Counts& to, const Counts& more) {
    add_numbers(to, more);
}

std::uint64_t sum(const Counts& counts) {
    std::uint64_t all = 0;
    for (const auto& [key, count] : counts) {
        all += count;
    }
    return all;
}

void StepFigures::add(const StepFigures& more) {
    entered += more.entered;
    withheld += more.withheld;
    tasks += more.tasks;
    joined += more.joined;
    add_numbers(sent, more.sent);
    add_numbers(not_sent, more.not_sent);
}

void RehearsedStep::add(const RehearsedStep& more) {
    all.add(more.all);
    add_each(days, more.days);
}

void RehearsedCampaign::add(const RehearsedCampaign& more) {
    release = more.release;
    whole.add(more.whole);
    add_each(steps, more.steps);
    held_out += more.held_out;
    present += more.present;
    running += more.running;
    add_numbers(results, more.results);
}

void RehearsedQueue::add(const RehearsedQueue& more) {
    tasks += more.tasks;
    calls += more.calls;
    add_numbers(days, more.days);
    add_numbers(call_days, more.call_days);
}

void ChannelVolume::add(const ChannelVolume& more) {
    messages += more.messages;
    segments += more.segments;
    replies += more.replies;
}

void Reach::add(const Reach& more) {
    patients += more.patients;
    reached += more.reached;
    nowhere += more.nowhere;
    add_numbers(channels, more.channels);
}

void RehearsalReport::add(const RehearsalReport& more) {
    patients += more.patients;
    entered += more.entered;
    tasks += more.tasks;
    withheld += more.withheld;
    joined += more.joined;
    present += more.present;
    add_numbers(sent, more.sent);
    add_numbers(not_sent, more.not_sent);
    add_numbers(outcomes, more.outcomes);
    add_each(campaigns, more.campaigns);
    add_each(queues, more.queues);
    add_each(volumes, more.volumes);
    over_budget_patients += more.over_budget_patients;
    over_budget_messages += more.over_budget_messages;
    quiet_hours += more.quiet_hours;
    add_numbers(collisions, more.collisions);
    collision_patients += more.collision_patients;
    add_numbers(for_nothing, more.for_nothing);
    add_each(languages, more.languages);
    add_each(ages, more.ages);
}

}  // namespace parcours::engine
