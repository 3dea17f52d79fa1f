#include "population/horizon.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cql/functions/function.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::Probe;
using cql::Value;
using std::chrono::milliseconds;

constexpr std::int64_t day = 86'400'000;  // milliseconds

/// Where a value lies on its axis: milliseconds of a moment, a whole number. What is not exactly
/// known lies anywhere from `low` to `high`.
struct Span {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

std::int64_t ms(Instant instant) {
    return std::chrono::floor<milliseconds>(instant.time_since_epoch()).count();
}

Instant instant_of(std::int64_t milliseconds_of_utc) {
    return Instant(milliseconds(milliseconds_of_utc));
}

std::optional<std::int64_t> number_of(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::Integer:
            return value.integer();
        case Value::Kind::Long:
            return value.long_integer();
        default:
            return std::nullopt;
    }
}

std::optional<Span> span_of(const Value& value) {
    if (value.kind() == Value::Kind::Temporal) {
        const values::Temporal& moment = value.temporal();
        return moment.kind == values::Temporal::Kind::Time
                   ? std::nullopt
                   : std::optional(Span{moment.low_milliseconds(), moment.high_milliseconds()});
    }
    if (const auto number = number_of(value)) {
        return Span{*number, *number};
    }
    if (value.kind() == Value::Kind::Decimal) {
        const double number = value.decimal().to_double();
        constexpr double exact_max = 1e15;
        return std::abs(number) > exact_max
                   ? std::nullopt
                   : std::optional(Span{static_cast<std::int64_t>(std::floor(number)),
                                        static_cast<std::int64_t>(std::ceil(number))});
    }
    if (value.kind() == Value::Kind::Interval) {  // a number that is not exactly known
        const auto low = number_of(value.interval().low);
        const auto high = number_of(value.interval().high);
        return low && high ? std::optional(Span{*low, *high}) : std::nullopt;
    }
    return std::nullopt;
}

Value part_of(std::span<const Value> arguments, TimedCall::Place place) {
    const Value& value = arguments[place.argument];
    if (place.part == TimedCall::Part::Whole) {
        return value;
    }
    if (value.kind() != Value::Kind::Interval) {
        return {};
    }
    return place.part == TimedCall::Part::Low ? value.interval().low : value.interval().high;
}

/// The places at which something that moves by may change how it lies to what stays.
class Thresholds {
  public:
    explicit Thresholds(std::optional<values::Precision> precision) : precision_(precision) {}

    /// Whether the value is of a kind that can be placed.
    bool add(const Value& value) {
        if (value.is_null()) {
            return true;
        }
        if (value.kind() == Value::Kind::List) {
            return std::ranges::all_of(value.elements(),
                                       [this](const Value& element) { return add(element); });
        }
        if (value.kind() == Value::Kind::Interval) {
            const cql::IntervalValue& ends = value.interval();
            return add(ends.low) && add(ends.high) &&
                   (ends.low_closed || add(cql::start_of(ends))) &&
                   (ends.high_closed || add(cql::end_of(ends)));
        }
        const auto span = span_of(value);
        if (!span) {  // a flag or a text is never compared with a moment
            return value.kind() == Value::Kind::Boolean || value.kind() == Value::Kind::String;
        }
        add_span(*span);
        if (precision_ && value.kind() == Value::Kind::Temporal) {
            add_span(widened(*span));
            add_where_it_was(*span, value.temporal().offset_minutes);
        }
        return true;
    }

    /// What lies a unit beside counts as well.
    void add_neighbours(std::int64_t unit) {
        const std::size_t count = places_.size();
        for (std::size_t i = 0; i < count; ++i) {
            places_.push_back(places_[i] - unit);
            places_.push_back(places_[i] + unit);
        }
    }

    /// The first that lies ahead: for what grows the least above `at`, else the greatest not above.
    [[nodiscard]] std::optional<std::int64_t> ahead_of(std::int64_t at, bool grows) const {
        std::optional<std::int64_t> found;
        for (const std::int64_t place : places_) {
            if (grows ? place > at && (!found || place < *found)
                      : place <= at && (!found || place > *found)) {
                found = place;
            }
        }
        return found;
    }

  private:
    void add_span(Span span) {
        for (const std::int64_t place : {span.low, span.low + 1, span.high, span.high + 1}) {
            places_.push_back(place);
        }
    }

    /// Days, months and years are those of where a moment was: compared with what has no place, and
    /// with moments.
    void add_where_it_was(Span span, std::int64_t offset_minutes) {
        const std::int64_t offset = offset_minutes * 60'000;
        if (offset != 0) {
            const Span there = widened({span.low + offset, span.high + offset});
            add_span(there);
            add_span({there.low - offset, there.high - offset});
        }
    }

    /// To whole units of the precision that is compared at.
    [[nodiscard]] Span widened(Span span) const {
        const auto unit = [this](std::int64_t at) {
            const auto precision =
                *precision_ == values::Precision::Week ? values::Precision::Day : *precision_;
            return values::truncate(values::from_instant(instant_of(at)), precision);
        };
        return {unit(span.low).low_milliseconds(), unit(span.high).high_milliseconds()};
    }

    std::optional<values::Precision> precision_;
    std::vector<std::int64_t> places_;
};

/// When something that moves crosses a place.
class Crossing {
  public:
    Crossing(const TimedCall::Moving& moving, bool low_end, std::int64_t place, std::int64_t now,
             const Probe& probe)
        : moving_(moving), low_end_(low_end), place_(place), now_(now), probe_(probe) {}

    /// The first millisecond after now; nothing within `horizon_max`. `guess` may be anything.
    [[nodiscard]] std::optional<std::int64_t> find(std::int64_t guess) const {
        constexpr std::int64_t furthest = std::chrono::milliseconds(horizon_max).count();
        constexpr std::int64_t slack = 10 * day;  // months and leap years
        if (moves_evenly() && guess > now_ + furthest + slack) {
            return std::nullopt;
        }
        const std::int64_t midnight = start_of_day(guess);
        for (const std::int64_t moment : {guess, midnight, midnight + day}) {
            if (moment > now_ && is_first(moment)) {
                return before_fallbacks(moment);
            }
        }
        return crossed(now_ + furthest) ? std::optional(before_fallbacks(search(furthest)))
                                        : std::nullopt;
    }

    /// Whether what has crossed falls back at the next midnight: where a month has fewer days than
    /// the one it is counted from, its last day comes again (six months before the 28th, the 29th
    /// and the 30th of August are all the 28th of February).
    [[nodiscard]] std::optional<std::int64_t> find_fallback() const {
        const std::int64_t midnight = start_of_day(now_) + day;
        return moves_evenly() && !crossed(midnight) ? std::optional(midnight) : std::nullopt;
    }

  private:
    /// Moments move as time does; numbers jump.
    [[nodiscard]] bool moves_evenly() const {
        return moving_.grows && moving_.node->type.kind >= cql::Type::Kind::Date &&
               moving_.node->type.kind <= cql::Type::Kind::DateTime;
    }

    [[nodiscard]] static std::int64_t start_of_day(std::int64_t moment) {
        return moment - ((moment % day) + day) % day;
    }

    /// A crossing that is known, or the same on a day before from whose end it fell back.
    [[nodiscard]] std::int64_t before_fallbacks(std::int64_t moment) const {
        std::int64_t first = start_of_day(moment);
        while (moves_evenly() && first - 1 > now_ && !crossed(first) && crossed(first - 1)) {
            moment = crossing_between(std::max(now_, first - day), first - 1);
            first -= day;
        }
        return moment;
    }

    /// Between a moment at which it has not crossed, or now, and one at which it has.
    [[nodiscard]] std::int64_t crossing_between(std::int64_t low, std::int64_t high) const {
        while (high - low > 1) {
            const std::int64_t middle = low + (high - low) / 2;
            (crossed(middle) ? high : low) = middle;
        }
        return high;
    }

    [[nodiscard]] bool crossed(std::int64_t moment) const {
        const auto span = span_of(probe_(*moving_.node, instant_of(moment)));
        if (!span) {
            return true;  // it is not there any more: ask again then
        }
        const std::int64_t at = low_end_ ? span->low : span->high;
        return moving_.grows ? at >= place_ : at < place_;
    }
    [[nodiscard]] bool is_first(std::int64_t moment) const {
        return crossed(moment) && (moment - 1 <= now_ || !crossed(moment - 1));
    }

    /// Between now, where it has not crossed, and so many milliseconds later, where it has: most
    /// that moves jumps at midnight.
    [[nodiscard]] std::int64_t search(std::int64_t furthest) const {
        const std::int64_t first = start_of_day(now_);
        std::int64_t before = 0;
        std::int64_t after = furthest / day + 1;
        while (after - before > 1) {
            const std::int64_t middle = (before + after) / 2;
            (crossed(first + middle * day) ? after : before) = middle;
        }
        std::int64_t high = first + after * day;
        if (is_first(high)) {
            return high;
        }
        return crossing_between(std::max(now_, high - day), high);
    }

    const TimedCall::Moving& moving_;
    bool low_end_;
    std::int64_t place_;
    std::int64_t now_;
    const Probe& probe_;
};

/// How far a neighbour of what moves lies; nothing where that differs.
std::optional<std::int64_t> unit_of(const Value& value) {
    if (value.kind() != Value::Kind::Temporal) {
        return 1;
    }
    switch (value.temporal().precision) {
        case values::Precision::Millisecond:
            return 1;
        case values::Precision::Day:
            return day;
        default:
            return std::nullopt;
    }
}

/// When the first of a call's ends crosses a place; Instant::max() for never.
class CallHorizon {
  public:
    CallHorizon(const TimedCall& call, std::span<const Value> arguments, Instant now,
                const Probe& probe)
        : call_(call), arguments_(arguments), now_(ms(now)), probe_(probe) {}

    [[nodiscard]] Instant find(const Thresholds& still) const {
        Instant first = Instant::max();
        for (const TimedCall::Moving& moving : call_.moving) {
            const Value value = part_of(arguments_, moving.place);
            if (value.is_null()) {
                continue;  // not known, whatever the time
            }
            const auto span = span_of(value);
            const auto unit = unit_of(value);
            if (!span || !unit) {
                return no_telling;
            }
            Thresholds places = still;
            if (call_.steps) {
                places.add_neighbours(*unit);
            }
            // Of two ends that lie together, the one in front crosses first.
            first = std::min(
                first,
                end_horizon(moving, places, moving.grows ? span->high : span->low, !moving.grows));
            if (span->low != span->high) {
                first = std::min(first,
                                 end_horizon(moving, places, moving.grows ? span->low : span->high,
                                             moving.grows));
            }
        }
        return first;
    }

  private:
    [[nodiscard]] Instant end_horizon(const TimedCall::Moving& moving, const Thresholds& places,
                                      std::int64_t at, bool low_end) const {
        const auto place = places.ahead_of(at, moving.grows);
        const auto crossed =
            place ? Crossing(moving, low_end, *place, now_, probe_).find(now_ + *place - at)
                  : std::nullopt;
        const auto fallback = fallback_of(moving, places, at, low_end);
        return std::min(crossed ? instant_of(*crossed) : Instant::max(),
                        fallback ? instant_of(*fallback) : Instant::max());
    }

    /// Only what was crossed on the day on which the moving end is now can be fallen back behind.
    [[nodiscard]] std::optional<std::int64_t> fallback_of(const TimedCall::Moving& moving,
                                                          const Thresholds& places, std::int64_t at,
                                                          bool low_end) const {
        const auto behind = moving.grows ? places.ahead_of(at, false) : std::nullopt;
        if (!behind || at - *behind >= day) {
            return std::nullopt;
        }
        return Crossing(moving, low_end, *behind, now_, probe_).find_fallback();
    }

    const TimedCall& call_;
    std::span<const Value> arguments_;
    std::int64_t now_;
    const Probe& probe_;
};

}  // namespace

// What may do anything at multiples of some time: the first of them at which it does, or the last
// that was looked at.
void HorizonFinder::called_on_grid(const Node& node, std::int64_t grid, const Probe& probe) {
    constexpr int looks_max = 62;  // two months by days
    const std::string present = probe(node, now_).to_text();
    std::int64_t at = ms(now_) - ((ms(now_) % grid) + grid) % grid;
    for (int look = 0; look < looks_max; ++look) {
        at += grid;
        if (probe(node, instant_of(at)).to_text() != present) {
            break;
        }
    }
    note(instant_of(at));
}

void HorizonFinder::called(const Node& node, std::span<const Value> arguments, const Probe& probe) {
    const TimedCall* const call = shape_.find(node);
    if (call == nullptr) {
        return;
    }
    if (call->grid_ms != 0) {
        called_on_grid(node, call->grid_ms, probe);
        return;
    }
    Thresholds still(node.precision);
    for (const TimedCall::Place& place : call->still) {
        if (!still.add(part_of(arguments, place))) {
            note(no_telling);
            return;
        }
    }
    note(CallHorizon(*call, arguments, now_, probe).find(still));
}

}  // namespace parcours::population
