#include <fmt/core.h>
#include <string>

#include "faults/faults.h"

namespace parcours::testing {

std::string FaultReport::to_text() const {
    std::string text = fmt::format("{} kills, {} messages, {} taken, {} unknown, {} STOPs", kills,
                                   messages, taken, unknown, stops);
    for (const std::string& one : broken) {
        text += "\n  broken: " + one;
    }
    return text;
}

}  // namespace parcours::testing
