#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// What contact costs on one channel, in millionths of the currency.
struct Cost {
    std::int64_t message_millionths = 0;
    std::int64_t segment_millionths = 0;  ///< of SMS, for each segment
};

/// What contact costs the clinic: what rehearsals count with.
struct Costs {
    std::string currency;                               ///< ISO 4217; empty: no costs are stated
    std::map<std::string, Cost, std::less<>> channels;  ///< sms, email, …
    std::int64_t call_millionths = 0;                   ///< a task to call somebody

    [[nodiscard]] bool stated() const { return !currency.empty(); }
};

/// Reads the value of `costs` in practice.yaml; mistakes are appended to `errors` with their place.
Costs read_costs(const Node& node, std::vector<Error>& errors);

}  // namespace parcours::practice
