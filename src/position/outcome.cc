#include "position/outcome.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "position/concern_state.h"
#include "position/journey_map.h"
#include "record/engagement.h"

namespace parcours::position {
namespace {

constexpr int adult_years = 18;
constexpr Duration lifestyle_silence = std::chrono::days{183};

bool within(Instant event, Instant moment, Duration span) {
    return event != no_time && moment - event < span;
}

/// Notes moments at which the answer would change by itself.
class NextChange {
  public:
    NextChange(Instant moment, Instant& next) : moment_(moment), next_(next) {}
    void note(Instant at) const {
        if (at != no_time && at > moment_) {
            next_ = earlier(next_, at);
        }
    }

  private:
    Instant moment_;
    Instant& next_;
};

class Reader {
  public:
    Reader(const CompiledMap& map, const Walk& walk, const PatientFact& patient, Instant moment,
           PatientPositions& out)
        : map_(map),
          walk_(walk),
          patient_(patient),
          moment_(moment),
          out_(out),
          next_(moment, out.next_change) {}

    void read(std::span<const ManualSetting> manual) {
        for (std::size_t i = 0; i < map_.map().concerns.size(); ++i) {
            const ConcernState& state = walk_.state(i);
            if (state.any) {
                add(i, state);
            }
        }
        for (const ManualSetting& setting : manual) {
            set_by_hand(setting);
        }
        add_general_where_nothing_is_open();
        std::ranges::sort(out_.positions, comes_before);
    }

  private:
    static bool comes_before(const ConcernPosition& a, const ConcernPosition& b) {
        if (a.open != b.open) {
            return a.open;
        }
        if (a.rank != b.rank) {
            return a.rank < b.rank;
        }
        const auto day = [](Instant at) { return std::chrono::floor<std::chrono::days>(at); };
        if (day(a.evidence) != day(b.evidence)) {
            return day(a.evidence) > day(b.evidence);
        }
        if (a.serious != b.serious) {
            return a.serious;
        }
        const auto worked_on = [](const ConcernPosition& position) {
            return position.stage == Stage::Care || position.stage == Stage::Treatment;
        };
        if (worked_on(a) != worked_on(b)) {
            return worked_on(a);
        }
        // A new treatment says more of the day than a new diagnosis.
        if (worked_on(a) && a.stage != b.stage) {
            return a.stage == Stage::Treatment;
        }
        return a.concern < b.concern;
    }

    [[nodiscard]] const Concern& concern(std::size_t index) const {
        return map_.map().concerns[index];
    }

    void add(std::size_t index, const ConcernState& state) {
        ConcernPosition position;
        position.concern = static_cast<std::uint8_t>(index);
        position.stage = state.shown;
        position.phase = state.phase;
        position.rule = state.rule;
        position.fact = state.fact;
        position.since = state.since;
        position.decided = state.decided;
        position.evidence = state.evidence;
        position.follow_up = state.follow_up;
        position.open = state.open;
        position.child = is_child(index);
        position.serious = state.serious_chronic || state.serious_acute;
        if (closed_by_another(index) || (palliative() && concern(index).prevention)) {
            position.open = false;
        }
        if (palliative() && (state.palliative || position.stage == Stage::Lifestyle)) {
            position.stage = Stage::Treatment;
        }
        next_.note(walk_.next_dated_end(index));
        if (position.open) {
            position.rank = rank_of(index, state);
            judge_follow_up(index, state, position);
        }
        out_.positions.push_back(position);
    }

    [[nodiscard]] bool palliative() const { return out_.status == CareStatus::Palliative; }

    [[nodiscard]] bool is_child(std::size_t index) const {
        if (concern(index).before_age.empty() || patient_.birth == no_time) {
            return false;
        }
        next_.note(add_months(patient_.birth, adult_years * 12));
        return whole_years(utc_date(patient_.birth), utc_date(moment_)) < adult_years;
    }

    [[nodiscard]] bool closed_by_another(std::size_t index) const {
        const auto other = map_.map().find_concern(concern(index).closed_by);
        return !concern(index).closed_by.empty() && other && walk_.state(*other).any;
    }

    [[nodiscard]] Rank rank_of(std::size_t index, const ConcernState& state) {
        const JourneyMap& map = map_.map();
        const Concern& what = concern(index);
        const Interval* const span = walk_.running(index);
        if (span != nullptr && span->kind == SpanKind::Stay) {
            out_.in_hospital = true;
            return Rank::InHospital;
        }
        if (palliative() && state.palliative) {
            return Rank::Palliative;
        }
        const bool discharged = within(state.discharged, moment_, map.after_discharge);
        next_.note(after(state.discharged, map.after_discharge));
        if (discharged || what.kind == ConcernKind::Episode ||
            (what.always_first && !state.remission)) {
            return Rank::Urgent;
        }
        if (what.kind == ConcernKind::Standing) {
            return state.emergency && state.shown == Stage::Care ? Rank::Minor : Rank::General;
        }
        if (what.least) {
            return Rank::Least;
        }
        return rank_of_disease(what, state);
    }

    [[nodiscard]] Rank rank_of_disease(const Concern& what, const ConcernState& state) const {
        const JourneyMap& map = map_.map();
        if (state.remission) {
            next_.note(after(state.remission_at, map.surveillance_for));
            return what.surveillance && within(state.remission_at, moment_, map.surveillance_for)
                       ? Rank::Surveillance
                       : Rank::Least;
        }
        next_.note(after(state.news, map.unstable_for));
        next_.note(after(state.procedure, map.unstable_for));
        if (within(state.procedure, moment_, map.unstable_for)) {
            return Rank::Serious;
        }
        if (what.kind == ConcernKind::Acute && !state.chronic) {
            return state.serious_acute ? Rank::Serious : Rank::Minor;
        }
        const bool moving = state.shown == Stage::Care || state.shown == Stage::Treatment;
        if (moving && within(state.news, moment_, map.unstable_for)) {
            return Rank::Serious;
        }
        return state.serious_chronic ? Rank::StableSerious : Rank::Stable;
    }

    void judge_follow_up(std::size_t index, const ConcernState& state, ConcernPosition& position) {
        if (state.phase == Phase::InSpan && walk_.running(index)->kind == SpanKind::Stay) {
            return;
        }
        Instant due = due_at(index, state);
        // A follow-up after the end of supply has seen that nothing was renewed.
        if (state.supply_ends != no_time && concern(index).kind != ConcernKind::Acute &&
            state.follow_up <= state.supply_ends) {
            due = earlier(due, state.supply_ends + map_.map().refill_grace);
        }
        due = earlier(due, state.missed);
        // Who has an appointment ahead is expected then.
        due = state.expected != no_time ? state.expected : due;
        position.expected = due;
        position.overdue = due != no_time && due <= moment_;
        next_.note(due);
        const Instant lost =
            concern(index).lost_after.count() == 0 || due == no_time
                ? no_time
                : std::max({state.follow_up, state.evidence, walk_.last_contact()}) +
                      concern(index).lost_after;
        position.lost = position.overdue && lost != no_time && lost <= moment_;
        next_.note(lost);
    }

    /// When the follow-up of a concern is due, by its last one and what the deciding rule asks for.
    [[nodiscard]] Instant due_at(std::size_t index, const ConcernState& state) const {
        const Instant last = std::max(state.follow_up, state.evidence);
        Duration span = concern(index).overdue_after;
        if (state.shown == Stage::Lifestyle && span.count() != 0) {
            span = std::min(span, lifestyle_silence);
        }
        Instant due = span.count() == 0 || last == no_time ? no_time : last + span;
        if (state.rule == no_rule || state.phase != Phase::Evidence) {
            return due;
        }
        const Duration own = map_.map().rules[state.rule].overdue_after;
        const bool answered = state.follow_up != no_time && state.follow_up > state.decided;
        return own.count() == 0 || answered ? due : earlier(due, state.decided + own);
    }

    void set_by_hand(const ManualSetting& setting) {
        const auto index = map_.map().find_concern(setting.concern);
        if (!index || setting.set_at > moment_ ||
            (setting.expires && *setting.expires <= moment_)) {
            return;
        }
        if (setting.expires) {
            next_.note(*setting.expires);
        }
        auto found = std::ranges::find(out_.positions, *index, &ConcernPosition::concern);
        if (found == out_.positions.end()) {
            out_.positions.emplace_back();
            found = std::prev(out_.positions.end());
            found->concern = static_cast<std::uint8_t>(*index);
            found->rank = *index == map_.general() ? Rank::General : Rank::Stable;
        }
        found->stage = setting.stage;
        found->phase = Phase::Manual;
        found->open = true;
        found->since = found->decided = found->evidence = setting.set_at;
        found->overdue = found->lost = false;
    }

    /// Everybody stands somewhere: where all else is closed, or nothing is known, with general
    /// health.
    void add_general_where_nothing_is_open() {
        if (std::ranges::any_of(out_.positions, &ConcernPosition::open)) {
            return;
        }
        ConcernPosition position;
        position.concern = static_cast<std::uint8_t>(map_.general());
        position.child = is_child(map_.general());
        position.since = patient_.birth;
        for (const ConcernPosition& closed : out_.positions) {
            position.phase = Phase::AfterClosed;
            position.stage = Stage::Ongoing;
            position.evidence = std::max(position.evidence, closed.evidence);
            position.since = std::max(position.since, closed.since);
        }
        if (position.phase == Phase::AfterClosed) {
            const Concern& general = concern(map_.general());
            const Instant last = std::max(position.evidence, walk_.last_contact());
            position.decided = position.since;
            position.expected = last + general.overdue_after;
            position.overdue = position.expected <= moment_;
            position.lost = last + general.lost_after <= moment_;
            next_.note(position.expected);
            next_.note(last + general.lost_after);
        }
        out_.positions.push_back(position);
    }

    const CompiledMap& map_;
    const Walk& walk_;
    const PatientFact& patient_;
    Instant moment_;
    PatientPositions& out_;
    NextChange next_;
};

}  // namespace

void read_outcome(const CompiledMap& map, const Walk& walk, const PatientFact& patient,
                  Instant moment, std::span<const ManualSetting> manual, PatientPositions& out) {
    Reader(map, walk, patient, moment, out).read(manual);
}

}  // namespace parcours::position
