#include "engine/holds.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "engine/events.h"
#include "engine/import.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/tests/service_fixture.h"
#include "engine/undo_launch.h"
#include "engine/zone_data.h"

namespace parcours::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Such as the shipped recall takes in and can write to: p`from` … p`to`.
std::string people(int from, int to) {
    std::string text = recall_patients(from, to);
    const auto put = [&text](const std::string& before, const std::string& after) {
        for (std::size_t at = text.find(before); at != std::string::npos;
             at = text.find(before, at + after.size())) {
            text.replace(at, before.size(), after);
        }
    };
    put(R"("family":)", R"("given":["Zoe"],"family":)");
    put("1960-05-01", "1990-05-01");  // too young for the other campaigns
    return text;
}

/// Twenty people whom the shipped recall has taken in, before the hours of writing; beside those
/// of the fixture, whose names are not known, so that nothing is said to them.
class HoldsTest : public ServiceFixture {
  protected:
    HoldsTest() { come(21, 40); }
    void come(int from, int to) {
        const std::string folder = "more" + std::to_string(from);
        files.texts.files[folder + "/a.ndjson"] = people(from, to);
        EXPECT_TRUE(service->intake().import(folder_in(folder), [](const ImportProgress&) {}));
        work_all();
    }
    Result<> set(const std::string& what, bool held) {
        return service->act([&](Runner& runner, Instant now) {
            return hold(runner, what, held, {"Ann", "a test"}, now);
        });
    }
    Result<Undone> undo() {
        Result<Undone> count;
        const auto done = service->act([&](Runner& runner, Instant now) -> Result<> {
            count = undo_launch(runner, "diabetes-hba1c", {"Ann", "a test"}, now);
            return count ? Result<>{} : pass_on(count);
        });
        return done ? count : pass_on(done);
    }
    void pass(std::chrono::minutes time) {
        clock.set(clock.now() + time);
        work_all();
    }
    std::map<std::string, int> messages() {
        std::map<std::string, int> counts;
        for (const MessagePointer& state : service->ledger().ledger.messages()) {
            if (state->status != MessageState::Status::NotSent) {
                ++counts[std::string(status_name(*state))];
            }
        }
        return counts;
    }
    bool all_held() { return service->ledger().ledger.traffic().all_held(); }
};

using Counts = std::map<std::string, int>;

TEST_F(HoldsTest, AChannelWaitsAndNothingIsLost) {
    ASSERT_TRUE(set("email", true));
    pass(hours{5});
    EXPECT_EQ(messages(), (Counts{{"waiting", 20}}));
    {
        const auto reading = service->ledger();
        const MessagePointer last = reading.ledger.messages()[reading.ledger.messages().size() - 1];
        const MessageState& one = *last;
        EXPECT_TRUE(is_resting(reading.ledger, one));
        EXPECT_EQ(why_resting(reading.ledger, one),
                  "the channel email is held since 2026-03-02T10:00:00Z by Ann: a test");
    }
    reopen();
    ASSERT_TRUE(service->start());
    work_all();
    EXPECT_EQ(messages(), (Counts{{"waiting", 20}})) << "a start keeps it";
    ASSERT_TRUE(set("email", false));
    work_all();
    EXPECT_EQ(messages(), (Counts{{"captured", 20}}));
}

TEST_F(HoldsTest, AChannelThatIsHeldIsNoWayOutForAnotherThatCannotBeUsed) {
    // With a phone, and an address of mail that is none: the first of the ladder is not possible.
    std::string text = people(41, 45);
    const std::string email = R"({"system":"email","value":"p4)";
    for (std::size_t at = text.find(email); at != std::string::npos; at = text.find(email, at)) {
        text.replace(at, text.find('}', at) - at,
                     R"({"system":"phone","use":"mobile","value":"+1413555014)" +
                         text.substr(at + email.size(), 1) + "\"");
    }
    ASSERT_TRUE(set("email", false));
    ASSERT_TRUE(set("sms", true));
    files.texts.files["phones/a.ndjson"] = text;
    EXPECT_TRUE(service->intake().import(folder_in("phones"), [](const ImportProgress&) {}));
    work_all();
    pass(hours{5});
    EXPECT_EQ(messages(), (Counts{{"captured", 20}, {"waiting", 5}}));
    ASSERT_TRUE(set("sms", false));
    work_all();
    EXPECT_EQ(messages(), (Counts{{"captured", 25}}));
}

TEST_F(HoldsTest, WhileEverythingIsHeldNobodyIsTakenInAndNoTimerFires) {
    ASSERT_TRUE(set("everything", true));
    const std::size_t enrolled = service->ledger().ledger.enrolments().size();
    come(41, 45);
    pass(hours{6});
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), enrolled);
    EXPECT_TRUE(service->ledger().ledger.timers().empty());
    EXPECT_EQ(messages(), (Counts{{"waiting", 20}}));
    ASSERT_TRUE(set("everything", false));
    work_all();
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), enrolled + 5);
    EXPECT_EQ(messages(), (Counts{{"captured", 25}}));
}

TEST_F(HoldsTest, WhatIsNoChannelCannotBeHeld) {
    const auto refused = set("fax", true);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
}

TEST_F(HoldsTest, ALaunchIsTakenBackWithinTheHour) {
    pass(minutes{30});
    const auto undone = undo();
    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(undone->left, 40U);
    EXPECT_EQ(undone->elsewhere, 0U);
    pass(hours{5});
    EXPECT_EQ(messages(), (Counts{{"withdrawn", 20}}));
    const auto is_undone = [](const EnrolmentView& one) {
        return one.campaign() != "diabetes-hba1c" || one.result() == "undone";
    };
    {
        const auto reading = service->ledger();
        EXPECT_TRUE(std::ranges::all_of(reading.ledger.enrolments(), is_undone));
        EXPECT_NE(reading.ledger.find_pause("diabetes-hba1c"), nullptr);
    }
    ASSERT_TRUE(service->act([](Runner& runner, Instant now) {
        return pause_campaign(runner, "diabetes-hba1c", false, {"Ann", ""}, now);
    }));
    work_all();
    EXPECT_EQ(messages(), (Counts{{"captured", 20}, {"withdrawn", 20}}))
        << "it was as if they had never been in";
}

TEST_F(HoldsTest, AfterAnHourItIsTooLateToTakeALaunchBack) {
    pass(minutes{61});
    const auto refused = undo();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(messages(), (Counts{{"waiting", 20}}));
}

TEST_F(HoldsTest, AClockThatJumpsHoldsEverything) {
    ClockWatch watch;
    Duration steady{};
    const auto look = [&](Duration clock_goes, Duration time_goes) {
        clock.set(clock.now() + clock_goes);
        steady += time_goes;
        EXPECT_TRUE(service->act([&](Runner& runner, Instant now) -> Result<> {
            watch.look(runner, now, [&steady] { return steady; });
            return {};
        }));
        return all_held();
    };
    EXPECT_FALSE(look(minutes{0}, minutes{0}));
    EXPECT_FALSE(look(hours{5}, hours{5})) << "time passes as the clock says";
    EXPECT_FALSE(look(minutes{59}, minutes{0})) << "within the bound";
    EXPECT_TRUE(look(hours{24 * 365}, minutes{1})) << "a year ahead";
    ASSERT_TRUE(set("everything", false));
    EXPECT_FALSE(look(minutes{1}, minutes{1})) << "told once";
    EXPECT_TRUE(look(-hours{2}, minutes{1})) << "back";
    const std::string why = service->ledger().ledger.traffic().find_hold("everything")->reason;
    EXPECT_NE(why.find("the clock went from 2027"), std::string::npos) << why;
}

TEST_F(HoldsTest, AStartBeforeWhatWasDoneHoldsEverything) {
    clock.set(clock.now() - hours{3});
    ClockWatch watch;
    EXPECT_TRUE(service->act([&](Runner& runner, Instant now) -> Result<> {
        watch.look(runner, now, [] { return Duration{}; });
        return {};
    }));
    EXPECT_TRUE(all_held());
}

TEST_F(HoldsTest, WhatFellDueWhileNothingRanLeavesAtAPace) {
    // One a second: 60 a minute. Fewer than that are no backlog.
    come(41, 110);
    clock.set(clock.now() + hours{6});
    reopen();
    ASSERT_TRUE(service->start());
    work_all();
    EXPECT_EQ(messages(), (Counts{{"captured", 1}, {"waiting", 89}}));
    {
        const auto reading = service->ledger();
        EXPECT_EQ(std::ranges::count(reading.ledger.messages(), std::string("backlog"),
                                     &MessageState::reason),
                  89);
    }
    pass(minutes{1});
    EXPECT_EQ(messages(), (Counts{{"captured", 61}, {"waiting", 29}}));
    pass(minutes{1});
    EXPECT_EQ(messages(), (Counts{{"captured", 90}}));
}

TEST_F(HoldsTest, AStartWritesDownWhichZoneDataItUses) {
    EXPECT_FALSE(find_definition(service->folder(), zone_data_name));
    for (const std::string version : {"2026a", "2026a", "2026b"}) {
        files.texts.files["/usr/share/zoneinfo/tzdata.zi"] = "# version " + version + "\nR A\n";
        reopen();
        ASSERT_TRUE(service->start());
        work_all();
        const auto found = find_definition(service->folder(), zone_data_name);
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, version);
    }
}

}  // namespace
}  // namespace parcours::engine
