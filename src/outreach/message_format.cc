// With value_words.cc the only file that knows ICU.
#include "outreach/message_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unicode/messagepattern.h>
#include <unicode/parseerr.h>
#include <unicode/unistr.h>
#include <unicode/utypes.h>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "outreach/plain_value.h"
#include "outreach/render.h"
#include "outreach/value_words.h"

namespace parcours::outreach {
namespace {

using icu::UnicodeString;
using Part = icu::MessagePattern::Part;

std::string to_utf8(const UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

UnicodeString from_utf8(std::string_view text) {
    return UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

/// Line and column, in characters, of an offset in UTF-16 units.
Location place_of(const UnicodeString& text, std::int32_t offset) {
    Location where{"", 1, 1};
    for (std::int32_t i = 0; i < std::min(offset, text.length()); i = text.moveIndex32(i, 1)) {
        if (text.char32At(i) == '\n') {
            ++where.line;
            where.column = 1;
        } else {
            ++where.column;
        }
    }
    return where;
}

std::string explain(UErrorCode status) {
    switch (status) {
        case U_UNMATCHED_BRACES:
            return "a { is not closed; add the missing }";
        case U_DEFAULT_KEYWORD_MISSING:
            return "plural and select need a branch \"other {…}\"";
        case U_PATTERN_SYNTAX_ERROR:
            return "this is no pattern of ICU MessageFormat; right are {name}, {name, date, long}, "
                   "{name, plural, one {…} other {…}}";
        default:
            return std::string("the pattern cannot be read (") + u_errorName(status) + ")";
    }
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// An apostrophe before a brace quotes it: "l'{clinic}" would be said as it stands.
std::size_t find_quoted_variable(std::string_view text) {
    for (std::size_t at = text.find("'{"); at != std::string_view::npos;
         at = text.find("'{", at + 1)) {
        if (at + 2 < text.size() && is_letter(text[at + 2])) {
            return at;
        }
    }
    return std::string_view::npos;
}

/// The innermost { without its }; ICU does not say where it is.
std::int32_t find_unclosed_brace(const UnicodeString& text) {
    std::vector<std::int32_t> open;
    bool is_quoted = false;
    for (std::int32_t i = 0; i < text.length(); ++i) {
        const char16_t c = text.charAt(i);
        if (c == u'\'') {
            const char16_t next = i + 1 < text.length() ? text.charAt(i + 1) : u' ';
            is_quoted = is_quoted ? false : next == u'{' || next == u'}';
        } else if (!is_quoted && c == u'{') {
            open.push_back(i);
        } else if (!is_quoted && c == u'}' && !open.empty()) {
            open.pop_back();
        }
    }
    return open.empty() ? 0 : open.back();
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

struct MessagePattern::Parsed {
    icu::MessagePattern pattern;
};

namespace {

using Pattern = icu::MessagePattern;

/// One argument of a pattern, taken apart.
struct Argument {
    std::string name;
    VariableUse::Kind kind = VariableUse::Kind::Text;
    std::string style;
    std::int32_t style_start = 0;  ///< plural and select: the first part of their branches
    std::int32_t limit = 0;        ///< the part that ends it
};

Result<VariableUse::Kind> kind_of_simple(const std::string& type, const std::string& style) {
    constexpr std::array<std::string_view, 5> date_styles = {"", "short", "medium", "long", "full"};
    constexpr std::array<std::string_view, 3> number_styles = {"", "integer", "percent"};
    const bool is_skeleton = style.starts_with("::");
    if (type == "date" || type == "time") {
        if (!is_skeleton && std::ranges::find(date_styles, style) == date_styles.end()) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + style + "\" is no style of a " + type +
                            "; right are short, medium, long, full and skeletons such as "
                            "::EEEEdMMMM");
        }
        return type == "date" ? VariableUse::Kind::Date : VariableUse::Kind::Time;
    }
    if (type == "number") {
        if (!is_skeleton && std::ranges::find(number_styles, style) == number_styles.end()) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + style +
                            "\" is no style of a number; right are integer, percent "
                            "and skeletons such as ::.0");
        }
        return VariableUse::Kind::Number;
    }
    return fail(ErrorCode::InvalidInput, "\"" + type +
                                             "\" is no kind of argument; right are "
                                             "number, date, time, plural, select");
}

Result<Argument> read_argument(const Pattern& pattern, std::int32_t start) {
    const auto trimmed = [&](std::int32_t part) {
        UnicodeString text = pattern.getSubstring(pattern.getPart(part));
        return to_utf8(text.trim());
    };
    Argument argument;
    argument.limit = pattern.getLimitPartIndex(start);
    argument.name = trimmed(start + 1);
    argument.style_start = start + 2;
    switch (pattern.getPart(start).getArgType()) {
        case UMSGPAT_ARG_TYPE_NONE:
            return argument;
        case UMSGPAT_ARG_TYPE_PLURAL:
        case UMSGPAT_ARG_TYPE_SELECTORDINAL:
            argument.kind = VariableUse::Kind::Plural;
            return argument;
        case UMSGPAT_ARG_TYPE_SELECT:
            argument.kind = VariableUse::Kind::Select;
            return argument;
        case UMSGPAT_ARG_TYPE_SIMPLE: {
            if (start + 3 < argument.limit) {
                argument.style = trimmed(start + 3);
            }
            const auto kind = kind_of_simple(trimmed(start + 2), argument.style);
            if (!kind) {
                return pass_on(kind);
            }
            argument.kind = *kind;
            return argument;
        }
        case UMSGPAT_ARG_TYPE_CHOICE:
            return fail(ErrorCode::InvalidInput, "choice is out of date; use plural or select");
    }
    return argument;
}

/// Says one message: walks its parts and chooses branches.
class Speaker {
  public:
    Speaker(const Pattern& pattern, const Variables& variables, const Reader& reader,
            MessagePattern::Escape escape)
        : pattern_(pattern),
          variables_(variables),
          words_(reader),
          escape_(escape),
          text_(pattern.getPatternString()) {}

    Result<std::string> speak() {
        if (auto said = message(0, 0); !said) {
            return pass_on(said);
        }
        return std::move(out_);
    }

  private:
    /// Says the message that starts at a part; `number` is what # stands for.
    Result<> message(std::int32_t start, double number) {
        std::int32_t from = pattern_.getPart(start).getLimit();
        for (std::int32_t i = start + 1;; ++i) {
            const Part& part = pattern_.getPart(i);
            out_ += to_utf8(text_.tempSubStringBetween(from, part.getIndex()));
            from = part.getLimit();
            if (part.getType() == UMSGPAT_PART_TYPE_MSG_LIMIT) {
                return {};
            }
            if (part.getType() == UMSGPAT_PART_TYPE_REPLACE_NUMBER) {
                out_ += escape_(words_.number(number, ""));
            } else if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
                const auto read = read_argument(pattern_, i);
                if (!read) {
                    return pass_on(read);
                }
                if (auto said = argument(*read, i); !said) {
                    return said;
                }
                i = read->limit;
                from = pattern_.getPart(i).getLimit();
            }
        }
    }

    Result<> argument(const Argument& argument, std::int32_t start) {
        const auto found = variables_.find(argument.name);
        const auto* text =
            found == variables_.end() ? nullptr : std::get_if<std::string>(&found->second);
        if (found == variables_.end() || (text != nullptr && is_blank(plain_value(*text)))) {
            return fail(ErrorCode::NotFound, argument.name + " is not known of this patient");
        }
        if (argument.kind == VariableUse::Kind::Plural) {
            return plural(argument, found->second, start);
        }
        if (argument.kind == VariableUse::Kind::Select) {
            return select(argument, found->second);
        }
        const auto words = words_.say(found->second, argument.kind, argument.style);
        if (!words) {
            return fail(ErrorCode::InvalidInput, argument.name + ": " + words.error().message);
        }
        out_ += escape_(*words);
        return {};
    }

    Result<> plural(const Argument& argument, const Value& value, std::int32_t start) {
        const auto* number = std::get_if<double>(&value);
        if (number == nullptr) {
            return fail(ErrorCode::InvalidInput, argument.name + " is no number");
        }
        const bool is_ordinal =
            pattern_.getPart(start).getArgType() == UMSGPAT_ARG_TYPE_SELECTORDINAL;
        const double offset = pattern_.getPluralOffset(argument.style_start);
        const UnicodeString keyword =
            from_utf8(words_.plural_keyword(*number - offset, is_ordinal));
        return message(branch(argument, keyword, number), *number - offset);
    }

    Result<> select(const Argument& argument, const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        const UnicodeString keyword =
            text != nullptr ? from_utf8(*text) : from_utf8(words_.select_keyword(value));
        return message(branch(argument, keyword, nullptr), 0);
    }

    /// The part at which the chosen branch starts. "=2" wins over a keyword, that over "other".
    std::int32_t branch(const Argument& argument, const UnicodeString& keyword,
                        const double* number) const {
        std::int32_t chosen = 0;
        std::int32_t i = argument.style_start;
        if (Part::hasNumericValue(pattern_.getPartType(i))) {
            ++i;  // the offset of a plural
        }
        while (i < argument.limit) {
            const Part& selector = pattern_.getPart(i++);
            bool is_exact = false;
            if (Part::hasNumericValue(pattern_.getPartType(i))) {
                is_exact =
                    number != nullptr && pattern_.getNumericValue(pattern_.getPart(i)) == *number;
                ++i;
            }
            if (is_exact) {
                return i;
            }
            if (pattern_.partSubstringMatches(selector, keyword) ||
                (chosen == 0 && pattern_.partSubstringMatches(selector, UnicodeString(u"other")))) {
                chosen = i;
                if (number == nullptr && pattern_.partSubstringMatches(selector, keyword)) {
                    return i;
                }
            }
            i = pattern_.getLimitPartIndex(i) + 1;
        }
        return chosen;
    }

    const Pattern& pattern_;
    const Variables& variables_;
    ValueWords words_;
    MessagePattern::Escape escape_;
    const UnicodeString& text_;
    std::string out_;
};

}  // namespace

MessagePattern::MessagePattern(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
MessagePattern::MessagePattern(MessagePattern&&) noexcept = default;
MessagePattern& MessagePattern::operator=(MessagePattern&&) noexcept = default;
MessagePattern::~MessagePattern() = default;

Result<MessagePattern> MessagePattern::parse(std::string_view text) {
    const UnicodeString pattern = from_utf8(text);
    if (const std::size_t at = find_quoted_variable(text); at != std::string_view::npos) {
        return fail(ErrorCode::InvalidInput,
                    "an apostrophe right before { makes the brace a plain sign; write ’ instead",
                    place_of(pattern, from_utf8(text.substr(0, at)).length()));
    }
    UErrorCode status = U_ZERO_ERROR;
    UParseError place{};
    auto parsed = std::make_unique<Parsed>(Parsed{icu::MessagePattern(status)});
    parsed->pattern.parse(pattern, &place, status);
    if (U_FAILURE(status)) {
        const std::int32_t offset =
            status == U_UNMATCHED_BRACES ? find_unclosed_brace(pattern) : std::max(place.offset, 0);
        return fail(ErrorCode::InvalidInput, explain(status), place_of(pattern, offset));
    }
    for (std::int32_t i = 0; i < parsed->pattern.countParts(); ++i) {
        if (parsed->pattern.getPartType(i) != UMSGPAT_PART_TYPE_ARG_START) {
            continue;
        }
        const auto argument = read_argument(parsed->pattern, i);
        if (!argument) {
            return fail(ErrorCode::InvalidInput, argument.error().message,
                        place_of(pattern, parsed->pattern.getPart(i).getIndex()));
        }
    }
    return MessagePattern(std::move(parsed));
}

Result<std::string> MessagePattern::format(const Variables& variables, const Reader& reader,
                                           Escape escape) const {
    return Speaker(parsed_->pattern, variables, reader, escape).speak();
}

std::vector<VariableUse> MessagePattern::variables() const {
    std::vector<VariableUse> uses;
    for (std::int32_t i = 0; i < parsed_->pattern.countParts(); ++i) {
        if (parsed_->pattern.getPartType(i) != UMSGPAT_PART_TYPE_ARG_START) {
            continue;
        }
        const auto argument = read_argument(parsed_->pattern, i);
        check(argument.has_value(), "a parsed pattern has readable arguments");
        const VariableUse use{argument->name, argument->kind};
        if (std::ranges::find(uses, use) == uses.end()) {
            uses.push_back(use);
        }
    }
    return uses;
}

}  // namespace parcours::outreach
