#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/kept_profiles.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "outreach/zones.h"
#include "population/column.h"
#include "population/live_index.h"
#include "position/care_state.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/patient_profile.h"

namespace parcours::engine {

/// One patient at one moment: the person, and whether anybody may write to them at all. The facts
/// are asked for by type.
struct PatientView {
    population::PatientNumber number = 0;
    PatientFact patient;
    std::string id;      ///< of the Patient resource
    std::string source;  ///< the feed it came from
    PatientProfile profile;
    position::CareState care;
    outreach::PatientZone zone;
    Instant now;
};

/// Looks patients up in the index and the log. Keeps the last few. One thread.
class PatientReader {
  public:
    /// Of the folder's present index. `map` is the clinic's, made ready for it; null: it is made.
    /// Errors: a journey map that names an unknown value set.
    static Result<std::unique_ptr<PatientReader>> make(
        const DataFolder& folder, std::shared_ptr<const Clinic> clinic,
        std::shared_ptr<const position::CompiledMap> map = nullptr);

    /// Errors: NotFound (no such patient), and those of reading the log.
    Result<std::shared_ptr<const PatientView>> view(Key patient, Instant now);

    /// The facts of a type, and of a status where one is given, that are seen at the view's moment;
    /// by `occurred`, `start` and key.
    [[nodiscard]] std::vector<Fact> facts(const PatientView& view, fhir::ResourceType type,
                                          std::optional<fhir::Status> status = {}) const;
    /// The fact of a resource of a type, if it is the patient's and seen.
    [[nodiscard]] std::optional<Fact> find_fact(const PatientView& view, fhir::ResourceType type,
                                                Key resource) const;

    /// The person alone; valid until the next question. Errors: as `view`.
    Result<const PatientProfile*> profile(Key patient);

    /// As the index does; the quicker for whoever was looked at last.
    [[nodiscard]] std::optional<population::PatientNumber> find_patient(Key patient) const;

    /// From now on only facts are seen that their source had written down by then: rehearsals.
    void see_as_recorded() { as_recorded_ = true; }
    [[nodiscard]] bool as_recorded() const { return as_recorded_; }
    /// From now on whose profile is kept there is not looked up in the log. Of the same index.
    void use(std::shared_ptr<const KeptProfiles> profiles) { profiles_ = std::move(profiles); }
    /// From now on views are kept until `forget`, and serve for as long as nothing about their
    /// patient changes: for whoever asks about the same few at one moment after another.
    void keep_views() { keeps_views_ = true; }
    void forget() { views_.clear(); }

    /// What the patient chose in Consent resources seen at the view's moment.
    [[nodiscard]] Result<std::vector<ContactChoice>> consents(const PatientView& view) const;

    [[nodiscard]] const population::LiveIndex& index() const { return *index_; }
    [[nodiscard]] const std::shared_ptr<const population::LiveIndex>& shared_index() const {
        return index_;
    }
    [[nodiscard]] const position::CompiledMap& map() const { return *map_; }
    [[nodiscard]] const Clinic& clinic() const { return *clinic_; }
    [[nodiscard]] const DataFolder& folder() const { return folder_; }

  private:
    struct Person {
        PatientProfile profile;
        outreach::PatientZone zone;
    };

    PatientReader(const DataFolder& folder, std::shared_ptr<const Clinic> clinic,
                  std::shared_ptr<const position::CompiledMap> map);
    Result<PatientProfile> read_profile(population::PatientNumber number,
                                        const PatientFact& patient) const;
    Result<const Person*> person(population::PatientNumber number, const PatientFact& patient);

    const DataFolder& folder_;
    std::shared_ptr<const Clinic> clinic_;
    std::shared_ptr<const population::LiveIndex> index_;
    std::shared_ptr<const position::CompiledMap> map_;
    position::Folder fold_;
    std::shared_ptr<const KeptProfiles> profiles_;  ///< may be null
    std::unordered_map<Key, Person> people_;
    struct Kept {
        std::shared_ptr<PatientView> view;
        Instant fresh_until;  ///< the same until then, but for its moment
    };
    Result<std::shared_ptr<PatientView>> begin_view(Key patient);
    std::shared_ptr<const PatientView> find_kept(Key patient, Instant now);
    [[nodiscard]] bool may_be_marked(const PatientView& view) const;
    Instant judge_care(PatientView& view);
    [[nodiscard]] bool is_seen(const Fact& fact, Instant now) const;

    std::unordered_map<Key, Kept> views_;
    Instant views_at_ = no_time;
    bool as_recorded_ = false;
    bool keeps_views_ = false;
};

}  // namespace parcours::engine
