#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// A text in several languages, by BCP 47 tag.
using Titles = std::map<std::string, std::string, std::less<>>;

/// Reads `{ en: …, fr: … }`, or one plain text, which counts as "en". Errors: InvalidInput.
Result<Titles> read_titles(const Node& node, std::string_view what);

/// The title in a language, else in English, else any; empty where there is none.
[[nodiscard]] std::string_view title_in(const Titles& titles, std::string_view language);

/// Reads "36 hours", "2 days", "90 minutes", "1 week". Errors: InvalidInput.
Result<Duration> read_duration(const Node& node, std::string_view what);

/// Reads a time of day "08:00"; "24:00" is the end of the day. Errors: InvalidInput.
Result<std::chrono::minutes> read_time_of_day(const Node& node, std::string_view what);

/// Whether the text is a name as definitions have it: lower-case letters, digits and single
/// hyphens between them, at most 64 characters.
[[nodiscard]] bool is_name(std::string_view text);

/// Whether the text has the form of a BCP 47 language tag: "en", "fr-CA", "zh-Hant".
[[nodiscard]] bool is_language_tag(std::string_view text);

}  // namespace parcours::practice
