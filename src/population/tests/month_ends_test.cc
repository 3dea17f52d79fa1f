// Cohorts kept live where the calendar goes back: six months before the 28th, the 29th, the 30th
// and the 31st of August are all the 28th of February, each from midnight to midnight.

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "population/cohort.h"
#include "population/live_cohorts.h"
#include "population/live_index.h"
#include "population/live_record.h"
#include "population/tests/cohort_records.h"
#include "population/tests/records.h"
#include "record/log.h"

namespace parcours::population {
namespace {

std::vector<LoggedBody> people(const std::vector<std::string>& moments) {
    std::vector<LoggedBody> log;
    for (const std::string& moment : moments) {
        const std::string who = "p" + std::to_string(log.size());
        log.push_back({"main", R"({"resourceType":"Patient","id":")" + who + "\"}"});
        log.push_back({"main", R"({"resourceType":"Observation","id":"o)" + who +
                                   R"(","status":"final","code":{"text":"x"},"subject":{)" +
                                   R"("reference":"Patient/)" + who +
                                   R"("},"effectiveDateTime":")" + moment + "\"}"});
    }
    return log;
}

const std::vector<std::string>& expressions() {
    static const std::vector<std::string> all = {
        "not exists ([Observation] O where O.effective after Now() - 6 months)",
        "exists ([Observation] O where O.effective before Now() - 1 year)",
        "exists ([Observation] O where O.effective during Interval[Now() - 9 months, Now() - 6 "
        "months])",
        "exists ([Observation] O where O.effective same day or before Now() - 6 months)"};
    return all;
}

/// Follows time from `from` on for so many steps.
void follow(const std::string& from, std::chrono::minutes step, int steps) {
    const auto log = people({"2025-02-27T10:00:00Z", "2025-02-28T10:00:00Z", "2025-02-28T23:30:00Z",
                             "2025-03-01T00:00:00Z", "2025-06-30T09:15:00Z", "2025-06-30",
                             "2024-08-29T12:00:00Z", "2025-02-28T10:00:00+05:00"});
    const auto index = std::make_shared<const LiveIndex>(build_index(log));
    const BodyReader reader = [&](LogPosition position) -> Result<std::string> {
        return log[position - 1].json;
    };
    const TestTerminology sets;
    LiveCohorts live;
    std::vector<std::shared_ptr<const cql::Expression>> compiled;
    for (const std::string& text : expressions()) {
        compiled.push_back(compile_cohort(text, sets));
        live.add(compiled.back());
    }
    Instant now = *parse_instant(from);
    live.start(std::make_unique<LiveRecord>(LiveSources{index, reader, nullptr, false},
                                            live.expressions(), now),
               now);
    for (int i = 0; i < steps; ++i) {
        now += step;
        live.advance(now);
        live.look();
        for (std::uint32_t cohort = 0; cohort < compiled.size(); ++cohort) {
            CohortContext context;
            context.as_of = now;
            context.read_body = reader;
            const auto answer = evaluate(*compiled[cohort], *index, context);
            ASSERT_TRUE(answer);
            ASSERT_EQ(live.count(cohort), answer->count)
                << expressions()[cohort] << " at " << format_instant(now);
        }
    }
}

TEST(LiveMonthEnds, TheShortestMonthIsFollowed) {
    follow("2025-08-26T03:10:00Z", std::chrono::minutes(173), 80);
}

TEST(LiveMonthEnds, AMonthOfThirtyDaysIsFollowed) {
    follow("2025-12-28T03:10:00Z", std::chrono::minutes(173), 50);
}

TEST(LiveMonthEnds, FromFarAwayTheFirstOfThemIsFound) {
    for (const char* const from : {"2025-03-15T03:10:00Z", "2025-05-31T11:00:00Z",
                                   "2025-07-29T23:59:00Z", "2025-01-30T00:00:00Z"}) {
        follow(from, std::chrono::hours(7), 900);
    }
}

}  // namespace
}  // namespace parcours::population
