#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/message.h"
#include "population/column.h"
#include "record/identity.h"

namespace parcours::http::api {

/// What the engine knows of a patient at a moment, as members of an object that was begun: messages
/// (none for who may not read the outbox), enrolments, tasks and choices. Errors: those of reading
/// the log.
Result<> write_engagement(JsonWriter& json, const Backend& backend, const Request& request,
                          const engine::Published& record, population::PatientNumber number,
                          Instant as_of);

/// The ledger of a patient at a past moment; nothing where the present one says the same. Errors:
/// those of reading the log.
Result<std::optional<engine::Ledger>> past_of(const Backend& backend, const std::vector<Key>& keys,
                                              Instant as_of);

}  // namespace parcours::http::api
