#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::facade {

/// Names of feeds that resources may have come from.
[[nodiscard]] std::vector<std::string> feeds_of(const population::LiveIndex& index);

/// The keys that an id may stand for: one per feed, and that of "feed/id".
[[nodiscard]] std::vector<Key> keys_of(const population::LiveIndex& index, fhir::ResourceType type,
                                       std::string_view id);

/// Where the resources of a type whose keys are among these stand.
[[nodiscard]] std::vector<population::RowPlace> find_rows(const population::LiveIndex& index,
                                                          fhir::ResourceType type,
                                                          const std::vector<Key>& keys);

/// Where the first resources of a type stand in the log, at most `max`.
[[nodiscard]] std::vector<LogPosition> positions_of(const population::LiveIndex& index,
                                                    fhir::ResourceType type, std::size_t max);

/// An id as addresses name it: with its feed before it where that is not the main one.
[[nodiscard]] std::string address_id(const population::LiveIndex& index, fhir::ResourceType type,
                                     Key key, std::string_view id);

/// The patient that a reference of a search names: "p1", "Patient/p1", a URL of one. Nothing where
/// there is none. Errors: Usage where several feeds know the id.
Result<std::optional<population::PatientNumber>> find_referred(const population::LiveIndex& index,
                                                               std::string_view reference);

}  // namespace parcours::http::facade
