#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/options.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/outbox.h"
#include "population/index.h"

namespace parcours::app {

/// Opens a data folder for reading and warns on standard error of damage met.
Result<std::unique_ptr<engine::DataFolder>> open_for_reading(const CommonOptions& options);
Result<std::unique_ptr<engine::DataFolder>> open_for_writing(const CommonOptions& options);

/// The patient of an id as staff type it ("id" or "source/id"). Errors: NotFound, and Conflict
/// where several feeds know the id.
Result<population::PatientNumber> find_patient(const population::Index& index, std::string_view id);

/// A message with its decisions and attempts, as JSON.
void write_outbox_entry(JsonWriter& json, const engine::OutboxEntry& entry);

/// "2019-06-03 14:05", for people.
[[nodiscard]] std::string short_time(Instant instant);

}  // namespace parcours::app
