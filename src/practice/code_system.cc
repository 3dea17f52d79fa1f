#include "practice/code_system.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_file.h"
#include "practice/code_group.h"
#include "values/regex.h"

namespace parcours::practice {
namespace {

constexpr int nesting_max = 64;
constexpr std::string_view parent_uri = "http://hl7.org/fhir/concept-properties#parent";
constexpr std::string_view child_uri = "http://hl7.org/fhir/concept-properties#child";

/// The value of a property as text.
std::string value_text(const JsonView& property) {
    for (const std::string_view member : {"valueCode", "valueString", "valueDateTime",
                                          "valueInteger", "valueDecimal", "valueBoolean"}) {
        if (const JsonView value = property[member]) {
            return value.is_string() ? std::string(value.text()) : value.to_json();
        }
    }
    return std::string(property["valueCoding"]["code"].text());
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        std::string_view part = text.substr(0, end);
        part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
        part = part.substr(0, part.find_last_not_of(' ') + 1);
        parts.emplace_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

/// Gathers concepts, then links them.
class CodeSystem::Reader {
  public:
    Reader(CodeSystem& out, const JsonView& root) : out_(out) {
        for (const JsonView& property : root["property"].elements()) {
            const std::string_view uri = property["uri"].text();
            if (uri == parent_uri) {
                parent_ = property["code"].text();
            } else if (uri == child_uri) {
                child_ = property["code"].text();
            }
        }
    }

    void read(const JsonView& concepts, int depth = 0) {
        for (const JsonView& one : concepts.elements()) {
            const std::size_t place = add(one);
            if (depth < nesting_max) {
                const std::size_t first = inside_.size();
                inside_.push_back(place);
                for (const JsonView& inner : one["concept"].elements()) {
                    link(place, inner["code"].text());
                }
                read(one["concept"], depth + 1);
                inside_.resize(first);
            }
        }
    }

    void finish() {
        for (const auto& [parent, child] : links_) {
            const auto above = out_.places_.find(parent);
            const auto under = out_.places_.find(child);
            if (above == out_.places_.end() || under == out_.places_.end()) {
                continue;
            }
            std::vector<std::size_t>& parents = out_.entries_[under->second].parents;
            if (std::ranges::find(parents, above->second) == parents.end()) {
                parents.push_back(above->second);
                out_.entries_[above->second].children.push_back(under->second);
            }
        }
    }

  private:
    std::size_t add(const JsonView& one) {
        const std::string code(one["code"].text());
        const auto [found, is_new] = out_.places_.try_emplace(code, out_.entries_.size());
        if (is_new) {
            out_.entries_.push_back({code, std::string(one["display"].text()), {}, {}, {}});
        }
        for (const JsonView& property : one["property"].elements()) {
            const std::string_view name = property["code"].text();
            const std::string value = value_text(property);
            if (name == parent_) {
                links_.emplace_back(value, code);
            } else if (name == child_) {
                links_.emplace_back(code, value);
            }
            out_.entries_[found->second].properties.emplace_back(name, value);
        }
        return found->second;
    }

    void link(std::size_t parent, std::string_view child) {
        links_.emplace_back(out_.entries_[parent].code, child);
    }

    CodeSystem& out_;
    std::string parent_ = "parent";
    std::string child_ = "child";
    std::vector<std::size_t> inside_;
    std::vector<std::pair<std::string, std::string>> links_;
};

Result<CodeSystem> CodeSystem::read(std::string_view json, const std::string& file) {
    JsonDocument document;
    const auto root = parse_file(document, json, file);
    if (!root) {
        return pass_on(root);
    }
    const auto refuse = [&file](std::string message) {
        return fail(ErrorCode::InvalidInput, std::move(message), {file, 0, 0});
    };
    if ((*root)["resourceType"].text() != "CodeSystem") {
        return refuse("this is not a FHIR CodeSystem (resourceType is \"" +
                      std::string((*root)["resourceType"].text()) + "\")");
    }
    CodeSystem out;
    out.url_ = canonical_system((*root)["url"].text());
    out.name_ = std::string((*root)["name"].text());
    if (out.url_.empty()) {
        return refuse("the CodeSystem has no url, so no code can name it");
    }
    Reader reader(out, *root);
    reader.read((*root)["concept"]);
    reader.finish();
    if (out.entries_.empty()) {
        return refuse("the CodeSystem " + out.url_ +
                      " holds none of its codes; give one with its concepts");
    }
    return out;
}

const CodeSystem::Entry* CodeSystem::find(std::string_view code) const {
    const auto found = places_.find(code);
    return found == places_.end() ? nullptr : &entries_[found->second];
}

Result<std::size_t> CodeSystem::place_of(std::string_view code) const {
    const auto found = places_.find(code);
    if (found == places_.end()) {
        return fail(ErrorCode::NotFound,
                    "the code system " + url_ + " has no code " + std::string(code));
    }
    return found->second;
}

namespace {

/// All that is reached from a place, itself included; circles end.
template <class Next>
std::vector<bool> reached(std::size_t from, std::size_t count, const Next& next) {
    std::vector<bool> seen(count, false);
    std::vector<std::size_t> open{from};
    seen[from] = true;
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        for (const std::size_t other : next(at)) {
            if (!seen[other]) {
                seen[other] = true;
                open.push_back(other);
            }
        }
    }
    return seen;
}

}  // namespace

std::vector<bool> CodeSystem::below(std::size_t place) const {
    return reached(place, entries_.size(),
                   [this](std::size_t at) -> const auto& { return entries_[at].children; });
}

std::vector<bool> CodeSystem::above(std::size_t place) const {
    return reached(place, entries_.size(),
                   [this](std::size_t at) -> const auto& { return entries_[at].parents; });
}

Result<bool> CodeSystem::subsumes(std::string_view general, std::string_view special) const {
    const auto one = place_of(general);
    const auto other = place_of(special);
    if (!one || !other) {
        return one ? pass_on(other) : pass_on(one);
    }
    return above(*other)[*one];
}

Result<TextSet> CodeSystem::select_by_hierarchy(const CodeFilter& filter) const {
    const auto from = place_of(filter.value);
    if (!from) {
        return pass_on(from);
    }
    const bool up = filter.op == "generalizes";
    const bool others = filter.op == "is-not-a";
    const std::vector<bool> reach = up ? above(*from) : below(*from);
    TextSet codes;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const bool itself = i == *from && filter.op == "descendent-of";
        if (reach[i] != others && !itself) {
            codes.insert(entries_[i].code);
        }
    }
    return codes;
}

std::vector<std::string> CodeSystem::values_of(const Entry& entry,
                                               std::string_view property) const {
    std::vector<std::string> values;
    if (property == "code" || property == "concept") {
        return {entry.code};
    }
    if (property == "display") {
        return {entry.display};
    }
    if (property == "parent" || property == "child") {
        for (const std::size_t place : property == "parent" ? entry.parents : entry.children) {
            values.push_back(entries_[place].code);
        }
        return values;
    }
    for (const auto& [name, value] : entry.properties) {
        if (name == property) {
            values.push_back(value);
        }
    }
    return values;
}

Result<TextSet> CodeSystem::select(const CodeFilter& filter) const {
    static constexpr std::array hierarchical = {"is-a", "descendent-of", "is-not-a", "generalizes"};
    static constexpr std::array plain = {"=", "in", "not-in", "regex", "exists"};
    if (std::ranges::find(hierarchical, filter.op) != hierarchical.end()) {
        return select_by_hierarchy(filter);
    }
    if (std::ranges::find(plain, filter.op) == plain.end()) {
        return fail(ErrorCode::InvalidInput, "the filter \"" + filter.op +
                                                 "\" is not known; there are is-a, descendent-of, "
                                                 "is-not-a, generalizes, =, in, not-in, regex and "
                                                 "exists");
    }
    const std::vector<std::string> wanted = filter.op == "in" || filter.op == "not-in"
                                                ? split_list(filter.value)
                                                : std::vector<std::string>{filter.value};
    const bool is_regex = filter.op == "regex";
    auto pattern = values::Regex::compile(is_regex ? filter.value : "x");
    if (!pattern) {
        return pass_on(pattern);
    }
    const auto passes = [&](const std::string& value) {
        return is_regex ? pattern->matches(value)
                        : std::ranges::find(wanted, value) != wanted.end();
    };
    TextSet codes;
    for (const Entry& entry : entries_) {
        const std::vector<std::string> values = values_of(entry, filter.property);
        const bool any = filter.op == "exists" ? values.empty() == (filter.value == "false")
                                               : std::ranges::any_of(values, passes);
        if (any != (filter.op == "not-in")) {
            codes.insert(entry.code);
        }
    }
    return codes;
}

}  // namespace parcours::practice
