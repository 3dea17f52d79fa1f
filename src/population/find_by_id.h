#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "population/column.h"
#include "record/identity.h"

namespace parcours::population {

/// The patients with a FHIR id, one per source that knows it; "source/id" names one. `find` gives
/// the number of a key.
template <class Find>
std::vector<PatientNumber> find_by_id(std::span<const std::string> sources, std::string_view id,
                                      Find find) {
    std::vector<PatientNumber> found;
    const auto add = [&](const std::string& source, std::string_view own) {
        if (const std::optional<PatientNumber> number = find(patient_key(source, own))) {
            found.push_back(*number);
        }
    };
    for (const std::string& source : sources) {
        add(source, id);
        if (id.size() > source.size() && id.starts_with(source) && id[source.size()] == '/') {
            add(source, id.substr(source.size() + 1));
        }
    }
    return found;
}

}  // namespace parcours::population
