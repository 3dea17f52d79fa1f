// People who are one: duplicates merged while a campaign runs.

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PatientRecord copy() {
    return patient("copy").email("anna@example.org").mobile("+14135550101");
}

class Merged : public ::testing::Test {
  protected:
    Merged() {
        s.record(patient("anna").email("anna@example.org").mobile("+14135550101"));
        s.record(copy());
        s.record(appointment("a1", "copy", "2026-03-10T18:00:00Z"));
    }
    Story s{"2026-03-01", practice_with({"appointment-reminder"})};
};

TEST_F(Merged, TheSurvivorIsRemindedOnceOfWhatWasTheCopys) {
    s.run_until("2026-03-05");
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: at three-days"));
    s.record(copy().merged_into("anna")).run_until("2026-03-12");
    EXPECT_THAT(s.said("copy"), IsEmpty()) << "the copy is nobody any more";
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: ended merged"));
}

TEST_F(Merged, WhatTheCopyWasToldIsNotToldTheSurvivorAgain) {
    s.run_until("2026-03-08");
    s.record(copy().merged_into("anna")).run_until("2026-03-12");
    EXPECT_THAT(s.said("copy"), ElementsAre("2026-03-07 10:00 email appointment-soon"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-09 10:00 sms appointment-tomorrow"));
}

TEST_F(Merged, TheStopOfTheCopyHoldsForTheSurvivor) {
    s.record(appointment("a2", "copy", "2026-03-24T18:00:00Z"));
    s.run_until("2026-03-09 12:00");
    s.reply("sms", "+14135550101", "STOP");
    s.record(copy().merged_into("anna"));
    s.record(patient("anna").mobile("+14135550109")).run_until("2026-03-24");
    EXPECT_THAT(s.said("anna"), IsEmpty())
        << "the most restrictive of both, whatever number stands in the record now";
}

TEST_F(Merged, WhereItIsUndoneTheCopyIsRemindedInARoundOfItsOwn) {
    s.run_until("2026-03-05");
    s.record(copy().merged_into("anna")).run_until("2026-03-06");
    s.record(copy()).run_until("2026-03-12");
    EXPECT_THAT(s.enrolments("copy"), ElementsAre("appointment-reminder: ended merged",
                                                  "appointment-reminder: ended completed"));
    EXPECT_THAT(s.said("copy"), ElementsAre("2026-03-07 10:00 email appointment-soon",
                                            "2026-03-09 10:00 sms appointment-tomorrow"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("appointment-reminder: ended cancelled"))
        << "the visit is not hers, so nothing is to be waited for";
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

/// A campaign of a holdout, and one whose ways are drawn by lot, for every adult.
practice::FileMap drawn() {
    practice::FileMap files = one_message("half", "by: [email]");
    std::string& half = files["campaigns/half.yaml"];
    half.erase(half.find("steps:\n"));
    half +=
        "holdout: 50 %\nsuccess: 'exists [Encounter]'\n"
        "steps:\n  wait: { wait: 10 days }\n  done: { end: completed }\n";
    for (const auto& [path, text] : one_message("lots", "by: [email]")) {
        files[path] = text;
    }
    std::string& lots = files["campaigns/lots.yaml"];
    lots.erase(lots.find("steps:\n"));
    lots +=
        "steps:\n  wait: { wait: 2 days }\n"
        "  try: { split: [ { share: 50 %, then: one }, { share: 50 %, then: two } ] }\n"
        "  one: { end: one }\n  two: { end: two }\n";
    return files;
}

constexpr int pair_count = 40;

PatientRecord nth(const char* what, int i) {
    return patient(what + std::to_string(i));
}

/// The side of the holdout and the way of the split of each, "held one".
Lines sides(Story& s, const char* what) {
    Lines all;
    for (int i = 0; i < pair_count; ++i) {
        std::string side;
        const Key key = s.key_of(what + std::to_string(i));
        for (const EnrolmentView one : s.ledger().enrolments_of(key)) {
            if (one.result() != "merged") {
                side += one.campaign() == "half" ? (one.holdout() ? "held " : "told ")
                                                 : std::string(one.result());
            }
        }
        all.push_back(side);
    }
    return all;
}

TEST(Merging, ChangesNobodysSideAndNobodysWay) {
    Story alone{"2026-03-01", practice_with({}, drawn())};
    Story merged{"2026-03-01", practice_with({}, drawn())};
    for (int i = 0; i < pair_count; ++i) {
        alone.record(nth("copy", i));
        merged.record(nth("copy", i));
    }
    alone.run_until("2026-03-06");
    merged.run_until("2026-03-02");
    for (int i = 0; i < pair_count; ++i) {
        merged.record(nth("p", i));
        merged.record(nth("copy", i).merged_into("p" + std::to_string(i)));
    }
    merged.run_until("2026-03-06");
    const Lines before = sides(alone, "copy");
    EXPECT_EQ(sides(merged, "p"), before);
    for (const char* const side : {"held one", "held two", "told one", "told two"}) {
        EXPECT_GT(std::ranges::count(before, side), 2) << side << ": the lots were drawn at all";
    }
}

}  // namespace
}  // namespace parcours::engine::testing
