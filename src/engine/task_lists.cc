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

#include "base/hash.h"
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
        if (!use(next.second)) {
            return;
        }
    }
}

}  // namespace

void TaskLists::put(Part& part, const Digest& id, std::uint32_t number) {
    const Entry& entry = entries_[number];
    part.by_due.emplace(Place(entry.due, id), number);
    part.by_opened.emplace(Place(entry.opened_at, id), number);
    ++part.counts[{entry.queue, entry.kind}];
}

void TaskLists::take(Part& part, const Digest& id, std::uint32_t number) {
    const Entry& entry = entries_[number];
    part.by_due.erase(Place(entry.due, id));
    part.by_opened.erase(Place(entry.opened_at, id));
    --part.counts[{entry.queue, entry.kind}];
}

TaskLists::GroupKey TaskLists::group_of(const Entry& entry) const {
    const auto word = [this](std::uint32_t number) { return std::string(words_.text(number)); };
    return {word(entry.kind), word(entry.queue), word(entry.campaign), word(entry.step)};
}

void TaskLists::add(const TaskState& state) {
    const Task& task = state.task;
    const auto number = static_cast<std::uint32_t>(entries_.size());
    const Entry& entry = entries_.emplace_back(
        Entry{task.opened_at, due_of(task), words_.number(task.queue), words_.number(task.kind),
              words_.number(task.campaign), words_.number(task.step), state.open()});
    put(state.open() ? open_ : closed_, task.id, number);
    last_opened_ = std::max(last_opened_, task.opened_at);
    if (!state.open()) {
        note_closed(number, state.closed_at);
    } else {
        auto& [opened, due] = groups_[group_of(entry)];
        opened.insert(entry.opened_at);
        due.insert(entry.due);
    }
}

void TaskLists::close(std::uint32_t number, const TaskState& state) {
    Entry& entry = entries_[number];
    entry.open = false;
    take(open_, state.task.id, number);
    put(closed_, state.task.id, number);
    note_closed(number, state.closed_at);
    const auto group = groups_.find(group_of(entry));
    auto& [opened, due] = group->second;
    opened.erase(opened.find(entry.opened_at));
    due.erase(due.find(entry.due));
    if (opened.empty()) {
        groups_.erase(group);
    }
}

/// Whether a task is of the time that is asked for.
bool TaskLists::is_then(const TaskQuery& query, const Entry& entry) {
    return entry.opened_at <= query.opened_until &&
           (!query.late_at || (entry.open && entry.due < *query.late_at));
}

void TaskLists::note_closed(std::uint32_t number, Instant at) {
    closed_lately_.emplace(at, number);
    if (closed_lately_.size() % static_cast<std::size_t>(wrong_max) == 0) {
        const auto last = std::prev(closed_lately_.end(), wrong_max)->first;
        closed_lately_.erase(closed_lately_.begin(),
                             closed_lately_.lower_bound(std::min(last, at) - lately));
    }
}

std::vector<std::uint32_t> TaskLists::open_of(std::string_view queue, std::string_view kind) const {
    std::vector<std::uint32_t> found;
    const auto counted = std::ranges::find_if(open_.counts, [&](const auto& one) {
        return words_.text(one.first.first) == queue && words_.text(one.first.second) == kind;
    });
    if (counted == open_.counts.end() || counted->second == 0) {
        return found;
    }
    found.reserve(counted->second);
    for (const auto& [place, number] : open_.by_due) {
        if (std::pair(entries_[number].queue, entries_[number].kind) == counted->first) {
            found.push_back(number);
        }
    }
    return found;
}

std::vector<std::uint32_t> TaskLists::closed_since(Instant since) const {
    std::vector<std::uint32_t> found;
    for (auto one = closed_lately_.lower_bound(since); one != closed_lately_.end(); ++one) {
        found.push_back(one->second);
    }
    return found;
}

bool TaskLists::fits(const TaskQuery& query, std::uint32_t queue, std::uint32_t kind) const {
    return (query.queue.empty() || query.queue == words_.text(queue)) &&
           (query.kind.empty() || query.kind == words_.text(kind));
}

bool TaskLists::fits(const TaskQuery& query, const Entry& entry) const {
    return fits(query, entry.queue, entry.kind) &&
           (query.campaign.empty() || query.campaign == words_.text(entry.campaign)) &&
           (query.step.empty() || query.step == words_.text(entry.step));
}

/// Whether what is asked for was counted along; else all of it is looked at.
bool TaskLists::is_counted(const TaskQuery& query) const {
    return query.campaign.empty() && query.step.empty() && !query.late_at &&
           last_opened_ <= query.opened_until;
}

void TaskLists::count(const Part& part, const TaskQuery& query, TaskPage& page) const {
    for (const auto& [name, count] : part.counts) {
        if (count != 0) {
            page.queues[std::string(words_.text(name.first))] += count;
            page.total += fits(query, name.first, name.second) ? count : 0;
        }
    }
}

void TaskLists::look_through(const Part& part, const TaskQuery& query, TaskPage& page) const {
    for (const auto& [place, number] : part.by_due) {
        const Entry& entry = entries_[number];
        if (query.late_at && entry.due >= *query.late_at) {
            return;  // nor is any that follows
        }
        if (is_then(query, entry)) {
            ++page.queues[std::string(words_.text(entry.queue))];
            page.total += fits(query, entry) ? 1U : 0U;
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
        if (is_counted(query)) {
            this->count(part, query, page);
        } else {
            look_through(part, query, page);
        }
        return query.by_due ? part.by_due : part.by_opened;
    };
    const Ordered& open = ordered(open_, query.open);
    const Ordered& closed = ordered(closed_, query.closed);
    std::size_t rank = 0;
    const auto use = [&](std::uint32_t number) {
        const Entry& entry = entries_[number];
        if (is_then(query, entry) && fits(query, entry) && rank++ >= from) {
            page.numbers.push_back(number);
        }
        return page.numbers.size() < count;
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
