#include "population/builder.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "fhir/summary.h"
#include "population/part_rows.h"
#include "population/table.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::population {
namespace {

std::uint64_t version_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number < UINT64_MAX ? number + 1 : 0;
}

VersionMark version_of(const fhir::Summary& summary, LogPosition position) {
    return {summary.last_updated ? summary.last_updated->start : no_time,
            version_number(summary.version), position};
}

Instant moment(const std::optional<DateTime>& date) {
    return date ? date->start : no_time;
}

std::int16_t offset_of(const std::optional<DateTime>& date) {
    return date && date->offset_minutes ? *date->offset_minutes : Table::no_offset;
}

std::uint8_t gender_number(std::string_view gender) {
    if (gender.empty() || gender == "unknown") {
        return 0;
    }
    return gender == "female" ? 1 : gender == "male" ? 2 : 3;
}

std::uint16_t source_number(PartRows& part, std::string_view source) {
    const auto found = std::ranges::find(part.sources, source);
    if (found != part.sources.end()) {
        return static_cast<std::uint16_t>(found - part.sources.begin());
    }
    part.sources.emplace_back(source);
    return static_cast<std::uint16_t>(part.sources.size() - 1);
}

/// Remembers a patient's id, once per part.
Key note_patient(PartRows& part, std::string_view source, std::string_view id) {
    const Key key = patient_key(source, id);
    if (part.name_of.add(key, static_cast<std::uint32_t>(part.names.size())).second) {
        part.names.push_back({key, source_number(part, source),
                              static_cast<std::uint32_t>(part.ids.size()),
                              static_cast<std::uint32_t>(id.size())});
        part.ids += id;
    }
    return key;
}

Key note_reference(PartRows& part, std::string_view source, std::string_view reference) {
    const std::string_view id = patient_id_of(reference);
    return id.empty() ? 0 : note_patient(part, source, id);
}

void add_patient(PartRows& part, std::string_view source, const fhir::Summary& summary,
                 const JsonView& resource, LogPosition position) {
    PartPatient& patient = part.patients.emplace_back();
    PatientFact& fact = patient.fact;
    fact.key = note_patient(part, source, summary.id);
    fact.position = position;
    fact.birth = moment(summary.birth);
    fact.deceased = moment(summary.deceased);
    fact.deceased_flag = summary.deceased_flag;
    fact.active = summary.active;
    fact.gender = gender_number(summary.gender);
    fact.replaced_by = note_reference(part, source, summary.replaced_by);
    fact.recorded = moment(summary.last_updated);
    patient.version = version_of(summary, position);
    patient.birth_precision = summary.birth ? summary.birth->precision : Precision::Day;
    patient.deceased_precision = summary.deceased ? summary.deceased->precision : Precision::Day;
    patient.deceased_offset = offset_of(summary.deceased);
    patient.shape = find_patient_shape(summary, resource);
}

void set_dates(PartRow& row, const fhir::Summary& summary) {
    Fact& fact = row.fact;
    fact.occurred = moment(summary.occurred);
    fact.recorded = moment(summary.recorded);
    fact.start = moment(summary.span.start);
    if (summary.span.start) {
        fact.precision = summary.span.start->precision;
    }
    const std::optional<DateTime>& end = summary.span.end ? summary.span.end : summary.supply_end;
    fact.end = moment(end);
    if (end && end->precision <= Precision::Day) {
        fact.marks |= Fact::mark_end_is_day;
    }
    row.end_precision = end ? end->precision : Precision::Day;
    row.start_offset = offset_of(summary.span.start);
    row.end_offset = offset_of(end);
}

void set_codes(PartRows& part, PartRow& row, const fhir::Summary& summary) {
    Fact& fact = row.fact;
    WordingPool& wordings = part.wordings;
    fact.code = wordings.add(summary.code);
    fact.category = wordings.add(summary.category);
    fact.reason = wordings.add(summary.reason);
    fact.value = wordings.add(summary.value);
    fact.interpretation = wordings.add(summary.interpretation);
    row.unit = part.units.add_unit(summary.unit);
}

void add_fact(PartRows& part, std::string_view source, const fhir::Summary& summary,
              const JsonView& resource, LogPosition position) {
    PartRow& row = part.rows.emplace_back();
    Fact& fact = row.fact;
    fact.type = summary.type;
    fact.status = summary.status;
    fact.verification = summary.verification;
    fact.marks = summary.from_patient ? Fact::mark_from_patient : 0;
    fact.key = resource_key(source, summary.type, summary.id);
    fact.position = position;
    fact.quantity = summary.quantity.value_or(std::numeric_limits<double>::quiet_NaN());
    set_codes(part, row, summary);
    set_dates(row, summary);
    row.owner = note_reference(part, source, summary.patient);
    fact.encounter = summary.encounter.empty() ? 0 : reference_key(source, summary.encounter);
    row.link_begin = static_cast<std::uint32_t>(part.links.size());
    for (const std::string_view link : summary.links) {
        if (const Key key = reference_key(source, link); key != 0) {
            part.links.push_back(key);
        }
    }
    row.link_count = static_cast<std::uint32_t>(part.links.size()) - row.link_begin;
    row.version = version_of(summary, position);
    row.shape = find_shape(summary, resource);
}

}  // namespace

IndexPart::IndexPart() : rows_(std::make_unique<PartRows>()) {}
IndexPart::~IndexPart() = default;
IndexPart::IndexPart(IndexPart&&) noexcept = default;
IndexPart& IndexPart::operator=(IndexPart&&) noexcept = default;

std::size_t IndexPart::add(std::string_view source, const fhir::Summary& summary,
                           const JsonView& resource, LogPosition position) {
    PartRows& part = *rows_;
    const bool is_patient = summary.type == fhir::ResourceType::Patient;
    if (is_patient) {
        add_patient(part, source, summary, resource, position);
    } else {
        add_fact(part, source, summary, resource, position);
    }
    const std::size_t number = is_patient ? part.patients.size() : part.rows.size();
    part.entries.push_back({is_patient, static_cast<std::uint32_t>(number - 1)});
    return part.entries.size() - 1;
}

void IndexPart::set_position(std::size_t entry, LogPosition position) {
    const PartRows::Entry& found = rows_->entries[entry];
    if (found.is_patient) {
        PartPatient& patient = rows_->patients[found.number];
        patient.fact.position = position;
        patient.version.position = position;
    } else {
        PartRow& row = rows_->rows[found.number];
        row.fact.position = position;
        row.version.position = position;
    }
}

std::size_t IndexPart::size() const {
    return rows_->entries.size();
}

void IndexPart::clear() {
    rows_->entries.clear();
    rows_->rows.clear();
    rows_->patients.clear();
    rows_->links.clear();
    rows_->names.clear();
    rows_->name_of.clear();
    rows_->ids.clear();
    rows_->sources.clear();
    rows_->wordings.clear();
    rows_->units.clear();
}

}  // namespace parcours::population
