// Headers include, or have from what they include, the types of ours that they name. The compiler
// would not always tell: sources read the headers of lower modules before everything else
// (cmake/precompiled.cmake).

#include <cctype>
#include <cstddef>
#include <functional>
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

/// A header as far as types go. What is declared ahead counts as had: whether it suffices, the
/// compiler says.
struct Header {
    std::set<std::string, std::less<>> includes;
    std::set<std::string, std::less<>> has;
    std::vector<Use> uses;
};

using Headers = std::map<std::string, Header, std::less<>>;

/// Types are in CamelCase here, and nothing else is but enumerators.
bool is_type_name(std::string_view word) {
    return word.size() > 1 && std::isupper(static_cast<unsigned char>(word.front())) != 0;
}

bool declares(std::string_view word) {
    return word == "class" || word == "struct" || word == "enum" || word == "union" ||
           word == "using" || word == "concept" || word == "typename";
}

/// Behind `enum` and what belongs to its head: after its closing brace. Its name is had.
std::size_t skip_enum(std::span<const Token> tokens, std::size_t at, Header& header) {
    for (; at < tokens.size() && tokens[at].text != "{" && tokens[at].text != ";"; ++at) {
        if (is_type_name(tokens[at].text)) {
            header.has.emplace(tokens[at].text);
        }
    }
    while (at < tokens.size() && tokens[at].text != "}" && tokens[at].text != ";") {
        ++at;
    }
    return at;
}

Header read_header(std::string_view text) {
    Header header;
    const std::string blanked = blank_words(text);
    const auto tokens = tokens_of(blanked);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.included && token.text.starts_with('"')) {
            header.includes.emplace(token.text.substr(1, token.text.size() - 2));
        } else if (token.text == "enum") {
            i = skip_enum(tokens, i + 1, header);
        } else if (is_type_name(token.text)) {
            const bool scoped = i > 1 && tokens[i - 1].text == "::";
            if (i > 0 && declares(tokens[i - 1].text)) {
                header.has.emplace(token.text);
            } else if (!scoped || !is_type_name(tokens[i - 2].text)) {
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
            for (const std::string& name : header.has) {
                homes.emplace(name, file.path);
            }
        }
    }
    std::vector<Finding> findings;
    for (const auto& [path, header] : headers) {
        std::set<std::string> reached;
        reach(headers, path, reached);
        std::set<std::string_view> had;
        for (const std::string& each : reached) {
            const Header& other = headers.find(each)->second;
            had.insert(other.has.begin(), other.has.end());
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
