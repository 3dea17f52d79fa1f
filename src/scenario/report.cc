#include "scenario/report.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/error.h"

namespace parcours::scenario {
namespace {

/// Lines of the timeline that are shown before and after what was missed.
constexpr std::ptrdiff_t lines_around = 6;

std::string place_text(const Location& where) {
    return where.file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
}

}  // namespace

std::string explain(const Report& report) {
    std::string text;
    for (const Miss& miss : report.misses) {
        text += place_text(miss.where) + ": not as expected\n";
        text += "    expected: " + miss.expected + "\n";
        text += "    happened: " + miss.happened + "\n";
        const auto after =
            std::ranges::upper_bound(report.timeline, miss.at, {}, &TimelineLine::at);
        const auto from =
            after - std::min<std::ptrdiff_t>(lines_around, after - report.timeline.begin());
        const auto to =
            after + std::min<std::ptrdiff_t>(lines_around / 2, report.timeline.end() - after);
        text += from == to ? "" : "    around it:\n";
        for (auto line = from; line != to; ++line) {
            text += "        " + line->text + "\n";
        }
    }
    return text;
}

}  // namespace parcours::scenario
