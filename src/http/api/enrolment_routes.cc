// Putting patients into campaigns, and writing down what they told.

#include <string>
#include <utility>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/given_answers.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/message.h"
#include "http/router.h"
#include "record/engagement.h"

namespace parcours::http::api {
namespace {

Result<Changed> enrol(engine::Service& service, const Request& request) {
    const auto body = read_body(
        request, {{"patient", BodyKind::Text, true, 200}, {"about", BodyKind::Text, false, 200}});
    if (!body) {
        return pass_on(body);
    }
    const std::string patient = body->text("patient");
    const auto record = service.published();
    const auto number = find_patient(*record->index, patient);
    if (!number) {
        return pass_on(number);
    }
    const auto enrolment = service.enrol(std::string(request.path_value("name")),
                                         record->index->patients().key[*number],
                                         request.caller->actor.name, body->text("about"));
    if (!enrolment) {
        return pass_on(enrolment);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("enrolment", enrolment->id.to_hex())
        .member("campaign", enrolment->campaign)
        .member("patient", patient)
        .member("about", enrolment->key)
        .member("step", enrolment->step)
        .member("result", enrolment->result)
        .member("holdout", enrolment->holdout)
        .end_object();
    return Changed{Response::json(std::move(out)), "enrolled in " + enrolment->campaign, patient};
}

Result<Changed> save_answers(engine::Service& service, const Request& request) {
    const auto body = read_body(
        request, {{"answers", BodyKind::Words, true}, {"form", BodyKind::Text, false, 100}});
    if (!body) {
        return pass_on(body);
    }
    const std::string patient(request.path_value("patient"));
    const auto record = service.published();
    const auto number = find_patient(*record->index, patient);
    if (!number) {
        return pass_on(number);
    }
    engine::GivenAnswers given;
    given.patient = record->index->patients().key[*number];
    given.form = body->text("form");
    given.answers = body->words("answers");
    given.source = "staff " + request.caller->actor.name;
    if (const auto saved = service.save_answers(given); !saved) {
        return pass_on(saved);
    }
    std::string out;
    std::string names;
    JsonWriter json(out);
    json.begin_object().key("saved").begin_array();
    for (const auto& [name, value] : given.answers) {
        json.value(name);
        names += (names.empty() ? "" : ", ") + name;
    }
    json.end_array().end_object();
    return Changed{Response::json(std::move(out)), "answers to " + names, patient};
}

}  // namespace

void add_enrolment_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(writing(backend, Method::Post, "/api/v1/campaigns/{name}/enrolments", "enrolPatient",
                       Permission::CampaignEnrol, enrol));
    router.add(writing(backend, Method::Post, "/api/v1/patients/{patient}/answers", "saveAnswers",
                       Permission::AnswerSave, save_answers));
}

}  // namespace parcours::http::api
