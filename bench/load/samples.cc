#include "load/samples.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace parcours::bench {
namespace {

constexpr double ns_per_ms = 1e6;

}  // namespace

double Samples::percentile_ms(double share) {
    if (values_.empty()) {
        return 0;
    }
    if (!sorted_) {
        std::ranges::sort(values_);
        sorted_ = true;
    }
    const auto count = static_cast<double>(values_.size());
    const auto rank = static_cast<std::size_t>(std::ceil(share * count));
    return static_cast<double>(values_[std::clamp<std::size_t>(rank, 1, values_.size()) - 1]) /
           ns_per_ms;
}

double Samples::mean_ms() const {
    if (values_.empty()) {
        return 0;
    }
    const auto sum = std::accumulate(values_.begin(), values_.end(), std::int64_t{0});
    return static_cast<double>(sum) / static_cast<double>(values_.size()) / ns_per_ms;
}

}  // namespace parcours::bench
