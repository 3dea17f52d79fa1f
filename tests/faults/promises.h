#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "faults/faults.h"
#include "support/clinic.h"

namespace parcours::testing {

/// A message as the outbox shows it.
struct Shown {
    std::string status;
    std::string channel;
    std::string step;
    std::string to;
};

/// The messages of a data folder by id; nothing where they cannot be read.
[[nodiscard]] std::map<std::string, Shown> read_messages(const std::string& data);

/// Holds what a data folder says of its messages against what providers took (P1, P2, P4), and adds
/// what is wrong to the report. `hand_overs_max`: of one message that may have been taken.
/// `at_rest`: nothing may wait any more.
void judge_messages(const std::map<std::string, Shown>& messages,
                    const std::vector<Provider::Got>& taken, std::size_t hand_overs_max,
                    bool at_rest, FaultReport& report);

}  // namespace parcours::testing
