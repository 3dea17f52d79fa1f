#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/world.h"

namespace parcours::campaign {

/// A world that is a table: conditions by their text, dates by their name, and the wall clock of
/// Paris in 2025–2026.
class FakeWorld final : public World {
  public:
    std::set<std::string> true_conditions;
    std::set<std::string> unknown_conditions;
    std::set<std::string> failing_conditions;
    std::set<Circumstance> circumstances;
    std::map<std::string, Instant> dates;
    std::chrono::hours ahead{0};  ///< wall clocks show so much more: other rules, or another place
    /// By another version of the zone data: clocks are so far ahead from 5 March 2026 on.
    std::chrono::hours more_offset{0};

    Result<Truth> holds(const Condition& condition, const Enrolment& /*e*/) const override {
        if (failing_conditions.contains(condition.text)) {
            return fail(ErrorCode::InvalidInput, "a strict cast failed");
        }
        if (unknown_conditions.contains(condition.text)) {
            return Truth::Unknown;
        }
        return true_conditions.contains(condition.text) ? Truth::True : Truth::False;
    }
    Result<Truth> is(Circumstance circumstance, const Enrolment& /*e*/) const override {
        return circumstances.contains(circumstance) ? Truth::True : Truth::False;
    }
    Result<std::optional<Instant>> date(std::string_view anchor, const Condition* /*definition*/,
                                        const Enrolment& /*e*/) const override {
        const auto found = dates.find(std::string(anchor));
        return found == dates.end() ? std::optional<Instant>{} : found->second;
    }
    LocalTime to_local(Instant instant, const Enrolment& /*e*/) const override {
        return LocalTime{instant.time_since_epoch() + offset(instant) + ahead +
                         (instant >= at("2026-03-05") ? more_offset : std::chrono::hours{0})};
    }
    Instant from_local(LocalTime shown, const Enrolment& /*e*/) const override {
        const LocalTime local = shown - ahead;
        using std::chrono::hours;
        const Instant written{local.time_since_epoch()};
        const Instant as_utc = written >= at("2026-03-05") ? written - more_offset : written;
        const Instant summer = as_utc - hours{2};
        const Instant winter = as_utc - hours{1};
        if (offset(summer) == hours{2}) {
            return summer;  // also the first of the two in a fold
        }
        if (offset(winter) == hours{1}) {
            return winter;
        }
        return spring(winter);  // in the gap: the moment the clocks change
    }

  private:
    static Instant at(const char* text) { return parse_instant(text).value(); }
    static Instant spring(Instant instant) {
        return instant < at("2026-01-01") ? at("2025-03-30T01:00:00Z") : at("2026-03-29T01:00:00Z");
    }
    static std::chrono::hours offset(Instant instant) {
        const Instant autumn =
            instant < at("2026-01-01") ? at("2025-10-26T01:00:00Z") : at("2026-10-25T01:00:00Z");
        return std::chrono::hours{spring(instant) <= instant && instant < autumn ? 2 : 1};
    }
};

/// All effects of one kind, in their order.
template <class Kind>
std::vector<Kind> all_of(const Advance& answer) {
    std::vector<Kind> found;
    for (const Effect& effect : answer.effects) {
        if (const auto* one = std::get_if<Kind>(&effect)) {
            found.push_back(*one);
        }
    }
    return found;
}

template <class Kind>
bool has(const Advance& answer) {
    return !all_of<Kind>(answer).empty();
}

inline Condition cql(std::string text) {
    return Condition{Condition::Kind::Cql, std::move(text), {}};
}

inline Target to(std::string step) {
    return Target{std::move(step), true, {}};
}

inline Instant moment(std::string_view text) {
    return parse_instant(text).value();
}

}  // namespace parcours::campaign
