#include "values/regex.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <re2/re2.h>
#include <re2/stringpiece.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "values/text.h"

namespace parcours::values {
namespace {

constexpr std::int64_t memory_max = std::int64_t{8} * 1024 * 1024;
constexpr std::size_t remembered_max = 16;

re2::StringPiece piece(std::string_view text) {
    return {text.data(), text.size()};
}

// RE2 of this age knows `(?P<name>…)` only; everybody else writes `(?<name>…)`.
std::string with_known_names(std::string_view pattern) {
    std::string out;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        out += c;
        if (c == '\\' && i + 1 < pattern.size()) {
            out += pattern[++i];
        } else if (c == '[' || c == ']') {
            in_class = c == '[' || (in_class && out.ends_with("[]"));
        } else if (!in_class && c == '(' && pattern.substr(i).starts_with("(?<") &&
                   !pattern.substr(i).starts_with("(?<=") &&
                   !pattern.substr(i).starts_with("(?<!")) {
            out += "?P";
            ++i;
        }
    }
    return out;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A substitution, taken apart: texts and numbers of groups.
struct Part {
    std::string text;
    std::optional<int> group;
};

}  // namespace

struct Regex::Compiled {
    Compiled(const std::string& pattern, const RE2::Options& options) : re2(pattern, options) {}

    RE2 re2;
};

namespace {

Result<int> named_group(const RE2& re2, std::string_view name) {
    const auto found = re2.NamedCapturingGroups().find(std::string(name));
    if (found != re2.NamedCapturingGroups().end()) {
        return found->second;
    }
    const bool number = !name.empty() && name.size() <= 3 && std::ranges::all_of(name, is_digit);
    if (number && std::stoi(std::string(name)) <= re2.NumberOfCapturingGroups()) {
        return std::stoi(std::string(name));
    }
    return fail(
        ErrorCode::InvalidInput,
        fmt::format("the substitution names a group '{}', which the pattern does not have", name));
}

// `$12` is group 12 where there are so many, else group 1 and the text "2".
Result<int> numbered_group(const RE2& re2, std::string_view digits, std::size_t& taken) {
    taken = 1;
    int group = digits[0] - '0';
    if (digits.size() > 1 && is_digit(digits[1]) &&
        group * 10 + (digits[1] - '0') <= re2.NumberOfCapturingGroups()) {
        group = group * 10 + (digits[1] - '0');
        taken = 2;
    }
    if (group > re2.NumberOfCapturingGroups()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the substitution names group ${}, but the pattern has {} group(s)",
                                group, re2.NumberOfCapturingGroups()));
    }
    return group;
}

void append(std::vector<Part>& parts, std::string_view text) {
    if (parts.empty() || parts.back().group) {
        parts.push_back({});
    }
    parts.back().text += text;
}

Result<std::vector<Part>> parse_substitution(const RE2& re2, std::string_view text) {
    std::vector<Part> out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i + 1);
        if (text[i] == '\\' && !rest.empty()) {
            append(out, rest.substr(0, 1));
            ++i;
        } else if (text[i] == '$' && rest.starts_with("{") &&
                   rest.find('}') != std::string_view::npos) {
            const std::size_t end = rest.find('}');
            const auto group = named_group(re2, rest.substr(1, end - 1));
            if (!group) {
                return pass_on(group);
            }
            out.push_back({{}, *group});
            i += end + 1;
        } else if (text[i] == '$' && !rest.empty() && is_digit(rest[0])) {
            std::size_t taken = 0;
            const auto group = numbered_group(re2, rest, taken);
            if (!group) {
                return pass_on(group);
            }
            out.push_back({{}, *group});
            i += taken;
        } else {
            append(out, text.substr(i, 1));
        }
    }
    return out;
}

using Groups = std::vector<re2::StringPiece>;

// Calls `found` with the groups of each match, from left to right. An empty match moves on by one
// character. `found` gives false to stop.
template <class Found>
void for_each_match(const RE2& re2, std::string_view text, std::size_t group_count, Found found) {
    Groups groups(group_count);
    std::size_t at = 0;
    while (at <= text.size() &&
           re2.Match(piece(text), at, text.size(), RE2::UNANCHORED, groups.data(),
                     static_cast<int>(groups.size()))) {
        const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
        if (!found(groups, begin)) {
            return;
        }
        at = begin + groups[0].size();
        if (groups[0].empty()) {
            at += std::max<std::size_t>(1, utf8_length(text.substr(std::min(at, text.size()))));
        }
    }
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern, std::string_view flags) {
    if (pattern.size() > pattern_length_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("a regular expression is at most {} bytes long, this one is {}",
                                pattern_length_max, pattern.size()));
    }
    RE2::Options options(RE2::Quiet);
    options.set_dot_nl(true);
    options.set_max_mem(memory_max);
    std::string prefix;
    for (const char flag : flags) {
        if (flag == 'i') {
            options.set_case_sensitive(false);
        } else if (flag == 'm') {
            prefix = "(?m)";
        } else {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the flag '{}' of a regular expression is unknown; there are "
                                    "'i' (case does not matter) and 'm' (^ and $ at each line)",
                                    flag));
        }
    }
    auto compiled = std::make_shared<const Compiled>(prefix + with_known_names(pattern), options);
    if (!compiled->re2.ok()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the regular expression {} cannot be read: {} (looking ahead or "
                                "behind and references to groups are not supported)",
                                quote(pattern, '\''), compiled->re2.error()));
    }
    return Regex(std::move(compiled));
}

Result<Regex> Regex::find(std::string_view pattern, std::string_view flags) {
    struct Remembered {
        std::string pattern;
        std::string flags;
        Regex regex;
    };
    thread_local std::vector<Remembered> remembered;
    thread_local std::size_t next = 0;
    for (const Remembered& one : remembered) {
        if (one.pattern == pattern && one.flags == flags) {
            return one.regex;
        }
    }
    auto compiled = compile(pattern, flags);
    if (compiled) {
        Remembered entry{std::string(pattern), std::string(flags), *compiled};
        if (remembered.size() < remembered_max) {
            remembered.push_back(std::move(entry));
        } else {
            remembered[next++ % remembered_max] = std::move(entry);
        }
    }
    return compiled;
}

bool Regex::matches(std::string_view text) const {
    return compiled_->re2.Match(piece(text), 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Regex::is_in(std::string_view text) const {
    return compiled_->re2.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

Result<std::string> Regex::replace(std::string_view text, std::string_view substitution) const {
    const auto parts = parse_substitution(compiled_->re2, substitution);
    if (!parts) {
        return pass_on(parts);
    }
    std::string out;
    std::size_t copied = 0;
    const auto group_count =
        static_cast<std::size_t>(compiled_->re2.NumberOfCapturingGroups()) + 1;
    for_each_match(compiled_->re2, text, group_count, [&](const Groups& groups, std::size_t begin) {
        out += text.substr(copied, begin - copied);
        for (const Part& part : *parts) {
            out += part.text;
            if (part.group) {
                const re2::StringPiece& group = groups[static_cast<std::size_t>(*part.group)];
                out.append(group.empty() ? "" : group.data(), group.size());
            }
        }
        copied = begin + groups[0].size();
        return out.size() <= length_max;
    });
    out += text.substr(copied);
    if (out.size() > length_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("replacing makes a text of more than {} bytes", length_max));
    }
    return out;
}

std::vector<std::string> Regex::split(std::string_view text) const {
    std::vector<std::string> out;
    std::size_t copied = 0;
    for_each_match(compiled_->re2, text, 1, [&](const Groups& groups, std::size_t begin) {
        const bool at_edge = groups[0].empty() && (begin == 0 || begin == text.size());
        if (!at_edge) {
            out.emplace_back(text.substr(copied, begin - copied));
            copied = begin + groups[0].size();
        }
        return true;
    });
    out.emplace_back(text.substr(copied));
    return out;
}

}  // namespace parcours::values
