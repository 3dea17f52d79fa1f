#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/summary.h"

namespace parcours {

/// A number for a distinct (system, code); 0 is "none".
using CodeId = std::uint32_t;
/// A number for a distinct set of codings with its text; 0 is "none".
using ConceptId = std::uint32_t;
/// A number for a unit of measure; 0 is "none".
using UnitId = std::uint16_t;

struct CodeName {
    std::string system;
    std::string code;
    std::string display;  ///< as first seen
};

/// Gives numbers to codes, concepts and units in the order they are first seen, so that columns
/// hold four bytes each and a value set is decided once per concept. Not for use by two threads
/// while one adds.
class Dictionary {
  public:
    Dictionary();

    CodeId add_code(std::string_view system, std::string_view code, std::string_view display = {});
    /// The concept of these codings; 0 for none. The order of codings does not matter.
    ConceptId add_concept(const fhir::Codings& codings);
    ConceptId add_concept(std::vector<CodeId> codes, std::string_view text);
    UnitId add_unit(std::string_view unit);

    [[nodiscard]] CodeId find_code(std::string_view system, std::string_view code) const;
    /// The concept of these codings; nothing where it has no number yet.
    [[nodiscard]] std::optional<ConceptId> find_concept(const fhir::Codings& codings) const;
    [[nodiscard]] std::optional<UnitId> find_unit(std::string_view unit) const;
    [[nodiscard]] const CodeName& code(CodeId id) const { return codes_[id]; }
    /// The codes of a concept, ascending.
    [[nodiscard]] std::span<const CodeId> concept_codes(ConceptId id) const {
        return concepts_[id].codes;
    }
    /// Its text, else the display of its first code, else that code.
    [[nodiscard]] std::string_view concept_text(ConceptId id) const;
    /// Its text as it was given, which may be empty.
    [[nodiscard]] std::string_view own_text(ConceptId id) const { return concepts_[id].text; }
    [[nodiscard]] std::string_view unit(UnitId id) const { return units_[id]; }

    /// Numbers given, including the one for "none".
    [[nodiscard]] std::size_t code_count() const { return codes_.size(); }
    [[nodiscard]] std::size_t concept_count() const { return concepts_.size(); }
    [[nodiscard]] std::size_t unit_count() const { return units_.size(); }

  private:
    struct Concept {
        std::vector<CodeId> codes;
        std::string text;
    };

    // Deques: views into their strings are the keys of the tables.
    std::deque<CodeName> codes_;
    std::deque<Concept> concepts_;
    std::deque<std::string> units_;
    std::unordered_map<std::string, CodeId> code_ids_;
    std::unordered_map<std::string, ConceptId> concept_ids_;
    std::unordered_map<std::string, UnitId> unit_ids_;
    std::string scratch_;
};

}  // namespace parcours
