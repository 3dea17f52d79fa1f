#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/concern_state.h"
#include "position/evidence.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::position {

/// Walks one patient's timeline in the order of time and keeps the state of every concern: the
/// rules of design §6. Between two events the dated ends of what was said take effect; silence
/// never improves a stage.
class Walk {
  public:
    explicit Walk(const CompiledMap& map) : map_(&map), evidence_(map) {}

    /// Walks all facts that are seen at `moment`.
    void run(const PatientFact& patient, std::span<const Fact> facts, Instant moment);

    /// From now on notes which rule decided each fact; `rules` must outlive the walk.
    void tell_rules(std::vector<std::uint16_t>& rules) { rules_told_ = &rules; }

    [[nodiscard]] const ConcernState& state(std::size_t concern) const { return states_[concern]; }
    [[nodiscard]] const std::vector<Interval>& intervals() const { return intervals_; }
    [[nodiscard]] const Interval* running(std::size_t concern) const;
    [[nodiscard]] Instant last_contact() const { return last_contact_; }
    [[nodiscard]] const DeathSigns& death_signs() const { return death_signs_; }
    [[nodiscard]] Instant palliative() const { return palliative_; }
    [[nodiscard]] Instant palliative_end() const { return palliative_end_; }
    /// The next dated end of a concern after the moment; no_time: none.
    [[nodiscard]] Instant next_dated_end(std::size_t concern) const;
    /// Where a concern goes that has settled at `at`.
    [[nodiscard]] Stage settled_stage(const ConcernState& state, Instant at) const;

    /// Entered in error, refuted, not done: it says nothing.
    [[nodiscard]] static bool was_never_true(const Fact& fact);

  private:
    struct Event {
        std::int64_t at = 0;
        std::uint32_t fact = 0;
        std::uint8_t order = 0;
        bool is_end = false;
        Key key = 0;  ///< decides between equals, so that the order of the input does not
    };

    void list_events(const PatientFact& patient);
    [[nodiscard]] Instant event_time(const Fact& fact, const PatientFact& patient) const;
    void on_start(std::uint32_t fact, Instant at);
    void on_end(std::uint32_t fact, Instant at);
    [[nodiscard]] std::uint16_t match(std::uint32_t fact, Instant at, ConcernMask& about);
    [[nodiscard]] bool holds(const Rule& rule, const CompiledRule& compiled, std::uint32_t fact,
                             Instant at, ConcernMask about) const;
    [[nodiscard]] bool is_placed() const;  ///< stands beyond awareness with any concern
    [[nodiscard]] bool is_new_medicine(std::uint32_t ingredient, Instant at) const;
    void monitor(std::uint32_t fact, Instant at);
    void apply(std::uint16_t rule, std::uint32_t fact, Instant at, ConcernMask about);
    void apply_to(std::size_t concern, std::uint16_t rule, std::uint32_t fact, Instant at);
    void appoint(std::size_t concern, const Rule& rule, const Fact& fact, Instant at);
    bool diagnose(std::size_t concern, ConcernState& state, std::uint32_t fact, Instant at);
    void set_point(std::size_t concern, std::uint16_t rule, std::uint32_t fact, Instant at);
    void start_span(std::size_t concern, std::uint16_t rule, std::uint32_t fact, Instant at);
    void end_span(Interval& span, Instant at);
    void end_pregnancies(std::size_t concern, Instant at);
    /// Terminal care that names no disease is about the serious ones.
    [[nodiscard]] ConcernMask dying_of(ConcernMask about) const;
    void check_up(std::uint16_t rule, std::uint32_t fact, Instant at);
    void abate(std::uint32_t fact, Instant at);
    void open(std::size_t concern, Instant at);
    void close(std::size_t concern, Instant at, Phase phase);
    void advance(std::size_t concern, Instant until);
    void refresh(std::size_t concern, Instant at);
    [[nodiscard]] Instant closing_time(std::size_t concern) const;

    const CompiledMap* map_;
    Evidence evidence_;
    Instant moment_ = no_time;
    std::array<ConcernState, concern_count_max> states_;
    std::vector<Interval> intervals_;
    std::vector<Diagnosis> diagnoses_;
    std::vector<Event> events_;
    std::vector<std::pair<std::uint32_t, Instant>> medicines_;
    Instant last_contact_ = no_time;
    DeathSigns death_signs_;
    Instant palliative_ = no_time;
    Instant palliative_end_ = no_time;
    std::uint32_t palliative_fact_ = no_fact;
    std::vector<std::uint16_t>* rules_told_ = nullptr;
};

}  // namespace parcours::position
