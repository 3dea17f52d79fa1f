#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace parcours::simulation {

/// Where a program can be killed.
enum class Point : std::uint8_t {
    BeforeIntent,  ///< a planned message is about to be committed
    AfterIntent,   ///< … is committed, and nobody knows it yet
    BeforeBytes,   ///< the attempt is committed, nothing has left
    AfterBytes,    ///< the provider has it, its answer has not come
    BeforeResult,  ///< the answer has come and is about to be committed
    Append,        ///< anything else is about to be committed
    Appended,      ///< … is committed, and nobody knows it yet
    Blob           ///< a snapshot is about to be written
};

/// When the program dies. A dead one goes on for a moment as a ghost: nothing that it does reaches
/// the disk or the world.
class Doom {
  public:
    /// It dies at the `count`-th visit of a point; nothing: of any point. `strikes` is told then.
    void arm(std::optional<Point> point, std::uint64_t count, std::function<void()> strikes) {
        point_ = point;
        count_ = count;
        strikes_ = std::move(strikes);
    }
    /// Whether it is dead now.
    bool visit(Point point) {
        if (!dead_ && count_ > 0 && (!point_ || *point_ == point) && --count_ == 0) {
            dead_ = true;
            strikes_();
        }
        return dead_;
    }
    void kill() { dead_ = true; }
    [[nodiscard]] bool dead() const { return dead_; }
    /// Another program begins, that may live.
    void forget() { *this = Doom(); }

  private:
    std::optional<Point> point_;
    std::uint64_t count_ = 0;
    std::function<void()> strikes_;
    bool dead_ = false;
};

}  // namespace parcours::simulation
