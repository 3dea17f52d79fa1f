#include "cql/json_source.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "cql/model/model.h"
#include "cql/model/read_json.h"
#include "cql/model/type_id.h"
#include "cql/operations.h"
#include "cql/terminology.h"
#include "cql/value.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "fhir/summary.h"

namespace parcours::cql {

JsonSource::JsonSource(std::span<const JsonView> resources, Instant as_of,
                       const Terminology* terminology, std::span<const JsonView> others)
    : as_of_(as_of), terminology_(terminology) {
    add(resources, true);
    add(others, false);
}

void JsonSource::add(std::span<const JsonView> resources, bool own) {
    fhir::Summary summary;
    for (const JsonView& resource : resources) {
        summary.clear();
        if (!fhir::summarise(resource, summary)) {
            continue;  // what is no resource of FHIR cannot be asked for
        }
        if (fhir::is_retracted(summary.status, summary.verification)) {
            continue;  // entered in error: it was never true
        }
        const bool is_patient = summary.type == fhir::ResourceType::Patient;
        if (!is_patient && summary.occurred && summary.occurred->start > as_of_) {
            continue;
        }
        if (is_patient && own && patient_ == UINT32_MAX) {
            patient_ = static_cast<std::uint32_t>(entries_.size());
        }
        entries_.push_back(
            {model::type_id(summary.type), resource,
             std::string(is_patient ? summary.id : fhir::patient_id_of(summary.patient)), own});
    }
}

namespace {

bool holds(const Terminology* terminology, const Retrieve& what, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::List:
            return std::ranges::any_of(value.elements(), [&](const Value& element) {
                return holds(terminology, what, element);
            });
        case Value::Kind::Concept:
            return std::ranges::any_of(value.concept_value().codes, [&](const Code& code) {
                return holds(terminology, what, code);
            });
        case Value::Kind::String:
            return std::ranges::any_of(what.value_sets, [&](ValueSetId set) {
                return terminology != nullptr && terminology->contains_code(set, value.text());
            });
        case Value::Kind::Code:
            break;
        default:
            return false;
    }
    const Code& code = value.code();
    const bool in_set =
        terminology != nullptr && std::ranges::any_of(what.value_sets, [&](ValueSetId set) {
            return terminology->contains(set, code.system, code.code);
        });
    return in_set || std::ranges::any_of(what.codes, [&code](const Code& wanted) {
               return wanted.code == code.code && wanted.system == code.system;
           });
}

}  // namespace

bool JsonSource::matches(const JsonView& resource, const Retrieve& what) const {
    return !what.filtered() ||
           holds(terminology_, what, model::read_path(resource, what.code_path, as_of_));
}

void JsonSource::retrieve_where(const Retrieve& what, std::vector<Row>& out,
                                const auto& wanted) const {
    const model::TypeId stored =
        what.type == model::contact ? model::type_id(fhir::ResourceType::Communication) : what.type;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        if (entry.type == stored && wanted(entry) && matches(entry.resource, what)) {
            out.push_back({static_cast<std::uint32_t>(what.type), i});
        }
    }
}

void JsonSource::retrieve(const Retrieve& what, std::vector<Row>& out) const {
    retrieve_where(what, out, [](const Entry& entry) { return entry.own; });
}

Result<> JsonSource::retrieve_everybody(const Retrieve& what, std::vector<Row>& out) const {
    retrieve_where(what, out, [](const Entry& /*entry*/) { return true; });
    return {};
}

namespace {

/// Whether a Patient's `link` names a RelatedPerson.
bool is_linked_to(const JsonView& patient, std::string_view related_person) {
    for (const JsonView& link : patient["link"].elements()) {
        const fhir::ReferenceParts other = fhir::split_reference(link["other"]["reference"].text());
        if (other.type == "RelatedPerson" && other.id == related_person) {
            return true;
        }
    }
    return false;
}

}  // namespace

/// The ids of the patients that are meant.
std::vector<std::string> JsonSource::patients_of(const RelatedContext& who) const {
    std::vector<std::string> patients;
    const auto relative = [&](std::string_view id) {
        for (const Entry& entry : entries_) {
            if (entry.type == model::type_id(fhir::ResourceType::Patient) &&
                is_linked_to(entry.resource, id)) {
                patients.push_back(entry.patient);
            }
        }
    };
    for (const Row row : who.rows) {
        if (row.index >= entries_.size()) {
            continue;  // nobody has no record
        }
        const Entry& entry = entries_[row.index];
        if (entry.type == model::type_id(fhir::ResourceType::Patient)) {
            patients.push_back(entry.patient);
        } else {
            relative(entry.resource["id"].text());
        }
    }
    for (const std::string& reference : who.references) {
        const fhir::ReferenceParts parts = fhir::split_reference(reference);
        if (parts.type == "RelatedPerson") {
            relative(parts.id);
        } else if (const std::string_view id = fhir::patient_id_of(reference); !id.empty()) {
            patients.emplace_back(id);
        }
    }
    return patients;
}

Result<> JsonSource::retrieve_related(const Retrieve& what, const RelatedContext& who,
                                      std::vector<Row>& out) const {
    const std::vector<std::string> patients = patients_of(who);
    retrieve_where(what, out, [&patients](const Entry& entry) {
        return std::ranges::find(patients, entry.patient) != patients.end();
    });
    return {};
}

Value JsonSource::property(Row row, const model::PropertyPath& path) const {
    return row.index < entries_.size()
               ? model::read_path(entries_[row.index].resource, path, as_of_)
               : Value();
}

Value JsonSource::patient_property(const model::PropertyPath& path) const {
    return property(patient(), path);
}

Row JsonSource::patient() const {
    return {static_cast<std::uint32_t>(fhir::ResourceType::Patient), patient_};
}

}  // namespace parcours::cql
