#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "cql/cql.h"
#include "outreach/gate.h"
#include "outreach/recipient.h"
#include "outreach/zones.h"
#include "position/journey_map.h"
#include "practice/confidentiality.h"
#include "practice/folder.h"
#include "quality/measure.h"

namespace parcours::engine {

/// A campaign with its release and its compiled expressions.
struct LoadedCampaign {
    campaign::Campaign definition;
    Digest release;
    /// By the text of the condition: those of the steps, exits and success; and named dates.
    std::map<std::string, std::shared_ptr<const cql::Expression>, std::less<>> conditions;
    std::map<std::string, std::shared_ptr<const cql::Expression>, std::less<>> dates;
    /// Whether success, an exit or a wait may come true without a new fact: by passing time, or by
    /// what the engine itself does.
    bool watches_time = false;
    /// The cohort it enters by; null for other entries.
    std::shared_ptr<const cql::Expression> cohort;
    outreach::Zone zone;  ///< of its schedule
};

/// A practice folder, ready to work: checked, compiled, with the rules of the gate. Immutable.
struct Clinic {
    Clinic() = default;
    Clinic(const Clinic&) = delete;  // its expressions point into its own value sets
    Clinic& operator=(const Clinic&) = delete;

    practice::Folder folder;
    std::vector<LoadedCampaign> campaigns;
    position::JourneyMap map;
    outreach::GateRules rules;
    outreach::RecipientRules recipient_rules;
    practice::Confidentiality confidentiality;
    outreach::Zone zone;
    /// Cohorts of the folder, and `not-for` texts that are expressions, by their text or name.
    std::map<std::string, std::shared_ptr<const cql::Expression>, std::less<>> cohorts;

    /// Of the folder; the id of one without an id is the name of its file.
    std::vector<quality::Measure> measures;

    [[nodiscard]] const LoadedCampaign* find_campaign(std::string_view name) const;
    [[nodiscard]] const quality::Measure* find_measure(std::string_view id) const;
};

/// What a practice folder is read for.
enum class ClinicUse : std::uint8_t {
    Read,  ///< to look at records: mistakes of campaigns, contents and measures leave those out
    Work   ///< people will be contacted: everything must be right, channels too
};

/// FHIR ValueSets and CodeSystems that came with records; null: none.
using ImportedTerminology = std::shared_ptr<const practice::FileMap>;

/// Reads the built-in practice folder with the clinic's own (a path; empty: none) laid over it.
/// Errors: all mistakes that stand against this use, the first with its code and place.
Result<std::shared_ptr<const Clinic>> load_clinic(const std::string& practice_path,
                                                  ClinicUse use = ClinicUse::Work,
                                                  ImportedTerminology imported = nullptr);

/// The same from files, such as those of a stored release; without a use, channels are not asked
/// for: it is not what sends.
Result<std::shared_ptr<const Clinic>> make_clinic(practice::FileMap files,
                                                  ImportedTerminology imported = nullptr);
Result<std::shared_ptr<const Clinic>> make_clinic(practice::FileMap files, ClinicUse use,
                                                  ImportedTerminology imported = nullptr);

/// Everything that is wrong with a practice folder, channels included, in the order of its files.
/// With `now` also what has become wrong by passing time: waits until a day that has passed.
/// `doubts` gets what may be meant and most likely is not.
std::vector<Error> check_clinic(practice::FileMap files, ImportedTerminology imported = nullptr,
                                std::optional<Instant> now = std::nullopt,
                                std::vector<Error>* doubts = nullptr);

}  // namespace parcours::engine
