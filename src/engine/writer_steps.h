#pragma once

#include <cstddef>
#include <functional>

#include "base/error.h"

namespace parcours::engine {

/// How whoever takes records in reaches the one that writes. Without anything set the caller is the
/// one that writes.
struct WriterSteps {
    /// Records that one step makes durable together, at most.
    std::size_t records_max = ~std::size_t{0};
    /// Has a short step done by the one that writes, and waits for it.
    std::function<Result<>(const std::function<Result<>()>& step)> by_writer;
    /// Whether to end soon.
    std::function<bool()> stop_asked;

    Result<> carry_out(const std::function<Result<>()>& step) const {
        return by_writer ? by_writer(step) : step();
    }
    [[nodiscard]] bool should_stop() const { return stop_asked && stop_asked(); }
};

}  // namespace parcours::engine
