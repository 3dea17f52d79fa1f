// Who comes into a campaign: by hand, and never only to be let out again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto visited = "exists ([Encounter] E where E.period starts after @2026-03-05)";

/// A campaign with one message that people are put into by hand; `more` are further members.
practice::FileMap by_hand(const std::string& again, const std::string& more = {}) {
    practice::FileMap files = one_message("walk", "by: [email]");
    std::string& text = files["campaigns/walk.yaml"];
    const std::string enter = "enter: { cohort: adults, again: never }\n";
    text.replace(text.find(enter), enter.size(),
                 "enter: { by: hand, again: " + again + " }\n" + more);
    return files;
}

PatientRecord anna() {
    return patient("anna").email("anna@example.org");
}

TEST(EntryByHand, APersonPutsAPatientIn) {
    Story s{"2026-03-01", practice_with({}, by_hand("never"))};
    s.record(anna()).run_until("2026-03-03 10:00");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty()) << "nobody comes in by itself";
    EXPECT_EQ(s.enrol("walk", "anna"), "at say");
    EXPECT_EQ(s.enrol("walk", "anna"), "the patient is in this campaign already");
    s.run_until("2026-03-04");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-03 10:00 email walk"));
    EXPECT_THAT(s.enrol("walk", "anna"), HasSubstr("it is entered once only"));
    s.restart();
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended completed"));
}

TEST(EntryByHand, NamesWhatIsWrong) {
    Story s{"2026-03-01", practice_with({"welcome"}, by_hand("never"))};
    s.record(anna()).run_until("2026-03-02");
    EXPECT_THAT(s.enrol("wlak", "anna"), HasSubstr("did you mean \"walk\"?"));
    EXPECT_THAT(s.enrol("welcome", "anna"), HasSubstr("takes patients in by itself"));
    s.record(anna().died("2026-03-02")).run_until("2026-03-03");
    EXPECT_THAT(s.enrol("walk", "anna"), HasSubstr("has died"));
}

TEST(EntryByHand, TheHoldoutIsDrawnAllTheSame) {
    int held_out = 0;
    Story s{"2026-03-01",
            practice_with(
                {}, by_hand("never", std::string("holdout: 50 %\nsuccess: '") + visited + "'\n"))};
    for (int i = 0; i < 20; ++i) {
        const std::string name = "p" + std::to_string(i);
        s.record(patient(name).email(name + "@example.org"));
    }
    s.run_until("2026-03-03 10:00");
    for (int i = 0; i < 20; ++i) {
        const std::string id = "p" + std::to_string(i);
        s.enrol("walk", id);
    }
    s.run_until("2026-03-04");
    for (int i = 0; i < 20; ++i) {
        held_out += s.said("p" + std::to_string(i)).empty() ? 1 : 0;
    }
    EXPECT_GT(held_out, 3);
    EXPECT_LT(held_out, 17);
}

TEST(Entry, NobodyComesInWhoWouldLeaveAtOnce) {
    const std::string exit = std::string("exit: [ { when: '") + visited + "', as: seen } ]\n";
    Story s{"2026-03-01", practice_with({}, by_hand("after exit", exit))};
    s.record(anna()).run_until("2026-03-02 10:00");
    EXPECT_EQ(s.enrol("walk", "anna"), "at say");
    s.record(visit("v1", "anna", "2026-03-06")).run_until("2026-03-08");
    EXPECT_THAT(s.enrol("walk", "anna"), HasSubstr("it would be over at once"));
}

TEST(Entry, ACohortDoesNotTakeTheSamePatientInDayAfterDay) {
    practice::FileMap files = one_message("walk", "by: [email]");
    std::string& text = files["campaigns/walk.yaml"];
    const std::string never = "again: never }\n";
    text.replace(
        text.find(never), never.size(),
        std::string("again: after exit }\nexit: [ { when: '") + visited + "', as: seen } ]\n");
    Story s{"2026-03-08", practice_with({}, files)};
    s.record(anna()).record(visit("v1", "anna", "2026-03-06")).run_until("2026-06-06");
    EXPECT_THAT(s.enrolments("anna"), IsEmpty());
    EXPECT_THAT(s.said("anna"), IsEmpty());
}

TEST(Words, ATextOfManySmsIsNotSentButTheNextChannelIsTried) {
    practice::FileMap files = one_message("walk", "by: [sms, email]");
    std::string body;
    for (int i = 0; i < 100; ++i) {
        body += "A text that is long. ";
    }
    files["content/walk.en.md"] += "\n=== sms ===\n" + body + "\n";
    Story s{"2026-03-06", practice_with({}, files)};
    s.record(anna().mobile("+14135550101")).run_until("2026-03-07");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-06 08:00 email walk"));
    EXPECT_THAT(s.decisions("anna"),
                ElementsAre("sms not-sent cannot-render", HasSubstr("email later"), "email send"));
}

TEST(Words, ANameOfThousandsOfLettersIsGivenToNobody) {
    Story s{"2026-03-06", practice_with({}, one_message("walk", "by: [sms]"))};
    std::string named = anna().mobile("+14135550101");
    const std::string given = "\"given\":[\"";
    const std::size_t at = named.find(given);
    ASSERT_NE(at, std::string::npos) << named;
    named.insert(at + given.size(), std::string(5000, 'a'));
    s.record(named).run_until("2026-03-07");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.unsaid("anna"), ElementsAre(HasSubstr("walk: ")));
}

}  // namespace
}  // namespace parcours::engine::testing
