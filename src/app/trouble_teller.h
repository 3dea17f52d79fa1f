#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/channel_health.h"

namespace parcours::app {

/// Tells on standard error when a provider cannot be reached, why, and when it can be again: each
/// change once, so that a night without a mail server is two lines.
class TroubleTeller {
  public:
    /// `say` gets a line without its end.
    explicit TroubleTeller(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

    void look(const engine::ChannelHealths& health);

  private:
    std::function<void(const std::string&)> say_;
    std::map<std::string, std::string> told_;  ///< the trouble of each channel that has one
};

/// One that writes to standard error.
[[nodiscard]] TroubleTeller tell_on_standard_error();

}  // namespace parcours::app
