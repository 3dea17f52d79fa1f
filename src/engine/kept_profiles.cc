#include "engine/kept_profiles.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/executor.h"
#include "engine/archive.h"
#include "engine/archive_reader.h"
#include "engine/archive_writer.h"
#include "engine/data_folder.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/log.h"
#include "record/patient_profile.h"

namespace parcours::engine {

template <class Archive, Like<ContactPoint> Value>
void fields(Archive& archive, Value& value) {
    auto& [system, address, use, rank, start, end] = value;
    archive(system, address, use, rank, start, end);
}

template <class Archive, Like<RelatedContact> Value>
void fields(Archive& archive, Value& value) {
    auto& [name, relationships, telecom, guardian] = value;
    archive(name, relationships, telecom, guardian);
}

template <class Archive, Like<PatientProfile> Value>
void fields(Archive& archive, Value& value) {
    auto& [id, family, given, full_name, gender, birth, active, deceased, language, telecom,
           contacts, country, state, postal_code, time_zone] = value;
    archive(id, family, given, full_name, gender, birth, active, deceased, language, telecom,
            contacts, country, state, postal_code, time_zone);
}

using population::PatientNumber;

KeptProfiles KeptProfiles::read(const DataFolder& folder, const population::LiveIndex& index,
                                std::span<const PatientNumber> order, Executor& executor) {
    const Parts parts{order.size()};
    KeptProfiles kept;
    kept.places_.resize(index.patient_count());
    kept.parts_.resize(parts.number());
    executor.run(parts.number(), [&](std::size_t part) {
        ArchiveWriter archive;
        for (std::size_t i = parts.from(part); i < parts.to(part); ++i) {
            const PatientNumber number = order[i];
            const LogPosition position = index.patients().position[number];
            if (position == 0 || !index.patients().counts(number)) {
                continue;
            }
            const auto body = folder.read_body(position);
            const auto profile = body ? parse_patient_profile(*body) : pass_on(body);
            if (profile) {
                kept.places_[number] = {static_cast<std::uint32_t>(part),
                                        static_cast<std::uint32_t>(archive.bytes().size())};
                archive(*profile);
            }
        }
        kept.parts_[part] = std::move(archive.bytes());
        kept.parts_[part].shrink_to_fit();
    });
    return kept;
}

std::optional<PatientProfile> KeptProfiles::find(PatientNumber number) const {
    const Place& place = places_[number];
    if (place.part == UINT32_MAX) {
        return std::nullopt;
    }
    const std::string_view part = parts_[place.part];
    ArchiveReader archive(part.substr(place.from));
    PatientProfile profile;
    archive(profile);
    check(archive.good(), "a kept profile is as it was written");
    return profile;
}

}  // namespace parcours::engine
