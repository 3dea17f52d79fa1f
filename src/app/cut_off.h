#pragma once

#include <string_view>

namespace parcours::app {

/// From now on, Ctrl-C or SIGTERM ends this process as always, but says `words` on standard error
/// first: what is left of long work that was cut off, and what to do about it.
void say_when_cut_off(std::string_view words);

}  // namespace parcours::app
