#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "fhir/resource_type.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/index_layer.h"
#include "population/live_patients.h"
#include "record/dictionary.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// A row of one layer.
struct RowPlace {
    const IndexLayer* layer = nullptr;
    const Table* table = nullptr;
    std::uint32_t row = 0;

    /// Of the live index; no_patient where nobody owns it.
    [[nodiscard]] PatientNumber owner() const { return layer->number_of(table->owner[row]); }
};

/// A patient in the one layer that has it.
struct PatientPlace {
    const IndexLayer* layer = nullptr;
    PatientNumber own = 0;  ///< its number there

    [[nodiscard]] const Index& index() const { return *layer->index; }
};

/// The current version of every resource, kept current at the price of what is written: a large
/// index, and over it small ones (layers) that hold whole patients, with all that is theirs, as
/// they are since it was made. Each patient is in one layer alone, so that whatever asks about
/// patients asks each layer about its own. Numbers of patients are those of the first layer, new
/// patients have numbers behind them, and none changes until the layers are folded into one.
/// Immutable, so any number of threads may read it. See docs/decisions/0021.
class LiveIndex {
  public:
    LiveIndex() : LiveIndex(std::make_shared<const Index>()) {}
    /// Of one layer.
    explicit LiveIndex(std::shared_ptr<const Index> base);
    LiveIndex(const LiveIndex&) = delete;
    LiveIndex& operator=(const LiveIndex&) = delete;

    using Parts = std::vector<std::shared_ptr<const IndexPart>>;
    /// What `before` holds and what parts say since: a layer more, at most. Costs what is touched:
    /// the patients written to, and now and then those written to lately. Errors: as `merge`.
    static Result<std::shared_ptr<const LiveIndex>> add(const LiveIndex& before, Parts parts);
    /// The same with all layers in one. Takes as long as making it anew, or until `stop` says so; for
    /// any thread. Errors: as `merge`.
    [[nodiscard]] Result<std::shared_ptr<const LiveIndex>> fold(
        Executor* executor = nullptr, const StopAsked& stop = {}) const;
    /// The layers that the first one was folded from, as far as they are still there.
    [[nodiscard]] std::vector<std::shared_ptr<const Index>> folded_from() const;
    /// What was added since the first layer was made, in the order of adding.
    [[nodiscard]] const Parts& parts() const { return parts_; }
    /// Resources in layers over the first.
    [[nodiscard]] std::size_t unfolded_count() const;

    [[nodiscard]] std::span<const IndexLayer> layers() const { return layers_; }
    [[nodiscard]] const std::shared_ptr<const Index>& base() const { return layers_[0].index; }
    /// What numbers of codes, concepts and units mean, in every layer.
    [[nodiscard]] const Dictionary& dictionary() const { return *dictionary_; }
    [[nodiscard]] const std::shared_ptr<const Dictionary>& shared_dictionary() const {
        return dictionary_;
    }
    /// The last log position it covers: what comes later in the log is not in it.
    [[nodiscard]] LogPosition covers() const { return covers_; }

    [[nodiscard]] const LivePatients& patients() const { return patients_; }
    [[nodiscard]] std::uint32_t patient_count() const { return patient_count_; }
    /// Persons: as `Index::person_count`.
    [[nodiscard]] std::uint32_t person_count() const { return person_count_; }
    [[nodiscard]] PatientPlace place_of(PatientNumber number) const;
    [[nodiscard]] std::optional<PatientNumber> find_patient(Key patient) const;
    /// As of an `Index`.
    [[nodiscard]] std::vector<PatientNumber> find_patients(std::string_view id) const;
    void facts_of(PatientNumber patient, std::vector<Fact>& out) const;
    /// Patients merged into others, with these.
    [[nodiscard]] std::vector<std::pair<PatientNumber, PatientNumber>> merged() const;
    /// Those that merges join with this one, itself among them.
    [[nodiscard]] std::vector<PatientNumber> joined_with(PatientNumber patient) const;

    /// Rows of all tables.
    [[nodiscard]] std::size_t fact_count() const;
    [[nodiscard]] std::size_t row_count(fhir::ResourceType type) const;
    [[nodiscard]] bool has_table(fhir::ResourceType type) const;
    /// Types of which there are rows.
    [[nodiscard]] std::vector<fhir::ResourceType> types() const;
    /// Where resources of a type stand; nothing for those that are not here.
    [[nodiscard]] std::vector<std::optional<RowPlace>> find_rows(fhir::ResourceType type,
                                                                 std::span<const Key> keys) const;

  private:
    class Adding;
    void count();

    std::vector<IndexLayer> layers_;  ///< never empty
    std::shared_ptr<const Dictionary> dictionary_;
    LogPosition covers_ = 0;
    std::uint32_t patient_count_ = 0;
    std::uint32_t person_count_ = 0;
    Parts parts_;
    std::vector<std::weak_ptr<const Index>> folded_;  ///< the layers that the first was made of
    LivePatients patients_;
};

}  // namespace parcours::population
