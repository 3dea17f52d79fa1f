// Sizes, names and habits.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/rules.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool is_code(std::string_view path) {
    return path.ends_with(".h") || path.ends_with(".cc");
}

void judge_name(const SourceFile& file, std::vector<Finding>& findings) {
    for (std::size_t begin = 0; begin <= file.path.size();) {
        const auto end = std::min(file.path.find_first_of("/._", begin), file.path.size());
        const auto part = std::string_view(file.path).substr(begin, end - begin);
        if (std::ranges::find(empty_names, part) != empty_names.end()) {
            findings.push_back(
                {file.path, 1, "\"" + std::string(part) + "\" says nothing: name what it holds"});
        }
        begin = end + 1;
    }
    if (std::ranges::count(file.path, '/') > 4) {
        findings.push_back({file.path, 1, "lies deeper than three folders"});
    }
}

/// `catch (...) {}`.
bool swallows(const std::vector<Token>& tokens, std::size_t i) {
    static constexpr std::array<std::string_view, 6> shape{"catch", "(", "...", ")", "{", "}"};
    if (i + shape.size() > tokens.size()) {
        return false;
    }
    for (std::size_t k = 0; k < shape.size(); ++k) {
        if (tokens[i + k].text != shape[k]) {
            return false;
        }
    }
    return true;
}

void judge_code(const SourceFile& file, std::vector<Finding>& findings) {
    const std::string blanked = blank_words(file.text);
    const auto tokens = tokens_of(blanked);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto word = tokens[i].text;
        if (word == "co_await" || word == "co_return" || word == "co_yield") {
            findings.push_back(
                {file.path, tokens[i].line, "no coroutines: g++ 12 compiles them wrongly"});
        } else if (swallows(tokens, i)) {
            findings.push_back(
                {file.path, tokens[i].line,
                 "swallows every exception: say what is expected, pass on the rest"});
        }
    }
    if (is_header(file.path) && blanked.find("#pragma once") == std::string::npos) {
        findings.push_back({file.path, 1, "a header begins with #pragma once"});
    }
}

/// "src/base/hash.cc" and "src/base/tests/hash_test.cc" → "base/hash.h"; empty where no header
/// could be its own.
std::string own_header(std::string_view path) {
    constexpr std::string_view root = "src/";
    constexpr std::string_view tests = "/tests/";
    constexpr std::string_view test_end = "_test.cc";
    if (!path.starts_with(root) || !path.ends_with(".cc")) {
        return {};
    }
    path.remove_prefix(root.size());
    const std::size_t folder = path.rfind(tests);
    if (folder != std::string_view::npos && path.ends_with(test_end)) {
        std::string header(path.substr(0, folder + 1));
        header += path.substr(folder + tests.size());
        header.resize(header.size() - test_end.size());
        return header + ".h";
    }
    return std::string(path.substr(0, path.size() - 3)) + ".h";
}

/// A source includes its own header first, which shows what the header leans on within its module;
/// the target `headers` compiles alone those of which no source does. The rest is in reach.cc.
void judge_first_include(const SourceFile& file, std::vector<Finding>& findings) {
    const std::string own = '"' + own_header(file.path) + '"';
    const std::string blanked = blank_words(file.text);
    bool first = true;
    for (const Token& token : tokens_of(blanked)) {
        if (token.included && token.text == own && !first) {
            findings.push_back({file.path, token.line, "includes its own header first"});
        }
        first = first && !token.included;
    }
}

/// Places where somebody works, written so that this file does not break its own rule.
constexpr std::array<std::string_view, 4> machine_paths{
    "/wor"
    "k/",
    "/hom"
    "e/",
    "/Use"
    "rs/",
    "/roo"
    "t/"};

void judge_paths(const SourceFile& file, std::vector<Finding>& findings) {
    for (const std::string_view path : machine_paths) {
        for (auto at = file.text.find(path); at != std::string::npos;
             at = file.text.find(path, at + 1)) {
            const char before = at == 0 ? ' ' : file.text[at - 1];
            if (std::string_view(" \"'(=\n`").find(before) != std::string_view::npos) {
                findings.push_back({file.path,
                                    1 + lines_of(std::string_view(file.text).substr(0, at)),
                                    "names a path of one machine (" + std::string(path) + ")"});
            }
        }
    }
}

}  // namespace

std::vector<Finding> check_sizes(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        if (!is_code(file.path)) {
            continue;
        }
        const std::size_t lines = lines_of(file.text);
        const std::size_t lines_max = is_header(file.path) ? header_lines_max : source_lines_max;
        if (lines > lines_max) {
            findings.push_back({file.path, lines,
                                "has " + std::to_string(lines) + " lines, at most " +
                                    std::to_string(lines_max) + ": split it by what it holds"});
        }
    }
    return findings;
}

std::vector<Finding> list_long_sources(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        const std::size_t lines = lines_of(file.text);
        if (file.path.ends_with(".cc") && lines > source_lines_look) {
            findings.push_back({file.path, lines, "has " + std::to_string(lines) + " lines"});
        }
    }
    return findings;
}

std::vector<Finding> check_habits(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        judge_name(file, findings);
        judge_paths(file, findings);
        if (is_code(file.path)) {
            judge_code(file, findings);
            judge_first_include(file, findings);
        }
    }
    return findings;
}

}  // namespace parcours::tidy
