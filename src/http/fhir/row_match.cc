#include "http/fhir/row_match.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fhir/status.h"
#include "http/fhir/compiled.h"
#include "http/fhir/parameters.h"
#include "http/fhir/values.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/dictionary.h"
#include "record/fact.h"

namespace parcours::http::facade {
namespace {

using population::DateShape;
using population::PatientNumber;
using population::RowShape;
using population::Table;

DateTime as_date(Instant at, Precision precision, std::int16_t offset) {
    DateTime date{at, precision, {}};
    if (offset != Table::no_offset) {
        date.offset_minutes = offset;
    }
    return date;
}

RowTest make_date_test(const Compiled& criterion, const Table& table) {
    return [&criterion, &table](std::uint32_t row) {
        const DateShape shape = RowShape{table.shape[row]}.date();
        if (shape == DateShape::None) {
            return Verdict::No;
        }
        if (shape == DateShape::Unknown) {
            return Verdict::Ask;
        }
        Range range =
            range_of(as_date(table.start[row], table.precision[row], table.start_offset[row]));
        if (shape == DateShape::Period) {
            range.high =
                table.end[row] == no_time
                    ? Instant::max()
                    : as_date(table.end[row], table.end_precision[row], table.end_offset[row])
                          .end();
        }
        return verdict(criterion.date_fits(range));
    };
}

/// Whether a column's state is one that is asked for; `system` is the one its resource names.
RowTest make_state_test(const Compiled& criterion, const population::Column<fhir::Status>& column,
                        const Table& table, std::string_view system) {
    return [&criterion, &column, &table, system](std::uint32_t row) {
        const fhir::Status status = column[row];
        const bool plain = criterion.parameter->matching == Matching::Status;
        if (status == fhir::Status::Other ||
            (!plain && (table.shape[row] & RowShape::exact_states) == 0)) {
            return Verdict::Ask;
        }
        return verdict(std::ranges::any_of(criterion.tokens, [&](const Token& token) {
            return token.matches(plain ? std::string_view() : system, fhir::status_code(status));
        }));
    };
}

RowTest make_code_test(const Compiled& criterion, const Dictionary& dictionary,
                       const population::Column<ConceptId>& column, const Table& table) {
    return [&criterion, &column, &table,
            concepts = matching_concepts(criterion, dictionary)](std::uint32_t row) {
        if (!concepts[column[row]]) {
            return Verdict::No;
        }
        if (criterion.parameter->matching == Matching::MixedCategory) {
            return Verdict::Ask;
        }
        const bool foreign = criterion.parameter->matching == Matching::Code &&
                             (table.shape[row] & RowShape::code_from_medication) != 0;
        return verdict(!foreign);
    };
}

RowTest make_patient_test(const population::LiveIndex& index, const population::IndexLayer& layer,
                          const Table& table, const std::vector<PatientNumber>& patients) {
    return [&index, &layer, &table, &patients](std::uint32_t row) {
        const PatientNumber owner = layer.number_of(table.owner[row]);
        return verdict(owner != population::no_patient &&
                       std::ranges::binary_search(patients, index.patients().survivor[owner]));
    };
}

}  // namespace

Verdict test_updated(const Compiled& criterion, Instant at) {
    return verdict(at != no_time && criterion.date_fits({at, at + std::chrono::milliseconds{1}}));
}

std::vector<bool> matching_concepts(const Compiled& criterion, const Dictionary& dictionary) {
    std::vector<bool> codes(dictionary.code_count());
    for (CodeId id = 1; id < codes.size(); ++id) {
        const CodeName& name = dictionary.code(id);
        codes[id] = std::ranges::any_of(criterion.tokens, [&](const Token& token) {
            return token.matches(name.system, name.code);
        });
    }
    std::vector<bool> concepts(dictionary.concept_count());
    for (ConceptId id = 1; id < concepts.size(); ++id) {
        concepts[id] = std::ranges::any_of(dictionary.concept_codes(id),
                                           [&](CodeId code) { return codes[code]; });
    }
    return concepts;
}

RowTest make_row_test(const Compiled& criterion, const population::LiveIndex& index,
                      const population::IndexLayer& layer, const Table& table,
                      const std::vector<PatientNumber>& patients) {
    switch (criterion.parameter->matching) {
        case Matching::Code:
            return make_code_test(criterion, index.dictionary(), table.code, table);
        case Matching::Category:
        case Matching::MixedCategory:
            return make_code_test(criterion, index.dictionary(), table.category, table);
        case Matching::Date:
            return make_date_test(criterion, table);
        case Matching::Status:
            return make_state_test(criterion, table.status, table, {});
        case Matching::ClinicalStatus:
            return make_state_test(criterion, table.status, table, fhir::clinical_status_system);
        case Matching::Verification:
            return make_state_test(criterion, table.verification, table,
                                   fhir::verification_status_system);
        case Matching::LastUpdated:
            return [&criterion, &table](std::uint32_t row) {
                return test_updated(criterion, table.last_updated[row]);
            };
        case Matching::Patient:
            return make_patient_test(index, layer, table, patients);
        default:
            return [](std::uint32_t) { return Verdict::Ask; };
    }
}

}  // namespace parcours::http::facade
