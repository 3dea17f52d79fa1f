#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "population/column.h"
#include "population/column_slice.h"
#include "population/row_shape.h"  // IWYU pragma: export
#include "record/dictionary.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {

/// The current resources of one type as columns, sorted by patient, then `occurred`, `start` and
/// key. Rows that belong to no patient stand at the end, with those of resources that were entered
/// in error: these are retracted, no patient has them, and they stay only to order versions.
/// Immutable.
struct Table {
    fhir::ResourceType type = fhir::ResourceType::Basic;
    std::uint32_t row_count = 0;

    Column<PatientNumber> patient;  ///< whose row it is, merges resolved; none: retracted
    Column<PatientNumber> owner;    ///< whom the resource names
    Column<Key> key;
    Column<LogPosition> position;
    Column<fhir::Status> status;
    Column<fhir::Status> verification;
    Column<Precision> precision;
    Column<std::uint8_t> marks;
    Column<std::uint8_t> shape;
    Column<ConceptId> code;
    Column<ConceptId> category;
    Column<ConceptId> reason;
    Column<ConceptId> value;
    Column<ConceptId> interpretation;
    Column<UnitId> unit;
    Column<double> quantity;
    Column<Instant> occurred;
    Column<Instant> recorded;
    Column<Instant> start;
    Column<Instant> end;
    Column<std::int16_t> start_offset;  ///< minutes east of UTC; no_offset: none was given
    Column<std::int16_t> end_offset;
    Column<Precision> end_precision;
    Column<Key> encounter;
    Column<std::uint32_t> link_end;  ///< of `links`: a row's links end here and begin at the last's
    Column<Instant> last_updated;    ///< meta.lastUpdated: orders versions
    Column<std::uint64_t> version;   ///< meta.versionId where it is a number; orders versions

    Column<Key> links;              ///< plain
    Column<std::uint32_t> offsets;  ///< patient_count + 2: where the rows of patient n begin
    // Postings: rows by code, ascending. Rows without a patient have none.
    Column<ConceptId> posting_concepts;     ///< ascending, plain
    Column<std::uint32_t> posting_offsets;  ///< one more than concepts
    Column<std::uint32_t> posting_rows;

    static constexpr std::int16_t no_offset = INT16_MIN;

    /// Rows of a patient: [first, second). The number after the last patient's: rows of none.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> rows_of(PatientNumber patient) const;
    /// Rows of patients whose code is this concept, ascending; empty for none.
    [[nodiscard]] ColumnSlice<std::uint32_t> rows_with(ConceptId code) const;
    [[nodiscard]] std::span<const Key> links_of(std::uint32_t row) const;
    [[nodiscard]] Fact fact(std::uint32_t row) const;
    /// Those of the rows [first, past), column by column.
    void add_facts(std::uint32_t first, std::uint32_t past, std::vector<Fact>& out) const;

    /// Calls `use(name, column)` for every column, in a fixed order: building, writing, reading.
    template <class Self, class Use>
    static void each_column(Self& self, Use use) {
        each_row_column(self, use);
        use("links", self.links);
        use("offsets", self.offsets);
        use("posting-concepts", self.posting_concepts);
        use("posting-offsets", self.posting_offsets);
        use("posting-rows", self.posting_rows);
    }

    /// The same for those with one value per row.
    template <class Self, class Use>
    static void each_row_column(Self& self, Use use) {
        use("patient", self.patient);
        use("owner", self.owner);
        use("key", self.key);
        use("position", self.position);
        use("status", self.status);
        use("verification", self.verification);
        use("precision", self.precision);
        use("marks", self.marks);
        use("shape", self.shape);
        use("code", self.code);
        use("category", self.category);
        use("reason", self.reason);
        use("value", self.value);
        use("interpretation", self.interpretation);
        use("unit", self.unit);
        use("quantity", self.quantity);
        use("start", self.start);
        use("occurred", self.occurred);
        use("recorded", self.recorded);
        use("end", self.end);
        use("start-offset", self.start_offset);
        use("end-offset", self.end_offset);
        use("end-precision", self.end_precision);
        use("encounter", self.encounter);
        use("link-end", self.link_end);
        use("last-updated", self.last_updated);
        use("version", self.version);
    }
};

}  // namespace parcours::population
