#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "population/bitmap.h"
#include "population/column.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::http::facade {

/// What a MeasureReport says beside the counts.
struct ReportHead {
    enum class Kind : std::uint8_t { Individual, SubjectList, Summary };
    Kind kind = Kind::Summary;
    const quality::Measure* measure = nullptr;
    std::string subject;  ///< "Patient/p1", "Group/…", "Practitioner/…"; empty: everybody
    Instant date;
    std::string period_start;  ///< as FHIR dates
    std::string period_end;
    std::vector<std::string> notes;  ///< what is to be known of how it was made
};

using NameOfPatient = std::function<std::string(population::PatientNumber)>;

/// So many subjects stand in the lists of one report.
inline constexpr std::size_t listed_max = 50'000;

/// A FHIR R4 MeasureReport. Of a list of subjects each population refers to a contained List;
/// supplemental data are contained Observations: for one subject their values, else how many have
/// each. Notes are a contained OperationOutcome, which the extension cqf-messages names. Errors:
/// Limit, more subjects than `listed_max`.
Result<std::string> write_measure_report(const ReportHead& head, const quality::Report& report,
                                         const NameOfPatient& name_of);

}  // namespace parcours::http::facade
