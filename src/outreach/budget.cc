#include "outreach/budget.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "outreach/zones.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::outreach {
namespace {

using std::chrono::days;
using std::chrono::local_days;

/// The day on which a window of `length` days that ends then holds fewer than `most` messages.
std::optional<local_days> free_day(std::span<const local_days> newest_first, std::uint32_t most,
                                   days length, local_days today) {
    if (most == 0 || newest_first.size() < most) {
        return std::nullopt;
    }
    const local_days leaves = newest_first[most - 1] + length;
    return leaves > today ? std::optional(leaves) : std::nullopt;
}

constexpr days week{7};
constexpr days month{30};

/// What caps say of the days on which messages were sent.
BudgetAnswer ask_caps(const practice::ContactCaps& caps, std::vector<local_days> sent_on,
                      local_days today, const Zone& zone) {
    BudgetAnswer answer;
    for (const local_days day : sent_on) {
        answer.today += day == today ? 1 : 0;
        answer.this_week += day + week > today ? 1 : 0;
        answer.this_month += day + month > today ? 1 : 0;
    }
    std::ranges::sort(sent_on, std::ranges::greater{});
    std::optional<local_days> day = free_day(sent_on, caps.per_day, days{1}, today);
    day = std::max(day, free_day(sent_on, caps.per_week, week, today));
    day = std::max(day, free_day(sent_on, caps.per_month, month, today));
    if (day) {
        answer.free_at = zone.to_instant(*day);
    }
    return answer;
}

}  // namespace

BudgetAnswer ask_budget(const practice::ContactBudget& budget, std::span<const SentMessage> sent,
                        Purpose purpose, Instant now, const Zone& zone) {
    const practice::ContactCaps& own = budget.by_purpose.at(static_cast<std::size_t>(purpose));
    const bool exempt = budget.is_exempt(purpose);
    if (sent.empty() || (exempt && !own.bounds())) {
        return {};
    }
    const auto today = std::chrono::floor<days>(zone.to_local(now));
    std::vector<local_days> of_all;
    std::vector<local_days> of_purpose;
    for (const SentMessage& one : sent) {
        const auto day = std::min(std::chrono::floor<days>(zone.to_local(one.at)), today);
        if (!budget.is_exempt(one.purpose)) {
            of_all.push_back(day);
        }
        if (one.purpose == purpose) {
            of_purpose.push_back(day);
        }
    }
    BudgetAnswer answer;
    if (!exempt) {
        answer = ask_caps({budget.per_day, budget.per_week, budget.per_month}, std::move(of_all),
                          today, zone);
    }
    if (own.bounds()) {
        BudgetAnswer of_own = ask_caps(own, std::move(of_purpose), today, zone);
        if (exempt || of_own.free_at > answer.free_at) {
            answer = of_own;
            answer.purpose = purpose;
        }
    }
    return answer;
}

Instant next_contact_time(const practice::ContactHours& hours, Instant now, const Zone& zone) {
    const LocalTime local = zone.to_local(now);
    auto day = std::chrono::floor<days>(local);
    const auto is_open_day = [&](local_days each) {
        return hours.days.at(std::chrono::weekday(each).iso_encoding() - 1);
    };
    if (is_open_day(day) && local >= day + hours.from && local < day + hours.until) {
        return now;
    }
    if (local >= day + hours.from) {
        day += days{1};
    }
    for (int tried = 0; tried < 7 && !is_open_day(day); ++tried) {
        day += days{1};
    }
    return std::max(now, zone.to_instant(day + hours.from));
}

}  // namespace parcours::outreach
