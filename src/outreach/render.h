#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "outreach/zones.h"
#include "practice/content.h"

namespace parcours::outreach {

/// The value of a variable: words, a moment (said in the reader's zone), a day, a number.
using Value = std::variant<std::string, Instant, CivilDate, double>;
/// By name. A variable that is absent, or a text of nothing but white space, is missing: there
/// are no blanks.
using Variables = std::map<std::string, Value, std::less<>>;

/// How a message is put into words.
struct Reader {
    std::string language;  ///< BCP 47; dates, numbers and plurals follow it
    Zone zone;             ///< in which moments are said
};

/// A message in its final words.
struct Rendered {
    std::string subject;  ///< one line; empty where the wording has none
    std::string text;     ///< plain text, Markdown resolved
    std::string html;     ///< a fragment; values escaped, no raw HTML, no scripts
};

/// What of it is made: HTML takes as long as all else together, and only mail uses it.
enum class Form : std::uint8_t { TextAndHtml, TextAlone };

/// Puts a wording into words. Values are never read as Markdown, HTML or patterns. Errors:
/// NotFound: a variable that the chosen branches need is missing (the message begins with its
/// name); InvalidInput: a value of the wrong kind, or a pattern that cannot be read.
Result<Rendered> render(const practice::Wording& wording, const Variables& variables,
                        const Reader& reader, Form form = Form::TextAndHtml);

/// Formats one line of ICU MessageFormat without Markdown. Errors as `render`.
Result<std::string> format_line(std::string_view pattern, const Variables& variables,
                                const Reader& reader);

/// How a text uses a variable.
struct VariableUse {
    enum class Kind : std::uint8_t { Text, Number, Date, Time, Plural, Select };
    std::string name;
    Kind kind = Kind::Text;
    bool operator==(const VariableUse&) const = default;
};

/// The variables of a wording (subject, body, line and neutral words), each name and kind once, in
/// their order. Errors, InvalidInput: a pattern that cannot be read, at its line and column.
Result<std::vector<VariableUse>> list_variables(const practice::Wording& wording);

/// What a variable of the product is: for `check_content`.
enum class VariableType : std::uint8_t { Text, Date, Number };
using KnownVariables = std::map<std::string, VariableType, std::less<>>;

/// Every mistake of a content: patterns that cannot be read, variables that nobody knows (with the
/// nearest) or of another type than used, declared ones never used, raw HTML, languages of
/// `languages` in which nothing is said.
std::vector<Error> check_content(const practice::Content& content, const KnownVariables& known,
                                 const std::vector<std::string>& languages);

}  // namespace parcours::outreach
