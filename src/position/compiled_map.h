#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "position/journey_map.h"
#include "practice/value_set.h"
#include "record/dictionary.h"

namespace parcours::position {

/// Bits of concerns, in the order of the map.
using ConcernMask = std::uint32_t;
/// Bits of the value sets that rules name.
using SetMask = std::uint64_t;

inline constexpr std::size_t concern_count_max = 32;
inline constexpr std::size_t rule_set_count_max = 64;

/// What the map says of one concept: decided once, read for every fact.
struct ConceptInfo {
    SetMask sets = 0;
    ConcernMask concerns = 0;   ///< by code
    ConcernMask medicines = 0;  ///< by drug class
    ConcernMask monitors = 0;   ///< tests that are their follow-up
    std::uint32_t ingredient = 0;
    bool history = false;
    bool serious_chronic = false;
    bool serious_acute = false;
    bool chronic = false;
    bool vague = false;  ///< names nothing: an empty concept
};

/// A rule with its value sets as bits.
struct CompiledRule {
    SetMask code = 0;
    SetMask not_code = 0;
    SetMask reason = 0;
    SetMask category = 0;
    SetMask not_category = 0;
    SetMask holds = 0;
    ConcernMask concerns = 0;
    ConcernMask about = 0;
};

/// A journey map made ready for one dictionary: tables from concepts to concerns and sets. Not for
/// use by two threads while `update` runs; otherwise immutable.
class CompiledMap {
  public:
    /// Errors: InvalidInput at the place in the map where it names an unknown value set, or has
    /// too many concerns or sets.
    static Result<CompiledMap> compile(JourneyMap map, const practice::ValueSets& sets,
                                       const Dictionary& dictionary);

    /// Decides the concepts that the dictionary has gained.
    void update(const practice::ValueSets& sets, const Dictionary& dictionary);

    [[nodiscard]] const JourneyMap& map() const { return map_; }
    [[nodiscard]] const ConceptInfo& info(ConceptId id) const {
        return id < concepts_.size() ? concepts_[id] : unknown_;
    }
    [[nodiscard]] const CompiledRule& compiled(std::size_t rule) const { return rules_[rule]; }
    /// The rules for a type of resource, in the order of the map.
    [[nodiscard]] std::span<const std::uint16_t> rules_of(fhir::ResourceType type) const {
        return by_type_[static_cast<std::size_t>(type)];
    }
    /// The value sets by whose codes rules for a type tell of a death or of palliative care; 0:
    /// there is none, `any_code`: one of them asks for no code.
    [[nodiscard]] SetMask care_codes(fhir::ResourceType type) const {
        return care_codes_[static_cast<std::size_t>(type)];
    }
    static constexpr SetMask any_code = ~SetMask{0};
    /// The standing concern that takes what is about nothing else.
    [[nodiscard]] std::size_t general() const { return general_; }
    [[nodiscard]] ConcernMask mask_of_kind(ConcernKind kind) const {
        return kinds_.at(static_cast<std::size_t>(kind));
    }

  private:
    struct ConcernSets;

    CompiledMap() = default;
    Result<> resolve(const practice::ValueSets& sets);
    Result<SetMask> set_mask(const practice::ValueSets& sets, const std::vector<std::string>& names,
                             const Location& where);
    Result<> check_set(const practice::ValueSets& sets, const std::string& name,
                       const Location& where) const;
    [[nodiscard]] ConceptInfo decide(const practice::ValueSets& sets, const Dictionary& dictionary,
                                     ConceptId id) const;
    void add_code(const practice::ValueSets& sets, const CodeName& code, ConceptInfo& info) const;
    void add_words(std::string_view text, ConceptInfo& info) const;

    JourneyMap map_;
    std::vector<std::string> set_names_;
    std::vector<CompiledRule> rules_;
    std::array<std::vector<std::uint16_t>, fhir::resource_type_count> by_type_;
    std::array<SetMask, fhir::resource_type_count> care_codes_{};
    std::array<ConcernMask, 4> kinds_{};
    std::vector<ConceptInfo> concepts_;
    ConceptInfo unknown_;
    std::size_t general_ = 0;
};

}  // namespace parcours::position
