#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace parcours::practice {

/// The URL under which a code system is known here: `urn:oid:` forms, `https`, a slash at the end
/// and SNOMED CT editions are folded to the URL that FHIR R4 §4.3.0 names; others stay as they are.
[[nodiscard]] std::string_view canonical_system(std::string_view system);

/// The URL of a code system by its customary name: SNOMED, LOINC, ICD10, RxNorm … whatever the
/// case.
[[nodiscard]] std::optional<std::string> find_system_name(std::string_view name);
/// The customary names, for suggestions.
[[nodiscard]] std::vector<std::string> system_names();

/// Hashes text without a copy.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

/// A range of codes: every code that begins with a text from `first` to `last`; dots and case do
/// not count. A plain prefix has `first == last`; empty texts mean every code.
struct CodeRange {
    std::string first;
    std::string last;
    [[nodiscard]] bool contains(std::string_view bare_code) const;
};

/// Reads "E11" or "E10-E14". A hyphen separates a range only between two texts of one length.
[[nodiscard]] CodeRange make_code_range(std::string_view text);

/// Codes of one system.
struct CodeGroup {
    std::string system;  ///< canonical
    TextSet codes;
    std::vector<CodeRange> ranges;

    /// Whether it holds the code; the system is the caller's business.
    [[nodiscard]] bool contains(std::string_view code) const;
};

}  // namespace parcours::practice
