// What staff order of campaigns and of all that leaves, and what happens to the machine's clock.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/holds.h"
#include "engine/undo_launch.h"
#include "engine/ledger.h"
#include "engine/migration.h"
#include "engine/played_clinic.h"
#include "engine/runner.h"
#include "scenario/phrase.h"
#include "scenario/saying.h"
#include "scenario/stage.h"

namespace parcours::scenario {
namespace {

Result<> hold(Stage& stage, const Slots& slots, bool held) {
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    const std::string what = slots.text("what");
    const auto done = stage.clinic().act([&](engine::Runner& runner, Instant now) {
        return engine::hold(runner, what, held, {"a nurse", "as the scenario says"}, now);
    });
    return done ? done : fail(ErrorCode::InvalidInput, done.error().message, slots.where("what"));
}

Result<> undo(Stage& stage, const Slots& slots) {
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    const auto done = stage.clinic().act([&](engine::Runner& runner, Instant now) -> Result<> {
        const auto undone = engine::undo_launch(runner, slots.text("campaign"),
                                                {"a nurse", "as the scenario says"}, now);
        return undone ? Result<>{} : pass_on(undone);
    });
    if (!done) {
        stage.miss(slots, done.error().message);
    }
    return {};
}

/// The order, or that it is refused with these words.
Result<> move(Stage& stage, const Slots& slots) {
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    engine::MigrationOrder order;
    order.campaign = slots.text("campaign");
    order.by = "a nurse";
    if (slots.has("old")) {
        order.moves[slots.text("old")] = slots.text("new");
    }
    if (slots.has("rest")) {
        const std::string rest = slots.text("rest");
        if (rest != "finish" && rest != "stop") {
            return fail(ErrorCode::InvalidInput, "the others finish or stop", slots.where("rest"));
        }
        order.rest =
            rest == "stop" ? engine::WithoutEquivalent::Stop : engine::WithoutEquivalent::Finish;
    }
    const auto moved = stage.clinic().move_people(order);
    const std::string refusal = moved ? "they were moved" : moved.error().message;
    if (slots.has("text") ? refusal.find(slots.text("text")) == std::string::npos : !moved) {
        stage.miss(slots, refusal);
    }
    return {};
}

Result<> jump(Stage& stage, const Slots& slots) {
    static const std::map<std::string, Duration, std::less<>> units = {
        {"minutes", std::chrono::minutes{1}},
        {"hours", std::chrono::hours{1}},
        {"days", std::chrono::hours{24}}};
    const auto unit = units.find(slots.text("unit"));
    if (unit == units.end()) {
        return fail(ErrorCode::InvalidInput, "a clock jumps by minutes, hours or days",
                    slots.where("unit"));
    }
    if (const auto settled = stage.settle(); !settled) {
        return settled;
    }
    return stage.clinic().jump_clock(unit->second * std::stoi(slots.text("number")));
}

}  // namespace

std::vector<Saying> order_sayings() {
    return {
        {Phrase("staff hold {what}"), "A channel, or everything: it waits until it is let go.",
         "staff hold sms",
         [](Stage& stage, const Slots& slots) { return hold(stage, slots, true); }},
        {Phrase("staff let {what} go on"), "What was held goes on.", "staff let sms go on",
         [](Stage& stage, const Slots& slots) { return hold(stage, slots, false); }},
        {Phrase("staff undo the launch of {campaign}"),
         "Who came in by it leaves, what has not left is withdrawn.",
         "staff undo the launch of ping", undo},
        {Phrase("staff move people of {campaign} [from {old} to {new}] [while others {rest}]"),
         "Who is in an earlier release goes over to the one that runs; others finish or stop.",
         "staff move people of ping while others finish", move},
        {Phrase("staff cannot move people of {campaign}: {text}"),
         "They try; the answer holds these words.", "staff cannot move people of pong: \"pong\"",
         move},
        {Phrase("the clock jumps by {number:number} {unit}"),
         "The machine's clock is set on, by minutes, hours or days, while the program runs.",
         "the clock jumps by 3 days", jump},
    };
}

}  // namespace parcours::scenario
