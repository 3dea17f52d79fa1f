#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "fhir/summary.h"
#include "population/key_map.h"
#include "population/table.h"
#include "record/fact.h"

namespace parcours::population {

/// Number of a distinct set of codings as written (with displays and text) in one part; 0: none.
using WordingId = std::uint32_t;

/// Distinct wordings of codes in one part. They become codes and concepts only when parts are
/// merged, in the order of the log, so that numbers and displays never depend on threads.
class WordingPool {
  public:
    struct Coding {
        std::string system;
        std::string code;
        std::string display;
    };
    struct Wording {
        Key hash = 0;
        std::vector<Coding> codings;
        std::string text;
    };

    WordingPool() { wordings_.emplace_back(); }

    WordingId add(const fhir::Codings& codings);
    /// A unit of measure is a wording of text alone.
    WordingId add_unit(std::string_view unit);

    [[nodiscard]] const std::vector<Wording>& wordings() const { return wordings_; }
    void clear();

  private:
    std::vector<Wording> wordings_;
    KeyMap known_;
};

/// What orders versions of one resource.
struct VersionMark {
    Instant last_updated = no_time;
    std::uint64_t number = 0;  ///< meta.versionId + 1 where it is a number, else 0
    LogPosition position = 0;

    /// Whether this version replaces `other`.
    [[nodiscard]] bool newer_than(const VersionMark& other) const;
};

/// One resource version. In `fact`, codes and unit are `WordingId`s of the part and links are
/// empty: they are `link_count` keys of the part from `link_begin` on.
struct PartRow {
    Fact fact;
    Key owner = 0;
    std::uint32_t link_begin = 0;
    std::uint32_t link_count = 0;
    VersionMark version;
    WordingId unit = 0;
    std::int16_t start_offset = Table::no_offset;
    std::int16_t end_offset = Table::no_offset;
    Precision end_precision = Precision::Day;
    std::uint8_t shape = 0;
};

/// One version of a Patient resource.
struct PartPatient {
    PatientFact fact;
    VersionMark version;
    Precision birth_precision = Precision::Day;
    Precision deceased_precision = Precision::Day;
    std::int16_t deceased_offset = Table::no_offset;
    std::uint8_t shape = 0;  ///< flags of `Patients` from `flag_exact` on
};

/// A patient as some resource of the part names it.
struct PatientName {
    Key key = 0;
    std::uint16_t source = 0;  ///< place in `PartRows::sources`
    std::uint32_t id_begin = 0;
    std::uint32_t id_length = 0;
};

/// The inside of an `IndexPart`.
struct PartRows {
    struct Entry {
        bool is_patient = false;
        std::uint32_t number = 0;  ///< in `patients` or `rows`
    };

    std::vector<Entry> entries;
    std::vector<PartRow> rows;
    std::vector<PartPatient> patients;
    std::vector<Key> links;
    std::vector<PatientName> names;
    bool keeps_names = false;  ///< patients that nothing refers to any more count as well
    KeyMap name_of;
    std::string ids;
    std::vector<std::string> sources;
    WordingPool wordings;
    WordingPool units;
};

/// How a Patient resource was written: `Patients::flag_exact` and what follows it.
[[nodiscard]] std::uint8_t find_patient_shape(const fhir::Summary& summary,
                                              const JsonView& resource);

/// How date and value of a resource were written (`RowShape`), checked against its summary.
[[nodiscard]] std::uint8_t find_shape(const fhir::Summary& summary, const JsonView& resource);

}  // namespace parcours::population
