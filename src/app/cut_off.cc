#include "app/cut_off.h"

#include <csignal>
#include <string>
#include <string_view>
#include <unistd.h>

namespace parcours::app {
namespace {

// Made before the signal can come; a handler may not get memory.
std::string said;

extern "C" void end_with_words(int signal) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, said.data(), said.size());
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

}  // namespace

void say_when_cut_off(std::string_view words) {
    // Behind the line of progress, where there is one.
    said = (::isatty(STDERR_FILENO) != 0 ? "\n" : "") + ("parcours: " + std::string(words)) + "\n";
    std::signal(SIGINT, end_with_words);
    std::signal(SIGTERM, end_with_words);
}

}  // namespace parcours::app
