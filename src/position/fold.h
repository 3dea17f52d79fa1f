#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/log.h"

namespace parcours::position {

/// What a position rests on.
enum class Phase : std::uint8_t {
    NoEvidence,  ///< nothing is known
    Evidence,    ///< the newest evidence
    InSpan,      ///< a stay, a pregnancy or a plan with an end that runs
    AfterDischarge,
    Aftercare,  ///< after a birth or a loss
    Settled,    ///< a check-up found nothing new
    Recovered,  ///< the dated end of what a rule gave
    PlanEnded,
    Remission,    ///< everything the concern rests on is abated
    Abated,       ///< closed by the record
    Closed,       ///< closed by itself
    AfterClosed,  ///< general health, once all else is closed
    Manual        ///< set by a person
};

inline constexpr std::uint16_t no_rule = 0xffff;
inline constexpr std::uint32_t no_fact = 0xffffffff;

/// How much a concern matters for the headline; lower is more.
enum class Rank : std::uint8_t {
    InHospital,
    Palliative,
    Urgent,
    Serious,
    Minor,
    Surveillance,
    StableSerious,
    Stable,
    General,
    Least
};

/// Where a patient stands with one concern, in numbers; explain.h makes words of it.
struct ConcernPosition {
    std::uint8_t concern = 0;  ///< index in the map
    Stage stage = Stage::Awareness;
    Phase phase = Phase::NoEvidence;
    Rank rank = Rank::General;
    bool open = true;
    bool overdue = false;
    bool lost = false;
    bool serious = false;          ///< a serious disease: decides between equals of one day
    bool child = false;            ///< bears the concern's name of childhood
    std::uint16_t rule = no_rule;  ///< in the map
    std::uint32_t fact = no_fact;  ///< the deciding one, index in the facts given
    Instant since = no_time;       ///< the stage, or the closing
    Instant decided = no_time;     ///< when the deciding fact or dated end was
    Instant evidence = no_time;    ///< newest evidence of the concern
    Instant follow_up = no_time;   ///< last follow-up
    Instant expected = no_time;    ///< what is expected next is due then
};

/// What speaks for a death that nobody has confirmed.
struct DeathSigns {
    LogPosition position = 0;    ///< of the one that came in last
    Instant recorded = no_time;  ///< when the newest was written down; no_time: there is none

    bool operator==(const DeathSigns&) const = default;
};

/// Where a patient stands at a moment.
struct PatientPositions {
    bool born = true;
    bool dead = false;
    bool merged = false;  ///< counts as the patient it was merged into
    bool in_hospital = false;
    bool suspected_death = false;  ///< hold everything; a person confirms
    DeathSigns death_signs;        ///< where one is suspected
    CareStatus status = CareStatus::Registered;
    std::vector<ConcernPosition> positions;  ///< the headline first; closed ones last
    /// The next moment at which the answer changes without a new fact; no_time: never.
    Instant next_change = no_time;

    /// Counts among the patients of a map: born, not dead, not merged away.
    [[nodiscard]] bool counted() const { return born && !dead && !merged; }
    [[nodiscard]] const ConcernPosition& headline() const { return positions.front(); }
};

/// A position set by a person on staff; it holds until it expires.
struct ManualSetting {
    std::string concern;
    Stage stage = Stage::Care;
    Instant set_at;
    std::optional<Instant> expires;
    std::string by;
    std::string reason;
};

/// Folds facts to positions. Keeps its working memory from patient to patient; one per thread.
class Folder {
  public:
    explicit Folder(const CompiledMap& map);
    ~Folder();
    Folder(Folder&&) noexcept;
    Folder& operator=(Folder&&) noexcept;

    /// Where the patient stands at `as_of`, by the facts that are seen then (design §6): pure. The
    /// order of the facts does not matter. The answer is valid until the next call.
    const PatientPositions& fold(const PatientFact& patient, std::span<const Fact> facts,
                                 Instant as_of, std::span<const ManualSetting> manual = {});

  private:
    struct Work;
    std::unique_ptr<Work> work_;
};

/// The same for one patient.
[[nodiscard]] PatientPositions fold(const CompiledMap& map, const PatientFact& patient,
                                    std::span<const Fact> facts, Instant as_of,
                                    std::span<const ManualSetting> manual = {});

}  // namespace parcours::position
