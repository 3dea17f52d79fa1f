// Reads the two file formats of value sets.

#include <algorithm>
#include <cstddef>
#include <expected>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_file.h"
#include "practice/code_group.h"
#include "practice/nearest.h"
#include "practice/scalar.h"
#include "practice/value_set.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

constexpr int nesting_max = 32;

/// The group of a system, made where there is none yet.
CodeGroup& group_of(std::vector<CodeGroup>& groups, std::string_view system) {
    const std::string_view canonical = canonical_system(system);
    const auto found = std::ranges::find_if(
        groups, [&](const CodeGroup& group) { return group.system == canonical; });
    if (found != groups.end()) {
        return *found;
    }
    groups.push_back({std::string(canonical), {}, {}});
    return groups.back();
}

Result<std::string> read_system(const Node& group) {
    const Node* node = group.find("system");
    if (node == nullptr || !node->is_scalar()) {
        return refuse(group, "the codes need their system, such as system: http://loinc.org");
    }
    if (auto url = find_system_name(node->text())) {
        return *std::move(url);
    }
    if (!node->text().contains(':')) {
        return refuse(*node, "\"" + node->text() + "\" is neither a URL nor a known code system" +
                                 suggest(node->text(), system_names()));
    }
    return node->text();
}

/// Codes stand as keys of a map (with their meaning), as a list, or alone.
std::vector<std::pair<std::string, const Node*>> list_codes(const Node& node,
                                                            std::vector<Error>& errors) {
    std::vector<std::pair<std::string, const Node*>> codes;
    if (node.is_map()) {
        for (const Node::Entry& entry : node.entries()) {
            codes.emplace_back(entry.key, &entry.value);
        }
    } else if (node.is_sequence()) {
        for (const Node& item : node.items()) {
            if (item.is_scalar()) {
                codes.emplace_back(item.text(), &item);
            } else {
                errors.push_back(error_at(item, "each code must be a text"));
            }
        }
    } else if (node.is_scalar()) {
        codes.emplace_back(node.text(), &node);
    }
    if (codes.empty()) {
        errors.push_back(error_at(node, "no codes stand here; write { CODE: meaning } or [CODE]"));
    }
    return codes;
}

void read_group(const Node& node, std::vector<CodeGroup>& groups, std::vector<Error>& errors) {
    if (!node.is_map()) {
        errors.push_back(error_at(node, "codes are given per system: { system: …, codes: … }"));
        return;
    }
    std::ranges::move(unknown_keys(node, {"system", "codes", "prefixes"}, "a group of codes"),
                      std::back_inserter(errors));
    const auto system = read_system(node);
    if (!system) {
        errors.push_back(system.error());
        return;
    }
    CodeGroup& group = group_of(groups, *system);
    const Node* codes = node.find("codes");
    const Node* prefixes = node.find("prefixes");
    if (codes == nullptr && prefixes == nullptr) {
        errors.push_back(error_at(node, "the group names no codes; add codes: or prefixes:"));
    }
    if (codes != nullptr) {
        for (auto& [code, place] : list_codes(*codes, errors)) {
            group.codes.insert(std::move(code));
        }
    }
    if (prefixes != nullptr) {
        for (const auto& [prefix, place] : list_codes(*prefixes, errors)) {
            CodeRange range = make_code_range(prefix);
            if (range.first.empty()) {
                errors.push_back(error_at(*place, "a prefix must not be empty"));
                continue;
            }
            group.ranges.push_back(std::move(range));
        }
    }
}

void read_groups(const Node* list, std::vector<CodeGroup>& groups, std::vector<Error>& errors) {
    if (list == nullptr) {
        return;
    }
    if (!list->is_sequence()) {
        errors.push_back(error_at(*list, "codes are a list of groups: - { system: …, codes: … }"));
        return;
    }
    for (const Node& group : list->items()) {
        read_group(group, groups, errors);
    }
}

/// Takes a value or notes its error.
template <class T>
void take(Result<T> from, T& to, std::vector<Error>& errors) {
    if (from) {
        to = *std::move(from);
    } else {
        errors.push_back(from.error());
    }
}

void add_expansion(const JsonView& contains, int depth, ValueSet& set, std::int64_t& count) {
    for (const JsonView& entry : contains.elements()) {
        ++count;
        const auto code = entry["code"].text();
        if (!code.empty() && !entry["abstract"].boolean().value_or(false)) {
            group_of(set.codes, entry["system"].text()).codes.emplace(code);
        }
        if (depth < nesting_max) {
            add_expansion(entry["contains"], depth + 1, set, count);
        }
    }
}

/// One `include` or `exclude`: what is in the system, passes the filters and is in all of the value
/// sets.
Result<CodeSelection> read_selection(const JsonView& part, const std::string& file) {
    CodeSelection out;
    out.system = canonical_system(part["system"].text());
    for (const JsonView& url : part["valueSet"].elements()) {
        out.value_sets.emplace_back(url.text());
    }
    for (const JsonView& each : part["concept"].elements()) {
        out.codes.emplace(each["code"].text());
    }
    for (const JsonView& filter : part["filter"].elements()) {
        out.filters.push_back({std::string(filter["property"].text()),
                               std::string(filter["op"].text()),
                               std::string(filter["value"].text())});
    }
    if (out.system.empty() && out.value_sets.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the ValueSet includes something that names neither a system nor a value set",
                    {file, 0, 0});
    }
    return out;
}

/// Plain lists and whole systems go to the groups; what must be worked out stays a selection.
void add_selection(CodeSelection part, std::vector<CodeGroup>& groups,
                   std::vector<CodeSelection>& selections) {
    if (!part.filters.empty() || !part.value_sets.empty()) {
        selections.push_back(std::move(part));
        return;
    }
    CodeGroup& group = group_of(groups, part.system);
    if (part.codes.empty()) {
        group.ranges.push_back({"", ""});  // the whole system
    }
    group.codes.merge(part.codes);
}

Result<> read_compose(const JsonView& compose, const std::string& file, ValueSet& set) {
    for (const JsonView& part : compose["include"].elements()) {
        auto selection = read_selection(part, file);
        if (!selection) {
            return pass_on(selection);
        }
        add_selection(std::move(*selection), set.codes, set.selections);
    }
    for (const JsonView& part : compose["exclude"].elements()) {
        auto selection = read_selection(part, file);
        if (!selection) {
            return pass_on(selection);
        }
        add_selection(std::move(*selection), set.excluded, set.excluded_selections);
    }
    return {};
}

std::string fhir_name(const JsonView& root, const std::string& file) {
    for (const std::string_view member : {"id", "name"}) {
        if (is_name(root[member].text())) {
            return std::string(root[member].text());
        }
    }
    const std::size_t slash = file.rfind('/');
    const std::string_view base =
        std::string_view(file).substr(slash == std::string::npos ? 0 : slash + 1);
    return std::string(base.substr(0, base.rfind('.')));
}

std::vector<std::string> other_names(const JsonView& root, const std::string& name) {
    std::vector<std::string> names;
    for (const std::string_view member : {"id", "name", "title"}) {
        if (const auto text = root[member].text(); !text.empty() && text != name) {
            names.emplace_back(text);
        }
    }
    return names;
}

}  // namespace

ValueSet read_value_set(const Node& document, std::vector<Error>& errors) {
    ValueSet set;
    set.where = document.where();
    if (!document.is_map()) {
        errors.push_back(error_at(document, "a value set begins with valueset: NAME"));
        return set;
    }
    std::ranges::move(
        unknown_keys(document,
                     {"valueset", "title", "url", "codes", "include", "exclude", "note", "source"},
                     "a value set"),
        std::back_inserter(errors));
    const Node* name = document.find("valueset");
    if (name == nullptr || !is_name(name->text())) {
        errors.push_back(error_at(name == nullptr ? document : *name,
                                  "a value set needs a name in lower-case letters, digits and "
                                  "hyphens: valueset: diabetes"));
        return set;
    }
    set.name = name->text();
    if (const Node* title = document.find("title")) {
        take(read_titles(*title, "title"), set.title, errors);
    }
    if (const Node* url = document.find("url")) {
        take(read_text(*url, "url"), set.url, errors);
    }
    read_groups(document.find("codes"), set.codes, errors);
    read_groups(document.find("exclude"), set.excluded, errors);
    if (const Node* include = document.find("include")) {
        take(read_texts(*include, "include"), set.includes, errors);
    }
    if (set.codes.empty() && set.includes.empty()) {
        errors.push_back(error_at(
            document, "the value set \"" + set.name + "\" holds nothing; add codes: or include:"));
    }
    return set;
}

Result<ValueSet> read_fhir_value_set(std::string_view json, const std::string& file) {
    JsonDocument document;
    const auto root = parse_file(document, json, file);
    if (!root) {
        return pass_on(root);
    }
    if ((*root)["resourceType"].text() != "ValueSet") {
        return fail(ErrorCode::InvalidInput,
                    "this is not a FHIR ValueSet (resourceType is \"" +
                        std::string((*root)["resourceType"].text()) + "\")",
                    {file, 0, 0});
    }
    ValueSet set;
    set.where = {file, 0, 0};
    set.name = fhir_name(*root, file);
    set.url = std::string((*root)["url"].text());
    set.aliases = other_names(*root, set.name);
    if (const auto title = (*root)["title"].text(); !title.empty()) {
        set.title.emplace("en", title);
    }
    if (const JsonView contains = (*root)["expansion"]["contains"]) {
        std::int64_t count = 0;
        add_expansion(contains, 0, set, count);
        if ((*root)["expansion"]["total"].integer().value_or(count) > count) {
            return fail(ErrorCode::InvalidInput,
                        "the ValueSet's expansion holds only some of its codes (total says more); "
                        "give all of them",
                        {file, 0, 0});
        }
        return set;
    }
    if (auto read = read_compose((*root)["compose"], file, set); !read) {
        return pass_on(read);
    }
    if (set.codes.empty() && set.selections.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the ValueSet names no codes; give an expansion or a compose with concepts",
                    {file, 0, 0});
    }
    return set;
}

ValueSet read_imported_value_set(std::string_view json, const std::string& file) {
    auto read = read_fhir_value_set(json, file);
    ValueSet set;
    if (read) {
        set = *std::move(read);
    } else {
        JsonDocument document;
        if (const auto root = document.parse(json)) {
            set.name = fhir_name(*root, file);
            set.url = std::string((*root)["url"].text());
            set.aliases = other_names(*root, set.name);
        }
        set.flaw = read.error().message;
        set.where = {file, 0, 0};
    }
    set.imported = true;
    return set;
}

bool is_code_system(std::string_view json) {
    JsonDocument document;
    const auto root = document.parse(json);
    return root && (*root)["resourceType"].text() == "CodeSystem";
}

}  // namespace parcours::practice
