// What leaves together: joining, budgets, households, rates, failing providers, calls.

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"

namespace parcours::engine::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void add(practice::FileMap& files, const practice::FileMap& more) {
    for (const auto& [path, text] : more) {
        files[path] = text;
    }
}

/// The settings of the clinic, with `more` instead of what they say of it.
void set(practice::FileMap& files, const std::string& more) {
    files["practice.yaml"] = fmt::format(R"(name: Riverside
time-zone: America/New_York
country: US
languages: [en, fr, zh]
contact-hours: {{ from: "08:00", until: "21:00" }}
channels: {{ email: {{ adapter: sandbox }}, sms: {{ adapter: sandbox }} }}
{})",
                                         more);
}

/// A word to every adult, by a campaign of that priority; `front` is added to its front matter.
practice::FileMap word(const std::string& name, int priority, const std::string& front,
                       const std::string& by = "by: [email, sms]") {
    practice::FileMap files = one_message(name, by, priority);
    for (const char* const language : {"en", "fr", "zh"}) {
        std::string& text = files[fmt::format("content/{}.{}.md", name, language)];
        text.insert(text.find("subject:"), front);
    }
    return files;
}

std::string joins(const std::string& line) {
    return "joins: care-gaps\nline: " + line + "\n";
}

/// Three gaps that are said in one message where they meet.
practice::FileMap three_gaps() {
    practice::FileMap files;
    add(files, word("eyes", 40, joins("your eyes for {given_name}")));
    add(files, word("feet", 60, joins("your feet")));
    add(files, word("blood", 50, joins("a blood test")));
    for (const char* const language : {"en", "fr", "zh"}) {
        files[fmt::format("content/care-gaps.{}.md", language)] =
            "---\npurpose: operations\ntopic: news\nchannels: [email, sms]\nsubject: Due\n"
            "approved: { on: 2020-01-01, by: a test }\n---\nHello "
            "{given_name},\n\n{parts}\n\nBye.\n";
    }
    return files;
}

TEST(Joining, ThreeGapsAreOneMessage) {
    Story s("2026-03-01", practice_with({}, three_gaps()));
    s.record(patient("anna").mobile("+14135550101"));
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-01 08:00 sms blood", "2026-03-01 08:00 sms eyes",
                            "2026-03-01 08:00 sms feet"));
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("blood 0", "eyes 0", "feet 1"))
        << "the most urgent takes the others along";
    EXPECT_EQ(s.last_attempt("anna").text,
              "Hello anna,\n\n- your feet\n- a blood test\n- your eyes for anna\n\nBye.");
    EXPECT_EQ(s.ledger().totals().sent.at("sms"), 1U);
    EXPECT_EQ(s.ledger().totals().joined, 2U);
    EXPECT_EQ(s.ledger().sent_to(s.key_of("anna")).size(), 1U) << "the budget is used once";
    EXPECT_THAT(s.decisions("anna"),
                ElementsAre("email not-sent no-address",
                            "sms later quiet-hours until 2026-03-01 08:00", "sms send"));
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("blood: ended completed", "eyes: ended completed",
                                                  "feet: ended completed"));
}

TEST(Joining, WhatCannotBeJoinedGoesByItself) {
    auto files = three_gaps();
    add(files, word("eyes", 40, joins("your eyes"), "by: [email]"));
    set(files, "contact-budget: { per-day: none, per-week: none, per-month: none }");
    Story s("2026-03-01", practice_with({}, files));
    s.record(patient("anna").mobile("+14135550101").email("anna@example.org"));
    s.provider([](const std::string& channel, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome =
            channel == "email" ? channel::Outcome::Refused : channel::Outcome::Accepted;
        return result;
    });
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-01 08:00 sms blood", "2026-03-01 08:00 sms feet"));
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("eyes: refused-by-provider"));
    EXPECT_EQ(s.ledger().totals().joined, 1U)
        << "what a provider refused for all goes on for all, together again";
}

TEST(Joining, WhatIsUnknownOfOneIsUnknownOfAll) {
    Story s("2026-03-01", practice_with({}, three_gaps()));
    s.record(patient("anna").mobile("+14135550101"));
    s.provider([](const std::string&, const channel::Outbound&) -> channel::AttemptResult {
        throw Crash();
    });
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.unsaid("anna"), ElementsAre("blood: unknown-result", "eyes: unknown-result",
                                              "feet: unknown-result"));
    EXPECT_THAT(s.handed_over("anna"), ElementsAre("blood 0", "eyes 0", "feet 1"));
}

TEST(Joining, AStopInBetweenConcernsEachOfThem) {
    Story s("2026-03-01", practice_with({}, three_gaps()));
    s.record(patient("anna").mobile("+14135550101"));
    s.provider([](const std::string&, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome = channel::Outcome::Later;
        return result;
    });
    s.run_until("2026-03-01 08:00");
    s.provider({});
    s.reply("sms", "+14135550101", "STOP");
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.unsaid("anna"),
                ElementsAre("blood: provider-unavailable", "eyes: provider-unavailable",
                            "feet: provider-unavailable"));
}

TEST(Joining, WhatWouldMakeMorePeopleCallKeepsItsPace) {
    auto files = three_gaps();
    add(files, word("eyes", 40, joins("your eyes") + "calls: { rate: 0.5, queue: desk }\n"));
    set(files,
        "contact-budget: { per-day: none, per-week: none, per-month: none }\n"
        "queues: { desk: { calls-per-hour: 1 } }");
    Story s("2026-03-01", practice_with({}, files));
    const std::vector<std::string> people = {"anna", "bert", "cleo"};
    for (std::size_t i = 0; i < people.size(); ++i) {
        s.record(patient(people[i]).mobile(fmt::format("+1413555010{}", i)));
    }
    s.run_until("2026-03-02");
    std::vector<std::string> all;
    for (const std::string& name : people) {
        for (const std::string& line : s.said(name)) {
            if (line.ends_with("eyes")) {
                all.push_back(line.substr(11, 5));
            }
        }
    }
    std::ranges::sort(all);
    EXPECT_THAT(all, ElementsAre("08:00", "08:30", "09:00"))
        << "one in half an hour, joined or not";
    EXPECT_EQ(s.ledger().totals().joined, 4U) << "the first may go with the others";
}

TEST(Joining, TwoPartsThatMakePeopleCallDoNotShareOneTurn) {
    auto files = three_gaps();
    const std::string calls = "calls: { rate: 0.5, queue: desk }\n";
    add(files, word("eyes", 40, joins("your eyes") + calls));
    add(files, word("blood", 50, joins("a blood test") + calls));
    set(files,
        "contact-budget: { per-day: none, per-week: none, per-month: none }\n"
        "queues: { desk: { calls-per-hour: 1 } }");
    Story s("2026-03-01", practice_with({}, files));
    s.record(patient("anna").mobile("+14135550101"));
    s.run_until("2026-03-02");
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-01 08:00 sms blood", "2026-03-01 08:00 sms feet",
                            "2026-03-01 08:30 sms eyes"));
    EXPECT_EQ(s.ledger().totals().joined, 1U);
}

/// The files that docs/arbiter.md gives for it.
practice::FileMap floor_files() {
    return {{"cohorts/not-heard-from-us.yaml", R"(cohort: not-heard-from-us
title: { en: Not heard from us for a year, fr: Sans nouvelles depuis un an, zh: 一年内未联系 }
cql: |
  exists ([Encounter] E
      where E.period starts after Now() - 3 years and not (E.status ~ 'cancelled'))
    and not exists ([Encounter] E
      where E.period starts after Now() - 1 year and not (E.status ~ 'cancelled'))
    and not exists ([Contact] C where C.direction = 'out' and C.at after Now() - 1 year)
    and not exists ([Message] M where M.status = 'sent' and M.at after Now() - 1 year)
    and Patient.deceased is null
)"},
            {"campaigns/keep-in-touch.yaml", R"(campaign: keep-in-touch
title: { en: Keep in touch, fr: Garder le contact, zh: 保持联系 }
purpose: operations
concern: general
topic: keep-in-touch
priority: 5
enter: { cohort: not-heard-from-us, again: after 12 months }
exit: [ left-care, palliative ]
steps:
  look: { task: review, queue: front-desk, due: 30 days, outcomes: { contacted: done, not-needed: done } }
  done: { end: completed }
)"}};
}

TEST(Floor, NobodyInCareIsForgottenForAYear) {
    auto files = floor_files();
    add(files, one_message("news", "by: [email]"));
    Story s("2026-03-01", practice_with({}, files));
    for (const std::string name : {"seen", "written", "forgotten", "long-gone"}) {
        s.record(patient(name));
        s.record(visit("v-" + name, name,
                       name == "seen"        ? "2025-06-01"
                       : name == "long-gone" ? "2020-03-01"
                                             : "2025-01-15"));
    }
    s.record(patient("written").email("w@example.org"));
    s.run_until("2026-03-04");
    EXPECT_THAT(s.tasks("forgotten"), ElementsAre("review front-desk look"));
    EXPECT_THAT(s.tasks("seen"), IsEmpty());
    EXPECT_THAT(s.tasks("long-gone"), IsEmpty());
    s.run_until("2026-06-20");
    EXPECT_THAT(s.tasks("seen"), ElementsAre("review front-desk look")) << "time passes";
}

TEST(Household, OneAddressHasNotAllOfThemOnOneDay) {
    Story s("2026-03-01", practice_with({}, one_message("news", "by: [email], not-after: 5 days")));
    for (const std::string name : {"ann", "ben", "cleo", "dan", "eve"}) {
        s.record(patient(name).email("family@example.org"));
    }
    s.run_until("2026-03-10");
    std::map<std::string, int> on;
    for (const std::string name : {"ann", "ben", "cleo", "dan", "eve"}) {
        for (const std::string& line : s.said(name)) {
            ++on[line.substr(0, 10)];
        }
    }
    EXPECT_EQ(
        on, (std::map<std::string, int>{{"2026-03-01", 2}, {"2026-03-02", 2}, {"2026-03-03", 1}}));
}

TEST(Budget, OfAPurposeIsItsOwn) {
    auto files = word("first", 50, "");
    add(files, word("second", 40, ""));
    set(files,
        "contact-budget: { per-day: none, per-week: none, per-month: none, operations: { per-day: "
        "1 } }");
    Story s("2026-03-01", practice_with({}, files));
    s.record(patient("anna").email("anna@example.org"));
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-01 08:00 email first", "2026-03-02 08:00 email second"));
}

/// Everybody of a small clinic: p1 … p`count`, each with a number.
void record_people(Story& s, int count) {
    for (int i = 1; i <= count; ++i) {
        s.record(patient(fmt::format("p{}", i)).mobile(fmt::format("+141355501{:02}", i)));
    }
}

std::vector<std::string> moments(Story& s, int count) {
    std::vector<std::string> all;
    for (int i = 1; i <= count; ++i) {
        for (const std::string& line : s.said(fmt::format("p{}", i))) {
            all.push_back(line.substr(0, 16));
        }
    }
    std::ranges::sort(all);
    return all;
}

TEST(Rate, AChannelTakesNoMoreAMinute) {
    auto files = one_message("news", "by: [sms]");
    files["practice.yaml"] =
        "name: R\ntime-zone: America/New_York\nlanguages: [en, fr, zh]\n"
        "channels: { sms: { adapter: sandbox, per-minute: 2 } }\n";
    Story s("2026-03-01", practice_with({}, files));
    record_people(s, 6);
    s.run_until("2026-03-02");
    EXPECT_THAT(moments(s, 6),
                ElementsAre("2026-03-01 08:00", "2026-03-01 08:00", "2026-03-01 08:00",
                            "2026-03-01 08:01", "2026-03-01 08:01", "2026-03-01 08:02"));
}

TEST(Rate, AndNoMoreADay) {
    auto files = one_message("news", "by: [sms], not-after: 5 days");
    files["practice.yaml"] =
        "name: R\ntime-zone: America/New_York\nlanguages: [en, fr, zh]\n"
        "channels: { sms: { adapter: sandbox, per-day: 2 } }\n";
    Story s("2026-03-01", practice_with({}, files));
    record_people(s, 5);
    s.run_until("2026-03-10");
    EXPECT_THAT(moments(s, 5),
                ElementsAre("2026-03-01 08:00", "2026-03-01 08:00", "2026-03-02 08:00",
                            "2026-03-02 08:00", "2026-03-03 08:00"));
}

TEST(Calls, MessagesThatCauseThemArePaced) {
    auto files = word("news", 50, "calls: { rate: 0.5, queue: desk }\n");
    set(files, "queues: { desk: { calls-per-hour: 1 } }");
    Story s("2026-03-01", practice_with({}, files));
    record_people(s, 4);
    s.run_until("2026-03-02");
    EXPECT_THAT(moments(s, 4), ElementsAre("2026-03-01 08:00", "2026-03-01 08:30",
                                           "2026-03-01 09:00", "2026-03-01 09:30"));
    for (int i = 1; i <= 4; ++i) {
        const std::string name = fmt::format("p{}", i);
        if (s.said(name) == Lines{"2026-03-01 09:30 sms news"}) {
            EXPECT_THAT(s.decisions(name),
                        ElementsAre("email not-sent no-address",
                                    "sms later quiet-hours until 2026-03-01 08:00",
                                    "sms later calls-paced until 2026-03-01 09:30", "sms send"));
        }
    }
}

TEST(Calls, WhoseTurnFallsIntoTheNightAsksAnewInTheMorning) {
    auto files = word("news", 50, "calls: { rate: 0.5, queue: desk }\n");
    set(files, "queues: { desk: { calls-per-hour: 1 } }");
    Story s("2026-03-01", practice_with({}, files));
    record_people(s, 40);
    s.run_until("2026-03-02 12:00");
    const std::vector<std::string> all = moments(s, 40);
    EXPECT_EQ(std::ranges::count(all, "2026-03-02 08:00"), 1) << "not all that the night held up";
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "one each half hour";
    EXPECT_EQ(all.size(), 26U + 9U);
}

TEST(Calls, ATurnIsNotTakenAlongToTheNextChannel) {
    auto files = word("news", 50, "calls: { rate: 0.5, queue: desk }\n",
                      "by: [sms, email], not-after: 5 days");
    set(files, "queues: { desk: { calls-per-hour: 1 } }");
    Story s("2026-03-01", practice_with({}, files));
    for (const int i : {1, 2}) {
        s.record(patient(fmt::format("p{}", i))
                     .mobile(fmt::format("+141355501{:02}", i))
                     .email(fmt::format("p{}@example.org", i)));
    }
    s.run_until("2026-03-01 08:10");
    const int second = s.said("p1").empty() ? 1 : 2;
    s.reply("sms", fmt::format("+141355501{:02}", second), "STOP");
    s.run_until("2026-03-02");
    const std::string name = fmt::format("p{}", second);
    EXPECT_THAT(s.said(name), ElementsAre("2026-03-01 09:00 email news"));
    EXPECT_THAT(s.decisions(name), Contains("email later calls-paced until 2026-03-01 09:00"));
}

TEST(Provider, ThatFailsAgainAndAgainRestsAndIsTriedByOne) {
    Story s("2026-03-01", practice_with({}, one_message("news", "by: [sms]")));
    record_people(s, 8);
    int tries = 0;
    s.provider([&tries](const std::string&, const channel::Outbound&) {
        channel::AttemptResult result;
        result.outcome = ++tries <= 9 ? channel::Outcome::Later : channel::Outcome::Accepted;
        result.detail = "connection refused";
        return result;
    });
    s.run_until("2026-03-01 08:00");
    EXPECT_EQ(tries, 8) << "what left together is tried together";
    s.run_until("2026-03-01 08:06");
    EXPECT_EQ(tries, 8) << "then it rests: 8 minutes after the eighth";
    std::vector<std::string> open;
    for (const TaskPointer& task : s.ledger().tasks()) {
        open.push_back(task->task.queue + ": " + task->task.reason.substr(0, 33));
        EXPECT_TRUE(task->open());
    }
    EXPECT_THAT(open, ElementsAre("problems: the channel sms failed 5 times in"));
    s.run_until("2026-03-01 08:08");
    EXPECT_EQ(tries, 9) << "one tries it for all";
    s.run_until("2026-03-02");
    EXPECT_EQ(moments(s, 8).size(), 8U);
    EXPECT_FALSE(s.ledger().tasks()[0]->open());
    EXPECT_EQ(s.ledger().tasks().size(), 1U);
}

TEST(Paused, WhatRestsDoesNotLeaveInTheTurnOfAnother) {
    practice::FileMap files;
    add(files, one_message("first", "by: [email]", 90));
    add(files, one_message("second", "by: [email]", 40));
    set(files, "contact-budget: { per-day: 5, per-week: 5, per-month: 5 }\n");
    Story s("2026-03-02", practice_with({}, files));
    s.record(patient("anna").email("anna@example.org")).run_until("2026-03-02 01:00");
    s.pause("first", true);
    s.run_until("2026-03-02 12:00");
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-02 08:00 email second"));
    s.pause("first", false);
    s.run_until("2026-03-02 13:00");
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-02 08:00 email second", "2026-03-02 12:00 email first"));
}

}  // namespace
}  // namespace parcours::engine::testing
