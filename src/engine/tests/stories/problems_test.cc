// What a campaign cannot do for one patient is given to a person, once, and is done when it can be.

#include <chrono>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "engine/undo_launch.h"
#include "practice/folder.h"
#include "record/engagement.h"

namespace parcours::engine::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string by_hand = "{ by: hand, again: after exit }";

/// Adds a campaign of these steps, with a content of its name.
void add(practice::FileMap& files, const std::string& name, const std::string& enter,
         const std::string& steps) {
    for (const auto& [path, text] : one_message(name, "by: [email]")) {
        files[path] = text;
    }
    std::string& text = files["campaigns/" + name + ".yaml"];
    text.erase(text.find("steps:\n"));
    const std::string before = "enter: { cohort: adults, again: never }";
    text.replace(text.find(before), before.size(), "enter: " + enter);
    text += "steps:\n" + steps;
}

/// "walk", which is entered by hand, and "talk", which it may start.
practice::FileMap clinic_with(const std::string& walk) {
    practice::FileMap files;
    add(files, "walk", by_hand, walk);
    add(files, "talk", "{ by: campaign, again: never }",
        "  pause: { wait: 3 days }\n  say: { send: talk, by: [email] }\n"
        "  done: { end: completed }\n");
    files["practice.yaml"] = practice::built_in_files().at("practice.yaml") +
                             "\nwebhooks:\n  lab: { url: https://lab.example.org/x, secret: { "
                             "env: LAB } }\n";
    return files;
}

/// The release of an enrolment cannot be read from now on, or can be again: what a damaged log
/// does, and a restore mends.
class Damaged {
  public:
    Damaged(Story& story, const std::string& patient) : story_(story) {
        change(patient, named_hash("release", {"lost"}));
    }
    void mend(const std::string& patient) { change(patient, *before_); }

  private:
    void change(const std::string& patient, Digest release) {
        story_.act([&](Runner& runner, Instant now) -> Result<> {
            for (const EnrolmentView one : runner.ledger().enrolments_of(story_.key_of(patient))) {
                if (one.campaign() == "walk" && !one.ended()) {
                    Transition transition;
                    transition.enrolment = one.enrolment();
                    before_ = transition.enrolment.release;
                    transition.enrolment.release = release;
                    transition.at = now;
                    runner.journal().add(transition, now);
                    break;
                }
            }
            return {};
        });
    }
    Story& story_;
    std::optional<Digest> before_;
};

PatientRecord anna() {
    return patient("anna").email("anna@example.org").mobile("+12015550123");
}

const std::string start_talk =
    "  more: { start: talk, else: refused }\n  done: { end: started }\n"
    "  refused: { end: refused }\n";

TEST(Problems, WhatWasStartedBeforeAStepCouldNotGoOnWasStarted) {
    Story s{"2026-03-01", practice_with({}, clinic_with(start_talk))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at more");
    Damaged walk(s, "anna");
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at more", "talk: at pause"));
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems more")) << "once, however often";
    walk.mend("anna");
    s.close_task("anna", "done");
    s.run_until("2026-03-05");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: ended completed"));
    EXPECT_THAT(s.said("anna"), ElementsAre("2026-03-04 10:00 email talk"));
}

const std::string tell_lab =
    "  tell: { webhook: lab, data: { kit: fit }, else: failed }\n"
    "  done: { end: told }\n  failed: { end: failed }\n";

TEST(Problems, AWebhookThatWasTakenIsNotCalledAgain) {
    int calls = 0;
    Story s{"2026-03-01", practice_with({}, clinic_with(tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        ++calls;
        return channel::AttemptResult{.outcome = channel::Outcome::Accepted};
    });
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at tell");
    Damaged walk(s, "anna");
    s.run_until("2026-03-02");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems tell"));
    s.close_task("anna", "done");  // too early
    s.run_until("2026-03-02 10:00");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems tell")) << "so it is said again";
    walk.mend("anna");
    s.close_task("anna", "done");
    s.run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
    EXPECT_EQ(calls, 1);
}

TEST(Problems, AWebhookThatIsStillTriedGoesOn) {
    int calls = 0;
    Story s{"2026-03-01", practice_with({}, clinic_with(tell_lab))};
    s.provider([&calls](const std::string&, const channel::Outbound&) {
        return channel::AttemptResult{.outcome = ++calls < 3 ? channel::Outcome::Later
                                                             : channel::Outcome::Accepted};
    });
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at tell");
    Damaged walk(s, "anna");
    s.run_until("2026-03-01 10:01");
    s.reply("email", "anna@example.org", "hello");
    s.act([&](Runner& runner, Instant now) {
        return runner.happened(s.key_of("anna"), {"reply", "", "hello"}, now);
    });
    EXPECT_THAT(s.tasks("anna"), Contains("review problems tell"));
    walk.mend("anna");
    for (const TaskPointer& task : s.ledger().tasks()) {
        if (task->open() && task->task.queue == "problems") {
            const Digest id = task->task.id;
            s.act([&](Runner& runner, Instant now) {
                return runner.close_task(id, "done", "nurse", now);
            });
            break;
        }
    }
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
    EXPECT_EQ(calls, 3);
}

TEST(Problems, AReplyThatCouldNotBeTakenInIsHeardAfterwards) {
    Story s{"2026-03-01",
            practice_with({}, clinic_with("  say: { send: walk, by: [sms], then: wait }\n"
                                          "  wait: { wait-for: reply, choices: { yes: done }, "
                                          "at-most: 5 days, else: silent }\n"
                                          "  done: { end: told }\n  silent: { end: silent }\n"))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at say");
    s.run_until("2026-03-01 11:00");
    Damaged walk(s, "anna");
    s.reply("sms", "+12015550123", "Yes please");
    EXPECT_THAT(s.tasks("anna"), Contains("review problems wait"));
    walk.mend("anna");
    for (const TaskPointer& task : s.ledger().tasks()) {
        if (task->open() && task->task.queue == "problems") {
            const Digest id = task->task.id;
            s.act([&](Runner& runner, Instant now) {
                return runner.close_task(id, "done", "nurse", now);
            });
            break;
        }
    }
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
}

TEST(Problems, ClosingTheTaskBringsNoTimeForward) {
    Story s{"2026-03-01",
            practice_with({}, clinic_with("  wait: { wait: 5 days }\n  done: { end: told }\n"))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at wait");
    Damaged walk(s, "anna");
    s.act([&](Runner& runner, Instant now) {
        return runner.happened(s.key_of("anna"), {"delivered", "", ""}, now);
    });
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems wait"));
    walk.mend("anna");
    s.close_task("anna", "done");
    s.run_until("2026-03-03");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: at wait"));
    s.run_until("2026-03-07");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
}

TEST(Problems, AWaitThatMayHaveMissedItsEventDoesNotGoOnWaiting) {
    Story s{"2026-03-01",
            practice_with({}, clinic_with("  wait: { wait-for: reply, at-most: 5 days, then: done, "
                                          "else: silent }\n  done: { end: told }\n"
                                          "  silent: { end: silent }\n"))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at wait");
    Damaged walk(s, "anna");
    s.act([&](Runner& runner, Instant now) {
        return runner.happened(s.key_of("anna"), {"reply", "", "yes"}, now);
    });
    walk.mend("anna");
    s.close_task("anna", "done");
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended silent"));
}

const std::string until_reply =
    "  say: { send: walk, by: [sms], then: wait }\n"
    "  wait: { wait-for: reply, choices: { yes: done }, at-most: 5 days, else: silent }\n"
    "  done: { end: told }\n  silent: { end: silent }\n";

/// A reply is written down by a clock that is wrong by so much, and nothing more happens by it.
void note_reply(Story& s, const std::string& text, std::chrono::hours off) {
    s.act([&](Runner& runner, Instant now) -> Result<> {
        runner.journal().add(Replied{.patient = s.key_of("anna"),
                                     .channel = "sms",
                                     .address = "+12015550123",
                                     .text = text,
                                     .meaning = "none",
                                     .event_id = text,
                                     .at = now + off},
                             now + off);
        return {};
    });
}

/// The step fails at something else, is mended, and is tried again.
void fail_and_mend(Story& s, const std::function<void()>& meanwhile) {
    Damaged walk(s, "anna");
    meanwhile();
    s.act([&](Runner& runner, Instant now) {
        return runner.happened(s.key_of("anna"), {"reply", "", "pardon"}, now);
    });
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems wait"));
    walk.mend("anna");
    s.close_task("anna", "done");
}

TEST(Problems, AReplyThatCameWhileTheClockWasSetBackIsHeardAfterwards) {
    Story s{"2026-03-01", practice_with({}, clinic_with(until_reply))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at say");
    s.run_until("2026-03-01 11:00");
    fail_and_mend(s, [&s] { note_reply(s, "yes", std::chrono::hours{-48}); });
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended told"));
}

TEST(Problems, AReplyThatAClockAheadHadDatedIsNotHeardOfALaterStep) {
    Story s{"2026-03-01", practice_with({}, clinic_with(until_reply))};
    s.record(anna()).run_until("2026-03-01 10:00");
    note_reply(s, "yes", std::chrono::hours{48});
    ASSERT_EQ(s.enrol("walk", "anna"), "at say");
    s.run_until("2026-03-01 11:00");
    fail_and_mend(s, [] {});
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended silent"))
        << "it came before the step";
}

TEST(Problems, WhatAnEarlierRoundStartedIsNotWhatThisOneStarts) {
    practice::FileMap files = clinic_with(
        "  more: { start: talk, else: refused }\n  days: { wait: 10 days }\n"
        "  round: { branch: [ { if: 'Now() > enrolled + 15 days', then: done } ], else: more }\n"
        "  done: { end: started }\n  refused: { end: refused }\n");
    add(files, "talk", "{ by: campaign, again: after exit }",
        "  pause: { wait: 3 days }\n  say: { send: talk, by: [email] }\n"
        "  done: { end: completed }\n");
    Story s{"2026-03-01", practice_with({}, files)};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at more");
    s.run_until("2026-03-25");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: ended completed",
                                                  "talk: ended completed"));
    EXPECT_THAT(s.said("anna"),
                ElementsAre("2026-03-04 10:00 email talk", "2026-03-14 10:00 email talk"));
}

TEST(Problems, AWishToHearNoMoreIsNoReplyAfterwards) {
    Story s{"2026-03-01",
            practice_with({}, clinic_with("  say: { send: walk, by: [sms], then: wait }\n"
                                          "  wait: { wait-for: reply, at-most: 5 days, then: done, "
                                          "else: silent }\n  done: { end: told }\n"
                                          "  silent: { end: silent }\n"))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at say");
    s.run_until("2026-03-01 11:00");
    Damaged walk(s, "anna");
    channel::Inbound wish;
    wish.kind = channel::Inbound::Kind::Unsubscribe;
    wish.from = "+12015550123";
    wish.text = "STOP";
    s.comes_back("sms", wish);
    s.act([&](Runner& runner, Instant now) {
        return runner.happened(s.key_of("anna"), {"delivered", "", ""}, now);
    });
    walk.mend("anna");
    s.close_task("anna", "done");
    s.run_until("2026-03-02");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended silent"));
}

TEST(Problems, WhatStillCannotBeDoneIsGivenToAPersonAgain) {
    Story s{"2026-03-01", practice_with({}, clinic_with("  wait: { wait: 1 day }\n" + start_talk))};
    s.record(anna()).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at wait");
    Damaged walk(s, "anna");
    s.run_until("2026-03-03");
    ASSERT_THAT(s.tasks("anna"), ElementsAre("review problems wait"));
    s.close_task("anna", "done");
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems wait"));
    walk.mend("anna");
    s.run_until("2026-03-04");
    s.close_task("anna", "done");
    s.run_until("2026-03-08");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: ended completed"));
    EXPECT_THAT(s.tasks("anna"), IsEmpty());
}

TEST(Problems, AReleaseThatCannotBeReadHoldsUpNobodyElse) {
    Story s{"2026-03-01",
            practice_with({}, clinic_with("  wait: { wait-for: 'exists [Encounter]', at-most: 5 "
                                          "days, then: done, else: done }\n"
                                          "  done: { end: done }\n"))};
    s.record(anna()).record(patient("bert")).run_until("2026-03-01 10:00");
    ASSERT_EQ(s.enrol("walk", "anna"), "at wait");
    ASSERT_EQ(s.enrol("walk", "bert"), "at wait");
    const Damaged walk(s, "anna");
    s.run_until("2026-03-08");  // past several looks at everybody
    EXPECT_THAT(s.enrolments("bert"), ElementsAre("walk: ended done"));
    EXPECT_THAT(s.tasks("anna"), ElementsAre("review problems wait"));
}

TEST(Undo, TakesBackWhomTheLaunchPutElsewhere) {
    practice::FileMap files = clinic_with(start_talk);
    add(files, "call", by_hand, "  more: { start: talk }\n  done: { end: started }\n");
    Story s{"2026-03-01", practice_with({}, files)};
    s.record(anna()).record(patient("bert").email("bert@example.org"));
    s.run_until("2026-03-01 00:10");
    ASSERT_EQ(s.enrol("walk", "anna"), "at more");
    ASSERT_EQ(s.enrol("call", "bert"), "at more");
    s.run_until("2026-03-01 00:15");
    ASSERT_EQ(s.enrol("walk", "bert"), "at more");
    s.run_until("2026-03-01 00:20");
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: at pause"));
    EXPECT_THAT(s.enrolments("bert"),
                ElementsAre("call: ended started", "talk: at pause", "walk: ended refused"));
    s.act([](Runner& runner, Instant now) -> Result<> {
        const auto undone = undo_launch(runner, "walk", {"Ann", "wrong words"}, now);
        if (!undone) {
            return pass_on(undone);
        }
        EXPECT_EQ(undone->left, 0U) << "they have gone through it";
        EXPECT_EQ(undone->elsewhere, 1U);
        return {};
    });
    EXPECT_THAT(s.enrolments("anna"), ElementsAre("walk: ended started", "talk: ended undone"));
    s.run_until("2026-03-10");
    EXPECT_THAT(s.said("anna"), IsEmpty());
    EXPECT_THAT(s.said("bert"), ElementsAre(HasSubstr("email talk"))) << "another put him there";
}

}  // namespace
}  // namespace parcours::engine::testing
