#include "outreach/render.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "outreach/markdown.h"
#include "outreach/message_format.h"
#include "practice/content.h"

namespace parcours::outreach {
namespace {

/// More than the wordings that a practice uses at a time.
constexpr std::size_t remembered_max = 256;

/// Control characters would break headers and lines.
std::string keep_one_line(std::string_view value) {
    std::string text(value);
    std::ranges::replace_if(
        text,
        [](char c) {
            const auto byte = static_cast<std::uint8_t>(c);
            return byte < 0x20U || byte == 0x7FU;
        },
        ' ');
    return text;
}

/// A place inside a text as a place in its file.
Location place_in_file(const Location& text_where, const Location& inside) {
    Location where = text_where;
    if (inside.line > 1) {
        where.line += inside.line - 1;
        where.column = inside.column;
    } else if (inside.line == 1) {
        where.column = std::max<std::uint64_t>(where.column, 1) + inside.column - 1;
    }
    return where;
}

using PatternPtr = std::shared_ptr<const MessagePattern>;

/// The same few texts are said to everybody.
Result<PatternPtr> find_pattern(std::string_view text) {
    thread_local std::unordered_map<std::string, PatternPtr> remembered;
    std::string asked(text);
    if (const auto known = remembered.find(asked); known != remembered.end()) {
        return known->second;
    }
    auto pattern = MessagePattern::parse(text);
    if (!pattern) {
        return pass_on(pattern);
    }
    if (remembered.size() >= remembered_max) {
        remembered.clear();
    }
    return remembered[std::move(asked)] =
               std::make_shared<const MessagePattern>(std::move(*pattern));
}

Result<PatternPtr> parse_at(std::string_view text, const Location& where) {
    auto pattern = find_pattern(text);
    if (!pattern) {
        return fail(pattern.error().code, pattern.error().message,
                    place_in_file(where, pattern.error().where));
    }
    return pattern;
}

}  // namespace

Result<std::string> format_line(std::string_view pattern, const Variables& variables,
                                const Reader& reader) {
    const auto parsed = find_pattern(pattern);
    if (!parsed) {
        return pass_on(parsed);
    }
    auto line = (*parsed)->format(variables, reader, keep_one_line);
    if (line) {
        *line = keep_one_line(*line);
    }
    return line;
}

Result<Rendered> render(const practice::Wording& wording, const Variables& variables,
                        const Reader& reader, Form form) {
    const auto subject = parse_at(wording.subject, wording.where);
    if (!subject) {
        return pass_on(subject);
    }
    const auto body = parse_at(wording.body, wording.body_where);
    if (!body) {
        return pass_on(body);
    }
    auto subject_words = (*subject)->format(variables, reader, keep_one_line);
    if (!subject_words) {
        return pass_on(subject_words);
    }
    const auto markdown = (*body)->format(variables, reader, escape_markdown);
    if (!markdown) {
        return pass_on(markdown);
    }
    return Rendered{keep_one_line(*subject_words), markdown_to_text(*markdown),
                    form == Form::TextAlone ? std::string() : markdown_to_html(*markdown)};
}

Result<std::vector<VariableUse>> list_variables(const practice::Wording& wording) {
    std::vector<VariableUse> uses;
    const auto add = [&](std::string_view text, const Location& where) -> Result<> {
        const auto pattern = parse_at(text, where);
        if (!pattern) {
            return pass_on(pattern);
        }
        std::ranges::copy_if(
            (*pattern)->variables(), std::back_inserter(uses),
            [&](const VariableUse& use) { return std::ranges::find(uses, use) == uses.end(); });
        return {};
    };
    if (auto added = add(wording.subject, wording.where); !added) {
        return pass_on(added);
    }
    if (auto added = add(wording.body, wording.body_where); !added) {
        return pass_on(added);
    }
    for (const std::string* const more : {&wording.line, &wording.neutral}) {
        if (auto added = add(*more, wording.where); !added) {
            return pass_on(added);
        }
    }
    return uses;
}

}  // namespace parcours::outreach
