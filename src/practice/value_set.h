#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/terminology.h"
#include "practice/code_group.h"
#include "practice/code_system.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// Codes that are in all of these: of a system, those that pass its filters (or are named); in each
/// of the value sets.
struct CodeSelection {
    std::string system;  ///< canonical; empty: any
    TextSet codes;       ///< empty: all of the system
    std::vector<CodeFilter> filters;
    std::vector<std::string> value_sets;  ///< names or URLs
};

/// A named set of codes, as one file defines it.
struct ValueSet {
    std::string name;
    Titles title;
    std::string url;               ///< empty: none
    std::vector<CodeGroup> codes;  ///< one per system
    std::vector<CodeGroup> excluded;
    std::vector<std::string> includes;  ///< names or URLs of other sets
    std::vector<CodeSelection> selections;
    std::vector<CodeSelection> excluded_selections;
    std::vector<std::string> aliases;  ///< other names, where nobody else has them
    /// It came with records: what is wrong with it is told to whoever uses it.
    bool imported = false;
    std::string flaw;  ///< why nobody can use it
    Location where;
};

/// Reads the file format of docs/practice-folder.md; every mistake is appended to `errors`.
ValueSet read_value_set(const Node& document, std::vector<Error>& errors);

/// Reads a FHIR R4 ValueSet resource: its expansion, else its compose. Errors, InvalidInput: not a
/// ValueSet, or one that names nothing.
Result<ValueSet> read_fhir_value_set(std::string_view json, const std::string& file);

/// The same of one that came with records: what is wrong with it becomes its flaw.
ValueSet read_imported_value_set(std::string_view json, const std::string& file);

/// Whether a FHIR resource is a CodeSystem.
[[nodiscard]] bool is_code_system(std::string_view json);

/// The value sets of a practice. Immutable after `make_value_sets`; shared by threads.
class ValueSets final : public cql::Terminology {
  public:
    /// Names every mistake: doubled names or URLs, unknown or circular includes, filters on code
    /// systems that are not here. Those of imported sets make that set unusable instead, and one
    /// that has the name or URL of a set before it is left out.
    static ValueSets make(std::vector<ValueSet> sets, std::vector<Error>& errors,
                          CodeSystems systems = {});

    [[nodiscard]] std::optional<cql::ValueSetId> find_value_set(
        std::string_view name) const override;
    [[nodiscard]] bool contains(cql::ValueSetId set, std::string_view system,
                                std::string_view code) const override;
    [[nodiscard]] bool contains_code(cql::ValueSetId set, std::string_view code) const override;
    [[nodiscard]] std::optional<std::string> why_unusable(std::string_view name) const override;
    [[nodiscard]] Result<std::vector<cql::Code>> expand(cql::ValueSetId set) const override;
    [[nodiscard]] Result<bool> subsumes(std::string_view system, std::string_view general,
                                        std::string_view special) const override;
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
    /// A selection whose filters are worked out and whose value sets are found.
    struct Selected {
        std::string system;
        bool whole = false;  ///< all of the system, or of any
        TextSet codes;
        std::vector<std::uint32_t> sets;
    };
    class Maker;

    [[nodiscard]] bool holds(std::uint32_t set, std::string_view system,
                             std::string_view code) const;
    [[nodiscard]] bool selects(const Selected& one, std::string_view system,
                               std::string_view code) const;
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
    void add_systems(std::uint32_t set, std::set<std::string>& out) const;
    Result<> add_codes(std::uint32_t set, std::set<std::pair<std::string, std::string>>& out) const;
    Result<> add_system(const std::string& system, const std::vector<CodeRange>& ranges,
                        std::set<std::pair<std::string, std::string>>& out) const;

    std::vector<ValueSet> sets_;
    std::vector<std::vector<std::uint32_t>> includes_;
    std::vector<std::vector<Selected>> selected_;
    std::vector<std::vector<Selected>> excluded_;
    std::unordered_map<std::string, std::uint32_t> by_name_;  // names and URLs
    CodeSystems systems_;
};

}  // namespace parcours::practice
