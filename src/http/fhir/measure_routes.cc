// Measure/$evaluate-measure: a quality measure over everybody, a cohort or one patient.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/cohort_runs.h"
#include "http/api/engagement_seen.h"
#include "http/fhir/cql_values.h"
#include "http/fhir/finder.h"
#include "http/fhir/library_shelf.h"
#include "http/fhir/measure_report.h"
#include "http/fhir/measure_subjects.h"
#include "http/fhir/operation.h"
#include "http/fhir/outcome.h"
#include "http/fhir/own.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "quality/evaluate.h"
#include "quality/measure.h"
#include "quality/period.h"
#include "record/log.h"
#include "values/temporal.h"

namespace parcours::http::facade {
namespace {

using Kind = ReportHead::Kind;

/// For how long one may take: whoever asks has a report in mind, and waits.
constexpr std::chrono::seconds time_max{60};
/// More stored Measures are not looked through for a URL.
constexpr std::size_t stored_max = 500;

constexpr auto known = std::to_array<OperationInput::Known>({{"measure"},
                                                             {"periodStart"},
                                                             {"periodEnd"},
                                                             {"reportType"},
                                                             {"subject"},
                                                             {"parameters"},
                                                             {"practitioner"},
                                                             {"lastReceivedOn"}});

/// One request, from what was asked to its MeasureReport.
class MeasureOperation {
  public:
    MeasureOperation(const api::Backend& backend, const Request& request, OperationInput input)
        : backend_(backend),
          request_(request),
          input_(std::move(input)),
          record_(backend.service.published()),
          shelf_(backend, *record_) {}

    Result<Response> answer() {
        for (const auto step :
             {&MeasureOperation::find_measure, &MeasureOperation::read_period,
              &MeasureOperation::read_kind, &MeasureOperation::read_last_received,
              &MeasureOperation::find_libraries, &MeasureOperation::audit_question}) {
            if (const auto done = (this->*step)(); !done) {
                return pass_on(done);
            }
        }
        const auto report = evaluate();
        if (!report) {
            return pass_on(report);
        }
        head_.measure = &measure_;
        head_.date = backend_.service.clock().now();
        const auto name_of = [this](population::PatientNumber number) {
            return patient_reference(*record_, record_->index->patients().key[number]);
        };
        auto written = write_measure_report(head_, *report, name_of);
        if (!written) {
            return pass_on(written);
        }
        if (const auto audited = audit_subjects(*report); !audited) {
            return pass_on(audited);
        }
        return fhir_json(std::move(*written));
    }

  private:
    Result<> take(Result<quality::Measure> measure, std::string_view id) {
        if (!measure) {
            return pass_on(measure);
        }
        measure_ = std::move(*measure);
        measure_.id = measure_.id.empty() ? std::string(id) : measure_.id;
        return {};
    }

    Result<> take_stored(LogPosition position, std::string_view id) {
        const auto body = backend_.service.folder().read_body(position);
        return body ? take(quality::read_measure(*body, ""), id) : Result<>(pass_on(body));
    }

    Result<> find_measure() {
        std::string id(request_.path_value("id"));
        if (id.empty()) {
            const auto asked = input_.text("measure");
            if (!asked || asked->empty()) {
                return fail(ErrorCode::Usage,
                            "\"measure\" must be the canonical or the id of a measure");
            }
            if (asked->find("://") != std::string::npos) {
                return find_by_url(*asked);
            }
            id = asked->starts_with("Measure/") ? asked->substr(8) : *asked;
        }
        if (const auto* const own = record_->clinic->find_measure(id)) {
            measure_ = *own;
            return {};
        }
        const auto place = find_place(backend_, *record_, fhir::ResourceType::Measure, id);
        return place ? take_stored(place->position, id) : Result<>(pass_on(place));
    }

    Result<> find_by_url(std::string_view canonical) {
        const std::string_view url = canonical.substr(0, canonical.find('|'));
        const std::string_view version =
            url.size() == canonical.size() ? std::string_view() : canonical.substr(url.size() + 1);
        const auto fits = [&](std::string_view its_url, std::string_view its_version) {
            return its_url == url && (version.empty() || its_version == version);
        };
        for (const quality::Measure& own : record_->clinic->measures) {
            if (fits(own.url, own.version)) {
                measure_ = own;
                return {};
            }
        }
        JsonDocument document;
        for (const LogPosition position :
             positions_of(*record_->index, fhir::ResourceType::Measure, stored_max)) {
            const auto body = backend_.service.folder().read_body(position);
            const auto resource = body ? document.parse(*body) : Result<JsonView>(JsonView());
            if (resource && fits((*resource)["url"].text(), (*resource)["version"].text())) {
                return take_stored(position, "");
            }
        }
        return fail(ErrorCode::NotFound, fmt::format("there is no measure {}; GET /fhir/Measure "
                                                     "lists them",
                                                     canonical));
    }

    Result<values::Temporal> read_date(std::string_view name) {
        const auto text = input_.text(name);
        auto date = text ? values::parse_temporal(*text) : Result<values::Temporal>();
        if (!text || !date || date->kind == values::Temporal::Kind::Time) {
            return fail(ErrorCode::Usage,
                        fmt::format("\"{}\" must be a date, such as 2025-01-01", name));
        }
        return date;
    }

    Result<> read_period() {
        const auto start = read_date("periodStart");
        const auto end = read_date("periodEnd");
        if (!start || !end) {
            return pass_on(start ? end : start);
        }
        start_ = *start;
        end_ = *end;
        head_.period_start = *input_.text("periodStart");
        head_.period_end = *input_.text("periodEnd");
        return {};
    }

    Result<> read_kind() {
        if (const auto read = read_whom(); !read) {
            return read;
        }
        const auto asked = input_.text("reportType");
        if (!asked || asked->empty()) {
            head_.kind = subjects_.patient ? Kind::Individual : Kind::Summary;
        } else if (*asked == "individual" || *asked == "subject") {
            head_.kind = Kind::Individual;
        } else if (*asked == "subject-list" || *asked == "patient-list") {
            head_.kind = Kind::SubjectList;
        } else if (*asked == "population" || *asked == "summary") {
            head_.kind = Kind::Summary;
        } else {
            return fail(ErrorCode::Usage,
                        "\"reportType\" must be subject, subject-list or population");
        }
        if (head_.kind == Kind::Individual && !subjects_.patient) {
            return fail(ErrorCode::Usage,
                        "a report about one subject needs a \"subject\", such as Patient/p1");
        }
        return {};
    }

    Result<> read_whom() {
        const auto moment = api::asked_moment(backend_, request_);
        if (!moment) {
            return pass_on(moment);
        }
        as_of_ = moment->value_or(backend_.service.clock().now());
        auto subjects = read_measure_subjects(backend_, *record_, input_, *moment);
        if (!subjects) {
            return pass_on(subjects);
        }
        subjects_ = std::move(*subjects);
        head_.subject = subjects_.reference;
        return {};
    }

    /// It may leave out of a report about one patient what somebody has already: nothing, as no
    /// resource of theirs is in it.
    Result<> read_last_received() {
        const auto asked = input_.text("lastReceivedOn");
        if (!asked || asked->empty()) {
            return {};
        }
        if (const auto date = read_date("lastReceivedOn"); !date) {
            return pass_on(date);
        }
        if (head_.kind != Kind::Individual) {
            return fail(ErrorCode::Usage,
                        "\"lastReceivedOn\" has a meaning for a report about one subject only; "
                        "leave it out");
        }
        head_.notes.push_back(
            fmt::format("lastReceivedOn={}: nothing is left out for it. The report counts the "
                        "whole period, and "
                        "holds no resources of the patient that could have been received before.",
                        *asked));
        return {};
    }

    Result<> find_libraries() {
        for (const std::string& canonical : measure_.libraries) {
            auto name = shelf_.find_by_canonical(canonical);
            if (!name) {
                return pass_on(name);
            }
            libraries_.push_back(std::move(*name));
        }
        return {};
    }

    /// Counts can say something of one person, too.
    Result<> audit_question() {
        const std::string patient =
            subjects_.patient
                ? engine::patient_name(*record_->index,
                                       record_->index->patients().key[*subjects_.patient])
                : std::string();
        return api::audit_question(
            backend_, request_, "fhir.measure",
            fmt::format("{} from {} to {}{}", measure_.canonical(), head_.period_start,
                        head_.period_end, head_.subject.empty() ? "" : " of " + head_.subject),
            patient);
    }

    Result<> audit_subjects(const quality::Report& report) const {
        if (head_.kind != Kind::SubjectList) {
            return {};
        }
        population::Bitmap all(record_->index->patient_count());
        for (const quality::GroupResult& group : report.groups) {
            for (const quality::PopulationResult& population : group.populations) {
                all |= population.patients;
            }
        }
        std::vector<std::string> names;
        all.for_each([&](std::size_t number) {
            names.push_back(
                engine::patient_name(*record_->index, record_->index->patients().key[number]));
        });
        return api::audit_list(backend_, request_, "fhir.measure", names, measure_.canonical());
    }

    Result<std::vector<quality::Parameter>> read_given(const practice::Vocabulary& vocabulary) {
        auto given = read_parameters(input_.resource("parameters"), {});
        if (!given) {
            return given;
        }
        auto period = quality::measurement_period(vocabulary, libraries_, start_, end_);
        if (!period) {
            return pass_on(period);
        }
        std::erase_if(
            *given, [](const quality::Parameter& one) { return one.name == quality::period_name; });
        given->push_back(std::move(*period));
        return given;
    }

    Result<quality::Report> evaluate() {
        const practice::Vocabulary vocabulary{&record_->clinic->folder.value_sets, &shelf_};
        const auto parameters = read_given(vocabulary);
        if (!parameters) {
            return pass_on(parameters);
        }
        const auto place = backend_.cohorts->enter();
        if (place == nullptr) {
            return fail(ErrorCode::Unavailable, "other cohorts are being counted; try again soon");
        }
        api::EngagementSeen seen;
        if (const auto opened = seen.open(backend_, *record_, true, as_of_); !opened) {
            return pass_on(opened);
        }
        population::CohortContext around;
        around.as_of = as_of_;
        around.executor = &backend_.service.executor();
        around.clock = &backend_.service.clock();
        around.read_body = [this](LogPosition position) {
            return backend_.service.folder().read_body(position);
        };
        around.engagement = &seen.rows();
        around.deadline = backend_.service.clock().now() + time_max;
        auto report = quality::evaluate(
            measure_, {vocabulary, libraries_, *parameters, *record_->index, around,
                       subjects_.patient, subjects_.among.get(), subjects_.also});
        if (seen.failed()) {
            return fail(ErrorCode::Unavailable,
                        "the log could not be written: start the server again");
        }
        return report;
    }

    const api::Backend& backend_;
    const Request& request_;
    OperationInput input_;
    std::shared_ptr<const engine::Published> record_;
    LibraryShelf shelf_;
    quality::Measure measure_;
    std::vector<quality::LibraryName> libraries_;
    ReportHead head_;
    values::Temporal start_;
    values::Temporal end_;
    Instant as_of_;
    MeasureSubjects subjects_;
};

Result<Response> evaluate_measure(const api::Backend& backend, const Request& request) {
    auto input = OperationInput::read(request, known);
    return input ? MeasureOperation(backend, request, std::move(*input)).answer() : pass_on(input);
}

}  // namespace

void add_measure_routes(Router& router, api::Backend& backend) {
    const auto access = RouteAccess::needs(access::Permission::FhirRead);
    const auto handler = answering_cql(
        [&backend](const Request& request) { return evaluate_measure(backend, request); });
    router.add(
        {Method::Get, "/fhir/Measure/$evaluate-measure", "fhirEvaluateMeasure", access, handler});
    router.add({Method::Post, "/fhir/Measure/$evaluate-measure", "fhirEvaluateMeasureByPost",
                access, handler});
    router.add({Method::Get, "/fhir/Measure/{id}/$evaluate-measure", "fhirEvaluateOneMeasure",
                access, handler});
    router.add({Method::Post, "/fhir/Measure/{id}/$evaluate-measure",
                "fhirEvaluateOneMeasureByPost", access, handler});
}

}  // namespace parcours::http::facade
