#include "app/trouble_teller.h"

#include <cstdio>
#include <fmt/format.h>
#include <string>

#include "app/answers.h"
#include "engine/channel_health.h"

namespace parcours::app {

void TroubleTeller::look(const engine::ChannelHealths& health) {
    for (const auto& [channel, state] : health) {
        const auto told = told_.find(channel);
        if (state.reachable) {
            if (told != told_.end()) {
                told_.erase(told);
                say_(fmt::format("{} goes out again", channel));
            }
            continue;
        }
        const std::string detail = one_line(state.detail);
        if (told == told_.end() || told->second != detail) {
            told_[channel] = detail;
            say_(
                fmt::format("warning: {} cannot be handed over: {}; messages wait and are tried "
                            "again; see parcours outbox --status waiting",
                            channel, detail.empty() ? "the provider does not say why" : detail));
        }
    }
}

TroubleTeller tell_on_standard_error() {
    return TroubleTeller(
        [](const std::string& line) { fmt::print(stderr, "parcours: {}\n", line); });
}

}  // namespace parcours::app
