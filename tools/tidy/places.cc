// Where third-party headers, and what reaches outside of the program, may stand.

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/rules.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

/// A header in brackets that no standard names: with a folder or an end, and not the system's.
bool is_foreign(std::string_view header) {
    if (header.starts_with("sys/") || header.starts_with("bits/") ||
        header.starts_with("asm-generic/") || header.starts_with("netinet/") ||
        header.starts_with("arpa/") || header.starts_with("linux/")) {
        return false;
    }
    static const std::set<std::string_view> posix{"fcntl.h",   "unistd.h", "poll.h",   "signal.h",
                                                  "netdb.h",   "stdlib.h", "string.h", "errno.h",
                                                  "pthread.h", "stdio.h",  "stdint.h", "dirent.h",
                                                  "time.h",    "spawn.h",  "sched.h"};
    return header.find('/') != std::string_view::npos ||
           (header.find('.') != std::string_view::npos && !posix.contains(header));
}

/// Whether the word stands at tokens[i], which may be the last part of a qualified name.
bool stands(const std::vector<Token>& tokens, std::size_t i, std::string_view word) {
    const Token& token = tokens[i];
    if (token.included || word.starts_with('<')) {
        return token.included && token.text == word;
    }
    const auto colons = word.rfind("::");
    if (colons == std::string_view::npos) {
        // `x.fork` and `x->fork` are somebody's own.
        const bool member = i > 0 && (tokens[i - 1].text == "." || tokens[i - 1].text == ">");
        return token.text == word && !member;
    }
    if (token.text != word.substr(colons + 2) || i == 0 || tokens[i - 1].text != "::") {
        return false;
    }
    const auto qualifier = word.substr(0, colons);
    const std::string_view before = i > 1 ? tokens[i - 2].text : std::string_view{};
    if (qualifier.empty()) {
        const bool named =
            !before.empty() && before != "return" &&
            (before.back() == '_' || before.back() == '>' ||
             std::string_view("(){};=,!&|?:+-*/<").find(before) == std::string_view::npos);
        return !named;
    }
    return before == qualifier;
}

/// The entries of the tables that a file made use of.
struct Used {
    std::set<const ThirdParty*> headers;
    std::set<const Allowance*> allowances;
};

void judge_headers(const SourceFile& file, const std::vector<Token>& tokens,
                   std::vector<Finding>& findings, Used& used) {
    for (const Token& token : tokens) {
        if (!token.included || token.text.front() != '<') {
            continue;
        }
        const auto header = token.text.substr(1, token.text.size() - 2);
        if (!is_foreign(header)) {
            continue;
        }
        std::string places;
        bool allowed = false;
        for (const ThirdParty& entry : third_party()) {
            if (!header.starts_with(entry.header)) {
                continue;
            }
            if (file.path.starts_with(entry.where)) {
                allowed = true;
                used.headers.insert(&entry);
            }
            places += (places.empty() ? "" : ", ") + std::string(entry.where);
        }
        if (!allowed) {
            findings.push_back({file.path, token.line,
                                "includes <" + std::string(header) + ">, which belongs to " +
                                    (places.empty() ? "no module: see third_party in "
                                                      "tools/tidy/rules.cc"
                                                    : places)});
        }
    }
}

void judge_touches(const SourceFile& file, const std::vector<Token>& tokens,
                   std::vector<Finding>& findings, Used& used) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        for (const Word& word : words()) {
            if (!stands(tokens, i, word.word)) {
                continue;
            }
            // Tests may start threads, servers and programs, but take no chances and do not wait.
            if (is_test(file.path) && word.touch != Touch::Chance && word.touch != Touch::Sleep) {
                continue;
            }
            bool allowed = false;
            for (const Allowance& entry : allowances()) {
                if (entry.touch == word.touch && file.path.starts_with(entry.where)) {
                    allowed = true;
                    used.allowances.insert(&entry);
                }
            }
            if (!allowed) {
                findings.push_back(
                    {file.path, tokens[i].line,
                     "touches " + std::string(touch_name(word.touch)) + " (" +
                         std::string(word.word) +
                         "): take it as an argument (Clock, Random, Executor, Files, Transport)"});
            }
        }
    }
}

}  // namespace

std::vector<Finding> check_third_party(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    Used used;
    for (const SourceFile& file : files) {
        if (file.path.starts_with("src/") && !file.path.ends_with(".txt")) {
            const std::string blanked = blank_words(file.text);
            judge_headers(file, tokens_of(blanked), findings, used);
        }
    }
    return findings;
}

std::vector<Finding> check_touches(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    Used used;
    for (const SourceFile& file : files) {
        if (file.path.starts_with("src/") && !file.path.ends_with(".txt")) {
            const std::string blanked = blank_words(file.text);
            judge_touches(file, tokens_of(blanked), findings, used);
        }
    }
    return findings;
}

std::vector<Finding> check_tables(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    Used used;
    for (const SourceFile& file : files) {
        if (file.path.starts_with("src/") && !file.path.ends_with(".txt")) {
            const std::string blanked = blank_words(file.text);
            const auto tokens = tokens_of(blanked);
            judge_headers(file, tokens, findings, used);
            judge_touches(file, tokens, findings, used);
        }
    }
    findings.clear();
    const std::string table = "tools/tidy/rules.cc";
    for (const ThirdParty& entry : third_party()) {
        const bool general = entry.where == "src/";
        if (!general && !used.headers.contains(&entry)) {
            findings.push_back({table, 0,
                                "nobody needs <" + std::string(entry.header) + "> in " +
                                    std::string(entry.where) + " any more: take it out"});
        }
    }
    for (const Allowance& entry : allowances()) {
        if (!used.allowances.contains(&entry)) {
            findings.push_back({table, 0,
                                "nobody touches " + std::string(touch_name(entry.touch)) + " in " +
                                    std::string(entry.where) + " any more: take it out"});
        }
    }
    return findings;
}

}  // namespace parcours::tidy
