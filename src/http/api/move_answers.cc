#include "http/api/move_answers.h"

#include "base/json_writer.h"
#include "engine/migration.h"

namespace parcours::http::api {

void write_move_plan(JsonWriter& json, const engine::MigrationPlan& plan) {
    json.member("release", plan.release.to_hex())
        .member("moving", plan.moving())
        .member("without_equivalent", plan.without_equivalent())
        .key("steps")
        .begin_array();
    for (const engine::MigrationRow& row : plan.rows) {
        json.begin_object()
            .member("release", row.release.to_hex())
            .member("from", row.move.from)
            .member("to", row.move.to)
            .member("goes_on", row.move.goes_on)
            .member("people", row.people)
            .end_object();
    }
    json.end_array();
}

void write_move_report(JsonWriter& json, const engine::MigrationReport& report) {
    json.member("moved", report.moved)
        .member("finishing", report.finishing)
        .member("stopped", report.stopped);
}

}  // namespace parcours::http::api
