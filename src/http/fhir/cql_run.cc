#include "http/fhir/cql_run.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/model/type_id.h"
#include "engine/service.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "population/column.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/source.h"
#include "record/fact.h"
#include "record/log.h"

namespace parcours::http::facade {
namespace {

/// "p1" of "Patient/p1", "Patient/lab%2Fp1" and "p1".
std::string last_part(std::string_view reference) {
    const std::size_t encoded = reference.rfind("%2F");
    reference.remove_prefix(encoded == std::string_view::npos ? 0 : encoded + 3);
    return std::string(reference.substr(reference.rfind('/') + 1));
}

/// The id of whom a resource is about; empty where it names nobody.
std::string_view patient_of(const JsonView& resource) {
    if (resource["resourceType"].text() == "Patient") {
        return resource["id"].text();
    }
    for (const char* const member : {"subject", "patient", "beneficiary"}) {
        const auto id = fhir::patient_id_of(resource[member]["reference"].text());
        if (!id.empty()) {
            return id;
        }
    }
    return {};
}

}  // namespace

Result<population::PatientNumber> read_subject(const population::LiveIndex& index,
                                               std::string_view reference) {
    const std::size_t slash = reference.find('/');
    const std::string_view type =
        slash == std::string_view::npos ? std::string_view("Patient") : reference.substr(0, slash);
    if (type != "Patient") {
        return fail(
            ErrorCode::Usage,
            fmt::format("\"subject\" names a patient, such as Patient/p1, and no {}", type));
    }
    std::string id(slash == std::string_view::npos ? reference : reference.substr(slash + 1));
    if (const std::size_t encoded = id.find("%2F"); encoded != std::string::npos) {
        id.replace(encoded, 3, "/");
    }
    return api::asked_patient(index, id);
}

Result<> CqlRun::open(const Request& request, const OperationInput& input) {
    const auto moment = api::asked_moment(backend_, request);
    if (!moment) {
        return pass_on(moment);
    }
    as_of_ = moment->value_or(backend_.service.clock().now());
    if (const auto added = add_data(input); !added) {
        return added;
    }
    const bool of_server = input.text("useServerData").value_or("true") != "false";
    if (const auto subject = input.text("subject")) {
        subject_id_ = last_part(*subject);
        const auto number = of_server ? read_subject(*record_->index, *subject)
                                      : fail(ErrorCode::NotFound, "the server is not asked");
        if (number) {
            subject_ = *number;
        } else if (of_server && (!brought_ || number.error().code != ErrorCode::NotFound)) {
            return pass_on(number);
        }
    }
    if (!brought_) {
        return {};
    }
    if (const auto kept = keep_subject(); !kept) {
        return kept;
    }
    return subject_ ? add_server_data() : Result<>{};
}

/// All in one Bundle, or in several, each with what it answers; the definition knows not both.
Result<> CqlRun::add_data(const OperationInput& input) {
    const auto prefetched = input.elements("prefetchData");
    for (const JsonView& data : input.resources("data")) {
        if (!prefetched.empty()) {
            return fail(ErrorCode::Usage,
                        "give \"data\" or \"prefetchData\", and not both of them");
        }
        add_resources(data);
    }
    for (const JsonView& item : prefetched) {
        const std::vector<JsonView> parts = item["part"].elements();
        const auto data = std::ranges::find_if(parts, [](const JsonView& part) {
            return part["name"].text() == "data" && part["resource"].exists();
        });
        if (data == parts.end()) {
            return fail(ErrorCode::Usage,
                        "each \"prefetchData\" needs a part \"data\" with a Bundle");
        }
        add_resources((*data)["resource"]);
    }
    return {};
}

void CqlRun::add_resources(const JsonView& bundle) {
    brought_ = true;
    if (bundle["resourceType"].text() != "Bundle") {
        resources_.push_back(bundle);
        return;
    }
    for (const JsonView& entry : bundle["entry"].elements()) {
        if (const JsonView resource = entry["resource"]) {
            resources_.push_back(resource);
        }
    }
}

/// Drops what is about others: an evaluation sees one patient.
Result<> CqlRun::keep_subject() {
    if (subject_id_.empty()) {
        const auto patients = std::ranges::count_if(resources_, [](const JsonView& resource) {
            return resource["resourceType"].text() == "Patient";
        });
        return patients < 2
                   ? Result<>{}
                   : fail(ErrorCode::Usage, fmt::format("{} patients came with the request; say by "
                                                        "\"subject\" which of them is meant",
                                                        patients));
    }
    std::erase_if(resources_, [this](const JsonView& resource) {
        const std::string_view id = patient_of(resource);
        return !id.empty() && id != subject_id_;
    });
    return {};
}

Result<> CqlRun::add_body(LogPosition position) {
    const auto body = backend_.service.folder().read_body(position);
    if (!body) {
        return pass_on(body);
    }
    const auto parsed = documents_.emplace_back().parse(*body);
    if (!parsed) {
        return pass_on(parsed);
    }
    // What came with the request is newer than what is here.
    for (const JsonView& one : resources_) {
        if (one["resourceType"].text() == (*parsed)["resourceType"].text() &&
            one["id"].text() == (*parsed)["id"].text()) {
            return {};
        }
    }
    resources_.push_back(*parsed);
    return {};
}

Result<> CqlRun::add_server_data() {
    std::vector<Fact> facts;
    record_->index->facts_of(*subject_, facts);
    if (const auto added = add_body(record_->index->patients().position[*subject_]); !added) {
        return added;
    }
    for (const Fact& fact : facts) {
        if (const auto added = add_body(fact.position); !added) {
            return added;
        }
    }
    return {};
}

Result<cql::Value> CqlRun::evaluate(const std::shared_ptr<const cql::Expression>& expression,
                                    const std::vector<quality::Parameter>& parameters) {
    expression_ = expression;
    std::vector<cql::Value> values;
    for (const quality::Parameter& parameter : parameters) {
        values.push_back(parameter.value);
    }
    if (!subject_ && !brought_ && !expression->retrieves.empty()) {
        return fail(ErrorCode::Usage,
                    "the expression asks for records; name a \"subject\", such as Patient/p1, or "
                    "send \"data\"");
    }
    cql::EvaluationContext context;
    context.now = as_of_;
    context.parameters = values;
    return evaluate_here(*expression, context);
}

Result<cql::Value> CqlRun::evaluate_here(const cql::Expression& expression,
                                         const cql::EvaluationContext& context) {
    if (!subject_ || brought_) {
        json_.emplace(resources_, as_of_, expression.terminology);
        return cql::evaluate(expression, *json_, context);
    }
    api::EngagementSeen seen;
    if (const auto opened =
            seen.open(backend_, *record_, api::asks_the_ledger(expression.retrieves), as_of_);
        !opened) {
        return pass_on(opened);
    }
    const population::BodyReader read_body = [this](LogPosition position) {
        return backend_.service.folder().read_body(position);
    };
    const population::PatientPlace place = record_->index->place_of(*subject_);
    const population::LayerEngagement engagement(seen.rows(), *place.layer);
    const population::PreparedRetrieves retrieves(expression, place.index(),
                                                  record_->index->dictionary());
    const population::IndexSource source(retrieves, place.own, as_of_, read_body, &engagement);
    auto value = cql::evaluate(expression, source, context);
    if (!source.state()) {
        return pass_on(source.state());
    }
    if (seen.failed()) {
        return fail(ErrorCode::Unavailable, "the log could not be written: start the server again");
    }
    return value;
}

Result<std::string> CqlRun::resource_of(cql::Row row) const {
    if (json_) {
        const JsonView resource = json_->resource(row);
        return resource ? Result<std::string>(resource.to_json())
                        : fail(ErrorCode::InvalidInput, "there is no patient to give");
    }
    const cql::model::TypeId type{static_cast<std::uint16_t>(row.table)};
    if (type == cql::model::type_id(fhir::ResourceType::Patient)) {
        return backend_.service.folder().read_body(record_->index->patients().position[*subject_]);
    }
    const bool stored = cql::model::is_fhir(type) || type == cql::model::contact;
    const population::Table* const table =
        stored ? record_->index->place_of(*subject_).index().find_table(
                     type == cql::model::contact ? fhir::ResourceType::Communication
                                                 : cql::model::resource_type(type))
               : nullptr;
    if (table == nullptr || row.index >= table->position.size()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("{} is no resource of FHIR; return what you want to know of it",
                                cql::model::get_type(type).name));
    }
    return backend_.service.folder().read_body(table->position[row.index]);
}

std::string CqlRun::audited_patient() const {
    return subject_
               ? engine::patient_name(*record_->index, record_->index->patients().key[*subject_])
               : std::string();
}

}  // namespace parcours::http::facade
