#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/concern_state.h"
#include "record/fact.h"

namespace parcours::position {

/// Finds, among one patient's facts, what an event is about. Keeps its memory between patients.
class Evidence {
  public:
    explicit Evidence(const CompiledMap& map) : map_(&map) {}

    /// Takes the facts of a patient, as they are known at `moment`. They must outlive the reading.
    void begin(std::span<const Fact> facts, Instant moment);

    /// The concerns a fact is about, looked for in the rule's order; general health where none is
    /// found. A reason or linked Condition that no concern claims is general health, so that a plan
    /// for prediabetes never reaches diabetes.
    [[nodiscard]] ConcernMask concerns_of(std::uint32_t fact, const Rule& rule,
                                          const CompiledRule& compiled) const;

    /// Value sets of what happened inside an encounter.
    [[nodiscard]] SetMask inside(std::uint32_t fact) const { return inside_sets_[fact]; }
    [[nodiscard]] const ConceptInfo& code(std::uint32_t fact) const {
        return map_->info(facts_[fact].code);
    }
    [[nodiscard]] const Fact& fact(std::uint32_t index) const { return facts_[index]; }
    [[nodiscard]] std::span<const Fact> facts() const { return facts_; }

    /// The end of a fact as it is known at the moment: none where it lies ahead.
    [[nodiscard]] Instant known_end(const Fact& fact) const {
        return fact.end != no_time && fact.end <= moment_ ? fact.end : no_time;
    }
    [[nodiscard]] Instant moment() const { return moment_; }

  private:
    [[nodiscard]] std::uint32_t find(Key key) const;
    [[nodiscard]] ConcernMask general() const { return ConcernMask{1} << map_->general(); }
    [[nodiscard]] ConcernMask by_reason(const Fact& fact) const;
    [[nodiscard]] ConcernMask by_links(const Fact& fact) const;
    [[nodiscard]] ConcernMask by_encounter(std::uint32_t fact) const;
    void look_inside();
    /// What the examinations of an encounter follow: an echocardiogram, the heart.
    [[nodiscard]] ConcernMask examined_in(Key encounter) const;
    /// A stay that says nothing is about what the visit before it, of that day, was about, else
    /// about what was examined.
    void follow_admissions();

    const CompiledMap* map_;
    std::span<const Fact> facts_;
    Instant moment_ = no_time;
    std::vector<std::pair<Key, std::uint32_t>> table_;  // open addressing; key 0 is free
    std::size_t table_mask_ = 0;
    std::vector<SetMask> inside_sets_;
    std::vector<ConcernMask> inside_conditions_;
    std::vector<ConcernMask> inside_others_;
};

}  // namespace parcours::position
