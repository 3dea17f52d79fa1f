#include "fhirpath/functions/html.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace parcours::fhirpath {
namespace {

constexpr auto elements = std::to_array<std::string_view>(
    {"a",     "abbr", "acronym",  "b",      "big",   "blockquote", "br",  "caption", "cite",
     "code",  "col",  "colgroup", "dd",     "dfn",   "div",        "dl",  "dt",      "em",
     "h1",    "h2",   "h3",       "h4",     "h5",    "h6",         "hr",  "i",       "img",
     "li",    "map",  "area",     "ol",     "p",     "pre",        "q",   "samp",    "small",
     "span",  "sub",  "sup",      "strong", "table", "tbody",      "td",  "tfoot",   "th",
     "thead", "tr",   "tt",       "ul",     "var",   "ins",        "del", "u",       "s"});

// "<name attributes/>" without its brackets: balanced with what is open.
bool take_tag(std::string_view tag, std::vector<std::string_view>& open) {
    const bool closing = tag.starts_with('/');
    const bool empty = tag.ends_with('/');
    tag.remove_prefix(closing ? 1 : 0);
    tag.remove_suffix(empty ? 1 : 0);
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    if (std::ranges::find(elements, name) == elements.end()) {
        return false;
    }
    // Attributes that run programs begin with "on".
    for (std::size_t at = tag.find(" on"); at != std::string_view::npos;
         at = tag.find(" on", at + 1)) {
        if (tag.find('=', at) != std::string_view::npos) {
            return false;
        }
    }
    if (closing) {
        const bool matches = !open.empty() && open.back() == name;
        if (matches) {
            open.pop_back();
        }
        return matches;
    }
    if (!empty) {
        open.push_back(name);
    }
    return true;
}

}  // namespace

bool is_narrative(std::string_view text) {
    std::vector<std::string_view> open;
    bool first = true;
    while (true) {
        const std::size_t start = text.find('<');
        if (start == std::string_view::npos) {
            return open.empty() && !first;
        }
        if ((first && !text.starts_with("<div")) || (!first && open.empty())) {
            return false;
        }
        text.remove_prefix(start);
        const bool comment = text.starts_with("<!--");
        const std::size_t end = comment ? text.find("-->") : text.find('>');
        if (end == std::string_view::npos) {
            return false;
        }
        if (!comment && !take_tag(text.substr(1, end - 1), open)) {
            return false;
        }
        first = false;
        text.remove_prefix(end + (comment ? 3 : 1));
    }
}

}  // namespace parcours::fhirpath
