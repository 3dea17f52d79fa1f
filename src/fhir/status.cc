#include "fhir/status.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace parcours::fhir {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 64> codes = {"",
                                                    "",
                                                    "active",
                                                    "inactive",
                                                    "recurrence",
                                                    "relapse",
                                                    "remission",
                                                    "resolved",
                                                    "unconfirmed",
                                                    "provisional",
                                                    "differential",
                                                    "confirmed",
                                                    "refuted",
                                                    "entered-in-error",
                                                    "planned",
                                                    "arrived",
                                                    "triaged",
                                                    "in-progress",
                                                    "onleave",
                                                    "finished",
                                                    "cancelled",
                                                    "preparation",
                                                    "not-done",
                                                    "on-hold",
                                                    "stopped",
                                                    "completed",
                                                    "unknown",
                                                    "registered",
                                                    "partial",
                                                    "preliminary",
                                                    "final",
                                                    "amended",
                                                    "corrected",
                                                    "appended",
                                                    "draft",
                                                    "revoked",
                                                    "ended",
                                                    "proposed",
                                                    "pending",
                                                    "booked",
                                                    "fulfilled",
                                                    "noshow",
                                                    "checked-in",
                                                    "waitlist",
                                                    "accepted",
                                                    "rejected",
                                                    "achieved",
                                                    "improving",
                                                    "worsening",
                                                    "no-change",
                                                    "not-achieved",
                                                    "sustaining",
                                                    "no-progress",
                                                    "not-attainable",
                                                    "suspended",
                                                    "ready",
                                                    "requested",
                                                    "received",
                                                    "failed",
                                                    "current",
                                                    "superseded",
                                                    "available",
                                                    "intended",
                                                    "not-taken"};

static_assert(static_cast<std::size_t>(Status::NotTaken) + 1 == codes.size());

}  // namespace

Status find_status(std::string_view code) {
    if (code.empty()) {
        return Status::None;
    }
    const auto* const found = std::find(codes.begin() + 2, codes.end(), code);
    return found == codes.end() ? Status::Other : static_cast<Status>(found - codes.begin());
}

std::string_view status_code(Status status) {
    return codes.at(static_cast<std::size_t>(status));
}

}  // namespace parcours::fhir
