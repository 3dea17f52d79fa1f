#include "http/fhir/measure_subjects.h"

#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/type.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/evaluate_cohort.h"
#include "http/fhir/cql_run.h"
#include "http/fhir/finder.h"
#include "http/fhir/operation.h"
#include "http/fhir/own.h"
#include "http/fhir/routes.h"
#include "http/fhir/values.h"
#include "population/bitmap.h"
#include "population/live_index.h"
#include "values/text.h"

namespace parcours::http::facade {
namespace {

constexpr std::string_view group_prefix = "Group/";

/// Whether a member of a Group is one at a moment.
bool is_member(const JsonView& member, Instant at) {
    if (member["inactive"].boolean().value_or(false)) {
        return false;
    }
    const auto start = parse_date_time(member["period"]["start"].text());
    const auto end = parse_date_time(member["period"]["end"].text());
    return (!start || start->start <= at) && (!end || at < end->end());
}

/// Those whom a Group of the record lists.
Result<std::shared_ptr<const population::Bitmap>> listed_members(const api::Backend& backend,
                                                                 const engine::Published& record,
                                                                 std::string_view id, Instant at) {
    const auto place = find_place(backend, record, fhir::ResourceType::Group, id);
    if (!place) {
        return fail(ErrorCode::NotFound,
                    "there is no cohort and no Group of this id; GET /fhir/Group lists them");
    }
    const auto body = backend.service.folder().read_body(place->position);
    JsonDocument document;
    const auto group = body ? document.parse(*body) : Result<JsonView>(pass_on(body));
    if (!group) {
        return pass_on(group);
    }
    if (!(*group)["actual"].boolean().value_or(true)) {
        return fail(ErrorCode::Usage,
                    fmt::format("Group/{} describes whom it means; a measure needs one that lists "
                                "its members (actual: true), or a cohort",
                                id));
    }
    auto members = std::make_shared<population::Bitmap>(record.index->patient_count());
    for (const JsonView& member : (*group)["member"].elements()) {
        const auto patient = find_referred(*record.index, member["entity"]["reference"].text());
        if (!patient) {
            return pass_on(patient);
        }
        if (*patient && is_member(member, at)) {
            members->set(**patient);
        }
    }
    return members;
}

Result<> read_subjects(const api::Backend& backend, const engine::Published& record,
                       const std::string& asked, const std::optional<Instant>& at,
                       MeasureSubjects& out) {
    if (!asked.starts_with(group_prefix)) {
        const auto number = read_subject(*record.index, asked);
        if (!number) {
            return pass_on(number);
        }
        out.patient = *number;
        out.reference = patient_reference(record, record.index->patients().key[*number]);
        return {};
    }
    out.reference = asked;
    const std::string id = asked.substr(group_prefix.size());
    if (const auto cohort = find_own(backend, record, fhir::ResourceType::Group, id)) {
        auto members = api::find_members(backend, record, cohort->cohort, at);
        if (!members) {
            return pass_on(members);
        }
        out.among = std::move(members->patients);
        return {};
    }
    auto members = listed_members(backend, record, id, at.value_or(backend.service.clock().now()));
    if (!members) {
        return pass_on(members);
    }
    out.among = std::move(*members);
    return {};
}

/// "Practitioner/dr1" of "dr1"; a role or an organisation keeps its type.
std::string practitioner_reference(const std::string& asked) {
    return asked.find('/') == std::string::npos ? "Practitioner/" + asked : asked;
}

/// Nothing keeps it in a column: it is asked only of those who are in an initial population.
Result<std::shared_ptr<const cql::Expression>> has_practitioner(const engine::Published& record,
                                                                const std::string& reference) {
    cql::CompileContext context = record.clinic->folder.vocabulary().context();
    context.expected = cql::Type(cql::Type::Kind::Boolean);
    return cql::compile(
        fmt::format("exists (Patient.generalPractitioner G where G.reference = {} "
                    "or EndsWith(G.reference, {}))",
                    values::quote(reference, '\''), values::quote("/" + reference, '\'')),
        context);
}

}  // namespace

Result<MeasureSubjects> read_measure_subjects(const api::Backend& backend,
                                              const engine::Published& record,
                                              const OperationInput& input,
                                              const std::optional<Instant>& at) {
    MeasureSubjects out;
    if (const auto asked = input.text("subject"); asked && !asked->empty()) {
        if (const auto read = read_subjects(backend, record, *asked, at, out); !read) {
            return pass_on(read);
        }
    }
    const auto asked = input.text("practitioner");
    if (!asked || asked->empty()) {
        return out;
    }
    const std::string reference = practitioner_reference(*asked);
    auto also = has_practitioner(record, reference);
    if (!also) {
        return pass_on(also);
    }
    out.also = std::move(*also);
    if (out.reference.empty()) {
        out.reference = reference;
    }
    return out;
}

}  // namespace parcours::http::facade
