#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/events.h"

namespace parcours::app {

/// One thing that happens to a patient in a rehearsal.
struct PathLine {
    Instant at;
    std::string campaign;
    std::string step;
    std::string_view what;  ///< "entered", "waits", "sent", "not-sent", "task", "ended", …
    std::string text;       ///< one plain sentence with the reason
    std::string cure;       ///< what would change it; may be empty
};

/// What a patient's events say, in words, in their order.
[[nodiscard]] std::vector<PathLine> read_path(const std::vector<engine::Event>& events);

void print_path(const std::string& patient, const std::vector<PathLine>& path);
[[nodiscard]] std::string path_json(const std::string& patient, Instant from, Instant until,
                                    const std::vector<PathLine>& path, double seconds);

}  // namespace parcours::app
