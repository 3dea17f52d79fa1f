#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/digest_hash.h"
#include "engine/events.h"
#include "engine/hindsight.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/rehearsal_report.h"
#include "record/identity.h"

namespace parcours::engine {

/// Counts what a runner does in one part of a rehearsal: along with its events what the ledger does
/// not keep, the rest at the end. One thread.
class RehearsalTally {
  public:
    /// Borrows all of them.
    RehearsalTally(const Clinic& clinic, const Ledger& ledger, PatientReader& patients,
                   Hindsight& hindsight)
        : clinic_(clinic), ledger_(ledger), patients_(patients), hindsight_(hindsight) {}

    /// What was done before is not counted, but for those who are under way.
    void begin(const Ledger& present);
    /// An event that the ledger knows already.
    void see(const Event& event);
    /// The part's report, at its end; then begins anew. Errors: records that cannot be read.
    Result<RehearsalReport> finish();

  private:
    [[nodiscard]] CivilDate day_of(Instant at) const;
    template <class Count>
    void count(const std::string& campaign, const std::string& step, Instant at, Count count);
    void see(const Transition& event);
    void see(const Decided& event);
    void see(const Attempted& event);
    void see(const TaskClosed& event);
    [[nodiscard]] bool is_sent_now(const MessageState& state) const;
    void open(const Task& task);
    void count_enrolments();
    void count_messages();
    void count_collisions(Key patient);
    Result<> count_for_nothing();
    Result<> count_reach();

    const Clinic& clinic_;
    const Ledger& ledger_;
    PatientReader& patients_;
    Hindsight& hindsight_;
    RehearsalReport report_;
    std::unordered_set<Digest, DigestHash> ended_before_;    ///< enrolments
    std::unordered_set<Digest, DigestHash> settled_before_;  ///< messages
    std::size_t enrolled_before_ = 0;
    std::unordered_set<Key> over_budget_patients_;
    std::unordered_set<Digest, DigestHash> over_budget_;
    std::unordered_set<Digest, DigestHash> quiet_;
};

}  // namespace parcours::engine
