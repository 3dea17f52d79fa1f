#pragma once

#include "base/json_writer.h"
#include "engine/migration.h"

namespace parcours::http::api {

// What moves of people in flight are answered with, as members of an object that is open.

void write_move_plan(JsonWriter& json, const engine::MigrationPlan& plan);
void write_move_report(JsonWriter& json, const engine::MigrationReport& report);

}  // namespace parcours::http::api
