#include "population/relatives.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fhir/reference.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::population {
namespace {

bool is_related_person(std::string_view reference) {
    return fhir::split_reference(reference).type == "RelatedPerson";
}

}  // namespace

Result<std::vector<PatientNumber>> Relatives::find(const Named& who) const {
    const LivePatients& patients = index_.patients();
    std::vector<PatientNumber> out;
    if (index_.patient_count() == 0) {
        return out;
    }
    std::vector<std::string> sources = patients.sources;
    if (who.asker) {
        sources = {std::string(patients.source_name(*who.asker))};
    }
    std::vector<Key> relatives = who.relatives;
    const auto add = [&](PatientNumber patient) { out.push_back(patients.survivor[patient]); };
    std::ranges::for_each(who.patients, add);
    for (const std::string& reference : who.references) {
        for (const std::string& source : sources) {
            if (is_related_person(reference)) {
                relatives.push_back(reference_key(source, reference));
            } else if (const auto patient =
                           index_.find_patient(patient_reference_key(source, reference))) {
                add(*patient);
            }
        }
    }
    if (!relatives.empty() && !links()) {
        return pass_on(links());
    }
    for (const Key relative : relatives) {
        const auto [first, last] = (*links())->patients.equal_range(relative);
        std::for_each(first, last, [&](const auto& link) {
            if (const auto patient = index_.find_patient(link.second)) {
                add(*patient);
            }
        });
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

const Result<std::shared_ptr<const Relatives::Links>>& Relatives::links() const {
    std::call_once(read_, [this] { links_ = read_links(); });
    return links_;
}

Result<std::shared_ptr<const Relatives::Links>> Relatives::read_links() const {
    const LivePatients& patients = index_.patients();
    const std::uint32_t count = index_.patient_count();
    if (count > IndexSource::everybody_rows_max) {
        return fail(
            ErrorCode::Limit,
            fmt::format("a RelatedPerson is found by what Patients link to it, and there are "
                        "more than {} Patients to read; name the patient by a Reference",
                        IndexSource::everybody_rows_max));
    }
    auto out = known_ == nullptr ? std::make_shared<Links>() : std::make_shared<Links>(*known_);
    const LogPosition read_before = out->read_until;
    // What a later version unlinks has a later position.
    const auto is_read = [&](PatientNumber patient) {
        const LogPosition position = patients.position[patient];
        return position == 0 || position <= read_before;
    };
    if (read_before != 0) {
        std::unordered_set<Key> changed;
        for (PatientNumber patient = 0; patient < count; ++patient) {
            if (!is_read(patient)) {
                changed.insert(patients.key[patient]);
            }
        }
        std::erase_if(out->patients,
                      [&](const auto& link) { return changed.contains(link.second); });
    }
    for (PatientNumber patient = 0; patient < count; ++patient) {
        const LogPosition position = patients.position[patient];
        if (is_read(patient)) {
            continue;
        }
        if (const auto read = read_link(patient, position, *out); !read) {
            return pass_on(read);
        }
    }
    out->read_until = std::max(out->read_until, index_.covers());
    return out;
}

Result<> Relatives::read_link(PatientNumber patient, LogPosition position, Links& out) const {
    if (!read_body_) {
        return fail(ErrorCode::Internal,
                    "a RelatedPerson is found by the stored Patients, and no way to read them was "
                    "given");
    }
    const auto text = read_body_(position);
    if (!text) {
        return pass_on(text);
    }
    if (text->find("RelatedPerson/") == std::string::npos) {
        return {};  // nothing to parse
    }
    JsonDocument document;
    const auto resource = document.parse(*text);
    if (!resource) {
        return pass_on(resource);
    }
    const LivePatients& patients = index_.patients();
    for (const JsonView& link : (*resource)["link"].elements()) {
        const std::string_view other = link["other"]["reference"].text();
        if (is_related_person(other)) {
            out.patients.emplace(reference_key(patients.source_name(patient), other),
                                 patients.key[patient]);
        }
    }
    return {};
}

}  // namespace parcours::population
