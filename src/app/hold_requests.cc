#include "app/hold_requests.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/holds.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "engine/undo_launch.h"
#include "practice/nearest.h"

namespace parcours::app {
namespace {

engine::Ordered ordered(const JsonView& request) {
    return {std::string(request["by"].text()), std::string(request["reason"].text())};
}

/// All that can be held by a name.
std::vector<std::string> names(const engine::Clinic& clinic) {
    std::vector<std::string> all = {std::string(engine::Held::everything)};
    for (const auto& channel : clinic.folder.config.channels) {
        all.push_back(channel.name);
    }
    for (const auto& campaign : clinic.campaigns) {
        all.push_back(campaign.definition.name);
    }
    return all;
}

/// Whether a hold or a pause of `what` is for a message: of its campaign, or of the channel that is
/// next.
bool is_of(const std::string& what, const engine::MessageState& state) {
    const auto& ladder = state.message.ladder;
    return what == engine::Held::everything || what == state.message.campaign ||
           (state.rung < ladder.size() && what == ladder[state.rung]);
}

/// Messages of it that rest: they wait, and nothing looks at them.
std::size_t count_resting(const engine::Ledger& ledger, const std::string& what) {
    return engine::count_resting(
        ledger, [&](const engine::MessageState& state) { return is_of(what, state); });
}

}  // namespace

Result<std::string> hold_or_release(engine::Service& service, const JsonView& request) {
    const std::string what(request["what"].text());
    const bool held = request["held"].boolean().value_or(true);
    const engine::Clinic& clinic = service.clinic();
    bool was_held = false;
    const auto done = service.act([&](engine::Runner& runner, Instant now) -> Result<> {
        const bool known = clinic.folder.config.find_channel(what) != nullptr ||
                           runner.ledger().traffic().find_hold(what) != nullptr;
        was_held = runner.ledger().traffic().find_hold(what) != nullptr ||
                   runner.ledger().find_pause(what) != nullptr;
        if (what == engine::Held::everything || known) {
            return engine::hold(runner, what, held, ordered(request), now);
        }
        // One that the practice left out may have people in it, or be paused.
        if (clinic.find_campaign(what) != nullptr || runner.ledger().find_pause(what) != nullptr ||
            runner.ledger().find_launched(what) != nullptr) {
            return engine::pause_campaign(runner, what, held, ordered(request), now);
        }
        return fail(ErrorCode::NotFound, "there is no campaign or channel \"" + what + "\"" +
                                             practice::suggest(what, names(clinic)));
    });
    if (!done) {
        return pass_on(done);
    }
    const auto reading = service.ledger();
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("what", what)
        .member("held", held)
        .member("was_held", was_held)
        .member("waiting", count_resting(reading.ledger, what));
    json.key("holds").begin_array();
    for (const std::string& hold : engine::list_holds(reading.ledger)) {
        json.value(hold);
    }
    json.end_array().end_object();
    return out;
}

Result<std::string> undo_launch(engine::Service& service, const JsonView& request) {
    const std::string what(request["what"].text());
    engine::Undone undone;
    const auto done = service.act([&](engine::Runner& runner, Instant now) -> Result<> {
        const auto count = engine::undo_launch(runner, what, ordered(request), now);
        undone = count.value_or(engine::Undone{});
        return count ? Result<>{} : pass_on(count);
    });
    if (!done) {
        return pass_on(done);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("what", what)
        .member("undone", undone.left)
        .member("elsewhere", undone.elsewhere)
        .end_object();
    return out;
}

}  // namespace parcours::app
