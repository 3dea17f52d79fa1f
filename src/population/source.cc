#include "population/source.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cql/model/read_json.h"
#include "cql/model/type_id.h"
#include "cql/operations.h"
#include "population/as_written.h"
#include "population/index_layer.h"

namespace parcours::population {
namespace {

using cql::Value;

/// Whether a coded value holds one of the codes a retrieve asks for.
bool holds(const cql::Terminology* terminology, const cql::Retrieve& what, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::List:
            return std::ranges::any_of(value.elements(), [&](const Value& element) {
                return holds(terminology, what, element);
            });
        case Value::Kind::Concept:
            return std::ranges::any_of(value.concept_value().codes, [&](const cql::Code& code) {
                return holds(terminology, what, Value(code));
            });
        case Value::Kind::String:
            return std::ranges::any_of(what.value_sets, [&](cql::ValueSetId set) {
                return terminology != nullptr && terminology->contains_code(set, value.text());
            });
        case Value::Kind::Code:
            break;
        default:
            return false;
    }
    const cql::Code& code = value.code();
    return std::ranges::any_of(what.value_sets,
                               [&](cql::ValueSetId set) {
                                   return terminology != nullptr &&
                                          terminology->contains(set, code.system, code.code);
                               }) ||
           std::ranges::any_of(what.codes, [&code](const cql::Code& wanted) {
               return wanted.code == code.code && wanted.system == code.system;
           });
}

/// How rows of a retrieve are found, wherever they are.
RetrieveAccess resolve(const cql::Retrieve& what, const cql::Expression& expression,
                       const Dictionary& dictionary) {
    using Way = RetrieveAccess::Way;
    RetrieveAccess access;
    if (!what.filtered() || is_engagement(what.type)) {
        return access;
    }
    const bool plain = what.code_path.steps.size() == 1;
    access.column = plain ? find_concept_column(what.type, what.code_path.steps.front()) : nullptr;
    if (access.column == nullptr || access.column == &Table::value) {
        access.sought = Way::Bodies;
        return access;
    }
    access.sought = Way::Concepts;
    access.matches = find_concepts(dictionary, expression.terminology, what.value_sets, what.codes);
    for (ConceptId id = 0; id < access.matches.size(); ++id) {
        if (access.matches[id]) {
            access.concepts.push_back(id);
        }
    }
    return access;
}

void put_into(RetrieveAccess& access, const cql::Retrieve& what, const Index& index) {
    access.table = find_stored_table(index, what.type);
    access.way = access.table == nullptr ? RetrieveAccess::Way::Nothing : access.sought;
}

constexpr auto patient_table = static_cast<std::uint32_t>(fhir::ResourceType::Patient);

}  // namespace

const Table* find_stored_table(const Index& index, cql::model::TypeId type) {
    if (type == cql::model::contact) {
        return index.find_table(fhir::ResourceType::Communication);
    }
    return cql::model::is_fhir(type) ? index.find_table(cql::model::resource_type(type)) : nullptr;
}

std::vector<bool> find_concepts(const Dictionary& dictionary, const cql::Terminology* terminology,
                                std::span<const cql::ValueSetId> value_sets,
                                std::span<const cql::Code> codes) {
    std::vector<bool> wanted(dictionary.code_count(), false);
    for (CodeId id = 1; id < wanted.size(); ++id) {
        const CodeName& name = dictionary.code(id);
        wanted[id] = std::ranges::any_of(value_sets, [&](cql::ValueSetId set) {
            return terminology != nullptr && terminology->contains(set, name.system, name.code);
        });
    }
    for (const cql::Code& code : codes) {
        wanted[dictionary.find_code(code.system, code.code)] = true;
    }
    wanted[0] = false;
    std::vector<bool> matches(dictionary.concept_count(), false);
    for (ConceptId id = 1; id < matches.size(); ++id) {
        matches[id] = std::ranges::any_of(dictionary.concept_codes(id),
                                          [&wanted](CodeId code) { return wanted[code]; });
    }
    return matches;
}

PreparedRetrieves::PreparedRetrieves(const cql::Expression& expression, const Index& index)
    : PreparedRetrieves(expression, index, index.dictionary()) {}

PreparedRetrieves::PreparedRetrieves(const cql::Expression& expression, const Index& index,
                                     const Dictionary& dictionary)
    : expression_(expression), index_(index) {
    for (const cql::Retrieve& what : expression.retrieves) {
        accesses_.push_back(resolve(what, expression, dictionary));
        put_into(accesses_.back(), what, index);
    }
}

PreparedRetrieves::PreparedRetrieves(const PreparedRetrieves& like, const Index& index)
    : expression_(like.expression_), index_(index), accesses_(like.accesses_) {
    for (std::size_t i = 0; i < accesses_.size(); ++i) {
        put_into(accesses_[i], expression_.retrieves[i], index);
    }
}

/// A resource read for this patient.
struct IndexSource::Body {
    LogPosition position = 0;
    JsonDocument document;
    JsonView resource;
};

IndexSource::IndexSource(const PreparedRetrieves& retrieves, PatientNumber patient, Instant as_of,
                         const BodyReader& read_body, const Engagement* engagement,
                         Instant recorded_until)
    : retrieves_(retrieves),
      patient_(patient),
      as_of_(as_of),
      recorded_until_(recorded_until),
      read_body_(read_body),
      engagement_(engagement) {}

IndexSource::~IndexSource() = default;

PatientEngagement& IndexSource::engaged() const {
    if (engaged_ == nullptr) {
        engaged_ = engagement_->of(patient_, as_of_);
    }
    return *engaged_;
}

JsonView IndexSource::read_body(LogPosition position) const {
    const auto known =
        std::ranges::find(bodies_, position, [](const auto& body) { return body->position; });
    if (known != bodies_.end()) {
        return (*known)->resource;
    }
    constexpr std::size_t kept_max = 1024;  // of one patient there are fewer
    if (bodies_.size() >= kept_max) {
        bodies_.clear();
    }
    auto body = std::make_unique<Body>();
    body->position = position;
    const auto text =
        read_body_
            ? read_body_(position)
            : Result<std::string>(fail(ErrorCode::Internal,
                                       "this expression needs the stored resources, and no way "
                                       "to read them was given"));
    const auto parsed = text ? body->document.parse(*text) : Result<JsonView>(pass_on(text));
    if (parsed) {
        body->resource = *parsed;
    } else if (state_) {
        state_ = pass_on(parsed);
    }
    bodies_.push_back(std::move(body));
    return bodies_.back()->resource;
}

Value IndexSource::read_from_body(LogPosition position,
                                  const cql::model::PropertyPath& path) const {
    const JsonView resource = position == 0 ? JsonView() : read_body(position);
    if (!resource) {
        return {};
    }
    note_hidden(resource, path);
    return cql::model::read_path(resource, path, as_of_);
}

/// A later abatement or death is hidden until its date.
void IndexSource::note_hidden(const JsonView& resource,
                              const cql::model::PropertyPath& path) const {
    using cql::model::Column;
    static const auto abatement =
        cql::model::find_path(cql::model::type_id(fhir::ResourceType::Condition), {"abatement"});
    const bool of_state = path.column == Column::Abatement || path.column == Column::ClinicalStatus;
    if (!of_state && path.column != Column::Deceased) {
        return;
    }
    const Value all = cql::model::read_path(resource, of_state ? *abatement : path, Instant::max());
    const Value& first = all.kind() == Value::Kind::Interval ? all.interval().low : all;
    if (first.kind() == Value::Kind::Temporal) {
        const Instant from(std::chrono::milliseconds(first.temporal().low_milliseconds()));
        hidden_until_ = from > as_of_ ? std::min(hidden_until_, from) : hidden_until_;
    }
}

Instant IndexSource::next_change() const {
    return engaged_ == nullptr ? hidden_until_ : std::min(hidden_until_, engaged_->next_change());
}

void IndexSource::retrieve(const cql::Retrieve& what, std::vector<cql::Row>& out) const {
    if (is_engagement(what.type)) {
        retrieve_engagement(what, out);
    } else {
        retrieve_of(patient_, what, out);
    }
}

/// Whether a patient passes the filter of a retrieve of Patients, which no column serves.
bool IndexSource::is_sought(const cql::Retrieve& what, PatientNumber patient) const {
    return !what.filtered() ||
           holds(retrieves_.expression().terminology, what, property_of(patient, what.code_path));
}

void IndexSource::retrieve_of(PatientNumber patient, const cql::Retrieve& what,
                              std::vector<cql::Row>& out) const {
    const Patients& patients = retrieves_.index().patients();
    if (what.type == cql::model::type_id(fhir::ResourceType::Patient)) {
        if (patients.position[patient] != 0 && is_sought(what, patient)) {
            out.push_back({patient_table, patient});
        }
        return;
    }
    const RetrieveAccess& access = retrieves_.access(what);
    if (access.way == RetrieveAccess::Way::Nothing) {
        return;
    }
    const auto [first, last] = access.table->rows_of(patient);
    for (std::uint32_t row = first; row < last && access.table->occurred[row] <= as_of_; ++row) {
        if (access.table->recorded[row] > recorded_until_) {
            continue;
        }
        const bool passes = access.way == RetrieveAccess::Way::Bodies
                                ? holds(retrieves_.expression().terminology, what,
                                        read_from_body(access.table->position[row], what.code_path))
                                : access.passes(row);
        if (passes) {
            out.push_back({static_cast<std::uint32_t>(what.type), row});
        }
    }
}

namespace {

Result<> too_many(const cql::Retrieve& what) {
    return fail(ErrorCode::Limit,
                fmt::format("there are more than {} records of type {} that context Unfiltered "
                            "would hold; filter them by a value set",
                            IndexSource::everybody_rows_max, cql::model::get_type(what.type).name));
}

}  // namespace

Result<> IndexSource::retrieve_patients(const cql::Retrieve& what, const IndexLayer& layer,
                                        std::vector<cql::Row>& out) const {
    const Patients& patients = retrieves_.index().patients();
    std::size_t read = 0;
    for (PatientNumber number = 0; number < patients.count; ++number) {
        if (!layer.has(number) || !patients.counts(number) || patients.birth[number] > as_of_) {
            continue;
        }
        if (what.filtered() && ++read > everybody_rows_max) {
            return too_many(what);  // each is read for it
        }
        if (!is_sought(what, number)) {
            continue;
        }
        if (out.size() == everybody_rows_max) {
            return too_many(what);
        }
        out.push_back({patient_table, number});
    }
    return {};
}

Result<> IndexSource::find_everybody(const cql::Retrieve& what, const IndexLayer& layer,
                                     std::vector<cql::Row>& out) const {
    const Patients& patients = retrieves_.index().patients();
    if (what.type == cql::model::type_id(fhir::ResourceType::Patient)) {
        return retrieve_patients(what, layer, out);
    }
    const RetrieveAccess& access = retrieves_.access(what);
    if (access.way == RetrieveAccess::Way::Nothing) {
        return {};
    }
    if (access.way == RetrieveAccess::Way::Bodies) {
        return fail(
            ErrorCode::InvalidInput,
            fmt::format("in context Unfiltered records are found by columns, and none holds "
                        "{}.{}; retrieve all of them and ask after 'where'",
                        cql::model::get_type(what.type).name, what.code_path.to_text()));
    }
    const Table& table = *access.table;
    const std::uint32_t end = table.offsets[patients.count];
    for (std::uint32_t row = 0; row < end; ++row) {
        if (!access.passes(row) || table.occurred[row] > as_of_ ||
            table.recorded[row] > recorded_until_ || !layer.has(table.patient[row]) ||
            !patients.counts(table.patient[row])) {
            continue;
        }
        if (out.size() == everybody_rows_max) {
            return too_many(what);
        }
        out.push_back({static_cast<std::uint32_t>(what.type), row});
    }
    return {};
}

void IndexSource::retrieve_engagement(const cql::Retrieve& what, std::vector<cql::Row>& out) const {
    if (engagement_ == nullptr) {
        return;
    }
    std::vector<std::uint32_t> rows;
    engaged().rows(what.type, rows);
    for (const std::uint32_t number : rows) {
        const cql::Row row{static_cast<std::uint32_t>(what.type), number};
        if (!what.filtered() ||
            holds(retrieves_.expression().terminology, what, property(row, what.code_path))) {
            out.push_back(row);
        }
    }
}

Value IndexSource::engagement_property(cql::Row row, const cql::model::PropertyPath& path) const {
    if (engagement_ == nullptr) {
        return {};
    }
    Value value = engaged().property(static_cast<cql::model::TypeId>(row.table), row.index,
                                     path.steps.front());
    for (std::size_t step = 1; step < path.steps.size(); ++step) {
        value = cql::member_of(value, path.steps[step]);
    }
    return value;
}

Value IndexSource::property(cql::Row row, const cql::model::PropertyPath& path) const {
    if (row.table == patient_table) {
        return property_of(row.index, path);
    }
    const auto type = static_cast<cql::model::TypeId>(row.table);
    if (is_engagement(type)) {
        return engagement_property(row, path);
    }
    const Index& index = retrieves_.index();
    const Table* table = find_stored_table(index, type);
    if (table == nullptr || row.index >= table->row_count) {
        return {};
    }
    const auto known = column_value(index, *table, row.index, path, as_of_);
    return known ? *known : read_from_body(table->position[row.index], path);
}

Value IndexSource::property_of(PatientNumber patient, const cql::model::PropertyPath& path) const {
    const Patients& patients = retrieves_.index().patients();
    const auto known = patient_column_value(patients, patient, path, as_of_);
    Value value = known ? *known : read_from_body(patients.position[patient], path);
    return as_written(patients, patient, path, recorded_until_, std::move(value));
}

Value IndexSource::patient_property(const cql::model::PropertyPath& path) const {
    return property_of(patient_, path);
}

cql::Row IndexSource::patient() const {
    return {patient_table, patient_};
}

}  // namespace parcours::population
