// Texts. Positions and lengths count code points.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fhirpath/collection.h"
#include "fhirpath/compare.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/functions/encoding.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "values/letters.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

using Text = std::optional<std::string_view>;

std::size_t length_of(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    }
    return count;
}

// The byte at which a code point begins; the end for one beyond it.
std::size_t byte_of(std::string_view text, std::size_t position) {
    std::size_t at = 0;
    for (; position > 0 && at < text.size(); --position) {
        at += values::utf8_length(text.substr(at));
    }
    return at;
}

bool push_text(const Call& call, std::string text) {
    const std::size_t size = text.size();
    call.out.push(Item::of(call.evaluator.arena().keep(std::move(text))));
    return call.evaluator.work(call.node, size / 16);
}

bool read_both(const Call& call, Text& text, Text& argument) {
    return call.evaluator.string_input(call, text) &&
           call.evaluator.string_argument(call, 0, argument);
}

bool found_at(const Call& call, bool last) {
    Text text;
    Text part;
    if (!read_both(call, text, part)) {
        return false;
    }
    if (text && part) {
        const std::size_t at = last ? text->rfind(*part) : text->find(*part);
        const bool found = at != std::string_view::npos;
        call.out.push(Item::of_integer(
            found ? static_cast<std::int64_t>(length_of(text->substr(0, at))) : -1));
    }
    return true;
}

bool index_of(const Call& call) {
    return found_at(call, false);
}
bool last_index_of(const Call& call) {
    return found_at(call, true);
}

bool substring(const Call& call) {
    Text text;
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> length;
    if (!call.evaluator.string_input(call, text) ||
        !call.evaluator.integer_argument(call, 0, start) ||
        !call.evaluator.integer_argument(call, 1, length)) {
        return false;
    }
    if (!text || !start || *start < 0 || static_cast<std::size_t>(*start) >= length_of(*text)) {
        return true;
    }
    std::string_view rest = text->substr(byte_of(*text, static_cast<std::size_t>(*start)));
    if (length) {
        rest = *length <= 0 ? std::string_view{}
                            : rest.substr(0, byte_of(rest, static_cast<std::size_t>(*length)));
    }
    call.out.push(Item::of(rest));
    return true;
}

template <class Judge>
bool judged(const Call& call, Judge judge) {
    Text text;
    Text part;
    if (!read_both(call, text, part)) {
        return false;
    }
    if (text && part) {
        call.out.push(Item::of(judge(*text, *part)));
    }
    return true;
}

bool starts_with(const Call& call) {
    return judged(call, [](auto text, auto part) { return text.starts_with(part); });
}
bool ends_with(const Call& call) {
    return judged(call, [](auto text, auto part) { return text.ends_with(part); });
}
bool contains(const Call& call) {
    return judged(call,
                  [](auto text, auto part) { return text.find(part) != std::string_view::npos; });
}

template <class Make>
bool made(const Call& call, Make make) {
    Text text;
    if (!call.evaluator.string_input(call, text)) {
        return false;
    }
    return !text || push_text(call, make(*text));
}

bool upper(const Call& call) {
    return made(call, values::to_upper);
}
bool lower(const Call& call) {
    return made(call, values::to_lower);
}
bool trim(const Call& call) {
    return made(call, [](std::string_view text) {
        constexpr std::string_view blanks = " \t\r\n\f\v";
        const std::size_t from = text.find_first_not_of(blanks);
        const std::size_t to = text.find_last_not_of(blanks);
        return from == std::string_view::npos ? std::string()
                                              : std::string(text.substr(from, to - from + 1));
    });
}

// An empty pattern stands before every code point and at the end.
std::string replaced(std::string_view text, std::string_view pattern, std::string_view with) {
    std::string out;
    if (pattern.empty()) {
        out += with;
    }
    while (!text.empty()) {
        if (pattern.empty()) {
            const std::size_t length = values::utf8_length(text);
            out += text.substr(0, length);
            out += with;
            text.remove_prefix(length);
        } else {
            const std::size_t at = text.find(pattern);
            out += text.substr(0, at);
            if (at == std::string_view::npos) {
                break;
            }
            out += with;
            text.remove_prefix(at + pattern.size());
        }
    }
    return out;
}

bool replace(const Call& call) {
    Text text;
    Text pattern;
    Text with;
    if (!read_both(call, text, pattern) || !call.evaluator.string_argument(call, 1, with)) {
        return false;
    }
    if (!text || !pattern || !with) {
        return true;
    }
    return call.evaluator.work(call.node, text->size() * (with->size() + 1) / 16) &&
           push_text(call, replaced(*text, *pattern, *with));
}

bool length(const Call& call) {
    Text text;
    if (!call.evaluator.string_input(call, text)) {
        return false;
    }
    if (text) {
        call.out.push(Item::of_integer(static_cast<std::int64_t>(length_of(*text))));
    }
    return true;
}

bool to_chars(const Call& call) {
    Text text;
    if (!call.evaluator.string_input(call, text)) {
        return false;
    }
    while (text && !text->empty()) {
        const std::size_t size = values::utf8_length(*text);
        call.out.push(Item::of(text->substr(0, size)));
        text->remove_prefix(size);
    }
    return true;
}

bool split(const Call& call) {
    Text text;
    Text separator;
    if (!read_both(call, text, separator)) {
        return false;
    }
    if (!text || !separator) {
        return true;
    }
    if (separator->empty()) {
        return to_chars(call);
    }
    while (true) {
        const std::size_t at = text->find(*separator);
        call.out.push(Item::of(text->substr(0, at)));
        if (at == std::string_view::npos) {
            return true;
        }
        text->remove_prefix(at + separator->size());
    }
}

bool join(const Call& call) {
    Text separator;
    if (!call.evaluator.string_argument(call, 0, separator)) {
        return false;
    }
    std::string text;
    bool any = call.evaluator.environment().join_of_nothing_is_empty_text;
    bool first = true;
    for (const Item& item : call.input) {
        const auto value = to_system(item);
        if (!value) {
            continue;
        }
        const bool is_text = item.is_node() && item.value().is_string();
        if (value->kind != Kind::String && !is_text) {
            return call.evaluator.fail(call.node, "join() joins Strings; write select(toString())");
        }
        text += first ? "" : separator.value_or("");
        text += is_text ? item.value().text() : value->text();
        any = true;
        first = false;
    }
    return !any || push_text(call, std::move(text));
}

using Code = std::optional<std::string> (*)(std::string_view text, std::string_view name);

// Nothing for a name that is not known.
bool coded(const Call& call, Code code, std::span<const std::string_view> known) {
    Text text;
    Text name;
    if (!read_both(call, text, name)) {
        return false;
    }
    if (!text || !name || std::ranges::find(known, *name) == known.end()) {
        return true;
    }
    auto made_text = code(*text, *name);
    if (!made_text) {
        return call.evaluator.fail(call.node, fmt::format("the text is not written in {}", *name));
    }
    // What was encoded need not have been text.
    return values::find_invalid_utf8(*made_text).has_value() ||
           push_text(call, std::move(*made_text));
}

constexpr auto encodings = std::to_array<std::string_view>({"base64", "urlbase64", "hex", "ascii"});
constexpr auto decodings = std::to_array<std::string_view>({"base64", "urlbase64", "hex"});
constexpr auto targets = std::to_array<std::string_view>({"html", "json"});

bool encode_text(const Call& call) {
    return coded(call, encode, encodings);
}
bool decode_text(const Call& call) {
    return coded(call, decode, decodings);
}
bool escape_text(const Call& call) {
    return coded(call, escape, targets);
}
bool unescape_text(const Call& call) {
    return coded(call, unescape, targets);
}

constexpr auto table = std::to_array<Function>({
    {"indexOf", 1, 1, index_of, "Where a text begins in it, from 0; -1: nowhere"},
    {"lastIndexOf", 1, 1, last_index_of, "Where a text begins in it for the last time"},
    {"substring", 1, 2, substring, "From a position on, perhaps so many characters"},
    {"startsWith", 1, 1, starts_with, "Whether it begins so"},
    {"endsWith", 1, 1, ends_with, "Whether it ends so"},
    {"contains", 1, 1, contains, "Whether a text is in it"},
    {"upper", 0, 0, upper, "In capitals"},
    {"lower", 0, 0, lower, "In small letters"},
    {"replace", 2, 2, replace, "With every occurrence of a text replaced"},
    {"length", 0, 0, length, "How many characters it has"},
    {"toChars", 0, 0, to_chars, "Its characters"},
    {"trim", 0, 0, trim, "Without white space around it"},
    {"split", 1, 1, split, "Its parts between separators"},
    {"join", 0, 1, join, "The texts together, perhaps with a separator"},
    {"encode", 1, 1, encode_text, "As base64, urlbase64, hex or ascii"},
    {"decode", 1, 1, decode_text, "What base64, urlbase64 or hex stand for"},
    {"escape", 1, 1, escape_text, "As it stands in html or json"},
    {"unescape", 1, 1, unescape_text, "What html or json stand for"},
});

}  // namespace

std::span<const Function> string_functions() {
    return table;
}

}  // namespace parcours::fhirpath
