#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "population/column.h"
#include "population/patients.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

class LiveIndex;

/// The patients of a live index by their numbers in it: each answer is that of the layer which has
/// the patient. Lives in its index.
class LivePatients {
  public:
    explicit LivePatients(const LiveIndex& index) : index_(&index) {}
    LivePatients(const LivePatients&) = delete;
    LivePatients& operator=(const LivePatients&) = delete;

    /// A column of all layers together.
    template <class T>
    class Of {
      public:
        Of(const LivePatients& patients, Column<T> Patients::* column)
            : patients_(patients), column_(column) {}
        T operator[](std::size_t number) const;

      private:
        const LivePatients& patients_;
        Column<T> Patients::* column_;
    };
    /// Whose facts a patient's are, by number of the live index.
    class Survivors {
      public:
        explicit Survivors(const LivePatients& patients) : patients_(patients) {}
        PatientNumber operator[](std::size_t number) const;

      private:
        const LivePatients& patients_;
    };

    Of<Key> key{*this, &Patients::key};
    Of<LogPosition> position{*this, &Patients::position};
    Of<Instant> birth{*this, &Patients::birth};
    Of<Precision> birth_precision{*this, &Patients::birth_precision};
    Of<Instant> deceased{*this, &Patients::deceased};
    Of<Instant> last_updated{*this, &Patients::last_updated};
    Survivors survivor{*this};
    std::vector<std::string> sources;  ///< names of feeds, sorted

    [[nodiscard]] PatientFact fact(PatientNumber number) const;
    [[nodiscard]] std::string_view id(PatientNumber number) const;
    [[nodiscard]] std::string_view source_name(PatientNumber number) const;
    [[nodiscard]] std::uint8_t gender(PatientNumber number) const;
    [[nodiscard]] bool flagged(PatientNumber number, std::uint8_t flag) const;
    [[nodiscard]] bool counts(PatientNumber number) const;

  private:
    const LiveIndex* index_;
};

}  // namespace parcours::population
