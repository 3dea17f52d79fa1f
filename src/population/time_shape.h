#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cql/cql.h"
#include "cql/tree.h"

namespace parcours::population {

/// A call of what moves with time (`Now()`, `Today() - 6 months`, the age): it is compared with
/// what stays, or asked for at the moments at which it may change.
struct TimedCall {
    /// Which value of an argument: itself, or one end of it where it is written as an interval.
    enum class Part : std::uint8_t { Whole, Low, High };
    struct Place {
        std::uint8_t argument = 0;
        Part part = Part::Whole;
    };
    /// A value that only grows with time, or only shrinks.
    struct Moving {
        const cql::Node* node = nullptr;
        Place place;
        bool grows = true;
    };

    std::vector<Moving> moving;
    std::vector<Place> still;
    /// It may look at the neighbour of a value: open ends of intervals, `meets`.
    bool steps = false;
    /// Where not 0, none of the above: what it gives changes only at moments that are a multiple of
    /// so many milliseconds (of a day, of an hour: `month from Today()`), in any way.
    std::int64_t grid_ms = 0;
};

/// How the answer of an expression depends on the present moment. Found once for an expression,
/// which must outlive it; immutable.
class TimeShape {
  public:
    explicit TimeShape(const cql::Expression& expression);

    /// Whether all of it goes through `find`'s calls. If not, only asking again tells.
    [[nodiscard]] bool is_tracked() const { return tracked_; }
    /// Nothing for a call at which what moves does not end.
    [[nodiscard]] const TimedCall* find(const cql::Node& call) const {
        const auto found = calls_.find(&call);
        return found == calls_.end() ? nullptr : &found->second;
    }
    /// Whether the value of a part never changes unless the record does.
    [[nodiscard]] bool is_still(const cql::Node& part) const { return !timed_.contains(&part); }

  private:
    friend class TimeReader;

    std::unordered_map<const cql::Node*, TimedCall> calls_;
    std::unordered_set<const cql::Node*> timed_;
    bool tracked_ = true;
};

}  // namespace parcours::population
