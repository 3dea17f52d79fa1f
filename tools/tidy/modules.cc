// The rank table: includes and link edges.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/rules.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

std::optional<int> rank_of(std::string_view module) {
    for (const Rank& rank : ranks()) {
        if (rank.module == module) {
            return rank.rank;
        }
    }
    return std::nullopt;
}

std::string with_rank(std::string_view module) {
    const auto rank = rank_of(module);
    return std::string(module) + " (rank " + (rank ? std::to_string(*rank) : "none") + ")";
}

/// Empty where `from` may use `to`.
std::string why_not(std::string_view from, std::string_view to) {
    const auto lower = rank_of(to);
    const auto upper = rank_of(from);
    if (!upper || !lower) {
        return std::string(upper ? to : from) +
               " has no rank: name it in tools/tidy/rules.cc and ARCHITECTURE.md";
    }
    if (from == to || *lower < *upper) {
        return {};
    }
    return with_rank(from) + " must not use " + with_rank(to) +
           ": a module uses lower ranks only; move what they share down";
}

/// The module that `#include "x/y.h"` names; empty where it is none.
std::string_view included_module(const Token& token) {
    if (!token.included || token.text.front() != '"') {
        return {};
    }
    const auto name = token.text.substr(1, token.text.size() - 2);
    const auto slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

struct Edge {
    std::string module;
    std::size_t line = 0;
};

/// The module of a library: "http" for the part `parcours_http_fhir` of it.
std::string module_of_library(std::string_view name) {
    const std::string_view whole = name.substr(0, name.find('_'));
    return std::string(!rank_of(name) && rank_of(whole) ? whole : name);
}

/// `parcours_x` behind LINKS of `parcours_module(...)`.
std::vector<Edge> links_of(std::string_view cmake) {
    std::vector<Edge> edges;
    bool linking = false;
    std::string blanked(cmake);
    for (auto at = blanked.find('#'); at != std::string::npos; at = blanked.find('#', at)) {
        for (; at < blanked.size() && blanked[at] != '\n'; ++at) {
            blanked[at] = ' ';
        }
    }
    for (const Token& token : tokens_of(blanked)) {
        if (token.text == "LINKS") {
            linking = true;
        } else if (token.text == "TESTS" || token.text == "SOURCES" || token.text == ")") {
            linking = false;
        } else if (linking && token.text.starts_with("parcours_")) {
            edges.push_back({module_of_library(token.text.substr(9)), token.line});
        }
    }
    return edges;
}

using Links = std::map<std::string, std::vector<Edge>, std::less<>>;

void reach(const Links& links, const std::string& from, std::set<std::string>& reached) {
    if (!reached.insert(from).second) {
        return;
    }
    if (const auto found = links.find(from); found != links.end()) {
        for (const Edge& edge : found->second) {
            reach(links, edge.module, reached);
        }
    }
}

}  // namespace

std::vector<Finding> check_ranks(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        const auto module = module_of(file.path);
        if (module.empty() || file.path.ends_with(".txt")) {
            continue;
        }
        const std::string blanked = blank_words(file.text);
        for (const Token& token : tokens_of(blanked)) {
            const auto used = included_module(token);
            if (used.empty()) {
                continue;
            }
            if (std::string says = why_not(module, used); !says.empty()) {
                findings.push_back({file.path, token.line, std::move(says)});
            }
        }
    }
    return findings;
}

std::vector<Finding> check_links(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    Links links;
    for (const SourceFile& file : files) {
        if (!file.path.ends_with("CMakeLists.txt") || module_of(file.path) == "app") {
            continue;
        }
        const auto module = module_of(file.path);
        if (module.empty()) {
            continue;
        }
        auto& edges = links[std::string(module)];
        for (Edge& edge : links_of(file.text)) {
            if (std::string says = why_not(module, edge.module); !says.empty()) {
                findings.push_back({file.path, edge.line, std::move(says)});
            }
            edges.push_back(std::move(edge));
        }
    }
    for (const SourceFile& file : files) {
        const std::string module(module_of(file.path));
        if (!links.contains(module) || is_test(file.path) || file.path.ends_with(".txt")) {
            continue;
        }
        std::set<std::string> reached;
        reach(links, module, reached);
        const std::string blanked = blank_words(file.text);
        for (const Token& token : tokens_of(blanked)) {
            const std::string used(included_module(token));
            if (rank_of(used) && !reached.contains(used)) {
                std::string says = "includes ";
                says += used;
                says += ", but the CMakeLists.txt of its module does not link parcours_";
                says += used;
                findings.push_back({file.path, token.line, std::move(says)});
            }
        }
    }
    return findings;
}

}  // namespace parcours::tidy
