#include "app/requests.h"

#include <fmt/format.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "app/access_requests.h"
#include "app/access_store.h"
#include "app/answers.h"
#include "app/control_socket.h"
#include "app/hold_requests.h"
#include "app/import_answer.h"
#include "app/move_requests.h"
#include "app/options.h"
#include "app/surroundings.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/given_answers.h"
#include "engine/import.h"
#include "engine/intake.h"
#include "engine/left_behind.h"
#include "engine/practice_versions.h"
#include "engine/quarantine.h"
#include "engine/receive.h"
#include "engine/service.h"
#include "practice/folder.h"

namespace parcours::app {
namespace {

using Answer = std::function<void(std::string)>;

void give(const Answer& answer, const Result<std::string>& result) {
    answer(result ? *result : error_answer(result.error()));
}

Result<> begin_import(engine::Service& service, const JsonView& request, const Answer& answer) {
    engine::ImportOptions options;
    options.source = request["source"].text("main");
    for (const JsonView path : request["paths"].elements()) {
        options.paths.emplace_back(path.text());
    }
    return service.intake().begin_import(
        std::move(options), [](const engine::ImportProgress&) {},
        [answer, stopwatch = Stopwatch()](const Result<engine::ImportReport>& report) {
            give(answer, report ? Result<std::string>(import_json(*report, stopwatch.seconds()))
                                : pass_on(report));
        });
}

std::string retry_json(const engine::RetryReport& report) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("tried", report.tried)
        .member("resolved", report.resolved)
        .end_object();
    return out;
}

Result<> begin_retry(engine::Service& service, const Answer& answer) {
    return service.intake().begin_retry([answer](const Result<engine::RetryReport>& report) {
        give(answer, report ? Result<std::string>(retry_json(*report)) : pass_on(report));
    });
}

Result<std::string> receive(engine::Service& service, const JsonView& request) {
    const auto report =
        service.receive(std::string(request["channel"].text()), request["url"].text(),
                        request["body"].text(), request["signature"].text());
    if (!report) {
        return pass_on(report);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("taken", report->taken)
        .member("repeated", report->repeated)
        .member("unmatched", report->unmatched)
        .end_object();
    return out;
}

Result<std::string> close_task(engine::Service& service, const JsonView& request) {
    const auto id = digest_from_hex(request["task"].text());
    if (!id) {
        return fail(ErrorCode::Usage, "a task is named by its 32 hexadecimal digits");
    }
    const std::string outcome(request["outcome"].text());
    if (const auto closed = service.close_task(*id, outcome, std::string(request["by"].text()));
        !closed) {
        return pass_on(closed);
    }
    std::string out;
    JsonWriter(out).begin_object().member("closed", outcome).end_object();
    return out;
}

Result<std::string> enrol(engine::Service& service, const JsonView& request) {
    const auto index = service.folder().index();
    const auto patient = find_patient(*index, request["patient"].text());
    if (!patient) {
        return pass_on(patient);
    }
    const auto enrolment =
        service.enrol(std::string(request["campaign"].text()), index->patients().key[*patient],
                      std::string(request["by"].text()), std::string(request["about"].text()));
    if (!enrolment) {
        return pass_on(enrolment);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("enrolled", enrolment->campaign)
        .member("patient", request["patient"].text())
        .member("enrolment", enrolment->id.to_hex())
        .member("step", enrolment->step)
        .member("holdout", enrolment->holdout)
        .end_object();
    return out;
}

Result<std::string> save_answers(engine::Service& service, const JsonView& request) {
    const auto index = service.folder().index();
    const auto patient = find_patient(*index, request["patient"].text());
    if (!patient) {
        return pass_on(patient);
    }
    engine::GivenAnswers given;
    given.patient = index->patients().key[*patient];
    given.form = request["form"].text();
    for (const auto& [name, value] : request["answers"].members()) {
        given.answers.emplace_back(name, value.text());
    }
    const std::string_view by = request["by"].text();
    given.source = by.empty() ? "staff" : "staff " + std::string(by);
    if (const auto saved = service.save_answers(given); !saved) {
        return pass_on(saved);
    }
    std::string out;
    JsonWriter(out).begin_object().member("saved", given.answers.size()).end_object();
    return out;
}

Result<std::string> save_cohort(engine::Service& service, const JsonView& request) {
    const std::string name(request["name"].text());
    if (const auto saved = service.save_cohort(name, std::string(request["cql"].text()),
                                               std::string(request["by"].text()));
        !saved) {
        return pass_on(saved);
    }
    std::string out;
    JsonWriter(out).begin_object().member("saved", name).end_object();
    return out;
}

/// Campaigns that a version of the practice leaves out while people are in them.
void write_left_behind(JsonWriter& json, const engine::Service& service,
                       const std::vector<std::string>& before) {
    const auto reading = service.ledger();
    json.key("left_behind").begin_array();
    for (const engine::LeftBehind& left :
         engine::find_left_behind(service.clinic(), reading.ledger, before)) {
        json.begin_object()
            .member("campaign", left.campaign)
            .member("running", left.running)
            .end_object();
    }
    json.end_array();
}

/// The whole of a practice folder instead of the clinic's own files so far.
Result<std::string> publish(engine::Service& service, const JsonView& request) {
    auto own = practice::read_practice_folder(std::string(request["practice"].text()));
    if (!own) {
        return pass_on(own);
    }
    engine::PracticeChange change;
    change.files = std::move(*own);
    change.whole = true;
    change.base = engine::practice_digest(service.clinic().folder.files);
    change.by = request["by"].text();
    change.note = request["note"].text();
    const std::vector<std::string> before = engine::campaign_names(service.clinic());
    std::vector<Error> mistakes;
    const auto version = service.publish_practice(change, mistakes);
    if (!version) {
        Error error = version.error();
        for (const Error& mistake : mistakes) {
            error.message += "\n  " + mistake.to_text();
        }
        return std::unexpected(std::move(error));
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("version", version->number)
        .member("digest", version->digest.to_hex());
    write_left_behind(json, service, before);
    json.end_object();
    return out;
}

Result<std::string> answer(engine::Service& service, access::Access* access, const Clock& clock,
                           const JsonView& request) {
    const std::string_view command = request["command"].text();
    if (command == "receive") {
        return receive(service, request);
    }
    if (command == "task") {
        return close_task(service, request);
    }
    if (command == "enrol") {
        return enrol(service, request);
    }
    if (command == "answer") {
        return save_answers(service, request);
    }
    if (command == "hold") {
        return hold_or_release(service, request);
    }
    if (command == "move") {
        return move_people(service, request);
    }
    if (command == "undo") {
        return undo_launch(service, request);
    }
    if (command == "publish") {
        return publish(service, request);
    }
    if (command == "cohort") {
        return save_cohort(service, request);
    }
    if (access != nullptr && is_access_command(command)) {
        return answer_access(*access, clock, request);
    }
    return fail(ErrorCode::Usage,
                "the process that works on this folder does not know the request");
}

/// A local answer as the socket would have brought it.
Result<std::string> unwrap(std::string answer) {
    JsonDocument document;
    const auto parsed = document.parse(answer);
    if (parsed && (*parsed)["error"]) {
        return fail(static_cast<ErrorCode>((*parsed)["error"]["code"].integer().value_or(0)),
                    std::string((*parsed)["error"]["message"].text()));
    }
    return answer;
}

}  // namespace

void answer_request(engine::Service& service, access::Access* access, const Clock& clock,
                    std::string_view request, const Answer& give_answer) {
    JsonDocument document;
    const auto parsed = document.parse(request);
    if (!parsed) {
        give_answer(error_answer(parsed.error()));
        return;
    }
    const std::string_view command = (*parsed)["command"].text();
    if (command != "import" && command != "quarantine") {
        give(give_answer, answer(service, access, clock, *parsed));
        return;
    }
    const auto begun = command == "import" ? begin_import(service, *parsed, give_answer)
                                           : begin_retry(service, give_answer);
    if (!begun) {
        give_answer(error_answer(begun.error()));
    }
}

Result<std::string> perform(const CommonOptions& options, std::string_view request) {
    auto answer = ask_worker(options.data, request);
    if (!answer) {
        return pass_on(answer);
    }
    if (*answer) {
        return std::move(**answer);
    }
    SystemSurroundings system;
    const auto service = engine::Service::open(
        {.data = options.data, .practice = options.practice, .sending = false, .publishing = false},
        system.view());
    if (!service) {
        return pass_on(service);
    }
    std::string given;
    answer_request(**service, nullptr, system.clock(), request,
                   [&given](std::string text) { given = std::move(text); });
    (*service)->intake().finish();
    return unwrap(std::move(given));
}

Result<int> print_answer(const CommonOptions& options, const Result<std::string>& answer,
                         const std::function<void(const JsonView& answer)>& in_words) {
    if (!answer) {
        return pass_on(answer);
    }
    if (options.json) {
        fmt::print("{}\n", *answer);
        return 0;
    }
    JsonDocument document;
    const auto parsed = document.parse(*answer);
    if (!parsed) {
        return pass_on(parsed);
    }
    in_words(*parsed);
    return 0;
}

Result<std::string> perform_access(const CommonOptions& options, std::string_view request) {
    auto answer = ask_worker(options.data, request);
    if (!answer) {
        return pass_on(answer);
    }
    if (*answer) {
        return std::move(**answer);
    }
    SystemSurroundings system;
    const auto opened = AccessFolder::open(options.data, system.random());
    if (!opened) {
        return pass_on(opened);
    }
    JsonDocument document;
    const auto parsed = document.parse(request);
    if (!parsed) {
        return pass_on(parsed);
    }
    return answer_access((*opened)->access(), system.clock(), *parsed);
}

}  // namespace parcours::app
