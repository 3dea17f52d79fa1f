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

void add_expansion(const JsonView& contains, int depth, ValueSet& set) {
    for (const JsonView& entry : contains.elements()) {
        const auto code = entry["code"].text();
        if (!code.empty() && !entry["abstract"].boolean().value_or(false)) {
            group_of(set.codes, entry["system"].text()).codes.emplace(code);
        }
        if (depth < nesting_max) {
            add_expansion(entry["contains"], depth + 1, set);
        }
    }
}

Result<> add_compose(const JsonView& part, std::vector<CodeGroup>& groups,
                     std::vector<std::string>* includes, const std::string& file) {
    for (const JsonView& url : part["valueSet"].elements()) {
        if (includes == nullptr) {
            return fail(ErrorCode::InvalidInput,
                        "the ValueSet excludes another value set; give its expansion instead",
                        {file, 0, 0});
        }
        const std::string_view text = url.text();
        includes->emplace_back(text.substr(0, text.find('|')));
    }
    if (!part["filter"].elements().empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the ValueSet selects codes by a filter, which needs a terminology server; "
                    "expand it there and import the expansion",
                    {file, 0, 0});
    }
    const std::string_view system = part["system"].text();
    if (system.empty()) {
        return {};
    }
    CodeGroup& group = group_of(groups, system);
    const auto concepts = part["concept"].elements();
    for (const JsonView& each : concepts) {
        group.codes.emplace(each["code"].text());
    }
    if (concepts.empty()) {
        group.ranges.push_back({"", ""});  // the whole system
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
    const auto root = document.parse(json);
    if (!root) {
        Error error = root.error();
        error.where.file = file;
        return std::unexpected(std::move(error));
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
    if (const auto title = (*root)["title"].text(); !title.empty()) {
        set.title.emplace("en", title);
    }
    if (const JsonView contains = (*root)["expansion"]["contains"]) {
        add_expansion(contains, 0, set);
        return set;
    }
    for (const JsonView& part : (*root)["compose"]["include"].elements()) {
        if (auto added = add_compose(part, set.codes, &set.includes, file); !added) {
            return pass_on(added);
        }
    }
    for (const JsonView& part : (*root)["compose"]["exclude"].elements()) {
        if (auto added = add_compose(part, set.excluded, nullptr, file); !added) {
            return pass_on(added);
        }
    }
    if (set.codes.empty() && set.includes.empty()) {
        return fail(ErrorCode::InvalidInput,
                    "the ValueSet names no codes; give an expansion or a compose with concepts",
                    {file, 0, 0});
    }
    return set;
}

}  // namespace parcours::practice
