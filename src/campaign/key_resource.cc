#include "campaign/key_resource.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "fhir/resource_type.h"

namespace parcours::campaign {
namespace {

using fhir::ResourceType;

constexpr std::array<KeyResource, 5> resources{{
    {"appointment", "appointment.booked", ResourceType::Appointment,
     "an appointment that lies ahead is booked"},
    {"referral", "referral.made", ResourceType::ServiceRequest,
     "a referral (ServiceRequest) becomes active"},
    {"order", "order.placed", ResourceType::ServiceRequest,
     "an order (ServiceRequest) becomes active; `when` says of what kind"},
    {"plan", "plan.begun", ResourceType::CarePlan, "a care plan becomes active"},
    {"episode", "episode.opened", ResourceType::EpisodeOfCare, "an episode of care becomes active"},
}};

const KeyResource* find(std::string_view word, std::string_view KeyResource::* member) {
    const auto* const found = std::ranges::find(resources, word, member);
    return found == resources.end() ? nullptr : found;
}

std::vector<std::string_view> all(std::string_view KeyResource::* member) {
    std::vector<std::string_view> words;
    std::ranges::transform(resources, std::back_inserter(words), member);
    return words;
}

}  // namespace

std::span<const KeyResource> key_resources() {
    return resources;
}
const KeyResource* find_key_resource(std::string_view name) {
    return find(name, &KeyResource::name);
}
const KeyResource* find_key_event(std::string_view event) {
    return find(event, &KeyResource::event);
}
std::vector<std::string_view> key_names() {
    return all(&KeyResource::name);
}
std::vector<std::string_view> entry_events() {
    return all(&KeyResource::event);
}

}  // namespace parcours::campaign
