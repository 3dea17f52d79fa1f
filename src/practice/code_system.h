#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/code_group.h"

namespace parcours::practice {

/// What a FHIR ValueSet asks of the codes of a system (`compose.include.filter`).
struct CodeFilter {
    std::string property;  ///< "concept", "parent", "display", or one of the system's own
    std::string op;        ///< "is-a", "descendent-of", "=", "in", "regex", …
    std::string value;
};

/// The codes of one system, with their hierarchy and properties, as a FHIR CodeSystem says them.
class CodeSystem {
  public:
    struct Entry {
        std::string code;
        std::string display;
        std::vector<std::size_t> parents;  ///< places of entries
        std::vector<std::size_t> children;
        std::vector<std::pair<std::string, std::string>> properties;  ///< code and value
    };

    /// Reads a FHIR R4 CodeSystem. The hierarchy is that of `concept.concept` and of the properties
    /// `parent` and `child`. Errors, InvalidInput: not a CodeSystem, none of its codes are in it.
    static Result<CodeSystem> read(std::string_view json, const std::string& file);

    [[nodiscard]] const std::string& url() const { return url_; }  ///< canonical
    [[nodiscard]] const std::string& name() const { return name_; }
    /// In the order of writing.
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const Entry* find(std::string_view code) const;
    /// Whether `general` is `special` or above it; both must be codes of the system.
    [[nodiscard]] Result<bool> subsumes(std::string_view general, std::string_view special) const;
    /// The codes that pass a filter. Errors, InvalidInput: an operator or a code that there is not.
    [[nodiscard]] Result<TextSet> select(const CodeFilter& filter) const;

  private:
    class Reader;

    [[nodiscard]] Result<std::size_t> place_of(std::string_view code) const;
    [[nodiscard]] std::vector<bool> below(std::size_t place) const;
    [[nodiscard]] std::vector<bool> above(std::size_t place) const;
    [[nodiscard]] Result<TextSet> select_by_hierarchy(const CodeFilter& filter) const;
    [[nodiscard]] std::vector<std::string> values_of(const Entry& entry,
                                                     std::string_view property) const;

    std::string url_;
    std::string name_;
    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> places_;
};

/// Code systems by their canonical URL.
using CodeSystems = std::map<std::string, CodeSystem, std::less<>>;

}  // namespace parcours::practice
