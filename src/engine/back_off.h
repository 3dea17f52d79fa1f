#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace parcours::engine {

/// How long to wait after an attempt that failed: 1, 4, 16, 64, then 240 minutes.
[[nodiscard]] inline Duration back_off(std::uint32_t attempt) {
    constexpr Duration most = std::chrono::hours{4};
    Duration wait = std::chrono::minutes{1};
    for (std::uint32_t i = 1; i < attempt && wait < most; ++i) {
        wait *= 4;
    }
    return std::min(wait, most);
}

}  // namespace parcours::engine
