#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/service.h"
#include "engine/standings.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/discretion.h"
#include "http/api/patient_campaign.h"
#include "http/api/patient_engagement.h"
#include "http/api/patient_filter.h"
#include "http/api/rows.h"
#include "population/live_index.h"
#include "position/explain.h"
#include "position/fold.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/patient_card.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t timeline_rows_default = 50;
constexpr std::size_t timeline_rows_max = 500;

std::string patient_id(const population::LiveIndex& index, population::PatientNumber number) {
    return engine::patient_name(index, index.patients().key[number]);
}

/// One patient at one moment, folded from the record.
struct Folded {
    PatientFact patient;
    std::vector<Fact> facts;
    position::PatientPositions positions;
    std::vector<Position> words;
};

Folded fold_patient(const engine::Published& record, population::PatientNumber number,
                    Instant as_of) {
    Folded folded;
    folded.patient = record.index->patients().fact(number);
    record.index->facts_of(number, folded.facts);
    folded.positions = position::fold(record.map(), folded.patient, folded.facts, as_of);
    if (folded.positions.born) {
        folded.words = position::positions_in_words(record.map(), record.index->dictionary(),
                                                    folded.facts, folded.positions);
    }
    return folded;
}

std::string_view status_of(const position::PatientPositions& positions) {
    if (positions.dead) {
        return "deceased";
    }
    if (positions.merged) {
        return "merged";
    }
    return positions.born ? care_status_name(positions.status) : "not-born";
}

void write_headline(JsonWriter& json, const std::vector<Position>& words,
                    const Discretion& discretion) {
    json.key("headline");
    if (const Position* const headline = discretion.headline(words)) {
        write_position(json, *headline);
    } else {
        json.null();
    }
}

void write_row(JsonWriter& json, const Backend& backend, const engine::Published& record,
               population::PatientNumber number, Instant as_of, const Discretion& discretion) {
    PatientCard card = read_card(backend.service, *record.index, number);
    if (discretion.hides_address(number, card)) {
        Discretion::hide_address(card);
    }
    const Folded folded = fold_patient(record, number, as_of);
    const std::string id = patient_id(*record.index, number);
    json.begin_object().member("id", id).member("name", card.name.empty() ? id : card.name);
    write_birth(json, *record.index, number);
    write_age(json, folded.patient.birth, as_of);
    write_gender(json, *record.index, number);
    write_text_or_null(json, "language", card.language);
    write_text_or_null(json, "phone", card.phones.empty() ? "" : masked_phone(card.phones.front()));
    json.member("status", status_of(folded.positions));
    write_headline(json, folded.words, discretion);
    json.end_object();
}

Result<Response> list_patients(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto end = asked_page(request, std::numeric_limits<std::size_t>::max());
    if (!end) {
        return pass_on(end);
    }
    const Discretion discretion(backend, request, *record);
    if (const auto allowed = discretion.allow_question(request); !allowed) {
        return pass_on(allowed);
    }
    const auto found = filter_patients(backend, *record, request, end->to);
    if (!found) {
        return pass_on(found);
    }
    const auto page = asked_page(request, found->patients.size());
    if (!page) {
        return pass_on(page);
    }
    std::vector<std::string> ids;
    for (std::size_t i = page->from; i < page->to; ++i) {
        ids.push_back(patient_id(*record->index, found->patients[i]));
    }
    if (const auto audited = audit_list(backend, request, "patients.list", ids, request.target);
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("patients").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        write_row(json, backend, *record, found->patients[i], found->as_of, discretion);
    }
    json.end_array().member("total", found->patients.size());
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

void write_person(JsonWriter& json, const Backend& backend, const engine::Published& record,
                  population::PatientNumber number, Instant as_of, const Discretion& discretion) {
    PatientCard card = read_card(backend.service, *record.index, number);
    const bool hidden = discretion.hides_address(number, card);
    if (hidden) {
        Discretion::hide_address(card);
    }
    const PatientFact patient = record.index->patients().fact(number);
    json.key("person").begin_object().member(
        "name", card.name.empty() ? patient_id(*record.index, number) : card.name);
    write_birth(json, *record.index, number);
    write_age(json, patient.birth,
              std::min(as_of, patient.deceased == no_time ? as_of : patient.deceased));
    write_gender(json, *record.index, number);
    write_text_or_null(json, "language", card.language);
    json.member("zone", record.clinic->folder.config.time_zone);
    write_texts(json, "identifiers", card.identifiers);
    write_texts(json, "phones", card.phones);
    write_texts(json, "emails", card.emails);
    write_text_or_null(json, "address", card.address);
    if (hidden) {
        json.member("addresses_hidden", true);
    }
    write_moment(json, "deceased_at", patient.deceased <= as_of ? patient.deceased : no_time);
    json.end_object();
}

std::string_view lane_of(fhir::ResourceType type) {
    switch (type) {
        case fhir::ResourceType::Communication:
        case fhir::ResourceType::Appointment:
            return "contact";
        case fhir::ResourceType::QuestionnaireResponse:
            return "answer";
        default:
            return "clinical";
    }
}

void write_timeline(JsonWriter& json, const engine::Published& record, const Folded& folded,
                    Instant as_of, std::size_t rows) {
    const auto timeline = position::timeline_rows(record.map(), record.index->dictionary(),
                                                  folded.facts, folded.positions, as_of, rows);
    json.key("timeline").begin_array();
    for (const position::TimelineRow& row : timeline) {
        json.begin_object();
        write_moment(json, "at", row.at);
        write_moment(json, "end", row.end);
        json.member("lane", lane_of(row.type))
            .member("type", fhir::resource_type_name(row.type))
            .member("what", row.what)
            .member("says", row.says)
            .member("key", fmt::format("{:016x}", row.key))
            .member("deciding", row.deciding)
            .end_object();
    }
    json.end_array();
}

/// What the patient told: questionnaires and words that came in.
void write_answers(JsonWriter& json, const engine::Published& record, const Folded& folded,
                   Instant as_of) {
    constexpr std::size_t answers_max = 50;
    std::vector<const Fact*> told;
    for (const Fact& fact : folded.facts) {
        if (fact.type == fhir::ResourceType::QuestionnaireResponse && fact.seen_at(as_of) &&
            fact.occurred != no_time) {
            told.push_back(&fact);
        }
    }
    std::ranges::sort(told, std::ranges::greater(), &Fact::occurred);
    told.resize(std::min(told.size(), answers_max));
    json.key("answers").begin_array();
    for (const Fact* const fact : told) {
        const std::string_view what = record.index->dictionary().concept_text(fact->code);
        json.begin_object()
            .member("at", format_instant(fact->occurred))
            .member("what", what.empty() ? std::string_view("A questionnaire") : what)
            .member("source", "QuestionnaireResponse")
            .end_object();
    }
    json.end_array();
}

Result<Response> get_patient(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto number = asked_patient(*record->index, request.path_value("patient"));
    const auto moment = asked_moment(backend, request);
    const auto rows = asked_number(request, "timeline", timeline_rows_default, timeline_rows_max);
    if (!number) {
        return pass_on(number);
    }
    if (!moment || !rows) {
        return !moment ? pass_on(moment) : pass_on(rows);
    }
    const std::string id = patient_id(*record->index, *number);
    if (const auto audited = backend.audit(request, "patient.read", id, ""); !audited) {
        return pass_on(audited);
    }
    const Instant as_of = moment->value_or(backend.service.clock().now());
    const Folded folded = fold_patient(*record, *number, as_of);
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("id", id)
        .member("as_of", format_instant(as_of))
        .member("status", status_of(folded.positions));
    const Discretion discretion(backend, request, *record);
    write_person(json, backend, *record, *number, as_of, discretion);
    write_headline(json, folded.words, discretion);
    json.key("positions").begin_array();
    for (const Position& position : folded.words) {
        if (discretion.may_see_concern(position.concern)) {
            write_position(json, position);
        }
    }
    json.end_array();
    write_timeline(json, *record, folded, as_of, *rows);
    write_answers(json, *record, folded, as_of);
    if (const auto written = write_engagement(json, backend, request, *record, *number, as_of);
        !written) {
        return pass_on(written);
    }
    json.end_object();
    return Response::json(std::move(out));
}

/// The facts of a patient that a request asks for, the newest first.
Result<std::vector<Fact>> asked_facts(const engine::Published& record,
                                      population::PatientNumber number, const Request& request) {
    std::vector<Fact> facts;
    record.index->facts_of(number, facts);
    if (const auto type = request.find_query("type"); type && !type->empty()) {
        const auto wanted = fhir::find_resource_type(*type);
        if (!wanted) {
            return fail(ErrorCode::Usage, "\"type\" names no resource type of FHIR R4");
        }
        std::erase_if(facts, [&](const Fact& fact) { return fact.type != *wanted; });
    }
    std::ranges::sort(facts, [](const Fact& left, const Fact& right) {
        return std::pair(right.occurred, left.key) < std::pair(left.occurred, right.key);
    });
    return facts;
}

Result<Response> list_record(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto number = asked_patient(*record->index, request.path_value("patient"));
    if (!number) {
        return pass_on(number);
    }
    const auto facts = asked_facts(*record, *number, request);
    if (!facts) {
        return pass_on(facts);
    }
    const auto page = asked_page(request, facts->size());
    if (!page) {
        return pass_on(page);
    }
    if (const auto audited =
            backend.audit(request, "record.read", patient_id(*record->index, *number), "");
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("resources").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        const auto body = backend.service.folder().read_body((*facts)[i].position);
        if (!body) {
            return pass_on(body);
        }
        json.raw(*body);
    }
    json.end_array();
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> get_record_item(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto number = asked_patient(*record->index, request.path_value("patient"));
    if (!number) {
        return pass_on(number);
    }
    std::vector<Fact> facts;
    record->index->facts_of(*number, facts);
    const std::string_view wanted = request.path_value("key");
    const auto found = std::ranges::find_if(
        facts, [&](const Fact& fact) { return fmt::format("{:016x}", fact.key) == wanted; });
    if (found == facts.end()) {
        return fail(ErrorCode::NotFound, "this patient has no such resource");
    }
    if (const auto audited =
            backend.audit(request, "record.read", patient_id(*record->index, *number), wanted);
        !audited) {
        return pass_on(audited);
    }
    auto body = backend.service.folder().read_body(found->position);
    if (!body) {
        return pass_on(body);
    }
    return Response::text(200, "application/fhir+json", std::move(*body));
}

}  // namespace

void add_patient_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(
        reading(Method::Get, "/api/v1/patients", "listPatients", Permission::PatientSearch,
                [&backend](const Request& request) { return list_patients(backend, request); }));
    router.add(
        reading(Method::Get, "/api/v1/patients/{patient}", "getPatient", Permission::PatientRead,
                [&backend](const Request& request) { return get_patient(backend, request); }));
    router.add(reading(
        Method::Get, "/api/v1/patients/{patient}/campaigns/{campaign}", "getPatientCampaign",
        Permission::PatientRead,
        [&backend](const Request& request) { return get_patient_campaign(backend, request); }));
    router.add(reading(
        Method::Get, "/api/v1/patients/{patient}/record", "listRecord", Permission::PatientRead,
        [&backend](const Request& request) { return list_record(backend, request); }));
    router.add(reading(Method::Get, "/api/v1/patients/{patient}/record/{key}", "getRecordItem",
                       Permission::PatientRead, [&backend](const Request& request) {
                           return get_record_item(backend, request);
                       }));
}

}  // namespace parcours::http::api
