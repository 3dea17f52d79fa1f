#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/migrate.h"
#include "engine/conditions.h"
#include "engine/enroller.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/releases.h"
#include "engine/stepper.h"

namespace parcours::engine {

/// What becomes of people in flight of earlier releases whose step has no equivalent.
enum class WithoutEquivalent : std::uint8_t {
    Refuse,  ///< nobody is moved where there is one
    Finish,  ///< they finish the release that they are in
    Stop     ///< their enrolment ends as "stopped"
};

/// Moves those who are in earlier releases of a campaign to the one that runs.
struct MigrationOrder {
    std::string campaign;
    campaign::WrittenMoves moves;
    WithoutEquivalent rest = WithoutEquivalent::Refuse;
    std::string by;
};

/// People on one step of one earlier release.
struct MigrationRow {
    Digest release;
    campaign::StepMove move;
    std::uint64_t people = 0;
};

struct MigrationPlan {
    Digest release;                  ///< where they go
    std::vector<MigrationRow> rows;  ///< by release and step; steps on which nobody stands left out
    [[nodiscard]] std::uint64_t moving() const;
    [[nodiscard]] std::uint64_t without_equivalent() const;
};

struct MigrationReport {
    std::uint64_t moved = 0;
    /// They stay in the release that they are in: without an equivalent, or while a message that a
    /// provider was offered is on its way and the step has another name.
    std::uint64_t finishing = 0;
    std::uint64_t stopped = 0;
};

/// Takes people in flight over to another release. One thread.
class Migration {
  public:
    Migration(PatientReader& patients, Conditions& conditions, Releases& releases,
              const Ledger& ledger, Journal& journal, Stepper& stepper, Enroller& enroller)
        : patients_(patients),
          conditions_(conditions),
          releases_(releases),
          ledger_(ledger),
          journal_(journal),
          stepper_(stepper),
          enroller_(enroller) {}

    /// Who would go where; changes nothing. Errors: NotFound (no such campaign, or a move names a
    /// step that does not exist), those of releases.
    Result<MigrationPlan> plan(const std::string& campaign, const campaign::WrittenMoves& moves);

    /// Moves all of them; the release is launched where no engine has done so yet. Every one is in
    /// exactly one release at every moment: what a crash leaves is moved by asking again. Errors:
    /// those of `plan`; Conflict where somebody has no equivalent and the order says Refuse;
    /// nothing has changed then.
    Result<MigrationReport> carry_out(const MigrationOrder& order, Instant now);

  private:
    Result<> move_one(const Enrolment& enrolment, const campaign::StepMove& move, bool offered,
                      const MigrationOrder& order, Instant now);
    [[nodiscard]] bool was_offered(const Enrolment& enrolment) const;

    PatientReader& patients_;
    Conditions& conditions_;
    Releases& releases_;
    const Ledger& ledger_;
    Journal& journal_;
    Stepper& stepper_;
    Enroller& enroller_;
};

}  // namespace parcours::engine
