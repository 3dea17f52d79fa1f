#include "http/fhir/cql_run.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/data_source.h"
#include "cql/json_source.h"
#include "cql/model/model.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "engine/service.h"
#include "fhir/reference.h"
#include "http/api/backend.h"
#include "http/api/cohort_runs.h"
#include "http/api/engagement_seen.h"
#include "population/cohort.h"
#include "population/column.h"
#include "population/each_patient.h"
#include "population/engagement.h"
#include "population/everybody.h"
#include "population/live_index.h"
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
    of_server_ = input.text("useServerData").value_or("true") != "false";
    if (const auto subject = input.text("subject")) {
        subject_id_ = last_part(*subject);
        const auto number = of_server_ ? read_subject(*record_->index, *subject)
                                       : fail(ErrorCode::NotFound, "the server is not asked");
        if (number) {
            subject_ = *number;
        } else if (of_server_ && (!brought_ || number.error().code != ErrorCode::NotFound)) {
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

/// Puts aside what is about others: it is seen in contexts Unfiltered and related ones alone.
Result<> CqlRun::keep_subject() {
    if (subject_id_.empty()) {
        const auto patients = std::ranges::count_if(resources_, [](const JsonView& resource) {
            return resource["resourceType"].text() == "Patient";
        });
        of_nobody_ = patients > 1;
        if (of_nobody_) {
            set_aside([](const JsonView& resource) { return !patient_of(resource).empty(); });
        }
        return {};
    }
    set_aside([this](const JsonView& resource) {
        const std::string_view id = patient_of(resource);
        return !id.empty() && id != subject_id_;
    });
    return {};
}

void CqlRun::set_aside(const std::function<bool(const JsonView&)>& is_others) {
    std::ranges::copy_if(resources_, std::back_inserter(others_), is_others);
    std::erase_if(resources_, is_others);
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

Result<> CqlRun::prepare(const std::shared_ptr<const cql::Expression>& expression,
                         const std::vector<quality::Parameter>& parameters) {
    expression_ = expression;
    deadline_ = backend_.service.clock().now() + api::CohortRuns::time_max;
    for (const quality::Parameter& parameter : parameters) {
        values_.push_back(parameter.value);
    }
    if (!brought_ && of_server_) {
        return prepare_record(*expression);
    }
    if (brought_ && of_server_ && population::knows_others(*expression)) {
        return fail(ErrorCode::Usage,
                    "it looks at other patients, and these are either the server's or those that "
                    "were sent: leave \"data\" out, or say \"useServerData\": false");
    }
    json_.emplace(resources_, as_of_, expression->terminology, others_);
    return {};
}

Result<> CqlRun::prepare_record(const cql::Expression& expression) {
    asked_ = std::make_unique<Asked>();
    if (population::knows_others(expression)) {
        asked_->place = backend_.cohorts->enter();
        if (asked_->place == nullptr) {
            return fail(ErrorCode::Unavailable, "other cohorts are being counted; try again soon");
        }
    }
    if (const auto opened = asked_->seen.open(backend_, *record_,
                                              api::asks_the_ledger(expression.retrieves), as_of_);
        !opened) {
        return opened;
    }
    population::CohortContext& context = asked_->context;
    context.as_of = as_of_;
    context.parameters = values_;
    context.read_body = [this](LogPosition position) {
        return backend_.service.folder().read_body(position);
    };
    context.engagement = &asked_->seen.rows();
    context.clock = &backend_.service.clock();
    context.deadline = deadline_;
    asked_->each.emplace(expression, *record_->index, context);
    return {};
}

namespace {

/// Several patients' resources, or none, where nobody is named: it knows when it is asked for one.
class NobodysResources final : public cql::DataSource {
  public:
    explicit NobodysResources(const cql::JsonSource& all) : all_(all) {}

    void retrieve(const cql::Retrieve& /*what*/, std::vector<cql::Row>& /*out*/) const override {
        asked_for_one_ = true;
    }
    Result<> retrieve_everybody(const cql::Retrieve& what,
                                std::vector<cql::Row>& out) const override {
        return all_.retrieve_everybody(what, out);
    }
    Result<> retrieve_related(const cql::Retrieve& what, const cql::RelatedContext& who,
                              std::vector<cql::Row>& out) const override {
        return all_.retrieve_related(what, who, out);
    }
    [[nodiscard]] cql::Value property(cql::Row row,
                                      const cql::model::PropertyPath& path) const override {
        return all_.property(row, path);
    }
    [[nodiscard]] cql::Value patient_property(
        const cql::model::PropertyPath& /*path*/) const override {
        asked_for_one_ = true;
        return {};
    }
    [[nodiscard]] cql::Row patient() const override {
        asked_for_one_ = true;
        return all_.patient();
    }
    [[nodiscard]] bool asked_for_one() const { return asked_for_one_; }

  private:
    const cql::JsonSource& all_;
    mutable bool asked_for_one_ = false;
};

/// Resources in one answer.
constexpr std::size_t resources_max = 10'000;

Error nobody_is_named() {
    return {ErrorCode::Usage,
            "it asks for one patient's record; name a \"subject\", such as Patient/p1, or send "
            "that patient's \"data\"",
            {}};
}

}  // namespace

Result<cql::Value> CqlRun::evaluate_sent(const cql::Node& part) const {
    const std::function<bool()> gives_up = [this] {
        return backend_.service.clock().now() > deadline_;
    };
    cql::EvaluationContext context{as_of_, values_};
    context.gives_up = &gives_up;
    if (has_subject()) {
        return cql::evaluate_node(*expression_, part, *json_, context, {});
    }
    const NobodysResources source(*json_);
    auto value = cql::evaluate_node(*expression_, part, source, context, {});
    if (source.asked_for_one()) {
        return std::unexpected(nobody_is_named());
    }
    return value;
}

Result<cql::Value> CqlRun::evaluate(const cql::Node& part) const {
    if (asked_ == nullptr) {
        return evaluate_sent(part);
    }
    auto value = asked_->each->evaluate_part(part, subject_);
    if (asked_->seen.failed()) {
        return fail(ErrorCode::Unavailable, "the log could not be written: start the server again");
    }
    if (!value && value.error().code == ErrorCode::Usage && !subject_) {
        return std::unexpected(nobody_is_named());
    }
    return value;
}

Result<std::string> CqlRun::resource_of(cql::Row row) const {
    if (++told_ > resources_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("the answer holds more than {} resources; return what you want to "
                                "know of them, or read them by _search",
                                resources_max));
    }
    if (json_) {
        const JsonView resource = json_->resource(row);
        return resource ? Result<std::string>(resource.to_json())
                        : fail(ErrorCode::InvalidInput, "there is no patient to give");
    }
    const cql::model::TypeId type{static_cast<std::uint16_t>(row.table)};
    const LogPosition position =
        population::is_engagement(type) ? 0 : asked_->each->whole().position_of(row);
    if (position == 0) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("{} is no resource of FHIR; return what you want to know of it",
                                cql::model::get_type(type).name));
    }
    return backend_.service.folder().read_body(position);
}

std::string CqlRun::audited_patient() const {
    return subject_
               ? engine::patient_name(*record_->index, record_->index->patients().key[*subject_])
               : std::string();
}

}  // namespace parcours::http::facade
