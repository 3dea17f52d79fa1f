#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/random.h"

namespace parcours::synth {

/// Repeatable chance for one family or person: draws of the shapes that a life needs. Uses no
/// logarithm or sine, so that every machine draws the same.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    /// True with probability `share` (0 to 1; beyond is certain).
    bool holds(double share) { return random_.unit() < share; }

    /// An even number in [low, high]; `low` where high < low.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        if (high <= low) {
            return low;
        }
        return low +
               static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low) + 1));
    }

    /// An even number in [0, 1).
    double unit() { return random_.unit(); }

    /// Near a normal distribution around `mean` (sum of four even draws), within 3.5 `spread`.
    double around(double mean, double spread) {
        const double sum = random_.unit() + random_.unit() + random_.unit() + random_.unit();
        return mean + (sum - 2.0) * 1.7320508 * spread;
    }

    /// `around` as a whole number within [low, high].
    std::int64_t whole_around(double mean, double spread, std::int64_t low, std::int64_t high) {
        return std::clamp(static_cast<std::int64_t>(std::lround(around(mean, spread))), low, high);
    }

    /// One of some choices, evenly.
    template <class T, std::size_t N>
    const T& pick(const std::array<T, N>& choices) {
        return choices[random_.below(N)];
    }
    template <class T>
    const T& pick(std::span<const T> choices) {
        return choices[random_.below(choices.size())];
    }

    /// The index of one of the weights, drawn in proportion.
    template <std::size_t N>
    std::size_t weighted(const std::array<int, N>& weights) {
        std::int64_t total = 0;
        for (const int weight : weights) {
            total += weight;
        }
        std::int64_t left = between(0, total - 1);
        for (std::size_t i = 0; i < N; ++i) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return N - 1;
    }

    /// 64 even bits.
    std::uint64_t bits() { return random_.next(); }

  private:
    SeededRandom random_;
};

/// Mixes a key into 64 bits that look like chance (the finaliser of SplitMix64).
[[nodiscard]] inline std::uint64_t mixed(std::uint64_t seed, std::uint64_t key) {
    return SeededRandom(seed ^ (key * 0xD1342543DE82EF95U)).next();
}

}  // namespace parcours::synth
