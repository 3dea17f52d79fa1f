#pragma once

#include <cstdint>

namespace parcours {

/// Hands in chance. Ids, splits and holdouts never use it: they are hashes of their keys.
class Random {
  public:
    virtual ~Random() = default;
    /// 64 evenly distributed bits.
    virtual std::uint64_t next() = 0;
};

/// Chance that nobody can foretell: the kernel's, for secrets. Stops the program where there is
/// none.
class SystemRandom final : public Random {
  public:
    std::uint64_t next() override;
};

/// Repeatable chance: the same seed gives the same numbers on every machine (SplitMix64,
/// Steele, Lea, Flood 2014, 10.1145/2660193.2660195).
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() override {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    /// An even number in [0, bound); 0 for bound 0. The bias is below 2^-32 for bounds below 2^32.
    std::uint64_t below(std::uint64_t bound) {
        return bound == 0 ? 0
                          : static_cast<std::uint64_t>(
                                (static_cast<unsigned __int128>(next()) * bound) >> 64U);
    }

    /// An even number in [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  private:
    std::uint64_t state_;
};

}  // namespace parcours
