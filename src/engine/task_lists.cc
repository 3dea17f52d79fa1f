#include "engine/task_lists.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

/// No day of a clinic is longer, with the hours that zones differ.
constexpr std::chrono::hours lately{48};
/// So many closings in a row may be dated far ahead by a clock that is wrong, and hide none of
/// today's: by the last before them it is judged what is old, and only now and then.
constexpr std::ptrdiff_t wrong_max = 1000;

Instant due_of(const Task& task) {
    return task.due.value_or(Instant::max());
}

bool fits(const TaskQuery& query, std::string_view queue, std::string_view kind) {
    return (query.queue.empty() || query.queue == queue) &&
           (query.kind.empty() || query.kind == kind);
}

/// Whether a task is of the time that is asked for.
bool is_then(const TaskQuery& query, const Task& task) {
    return task.opened_at <= query.opened_until &&
           (!query.late_at || (task.outcome.empty() && task.due && *task.due < *query.late_at));
}

bool fits(const TaskQuery& query, const Task& task) {
    return fits(query, task.queue, task.kind) &&
           (query.campaign.empty() || query.campaign == task.campaign) &&
           (query.step.empty() || query.step == task.step) && is_then(query, task);
}

template <class Iterator>
std::uint64_t count_between(Iterator from, Iterator to) {
    return static_cast<std::uint64_t>(std::distance(from, to));
}

/// Goes through two ordered lists as through one, until `use` says no.
template <class Iterator, class Before, class Use>
void walk(Iterator one, Iterator one_end, Iterator other, Iterator other_end, Before before,
          Use use) {
    while (one != one_end || other != other_end) {
        const bool first = other == other_end || (one != one_end && before(*one, *other));
        const auto& next = first ? *one++ : *other++;
        if (!use(*next.second)) {
            return;
        }
    }
}

}  // namespace

void TaskLists::put(Part& part, const TaskState& state) {
    part.by_due.emplace(Place(due_of(state.task), state.task.id), &state);
    part.by_opened.emplace(Place(state.task.opened_at, state.task.id), &state);
    ++part.counts[{state.task.queue, state.task.kind}];
}

void TaskLists::take(Part& part, const TaskState& state) {
    part.by_due.erase(Place(due_of(state.task), state.task.id));
    part.by_opened.erase(Place(state.task.opened_at, state.task.id));
    --part.counts[{state.task.queue, state.task.kind}];
}

void TaskLists::add(const TaskState& state) {
    put(state.open() ? open_ : closed_, state);
    const Task& task = state.task;
    last_opened_ = std::max(last_opened_, task.opened_at);
    if (!state.open()) {
        note_closed(state);
    } else {
        auto& [opened, due] = groups_[{task.kind, task.queue, task.campaign, task.step}];
        opened.insert(task.opened_at);
        due.insert(due_of(task));
    }
}

void TaskLists::close(const TaskState& state) {
    take(open_, state);
    put(closed_, state);
    note_closed(state);
    const Task& task = state.task;
    const auto group = groups_.find({task.kind, task.queue, task.campaign, task.step});
    auto& [opened, due] = group->second;
    opened.erase(opened.find(task.opened_at));
    due.erase(due.find(due_of(task)));
    if (opened.empty()) {
        groups_.erase(group);
    }
}

void TaskLists::note_closed(const TaskState& state) {
    closed_lately_.emplace(state.closed_at, &state);
    if (closed_lately_.size() % static_cast<std::size_t>(wrong_max) == 0) {
        const auto last = std::prev(closed_lately_.end(), wrong_max)->first;
        closed_lately_.erase(closed_lately_.begin(),
                             closed_lately_.lower_bound(std::min(last, state.closed_at) - lately));
    }
}

std::vector<const TaskState*> TaskLists::open_of(std::string_view queue,
                                                 std::string_view kind) const {
    std::vector<const TaskState*> found;
    const auto counted = open_.counts.find({std::string(queue), std::string(kind)});
    if (counted == open_.counts.end() || counted->second == 0) {
        return found;
    }
    found.reserve(counted->second);
    for (const auto& [place, state] : open_.by_due) {
        if (state->task.queue == queue && state->task.kind == kind) {
            found.push_back(state);
        }
    }
    return found;
}

std::vector<const TaskState*> TaskLists::closed_since(Instant since) const {
    std::vector<const TaskState*> found;
    for (auto one = closed_lately_.lower_bound(since); one != closed_lately_.end(); ++one) {
        found.push_back(one->second);
    }
    return found;
}

/// Whether what is asked for was counted along; else all of it is looked at.
bool TaskLists::is_counted(const TaskQuery& query) const {
    return query.campaign.empty() && query.step.empty() && !query.late_at &&
           last_opened_ <= query.opened_until;
}

void TaskLists::count(const Part& part, const TaskQuery& query, TaskPage& page) {
    for (const auto& [name, count] : part.counts) {
        if (count != 0) {
            page.queues[name.first] += count;
            page.total += fits(query, name.first, name.second) ? count : 0;
        }
    }
}

void TaskLists::look_through(const Part& part, const TaskQuery& query, TaskPage& page) {
    for (const auto& [place, state] : part.by_due) {
        if (query.late_at && place.first >= *query.late_at) {
            return;  // nor is any that follows
        }
        if (is_then(query, state->task)) {
            ++page.queues[state->task.queue];
            page.total += fits(query, state->task) ? 1U : 0U;
        }
    }
}

TaskPage TaskLists::find(const TaskQuery& query, std::size_t from, std::size_t count) const {
    static const Ordered none;
    TaskPage page;
    const auto ordered = [&](const Part& part, bool asked) -> const Ordered& {
        if (!asked) {
            return none;
        }
        (is_counted(query) ? TaskLists::count : look_through)(part, query, page);
        return query.by_due ? part.by_due : part.by_opened;
    };
    const Ordered& open = ordered(open_, query.open);
    const Ordered& closed = ordered(closed_, query.closed);
    std::size_t rank = 0;
    const auto use = [&](const TaskState& state) {
        if (fits(query, state.task) && rank++ >= from) {
            page.tasks.push_back(&state);
        }
        return page.tasks.size() < count;
    };
    const auto by_place = [](const auto& one, const auto& other) {
        return one.first < other.first;
    };
    if (count == 0) {
        return page;
    }
    if (query.down) {
        walk(
            open.rbegin(), open.rend(), closed.rbegin(), closed.rend(),
            [&](const auto& one, const auto& other) { return by_place(other, one); }, use);
    } else {
        walk(open.begin(), open.end(), closed.begin(), closed.end(), by_place, use);
    }
    return page;
}

std::vector<TaskGroup> TaskLists::groups(Instant now) const {
    std::vector<TaskGroup> all;
    for (const auto& [key, times] : groups_) {
        const auto& [opened, due] = times;
        if (*opened.begin() > now) {
            continue;
        }
        const auto& [kind, queue, campaign, step] = key;
        TaskGroup& group = all.emplace_back(TaskGroup{kind, queue, campaign, step, 0, 0, {}});
        group.oldest = *opened.begin();
        group.count = last_opened_ <= now ? opened.size()
                                          : count_between(opened.begin(), opened.upper_bound(now));
        group.late = count_between(due.begin(), due.lower_bound(now));
    }
    return all;
}

}  // namespace parcours::engine
