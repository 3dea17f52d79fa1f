#pragma once

#include <cstdint>
#include <optional>

namespace parcours::values {

/// `base` to the power of `exponent`, which is not below 0; nothing beyond 64 bits.
[[nodiscard]] inline std::optional<std::int64_t> whole_power(std::int64_t base,
                                                             std::int64_t exponent) {
    std::int64_t result = 1;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1 && __builtin_mul_overflow(result, base, &result)) {
            return std::nullopt;
        }
        if (exponent > 1 && __builtin_mul_overflow(base, base, &base)) {
            return std::nullopt;
        }
    }
    return result;
}

}  // namespace parcours::values
