#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace parcours::http::facade {

/// A span of time that a date covers, [low, high). An open side is Instant::min() or max().
struct Range {
    Instant low = Instant::min();
    Instant high = Instant::max();
};
[[nodiscard]] Range range_of(const DateTime& date);

/// How a date of the record must lie to the one that is searched for (FHIR R4 §3.1.1.4.6).
enum class Prefix : std::uint8_t { Eq, Ne, Gt, Lt, Ge, Le, Sa, Eb };

struct DateValue {
    Prefix prefix = Prefix::Eq;
    Range range;

    /// `target` is what the resource says.
    [[nodiscard]] bool matches(const Range& target) const;
};

/// Reads "ge2020-03", "2020-03-04T10:00Z" …; no prefix is eq. Errors: Usage.
Result<DateValue> parse_date_value(std::string_view parameter, std::string_view text);

/// What a token parameter asks for: "system|code", "|code" (no system), "code", "system|".
struct Token {
    std::optional<std::string> system;  ///< nothing: any; empty: none
    std::string code;                   ///< empty: any of the system

    [[nodiscard]] bool matches(std::string_view has_system, std::string_view has_code) const;
};
[[nodiscard]] Token parse_token(std::string_view text);

/// The values of "a,b\,c": commas separate unless a backslash stands before. Escapes stay.
[[nodiscard]] std::vector<std::string> split_values(std::string_view text);
/// Without the backslashes before commas, bars, dollars and backslashes.
[[nodiscard]] std::string unescape(std::string_view text);

/// Whether a member (CodeableConcept, Coding, code or a list of these) has a coding of a token.
[[nodiscard]] bool has_coding(const JsonView& member, const std::vector<Token>& tokens);

}  // namespace parcours::http::facade
