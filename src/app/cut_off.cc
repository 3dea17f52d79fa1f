#include "app/cut_off.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>
#include <unistd.h>

namespace parcours::app {
namespace {

// Written before the signal can come: a handler may not get memory.
std::array<char, 520> said;
std::size_t said_length = 0;

extern "C" void end_with_words(int signal) {
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, said.data(), said_length);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

auto heed(int signal) {
    const auto before = std::signal(signal, end_with_words);
    if (before == SIG_IGN) {
        std::signal(signal, SIG_IGN);
    }
    return before;
}

}  // namespace

WhenCutOff::WhenCutOff(std::string_view words) {
    // Behind the line of progress, where there is one.
    std::string text = ::isatty(STDERR_FILENO) != 0 ? "\nparcours: " : "parcours: ";
    text += words.substr(0, 500);
    text += '\n';
    said_length =
        static_cast<std::size_t>(std::ranges::copy(text, said.begin()).out - said.begin());
    interrupted_ = heed(SIGINT);
    terminated_ = heed(SIGTERM);
}

WhenCutOff::~WhenCutOff() {
    std::signal(SIGINT, interrupted_);
    std::signal(SIGTERM, terminated_);
}

}  // namespace parcours::app
