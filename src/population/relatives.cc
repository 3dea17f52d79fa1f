#include "population/relatives.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "record/identity.h"

namespace parcours::population {
namespace {

constexpr auto patient_table = static_cast<std::uint32_t>(fhir::ResourceType::Patient);

bool is_related_person(std::string_view reference) {
    return fhir::split_reference(reference).type == "RelatedPerson";
}

}  // namespace

Result<std::vector<PatientNumber>> Relatives::find(const cql::RelatedContext& who,
                                                   PatientNumber asker) const {
    const Patients& patients = index_.patients();
    std::vector<PatientNumber> out;
    if (patients.count == 0) {
        return out;
    }
    const std::string_view source = patients.source_name(asker);
    std::vector<Key> relatives;
    const auto add = [&](PatientNumber patient) { out.push_back(patients.survivor[patient]); };
    for (const cql::Row row : who.rows) {
        if (row.table == patient_table) {
            add(row.index);
        } else {
            relatives.push_back(
                index_.find_table(static_cast<fhir::ResourceType>(row.table))->key[row.index]);
        }
    }
    for (const std::string& reference : who.references) {
        if (is_related_person(reference)) {
            relatives.push_back(reference_key(source, reference));
        } else if (const auto patient =
                       index_.find_patient(patient_reference_key(source, reference))) {
            add(*patient);
        }
    }
    if (!relatives.empty() && !linked()) {
        return pass_on(linked());
    }
    for (const Key relative : relatives) {
        const auto [first, last] = linked()->equal_range(relative);
        std::for_each(first, last, [&](const auto& link) { add(link.second); });
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

const Result<Relatives::Linked>& Relatives::linked() const {
    std::call_once(read_, [this] { linked_ = read_links(); });
    return linked_;
}

Result<Relatives::Linked> Relatives::read_links() const {
    const Patients& patients = index_.patients();
    if (patients.count > IndexSource::everybody_rows_max) {
        return fail(
            ErrorCode::Limit,
            fmt::format("a RelatedPerson is found by what Patients link to it, and there are "
                        "more than {} Patients to read; name the patient by a Reference",
                        IndexSource::everybody_rows_max));
    }
    if (!read_body_) {
        return fail(ErrorCode::Internal,
                    "a RelatedPerson is found by the stored Patients, and no way to read them was "
                    "given");
    }
    Linked out;
    JsonDocument document;
    for (PatientNumber patient = 0; patient < patients.count; ++patient) {
        if (patients.position[patient] == 0) {
            continue;
        }
        const auto text = read_body_(patients.position[patient]);
        if (!text) {
            return pass_on(text);
        }
        if (text->find("RelatedPerson/") == std::string::npos) {
            continue;  // nothing to parse
        }
        const auto resource = document.parse(*text);
        if (!resource) {
            return pass_on(resource);
        }
        for (const JsonView& link : (*resource)["link"].elements()) {
            const std::string_view other = link["other"]["reference"].text();
            if (is_related_person(other)) {
                out.emplace(reference_key(patients.source_name(patient), other), patient);
            }
        }
    }
    return out;
}

}  // namespace parcours::population
