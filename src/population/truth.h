#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "cql/value.h"

namespace parcours::population {

/// Three-valued truth, and a fourth: not decided by columns alone.
enum class Truth : std::uint8_t { False, True, Null, Open };

/// The truths of a run of patients or rows.
using Truths = std::vector<Truth>;
/// Until when each of them holds though no record changes; empty where nobody asks.
using Untils = std::span<Instant>;
/// Which patients of a run are asked about: not 0 for each that is.
using Asked = std::span<const std::uint8_t>;

[[nodiscard]] constexpr Truth truth_not(Truth value) {
    return value == Truth::False ? Truth::True : value == Truth::True ? Truth::False : value;
}

[[nodiscard]] constexpr Truth truth_and(Truth left, Truth right) {
    if (left == Truth::False || right == Truth::False) {
        return Truth::False;
    }
    if (left == Truth::Open || right == Truth::Open) {
        return Truth::Open;
    }
    return left == Truth::Null || right == Truth::Null ? Truth::Null : Truth::True;
}

[[nodiscard]] constexpr Truth truth_or(Truth left, Truth right) {
    return truth_not(truth_and(truth_not(left), truth_not(right)));
}

[[nodiscard]] constexpr Truth truth_implies(Truth left, Truth right) {
    return truth_or(truth_not(left), right);
}

[[nodiscard]] constexpr Truth truth_xor(Truth left, Truth right) {
    if (left == Truth::Open || right == Truth::Open) {
        return Truth::Open;
    }
    if (left == Truth::Null || right == Truth::Null) {
        return Truth::Null;
    }
    return left == right ? Truth::False : Truth::True;
}

[[nodiscard]] constexpr Truth truth_of(bool value) {
    return value ? Truth::True : Truth::False;
}

/// Of a Boolean or null.
[[nodiscard]] inline Truth truth_of(const cql::Value& value) {
    if (value.is_null()) {
        return Truth::Null;
    }
    return value.kind() == cql::Value::Kind::Boolean ? truth_of(value.boolean()) : Truth::Open;
}

}  // namespace parcours::population
