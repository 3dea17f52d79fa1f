#include "engine/enrolment_timers.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/enrolment_row.h"

namespace parcours::engine {
namespace {

/// So few sorted timers are worth no second thought.
constexpr std::size_t added_size_min = 512;
/// A bucket is tidied once three quarters of so many are stale.
constexpr std::size_t tidy_size_min = 64;

std::int64_t hour_of(Instant instant) {
    return std::chrono::floor<std::chrono::hours>(instant).time_since_epoch().count();
}

}  // namespace

std::optional<Instant> EnrolmentTimers::due_of(std::uint32_t row) const {
    const EnrolmentRow& of = rows_[row];
    return of.is(EnrolmentRow::Armed) ? std::optional(Instant{std::chrono::microseconds{of.due}})
                                      : std::nullopt;
}

bool EnrolmentTimers::is_live(const Near& near) const {
    return due_of(near.row) == near.due;
}

std::optional<Instant> EnrolmentTimers::next() const {
    std::optional<Instant> first;
    if (near_from_ < near_.size()) {
        first = near_[near_from_].due;
    }
    if (!added_.empty()) {
        const Instant due = added_.begin()->due;
        first = first ? std::min(*first, due) : due;
    }
    return first;
}

void EnrolmentTimers::visit_due(Instant now, const std::function<bool(const Timer&)>& visit) const {
    const auto tell = [&](const Near& near) {
        return near.due <= now && visit(Timer{near.due, near.id});
    };
    auto added = added_.begin();
    for (std::size_t at = near_from_; at < near_.size() || added != added_.end();) {
        const bool old = added == added_.end() || (at < near_.size() && near_[at] < *added);
        const Near& near = old ? near_[at++] : *added++;
        if ((!old || is_live(near)) && !tell(near)) {
            return;
        }
    }
    for (const auto& [hour, bucket] : far_) {
        if (hour > hour_of(now)) {
            return;
        }
        if (!std::ranges::all_of(sorted_live(hour, bucket), tell)) {
            return;
        }
    }
}

std::vector<EnrolmentTimers::Timer> EnrolmentTimers::all() const {
    std::vector<Timer> timers;
    visit_due(Instant::max(), [&timers](const Timer& timer) {
        timers.push_back(timer);
        return true;
    });
    return timers;
}

void EnrolmentTimers::changed(std::uint32_t row, std::optional<Instant> before) {
    const std::optional<Instant> due = due_of(row);
    if (due == before) {
        return;
    }
    size_ = size_ + (due ? 1U : 0U) - (before ? 1U : 0U);
    if (due && before && hour_of(*due) == hour_of(*before) && hour_of(*due) > near_hour_) {
        return;  // the same mark stands for it
    }
    if (before) {
        drop(row, *before);
    }
    if (due) {
        place(row, *due);
    }
}

void EnrolmentTimers::read_rows() {
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
        if (const auto due = due_of(row)) {
            ++size_;
            far_[hour_of(*due)].rows.push_back(row);
        }
    }
    settle_near();
}

void EnrolmentTimers::place(std::uint32_t row, Instant due) {
    const Hour hour = hour_of(due);
    if (!next()) {
        near_.clear();
        near_from_ = 0;
        near_hour_ = hour;
        added_max_ = added_size_min;
    }
    if (hour > near_hour_) {
        far_[hour].rows.push_back(row);
        return;
    }
    const Near near{due, rows_[row].id, row};
    // One that went away and came back may still stand in its place.
    const auto from = near_.begin() + static_cast<std::ptrdiff_t>(near_from_);
    if (std::binary_search(from, near_.end(), near)) {
        return;
    }
    added_.insert(near);
    if (added_.size() > added_max_) {
        split();
    }
}

/// Takes a timer out that is not the truth any more.
void EnrolmentTimers::drop(std::uint32_t row, Instant due) {
    const Hour hour = hour_of(due);
    if (hour <= near_hour_) {
        added_.erase({due, rows_[row].id, row});
        settle_near();
        return;
    }
    const auto found = far_.find(hour);
    Bucket& bucket = found->second;
    ++bucket.stale;
    if (bucket.stale >= bucket.rows.size()) {
        far_.erase(found);
    } else if (bucket.rows.size() >= tidy_size_min && bucket.stale * 4 > bucket.rows.size() * 3) {
        const auto live = sorted_live(hour, bucket);
        Bucket tidied;
        tidied.rows.reserve(live.size());
        std::ranges::transform(live, std::back_inserter(tidied.rows), &Near::row);
        bucket = std::move(tidied);
    }
}

/// Makes the first of what is near a live one, and brings the next hour near where none is left.
void EnrolmentTimers::settle_near() {
    while (near_from_ < near_.size() && !is_live(near_[near_from_])) {
        ++near_from_;
    }
    while (near_from_ == near_.size() && added_.empty() && !far_.empty()) {
        const auto first = far_.begin();
        near_ = sorted_live(first->first, first->second);
        near_from_ = 0;
        near_hour_ = first->first;
        added_max_ = added_size_min;
        far_.erase(first);
    }
    if (near_from_ == near_.size()) {
        near_ = {};
        near_from_ = 0;
    }
}

/// Keeps only the first hour near, so that a lone early timer does not make all that follow so.
void EnrolmentTimers::split() {
    const Hour first = hour_of(*next());
    if (first < near_hour_) {
        for (; near_from_ < near_.size() && hour_of(near_.back().due) > first; near_.pop_back()) {
            if (is_live(near_.back())) {
                far_[hour_of(near_.back().due)].rows.push_back(near_.back().row);
            }
        }
        while (!added_.empty() && hour_of(added_.rbegin()->due) > first) {
            const auto last = std::prev(added_.end());
            far_[hour_of(last->due)].rows.push_back(last->row);
            added_.erase(last);
        }
        near_hour_ = first;
    }
    added_max_ = std::max(added_size_min, 2 * added_.size());
}

/// A timer that went away and came back stands in its bucket twice and is listed once.
std::vector<EnrolmentTimers::Near> EnrolmentTimers::sorted_live(Hour hour,
                                                                const Bucket& bucket) const {
    std::vector<Near> timers;
    timers.reserve(bucket.rows.size() - bucket.stale);
    for (const std::uint32_t row : bucket.rows) {
        const auto due = due_of(row);
        if (due && hour_of(*due) == hour) {
            timers.push_back({*due, rows_[row].id, row});
        }
    }
    std::ranges::sort(timers);
    const auto doubles = std::ranges::unique(timers);
    timers.erase(doubles.begin(), doubles.end());
    return timers;
}

}  // namespace parcours::engine
