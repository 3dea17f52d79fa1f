// That a scenario tells what is not as expected, and that every sentence of the language does what
// it says.

#include <cstddef>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>

#include "base/error.h"
#include "scenario/person.h"
#include "scenario/play.h"
#include "scenario/report.h"
#include "scenario/saying.h"
#include "scenario/scenario.h"

namespace parcours::scenario {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// One text to everybody of age, at once; and a campaign that people are put into by hand.
constexpr std::string_view head = R"(scenario: Test
clinic:
  languages: [en]
  webhooks:
    lab: { url: https://lab.example.org/x, secret: { env: LAB } }
file cohorts/adults.yaml:
  cohort: adults
  title: { en: Adults }
  cql: AgeInYears() >= 18
file campaigns/ping.yaml:
  campaign: ping
  title: { en: Ping }
  purpose: operations
  concern: general
  topic: news
  enter: { cohort: adults, again: never }
  steps:
    say:  { send: ping, by: [sms, email], then: done, else: call }
    call: { task: call, queue: front-desk, outcomes: { reached: done } }
    done: { end: completed }
file campaigns/by-hand.yaml:
  campaign: by-hand
  title: { en: By hand }
  purpose: operations
  concern: general
  topic: news
  enter: { by: hand, again: after exit }
  steps:
    wait: { wait: 90 days }
    done: { end: completed }
file content/ping.en.md:
  ---
  purpose: operations
  topic: news
  channels: [sms, email]
  subject: Hello
  ---
  Hello {given_name}.
)";

Result<Report> played(const std::string& timeline) {
    const auto read = read_scenarios(std::string(head) + timeline, "t.scenario");
    return read ? play(read->front()) : pass_on(read);
}

/// What a scenario that is understood says is not as expected; empty: nothing.
std::string missed(const std::string& timeline) {
    const auto report = played(timeline);
    EXPECT_TRUE(report) << report.error().to_text();
    return report ? explain(*report) : std::string();
}

std::string why_not(const std::string& timeline) {
    const auto report = played(timeline);
    EXPECT_FALSE(report);
    return report ? std::string() : report.error().to_text();
}

constexpr std::string_view anna = "2026-03-01 09:00\n  patient anna: mobile +14135550101\n";

TEST(Stage, WhatIsSaidHappens) {
    EXPECT_THAT(missed(std::string(anna) + "  sent to anna by sms: ping saying \"Hello anna\"\n"),
                IsEmpty());
}

TEST(Stage, WhatIsSentAndNotSaidIsAMiss) {
    EXPECT_THAT(missed(std::string(anna) + "2026-03-05\n"),
                AllOf(HasSubstr("t.scenario:39:1"), HasSubstr("nothing that the scenario does not"),
                      HasSubstr("2026-03-01 09:00  sent to anna by sms: ping")));
}

TEST(Stage, WhatIsSaidAndNotSentIsAMiss) {
    EXPECT_THAT(missed("2026-03-01 09:00\n  patient anna: born 2020-01-01\n"
                       "2026-03-02 09:00\n  sent to anna by sms: ping\n"),
                AllOf(HasSubstr("expected: sent to anna by sms: ping"),
                      HasSubstr("happened: it did not happen")));
}

TEST(Stage, AtAnotherMinuteIsAMissThatNamesIt) {
    EXPECT_THAT(missed("2026-03-01 05:00\n  patient anna: mobile +14135550101\n"
                       "2026-03-01 07:59\n  sent to anna by sms: ping\n2026-03-02\n"),
                AllOf(HasSubstr("it happened on 2026-03-01 08:00"), HasSubstr("around it:"),
                      HasSubstr("because quiet-hours")));
}

TEST(Stage, EachIsOnlyOnce) {
    EXPECT_THAT(missed(std::string(anna) + "  sent to anna by sms: ping\n"
                                           "  sent to anna by sms: ping\n"),
                AllOf(HasSubstr("t.scenario:42:3"), HasSubstr("it did not happen")));
}

TEST(Stage, OtherWordsOrAnotherAddressAreAMiss) {
    for (const char* const wrong : {"saying \"Bonjour\"", "to +14135550199", "in fr"}) {
        EXPECT_THAT(missed(fmt::format("{}  sent to anna by sms: ping {}\n", anna, wrong)),
                    HasSubstr("happened: sent to anna by sms: ping in en to +14135550101\n"
                              "        Hello anna."))
            << wrong;
    }
}

TEST(Stage, ATaskThatIsNotSaidIsAMiss) {
    EXPECT_THAT(missed("2026-03-01 09:00\n  patient anna\n"),
                HasSubstr("task for anna: call for front-desk at call"));
}

TEST(Stage, AnotherReasonIsAMiss) {
    const std::string timeline =
        "2026-03-01 09:00\n  patient anna\n  task for anna: call for "
        "front-desk\n  not sent to anna: ping because ";
    EXPECT_THAT(missed(timeline + "no-address\n"), IsEmpty());
    EXPECT_THAT(missed(timeline + "opted-out\n"), HasSubstr("not sent because no-address"));
    EXPECT_THAT(why_not(timeline + "no-adress\n"), HasSubstr("did you mean"));
}

TEST(Stage, WhereSomebodyStandsIsJudgedAtThatMoment) {
    EXPECT_THAT(missed("2026-03-01 05:00\n  patient anna: mobile +14135550101\n"
                       "  anna is at say of ping\n"
                       "2026-03-01 08:00\n  sent to anna by sms: ping\n"
                       "  anna is at say of ping\n"),
                HasSubstr("ended as completed"));
}

TEST(Stage, MistakesNameTheirPlaceInTheScenario) {
    EXPECT_THAT(why_not("2026-03-01\n  sent to bob by sms: ping\n"),
                AllOf(HasSubstr("t.scenario:40:11"), HasSubstr("nobody is called \"bob\"")));
    EXPECT_THAT(why_not("2026-03-02\n  patient anna\n2026-03-01\n"),
                AllOf(HasSubstr("t.scenario:41:1"), HasSubstr("time does not go back")));
    EXPECT_THAT(why_not("2026-02-30\n"), HasSubstr("t.scenario:39:1"));
    EXPECT_THAT(why_not("2026-03-01 09:00 Europe/Pari\n"), HasSubstr("t.scenario:39:18"));
    EXPECT_THAT(why_not(std::string(anna) + "  condition c1 of anna: diabets\n"),
                HasSubstr("did you mean \"diabetes\""));
    EXPECT_THAT(why_not(std::string(anna) + "  the program stops\n  nothing was sent to anna\n"),
                HasSubstr("does not run"));
    EXPECT_THAT(why_not(std::string(anna) + "  the program stops\n"),
                HasSubstr("ends while the program does not run"));
}

TEST(Stage, AMistakeInACampaignNamesItsPlaceInTheScenario) {
    const auto read = read_scenarios(R"(scenario: Test
file campaigns/ping.yaml:
  campaign: ping
  title: { en: Ping, fr: Ping, zh: 消息 }
  purpose: operations
  concern: general
  enter: { by: hand }
  steps:
    say: { sent: ping }
2026-03-01
)",
                                     "t.scenario");
    ASSERT_TRUE(read) << read.error().to_text();
    const auto report = play(read->front());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().where.file, "t.scenario") << report.error().to_text();
    EXPECT_EQ(report.error().where.line, 9U) << report.error().to_text();
}

TEST(Stage, APracticeIsRefusedForAMistakeAndForNoOther) {
    EXPECT_THAT(missed("mistake: \"nobody can say\"\n"),
                AllOf(HasSubstr("t.scenario:39:10"), HasSubstr("nothing is wrong")));
    const std::string circle =
        "file campaigns/by-hand.yaml:\n  campaign: by-hand\n"
        "  title: { en: By hand }\n  purpose: operations\n"
        "  concern: general\n  enter: { by: hand }\n  steps:\n"
        "    one: { branch: [ { if: 'true', then: one } ], else: one }\n";
    EXPECT_THAT(missed(circle + "mistake: \"no time passes\"\n"), IsEmpty());
    EXPECT_THAT(missed(circle + "mistake: \"another thing\"\n"), HasSubstr("no time passes"));
    EXPECT_THAT(why_not("mistake: \"x\"\n2026-03-01\n"), HasSubstr("not both"));
}

/// What must come before an example so that it holds.
std::string before(std::string_view example) {
    const auto is = [example](std::string_view text) {
        return example.find(text) != std::string_view::npos;
    };
    if (is("by email: ping because")) {
        return "2026-03-01 09:00\n  provider sms refuses\n  patient anna: mobile +14135550101\n";
    }
    if (is("no-address") || is("call of") || is("task for")) {
        const std::string closed =
            is("was closed") ? "  staff close call of anna as reached\n" : "";
        return "2026-03-01 09:00\n  patient anna\n" + closed;
    }
    if (is("quiet-hours")) {
        return "2026-03-01 05:00\n  patient anna: mobile +14135550101\n";
    }
    if (is("withdrawn")) {
        return "2026-03-01 05:00\n  patient anna: mobile +14135550101\n  anna is at say of ping\n"
               "  patient anna: died on 2026-03-01\n";
    }
    if (is("nothing was sent") || is("no task is open") || is("not in ping")) {
        return "2026-03-01 05:00\n  patient anna: born 2020-01-01\n";
    }
    if (is("no clear answer for")) {
        return "2026-03-01 09:00\n  provider sms gives no clear answer\n"
               "  patient anna: mobile +14135550101\n";
    }
    if (is("noted of")) {
        return std::string(anna) + "  anna answers preferred-channel with sms\n";
    }
    if (is("must not be used")) {
        return std::string(anna) + "  anna replies by sms: \"STOP\"\n";
    }
    return std::string(anna) +
           "  patient anna: email anna@example.org\n"
           "  appointment a0 of anna booked for 2026-09-01 10:00\n"
           "  anna ended ping as completed\n";
}

TEST(Sayings, EachHasAnExampleThatIsUnderstoodAsItself) {
    for (const Sayings& group : sayings()) {
        for (const Saying& saying : group.all) {
            const auto words = split_words(saying.example, {"x", 1, 1});
            ASSERT_TRUE(words) << saying.example;
            const auto said = understand(*words);
            ASSERT_TRUE(said) << saying.example << ": " << said.error().to_text();
            EXPECT_EQ(said->saying, &saying) << saying.example;
            EXPECT_FALSE(saying.help.empty());
        }
    }
}

/// Examples about the holdout, a program that stands still or versions have scenarios of their own.
bool needs_more(std::string_view example) {
    return example.starts_with("the program st") || example.find("holdout") != example.npos ||
           example.starts_with("staff publish") || example.starts_with("staff resume") ||
           example.starts_with("anna is at done") || example.starts_with("webhook");
}

TEST(Sayings, EachExampleHolds) {
    for (const Sayings& group : sayings()) {
        for (const Saying& saying : group.all) {
            if (needs_more(saying.example)) {
                continue;
            }
            const std::string timeline =
                before(saying.example) + "  " + std::string(saying.example) + "\n";
            const auto report = played(timeline);
            ASSERT_TRUE(report) << timeline << report.error().to_text();
            for (const Miss& miss : report->misses) {
                // What the example itself brings about need not be said here.
                EXPECT_NE(miss.expected, saying.example) << timeline << miss.happened << "\n"
                                                         << explain(*report);
            }
        }
    }
}

std::string documentation() {
    std::ifstream file(std::string(PARCOURS_SOURCE_DIR) + "/docs/scenarios.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Documentation, ItsExampleHolds) {
    const std::string text = documentation();
    const std::size_t from = text.find("# Our reminders");
    ASSERT_NE(from, std::string::npos);
    const auto read =
        read_scenarios(text.substr(from, text.find("```", from) - from), "d.scenario");
    ASSERT_TRUE(read) << read.error().to_text();
    const auto report = play(read->front());
    ASSERT_TRUE(report) << report.error().to_text();
    EXPECT_EQ(explain(*report), "");
}

TEST(Documentation, HasEverySentence) {
    const std::string text = documentation();
    const auto has = [&text](const std::string& line) {
        EXPECT_TRUE(text.find(line) != std::string::npos) << line;
    };
    for (const Sayings& group : sayings()) {
        has("### " + std::string(group.title));
        for (const Saying& saying : group.all) {
            has(fmt::format("| `{}` | {} |", saying.phrase.pattern(), saying.help));
        }
    }
    for (const Trait& trait : traits()) {
        has(fmt::format("| `{}` | {} |", trait.phrase.pattern(), trait.help));
    }
}

}  // namespace
}  // namespace parcours::scenario
