// Headers include, or have from what they include, the types of ours that they name. The compiler
// would not always tell: sources read many headers before everything else
// (cmake/precompiled.cmake).

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

struct Use {
    std::string name;
    std::size_t line = 0;
};

using Names = std::set<std::string, std::less<>>;

/// A header as far as types go.
struct Header {
    Names includes;
    Names defines;
    /// Ahead of their definition: whether that suffices, the compiler says.
    Names declares;
    Names own;  ///< parameters of its templates
    std::vector<Use> uses;
};

using Headers = std::map<std::string, Header, std::less<>>;

/// Types are in CamelCase here, and nothing else is but enumerators.
bool is_type_name(std::string_view word) {
    return word.size() > 1 && std::isupper(static_cast<unsigned char>(word.front())) != 0;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

/// What stands at `at`; nothing past the end.
std::string_view word_at(std::span<const Token> tokens, std::size_t at) {
    return at < tokens.size() ? tokens[at].text : std::string_view();
}

/// Past `[[…]]` and `alignas(…)`.
std::size_t skip_attributes(std::span<const Token> tokens, std::size_t at) {
    while (word_at(tokens, at) == "[" || word_at(tokens, at) == "alignas") {
        const std::string_view end = tokens[at].text == "[" ? "]" : ")";
        while (at < tokens.size() && tokens[at].text != end) {
            ++at;
        }
        while (word_at(tokens, at) == end) {
            ++at;
        }
    }
    return at;
}

/// Behind `enum`: its closing brace, so that enumerators are no names of types.
std::size_t end_of_enum(std::span<const Token> tokens, std::size_t at) {
    while (at < tokens.size() && !is_one_of(tokens[at].text, {"}", ";"})) {
        ++at;
    }
    return at;
}

/// Takes the name that stands behind `struct` and its like; gives where reading goes on.
std::size_t take_declared(std::span<const Token> tokens, std::size_t at, Header& header) {
    const std::string_view keyword = tokens[at].text;
    std::size_t name = skip_attributes(tokens, at + 1);
    if (keyword == "enum" && is_one_of(word_at(tokens, name), {"class", "struct"})) {
        name = skip_attributes(tokens, name + 1);
    }
    while (word_at(tokens, name).starts_with('.')) {
        ++name;  // class... Values
    }
    const bool named = is_type_name(word_at(tokens, name));
    if (named) {
        const std::string_view after = word_at(tokens, name + 1);
        const bool other = is_one_of(keyword, {"using", "concept"});
        Names& names =
            keyword == "typename" || is_one_of(after, {">", ",", "."}) || (after == "=" && !other)
                ? header.own
            : after == ";" ? header.declares
                           : header.defines;
        names.emplace(tokens[name].text);
    }
    if (keyword == "enum") {
        return end_of_enum(tokens, name);
    }
    return named ? name : at;
}

Header read_header(std::string_view text) {
    Header header;
    const std::string blanked = blank_words(text);
    const auto tokens = tokens_of(blanked);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.included && token.text.starts_with('"')) {
            header.includes.emplace(token.text.substr(1, token.text.size() - 2));
        } else if (is_one_of(token.text, {"class", "struct", "enum", "union", "using", "concept",
                                          "typename"})) {
            i = take_declared(tokens, i, header);
        } else if (is_type_name(token.text)) {
            if (i > 0 && tokens[i - 1].text == ">" &&
                is_one_of(word_at(tokens, i + 1), {">", ","})) {
                header.own.emplace(token.text);  // template <Like<Message> Value>
            }
            const bool scoped = i > 1 && tokens[i - 1].text == "::";
            if (!scoped || !is_type_name(tokens[i - 2].text)) {
                header.uses.push_back({std::string(token.text), token.line});
            }
        }
    }
    return header;
}

/// What an #include of `includer` names, as a path from the root: one of src/, of the root, or of a
/// folder that the includer stands in. Empty where it is none of ours.
std::string path_of(const Headers& headers, std::string_view includer,
                    const std::string& included) {
    for (std::string path : {"src/" + included, included}) {
        if (headers.contains(path)) {
            return path;
        }
    }
    for (auto slash = includer.rfind('/'); slash != std::string_view::npos;
         slash = includer.rfind('/', slash - 1)) {
        std::string path = std::string(includer.substr(0, slash + 1)) + included;
        if (headers.contains(path)) {
            return path;
        }
    }
    return {};
}

void reach(const Headers& headers, const std::string& path, std::set<std::string>& reached) {
    const auto found = headers.find(path);
    if (found == headers.end() || !reached.insert(path).second) {
        return;
    }
    for (const std::string& included : found->second.includes) {
        reach(headers, path_of(headers, path, included), reached);
    }
}

}  // namespace

std::vector<Finding> check_reach(std::span<const SourceFile> files) {
    Headers headers;
    std::map<std::string, std::string, std::less<>> homes;
    for (const SourceFile& file : files) {
        if (is_header(file.path)) {
            const Header& header = headers.emplace(file.path, read_header(file.text)).first->second;
            for (const std::string& name : header.defines) {
                homes.emplace(name, file.path);
            }
        }
    }
    std::vector<Finding> findings;
    for (const auto& [path, header] : headers) {
        std::set<std::string> reached;
        reach(headers, path, reached);
        std::set<std::string_view> had(header.own.begin(), header.own.end());
        for (const std::string& each : reached) {
            const Header& other = headers.find(each)->second;
            had.insert(other.defines.begin(), other.defines.end());
            had.insert(other.declares.begin(), other.declares.end());
        }
        for (const Use& use : header.uses) {
            const auto home = homes.find(use.name);
            if (home != homes.end() && had.insert(home->first).second) {
                findings.push_back(
                    {path, use.line,
                     "reaches no header that has " + use.name + ", such as " + home->second});
            }
        }
    }
    return findings;
}

}  // namespace parcours::tidy
