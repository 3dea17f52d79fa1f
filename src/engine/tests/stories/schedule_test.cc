// Cohorts that come in at set times.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

practice::FileMap at_times(const std::string& schedule, const std::string& more = {}) {
    practice::FileMap files = one_message("walk", "by: [email]");
    std::string& text = files["campaigns/walk.yaml"];
    const std::string enter = "enter: { cohort: adults, again: never }";
    text.replace(text.find(enter), enter.size(),
                 "enter: { cohort: adults, schedule: \"" + schedule + "\"" + more + " }");
    return files;
}

PatientRecord anna() {
    return patient("anna").email("anna@example.org");
}

TEST(Schedule, TakesTheCohortInAtItsTime) {
    Story s{"2026-03-01", practice_with({}, at_times("30 9 * * mon"))};
    s.record(anna()).run_until("2026-03-02 09:29");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty()) << "neither the start nor the sweep takes them in";
    s.run_until("2026-03-02 09:30");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 09:30 email walk"));
    s.record(patient("bert").email("bert@example.org")).run_until("2026-03-09 09:29");
    EXPECT_THAT(s.enrolments("bert"), IsEmpty());
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("bert"), ElementsAre("2026-03-09 09:30 email walk"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 09:30 email walk"));
}

TEST(Schedule, HasAZoneOfItsOwn) {
    Story s{"2026-03-01", practice_with({}, at_times("0 18 * * *", ", zone: Europe/Paris"))};
    s.record(anna()).run_until("2026-03-01 11:59");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty());
    s.run_until("2026-03-01 12:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-01 12:00 email walk"));
}

TEST(Schedule, AMissedTimeIsMadeUpForADay) {
    Story s{"2026-03-01", practice_with({}, at_times("0 10 * * mon"))};
    s.record(anna()).run_until("2026-03-02 09:00");
    s.outage_until("2026-03-02 15:00");
    s.run_until("2026-03-02 15:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 15:00 email walk"));
    s.record(patient("bert").email("bert@example.org")).run_until("2026-03-09 09:00");
    s.outage_until("2026-03-11 09:00");
    s.run_until("2026-03-15");
    EXPECT_THAT(s.enrolments("bert"), IsEmpty()) << "two days late is too late";
    s.run_until("2026-03-17");
    EXPECT_THAT(s.said("bert"), ElementsAre("2026-03-16 10:00 email walk"));
}

TEST(Schedule, RunsOnceAcrossARestart) {
    practice::FileMap files = at_times("0 10 * * *", ", again: after exit");
    Story s{"2026-03-01", practice_with({}, files)};
    s.record(anna()).run_until("2026-03-01 10:30");
    EXPECT_EQ(s.enrolments("anna").size(), 1U);
    s.restart();
    s.run_until("2026-03-01 23:00");
    EXPECT_EQ(s.enrolments("anna").size(), 1U);
    s.run_until("2026-03-02 10:00");
    EXPECT_EQ(s.enrolments("anna").size(), 2U);
}

TEST(Schedule, IsTheSameOnAVirtualClock) {
    Story s{"2026-03-01", practice_with({}, at_times("30 9 * * mon"))};
    s.record(anna()).rehearse_until("2026-03-10");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 09:30 email walk"));
}

TEST(Schedule, TheClocksGoForwardAndBackWithoutASecondTime) {
    // New York: on 2026-03-08 02:30 does not exist, on 2026-11-01 01:30 comes twice.
    Story spring{"2026-03-07", practice_with({}, at_times("30 2 * * *", ", again: after exit"))};
    spring.record(anna()).run_until("2026-03-08 12:00");
    EXPECT_EQ(spring.enrolments("anna").size(), 2U);
    Story autumn{"2026-10-31", practice_with({}, at_times("30 1 * * *", ", again: after exit"))};
    autumn.record(anna()).run_until("2026-11-01 12:00");
    EXPECT_EQ(autumn.enrolments("anna").size(), 2U);
}

}  // namespace
}  // namespace parcours::engine::testing
