#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "cql/terminology.h"
#include "practice/code_group.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// A named set of codes, as one file defines it.
struct ValueSet {
    std::string name;
    Titles title;
    std::string url;               ///< empty: none
    std::vector<CodeGroup> codes;  ///< one per system
    std::vector<CodeGroup> excluded;
    std::vector<std::string> includes;  ///< names or URLs of other sets
    Location where;
};

/// Reads the file format of docs/practice-folder.md; every mistake is appended to `errors`.
ValueSet read_value_set(const Node& document, std::vector<Error>& errors);

/// Reads a FHIR R4 ValueSet resource: its expansion, else its compose with explicit concepts, other
/// value sets or whole systems. Errors, InvalidInput: not a ValueSet, or a filter without an
/// expansion.
Result<ValueSet> read_fhir_value_set(std::string_view json, const std::string& file);

/// The value sets of a practice. Immutable after `make_value_sets`; shared by threads.
class ValueSets final : public cql::Terminology {
  public:
    /// Names every mistake: doubled names or URLs, unknown or circular includes.
    static ValueSets make(std::vector<ValueSet> sets, std::vector<Error>& errors);

    [[nodiscard]] std::optional<cql::ValueSetId> find_value_set(
        std::string_view name) const override;
    [[nodiscard]] bool contains(cql::ValueSetId set, std::string_view system,
                                std::string_view code) const override;
    [[nodiscard]] std::vector<std::string> value_set_names() const override;
    [[nodiscard]] std::optional<std::string> find_code_system(std::string_view name) const override;

    /// The same by name; false for an unknown name.
    [[nodiscard]] bool contains(std::string_view name, std::string_view system,
                                std::string_view code) const;
    [[nodiscard]] std::size_t size() const { return sets_.size(); }
    [[nodiscard]] const ValueSet& get(cql::ValueSetId set) const;
    /// The number of explicit codes, those of included sets not counted.
    [[nodiscard]] std::size_t code_count(cql::ValueSetId set) const;

  private:
    [[nodiscard]] bool holds(std::uint32_t set, std::string_view system,
                             std::string_view code) const;

    std::vector<ValueSet> sets_;
    std::vector<std::vector<std::uint32_t>> includes_;
    std::unordered_map<std::string, std::uint32_t> by_name_;  // names and URLs
};

}  // namespace parcours::practice
