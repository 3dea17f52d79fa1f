// With value_words.cc the only file that knows ICU.
#include "outreach/message_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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

/// The first { within so many others; -1 where there is none. Whoever wrote it did not mean it.
std::int32_t find_too_deep(const UnicodeString& text) {
    constexpr int depth_max = 100;
    int depth = 0;
    for (std::int32_t i = 0; i < text.length(); ++i) {
        const char16_t c = text.charAt(i);
        depth += c == u'{' ? 1 : c == u'}' && depth > 0 ? -1 : 0;
        if (depth > depth_max) {
            return i;
        }
    }
    return -1;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// One way of a plural or a select.
struct Branch {
    std::string keyword;
    std::optional<double> exact;  ///< of "=2"
    std::size_t message = 0;
};

/// One argument of a pattern.
struct Argument {
    std::string name;
    VariableUse::Kind kind = VariableUse::Kind::Text;
    std::string style;
    bool is_ordinal = false;
    double offset = 0;  ///< of a plural
    std::vector<Branch> branches;
};

/// Words, and what is said after them.
struct Piece {
    enum class Then : std::uint8_t { Nothing, Number, Argument };
    std::string words;
    Then then = Then::Nothing;
    std::size_t argument = 0;
};

}  // namespace

/// What ICU found, in the order of the text and in UTF-8: a text is said to thousands.
struct MessagePattern::Parsed {
    std::vector<std::vector<Piece>> messages;  ///< the first is the whole, the others are branches
    std::vector<Argument> arguments;
};

namespace {

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

/// Takes over a pattern that ICU has parsed.
template <class Parsed>
class PatternReader {
  public:
    PatternReader(const icu::MessagePattern& pattern, Parsed& parsed)
        : pattern_(pattern), text_(pattern.getPatternString()), parsed_(parsed) {}

    /// The message that starts at a part. Gives its place in `messages`.
    Result<std::size_t> message(std::int32_t start) {
        const std::size_t place = parsed_.messages.size();
        parsed_.messages.emplace_back();
        std::vector<Piece> pieces(1);
        std::int32_t from = pattern_.getPart(start).getLimit();
        for (std::int32_t i = start + 1;; ++i) {
            const Part& part = pattern_.getPart(i);
            pieces.back().words += to_utf8(text_.tempSubStringBetween(from, part.getIndex()));
            from = part.getLimit();
            if (part.getType() == UMSGPAT_PART_TYPE_MSG_LIMIT) {
                parsed_.messages[place] = std::move(pieces);
                return place;
            }
            if (part.getType() == UMSGPAT_PART_TYPE_REPLACE_NUMBER) {
                pieces.back().then = Piece::Then::Number;
                pieces.emplace_back();
            } else if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
                const auto argument = read_argument(i);
                if (!argument) {
                    return argument;
                }
                pieces.back().then = Piece::Then::Argument;
                pieces.back().argument = *argument;
                pieces.emplace_back();
                i = pattern_.getLimitPartIndex(i);
                from = pattern_.getPart(i).getLimit();
            }
        }
    }

  private:
    [[nodiscard]] std::string trimmed(std::int32_t part) const {
        UnicodeString text = pattern_.getSubstring(pattern_.getPart(part));
        return to_utf8(text.trim());
    }

    /// Gives its place in `arguments`. Errors: InvalidInput, at its place in the text.
    Result<std::size_t> read_argument(std::int32_t start) {
        const auto wrong = [&](const std::string& what) {
            return fail(ErrorCode::InvalidInput, what,
                        place_of(text_, pattern_.getPart(start).getIndex()));
        };
        const std::int32_t limit = pattern_.getLimitPartIndex(start);
        const std::size_t place = parsed_.arguments.size();
        Argument argument;
        argument.name = trimmed(start + 1);
        switch (pattern_.getPart(start).getArgType()) {
            case UMSGPAT_ARG_TYPE_NONE:
                break;
            case UMSGPAT_ARG_TYPE_SELECTORDINAL:
                argument.is_ordinal = true;
                [[fallthrough]];
            case UMSGPAT_ARG_TYPE_PLURAL:
                argument.kind = VariableUse::Kind::Plural;
                argument.offset = pattern_.getPluralOffset(start + 2);
                break;
            case UMSGPAT_ARG_TYPE_SELECT:
                argument.kind = VariableUse::Kind::Select;
                break;
            case UMSGPAT_ARG_TYPE_SIMPLE: {
                if (start + 3 < limit) {
                    argument.style = trimmed(start + 3);
                }
                const auto kind = kind_of_simple(trimmed(start + 2), argument.style);
                if (!kind) {
                    return wrong(kind.error().message);
                }
                argument.kind = *kind;
                break;
            }
            case UMSGPAT_ARG_TYPE_CHOICE:
                return wrong("choice is out of date; use plural or select");
        }
        const bool branches = argument.kind == VariableUse::Kind::Plural ||
                              argument.kind == VariableUse::Kind::Select;
        parsed_.arguments.push_back(std::move(argument));
        if (branches) {
            if (const auto read = read_branches(place, start + 2, limit); !read) {
                return pass_on(read);
            }
        }
        return place;
    }

    /// Of the argument at `place`, from the part `i` on.
    Result<> read_branches(std::size_t place, std::int32_t i, std::int32_t limit) {
        if (Part::hasNumericValue(pattern_.getPartType(i))) {
            ++i;  // the offset of a plural
        }
        while (i < limit) {
            Branch branch;
            branch.keyword = to_utf8(pattern_.getSubstring(pattern_.getPart(i++)));
            if (Part::hasNumericValue(pattern_.getPartType(i))) {
                branch.exact = pattern_.getNumericValue(pattern_.getPart(i++));
            }
            const auto read = message(i);
            if (!read) {
                return pass_on(read);
            }
            branch.message = *read;
            parsed_.arguments[place].branches.push_back(std::move(branch));
            i = pattern_.getLimitPartIndex(i) + 1;
        }
        return {};
    }

    const icu::MessagePattern& pattern_;
    const UnicodeString& text_;
    Parsed& parsed_;
};

/// "=2" wins over a keyword, that over "other", which ICU sees to.
std::size_t choose_branch(const Argument& argument, std::string_view keyword,
                          const double* number) {
    const Branch* chosen = nullptr;
    for (const Branch& branch : argument.branches) {
        if (branch.exact && number != nullptr && *branch.exact == *number) {
            return branch.message;
        }
        if (branch.keyword == keyword && (chosen == nullptr || chosen->keyword != keyword)) {
            chosen = &branch;
        } else if (branch.keyword == "other" && chosen == nullptr) {
            chosen = &branch;
        }
    }
    return chosen == nullptr ? 0 : chosen->message;
}

/// Says one message: walks its pieces and chooses branches.
template <class Parsed>
class Speaker {
  public:
    Speaker(const Parsed& parsed, const Variables& variables, const Reader& reader,
            MessagePattern::Escape escape)
        : parsed_(parsed), variables_(variables), words_(reader), escape_(escape) {}

    Result<std::string> speak() {
        if (auto said = message(0, 0); !said) {
            return pass_on(said);
        }
        return std::move(out_);
    }

  private:
    /// `number` is what # stands for.
    Result<> message(std::size_t place, double number) {
        for (const Piece& piece : parsed_.messages[place]) {
            out_ += piece.words;
            if (piece.then == Piece::Then::Number) {
                out_ += escape_(words_.number(number, ""));
            } else if (piece.then == Piece::Then::Argument) {
                if (auto said = argument(parsed_.arguments[piece.argument]); !said) {
                    return said;
                }
            }
        }
        return {};
    }

    Result<> argument(const Argument& argument) {
        const auto found = variables_.find(argument.name);
        const auto* text =
            found == variables_.end() ? nullptr : std::get_if<std::string>(&found->second);
        if (found == variables_.end() || (text != nullptr && is_blank(plain_value(*text)))) {
            return fail(ErrorCode::NotFound, argument.name + " is not known of this patient");
        }
        if (argument.kind == VariableUse::Kind::Plural) {
            return plural(argument, found->second);
        }
        if (argument.kind == VariableUse::Kind::Select) {
            return message(
                choose_branch(argument,
                              text != nullptr ? *text : words_.select_keyword(found->second),
                              nullptr),
                0);
        }
        const auto words = words_.say(found->second, argument.kind, argument.style);
        if (!words) {
            return fail(ErrorCode::InvalidInput, argument.name + ": " + words.error().message);
        }
        out_ += escape_(*words);
        return {};
    }

    Result<> plural(const Argument& argument, const Value& value) {
        const auto* number = std::get_if<double>(&value);
        if (number == nullptr) {
            return fail(ErrorCode::InvalidInput, argument.name + " is no number");
        }
        const double rest = *number - argument.offset;
        return message(
            choose_branch(argument, words_.plural_keyword(rest, argument.is_ordinal), number),
            rest);
    }

    const Parsed& parsed_;
    const Variables& variables_;
    ValueWords words_;
    MessagePattern::Escape escape_;
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
    if (const std::int32_t at = find_too_deep(pattern); at >= 0) {
        return fail(ErrorCode::InvalidInput,
                    "branches lie within branches a hundred deep; say it in fewer",
                    place_of(pattern, at));
    }
    UErrorCode status = U_ZERO_ERROR;
    UParseError place{};
    icu::MessagePattern found(status);
    found.parse(pattern, &place, status);
    if (U_FAILURE(status)) {
        const std::int32_t offset =
            status == U_UNMATCHED_BRACES ? find_unclosed_brace(pattern) : std::max(place.offset, 0);
        return fail(ErrorCode::InvalidInput, explain(status), place_of(pattern, offset));
    }
    auto parsed = std::make_unique<Parsed>();
    if (const auto read = PatternReader(found, *parsed).message(0); !read) {
        return pass_on(read);
    }
    return MessagePattern(std::move(parsed));
}

Result<std::string> MessagePattern::format(const Variables& variables, const Reader& reader,
                                           Escape escape) const {
    return Speaker(*parsed_, variables, reader, escape).speak();
}

std::vector<VariableUse> MessagePattern::variables() const {
    std::vector<VariableUse> uses;
    for (const Argument& argument : parsed_->arguments) {
        const VariableUse use{argument.name, argument.kind};
        if (std::ranges::find(uses, use) == uses.end()) {
            uses.push_back(use);
        }
    }
    return uses;
}

}  // namespace parcours::outreach
