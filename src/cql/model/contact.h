#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "cql/value.h"

namespace parcours::cql::model {

/// A `Contact` is a FHIR Communication with three properties more. Their values; nothing for other
/// properties, which are read as the Communication's own.
///  - `direction`: "in" where the sender is a patient or a relative, else "out"; null where the
///    Communication names no sender.
///  - `at`: when it was sent, else when it was received.
///  - `channel`: the first medium of v3-ParticipationMode that is one of our channels: "voice",
///    "sms", "email", "letter", or "web" for what was looked at or written online; else null.
[[nodiscard]] std::optional<Value> read_contact(const JsonView& communication,
                                                std::string_view property);

}  // namespace parcours::cql::model
