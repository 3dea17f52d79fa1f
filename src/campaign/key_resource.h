#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/resource_type.h"

namespace parcours::campaign {

/// What an enrolment may be about: one for each resource of that type.
struct KeyResource {
    std::string_view name;   ///< as campaigns call it: "referral"
    std::string_view event;  ///< on which it begins: "referral.made"
    fhir::ResourceType type;
    std::string_view help;  ///< when the event happens
};
[[nodiscard]] std::span<const KeyResource> key_resources();
/// By name or by event; null where there is none.
[[nodiscard]] const KeyResource* find_key_resource(std::string_view name);
[[nodiscard]] const KeyResource* find_key_event(std::string_view event);
[[nodiscard]] std::vector<std::string_view> key_names();
[[nodiscard]] std::vector<std::string_view> entry_events();

}  // namespace parcours::campaign
