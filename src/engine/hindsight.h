#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/conditions.h"
#include "engine/data_folder.h"
#include "engine/everybody_by_day.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "population/column.h"
#include "position/compiled_map.h"
#include "record/identity.h"

namespace parcours::engine {

/// Looks at messages with today's knowledge: what was so at that moment already, though nobody had
/// written it down. One thread.
class Hindsight {
  public:
    /// `ledger` is borrowed, and may be filled later. Errors: as `PatientReader::make`.
    static Result<std::unique_ptr<Hindsight>> make(
        const DataFolder& folder, std::shared_ptr<const Clinic> clinic, const Ledger& ledger,
        std::shared_ptr<const position::CompiledMap> map);

    /// From now on it asks there for what is the same for everybody, by today's knowledge;
    /// borrowed.
    void share(EverybodyByDay& everybody) { conditions_.share(everybody); }

    /// Why a message that was sent need not have been: a reason of the gate ("deceased",
    /// "left-care", "no-longer-true"), or "was-not-due" where its patient was not in the campaign's
    /// cohort to begin with; empty where nothing stands against it. What cannot be judged stands
    /// against nothing. Errors: a record that cannot be read.
    Result<std::string_view> find_against(const MessageState& sent);

  private:
    Hindsight(std::unique_ptr<PatientReader> patients, std::shared_ptr<const Clinic> clinic,
              const Ledger& ledger);
    /// What of a record was written down after a moment: when it occurred and when that was.
    struct Late {
        population::PatientNumber patient = 0;
        Instant since = Instant::max();
        std::vector<std::pair<Instant, Instant>> rows;
    };
    const Late& find_late(population::PatientNumber patient, Instant since);
    Result<bool> was_written_later(Key patient, Instant at);
    Result<bool> was_due(const LoadedCampaign& campaign, const Enrolment& enrolment);

    std::unique_ptr<PatientReader> patients_;
    std::shared_ptr<const Clinic> clinic_;
    const Ledger& ledger_;
    Conditions conditions_;
    Late late_;  ///< of whoever was asked about last
};

}  // namespace parcours::engine
