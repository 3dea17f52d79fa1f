#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// What contact costs on one channel, in millionths of the currency.
struct Cost {
    std::int64_t message_millionths = 0;
    std::int64_t segment_millionths = 0;  ///< of SMS, for each segment
};

struct Costs {
    std::string currency;                               ///< ISO 4217; empty: no costs are stated
    std::map<std::string, Cost, std::less<>> channels;  ///< sms, email, …
    std::int64_t call_millionths = 0;                   ///< a task to call somebody

    [[nodiscard]] bool stated() const { return !currency.empty(); }
};

/// What contact costs the clinic, and how many calls its people can make: what rehearsals count
/// with.
struct Means {
    Costs costs;
    std::map<std::string, std::uint32_t, std::less<>> calls_per_day;  ///< by queue, where stated

    /// 0 where it is not stated.
    [[nodiscard]] std::uint32_t calls_of(std::string_view queue) const;
};

/// Reads `costs` and `queues` of practice.yaml; mistakes are appended to `errors` with their place.
Means read_means(const Node& document, std::vector<Error>& errors);
/// Those of a practice folder that was found right.
[[nodiscard]] Means means_of(const FileMap& files);

}  // namespace parcours::practice
