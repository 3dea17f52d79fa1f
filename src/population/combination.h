#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"
#include "cql/tree.h"
#include "population/truth.h"

namespace parcours::population {

/// A truth, and until when it holds though no record changes.
struct Held {
    Truth truth = Truth::Null;
    Instant until = Instant::max();
};

/// An operator of three-valued logic.
struct Combination {
    Truth (*apply)(Truth, Truth) = nullptr;
    std::optional<Truth> left;   ///< which left side settles it alone
    std::optional<Truth> right;  ///< which right side does

    /// Where one side settles it, the other may change as it likes.
    [[nodiscard]] Held operator()(const Held& a, const Held& b) const {
        const Truth truth = apply(a.truth, b.truth);
        const bool by_left = left == a.truth;
        const bool by_right = right == b.truth;
        if (by_left && by_right) {
            return {truth, std::max(a.until, b.until)};
        }
        return {truth, by_left ? a.until : by_right ? b.until : std::min(a.until, b.until)};
    }
};

/// Null for what is no such operator.
[[nodiscard]] inline const Combination* find_combination(cql::NodeKind kind) {
    static constexpr Combination both{truth_and, Truth::False, Truth::False};
    static constexpr Combination either{truth_or, Truth::True, Truth::True};
    static constexpr Combination one{truth_xor, std::nullopt, std::nullopt};
    static constexpr Combination follows{truth_implies, Truth::False, Truth::True};
    switch (kind) {
        case cql::NodeKind::And:
            return &both;
        case cql::NodeKind::Or:
            return &either;
        case cql::NodeKind::Xor:
            return &one;
        case cql::NodeKind::Implies:
            return &follows;
        default:
            return nullptr;
    }
}

}  // namespace parcours::population
