#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/call_plan.h"
#include "engine/clinic.h"
#include "engine/intake.h"
#include "engine/ledger.h"
#include "engine/message_lists.h"
#include "engine/outbox.h"
#include "engine/patient_view.h"
#include "engine/published.h"
#include "engine/quarantine.h"
#include "engine/service.h"
#include "engine/task_lists.h"
#include "engine/task_sheet.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/discretion.h"
#include "http/api/rows.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "population/live_index.h"
#include "record/engagement.h"

namespace parcours::http::api {
namespace {

Result<> allow(const Request& request, std::string_view name,
               std::initializer_list<std::string_view> values) {
    const auto given = request.find_query(name);
    if (!given || given->empty() || std::ranges::find(values, *given) != values.end()) {
        return {};
    }
    std::string list;
    for (const std::string_view value : values) {
        list += (list.empty() ? "" : ", ") + std::string(value);
    }
    return fail(ErrorCode::Usage, "\"" + std::string(name) + "\" must be one of: " + list);
}

/// A word of the query; empty where it asks for nothing.
std::string_view asked(const Request& request, std::string_view name,
                       std::string_view otherwise = {}) {
    const std::string_view given = request.find_query(name).value_or("");
    return given.empty() ? otherwise : given;
}

/// The moment that a list is about: the one asked for, a virtual run's end, or the present.
Result<Instant> now_of(const Backend& backend, const Request& request) {
    const auto at = asked_moment(backend, request);
    return at ? Result<Instant>(at->value_or(backend.service.clock().now())) : pass_on(at);
}

/// A page of the tasks asked for; copied, so that the ledger can go on.
struct TaskRows {
    std::vector<engine::TaskState> tasks;
    std::vector<std::string> planned;  ///< the day of each; empty: not said
    std::map<std::string, std::uint64_t> queues;
    std::size_t total = 0;
    Page page;
};

/// What the query asks for, at a moment.
engine::TaskQuery read_task_query(const Request& request, Instant now) {
    const std::string_view state = asked(request, "state", "open");
    const std::string_view sort = asked(request, "sort", "due");
    engine::TaskQuery query{.open = state != "closed",
                            .closed = state != "open",
                            .queue = asked(request, "queue"),
                            .kind = asked(request, "kind"),
                            .campaign = asked(request, "campaign"),
                            .step = asked(request, "step"),
                            .by_due = sort.ends_with("due"),
                            .down = sort.starts_with('-')};
    query.opened_until = now;
    if (asked(request, "late") == "true") {
        query.late_at = now;
        query.closed = false;
    }
    return query;
}

Result<TaskRows> asked_tasks(const Backend& backend, const Request& request, Instant now) {
    if (const auto good = allow(request, "state", {"open", "closed", "all"}); !good) {
        return pass_on(good);
    }
    if (const auto good = allow(request, "sort", {"due", "-due", "opened", "-opened"}); !good) {
        return pass_on(good);
    }
    const engine::TaskQuery query = read_task_query(request, now);
    const auto reading = backend.service.ledger();
    const engine::TaskLists& lists = reading.ledger.lists().tasks;
    TaskRows rows;
    rows.total = lists.find(query, 0, 0).total;
    const auto page = asked_page(request, rows.total);
    if (!page) {
        return pass_on(page);
    }
    rows.page = *page;
    engine::TaskPage found = lists.find(query, page->from, page->to - page->from);
    const auto plan = engine::plan_calls(reading.ledger, *backend.service.published()->clinic, now);
    for (const std::uint32_t number : found.numbers) {
        rows.tasks.push_back(*reading.ledger.tasks()[number]);
        const auto day = plan.find(rows.tasks.back().task.id);
        rows.planned.push_back(day == plan.end() ? "" : format_date(day->second.day));
    }
    rows.queues = std::move(found.queues);
    return rows;
}

Result<Response> list_tasks(const Backend& backend, const Request& request) {
    const auto now = now_of(backend, request);
    if (!now) {
        return pass_on(now);
    }
    const auto record = backend.service.published();
    const Discretion discretion(backend, request, *record);
    if (const auto allowed = discretion.allow_question(request); !allowed) {
        return pass_on(allowed);
    }
    const auto rows = asked_tasks(backend, request, *now);
    if (!rows) {
        return pass_on(rows);
    }
    std::vector<std::string> ids;
    for (const engine::TaskState& state : rows->tasks) {
        ids.push_back(engine::patient_name(*record->index, state.task.patient));
    }
    if (const auto audited = audit_list(backend, request, "tasks.list", ids, request.target);
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tasks").begin_array();
    for (std::size_t i = 0; i < rows->tasks.size(); ++i) {
        const engine::TaskState& state = rows->tasks[i];
        TaskMarks marks = marks_of(*record->clinic, state.task, *now);
        marks.planned_for = rows->planned[i];
        write_task(json, discretion.masked(state), marks, ids[i],
                   display_name(backend.service, *record->index, state.task.patient));
    }
    json.end_array().member("total", rows->total).key("queues").begin_array();
    for (const auto& [queue, count] : rows->queues) {
        json.begin_object().member("name", queue).member("count", count).end_object();
    }
    json.end_array();
    write_next(json, rows->page);
    json.end_object();
    return Response::json(std::move(out));
}

/// A task with its enrolment; copied likewise.
struct FoundTask {
    engine::TaskState state;
    std::optional<Enrolment> enrolment;
};

std::optional<FoundTask> find_task(const engine::Service& service, const Digest& id) {
    const auto reading = service.ledger();
    const engine::TaskPointer state = reading.ledger.find_task(id);
    if (state == nullptr) {
        return std::nullopt;
    }
    FoundTask found{*state, {}};
    if (const auto of = reading.ledger.find_enrolment(state->task.enrolment)) {
        found.enrolment = of.enrolment();
    }
    return found;
}

/// A script that cannot be put into words must not hide whom to call.
TaskSheet read_sheet(const engine::Service& service, const engine::Published& record,
                     const FoundTask& found, Instant now) {
    const Task& task = found.state.task;
    TaskSheet sheet{engine::read_person(service.folder(), *record.index, task.patient, now), {}};
    if (task.script.empty()) {
        return sheet;
    }
    const auto reader = engine::PatientReader::make(service.folder(), record.clinic);
    const auto script =
        reader ? engine::read_script(**reader, found.enrolment ? &*found.enrolment : nullptr, task,
                                     now)
               : Result<std::string>(pass_on(reader));
    sheet.script = script ? *script : "cannot be shown: " + script.error().to_text();
    return sheet;
}

Result<Response> get_task(const Backend& backend, const Request& request) {
    const auto now = now_of(backend, request);
    if (!now) {
        return pass_on(now);
    }
    const auto id = digest_from_hex(request.path_value("id"));
    const auto found = id ? find_task(backend.service, *id) : std::nullopt;
    if (!found) {
        return fail(ErrorCode::NotFound, "there is no such task");
    }
    const Task& task = found->state.task;
    const auto record = backend.service.published();
    const std::string patient = engine::patient_name(*record->index, task.patient);
    if (const auto audited = backend.audit(request, "task.read", patient, request.target);
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    const Discretion discretion(backend, request, *record);
    TaskSheet sheet = read_sheet(backend.service, *record, *found, *now);
    if (!discretion.may_see_campaign(task.campaign)) {
        sheet.script = Discretion::mask;
    }
    if (const auto number = record->index->find_patient(task.patient);
        number &&
        discretion.hides_address(*number, read_card(backend.service, *record->index, *number))) {
        sheet.person.patient.phones.clear();
        sheet.person.patient.emails.clear();
    }
    write_task(json, discretion.masked(found->state), marks_of(*record->clinic, task, *now),
               patient, display_name(backend.service, *record->index, task.patient), &sheet);
    return Response::json(std::move(out));
}

Result<Response> get_message(const Backend& backend, const Request& request) {
    const auto id = digest_from_hex(request.path_value("id"));
    if (!id) {
        return fail(ErrorCode::NotFound, "there is no such message");
    }
    const auto entries = backend.service.messages(std::span(&*id, 1));
    if (!entries) {
        return pass_on(entries);
    }
    if (entries->empty()) {
        return fail(ErrorCode::NotFound, "there is no such message");
    }
    const engine::OutboxEntry& entry = entries->front();
    if (const auto audited =
            backend.audit(request, "message.read", entry.patient_id, request.target);
        !audited) {
        return pass_on(audited);
    }
    const auto record = backend.service.published();
    const Discretion discretion(backend, request, *record);
    std::string out;
    JsonWriter json(out);
    write_message(json, discretion.masked(entry),
                  display_name(backend.service, *record->index, entry.message.patient));
    return Response::json(std::move(out));
}

Result<Changed> close_task(const Backend& backend, engine::Service& service,
                           const Request& request) {
    const auto body = read_body(request, {{"outcome", BodyKind::Text, true, 100}});
    if (!body) {
        return pass_on(body);
    }
    const auto id = digest_from_hex(request.path_value("id"));
    if (!id) {
        return fail(ErrorCode::NotFound, "there is no such task");
    }
    if (const auto closed =
            service.close_task(*id, body->text("outcome"), request.caller->actor.name);
        !closed) {
        return pass_on(closed);
    }
    const auto record = service.published();
    const engine::TaskState state = *service.ledger().ledger.find_task(*id);
    const std::string patient = engine::patient_name(*record->index, state.task.patient);
    std::string out;
    JsonWriter json(out);
    write_task(json, Discretion(backend, request, *record).masked(state),
               marks_of(*record->clinic, state.task, service.clock().now()), patient,
               display_name(service, *record->index, state.task.patient));
    return Changed{Response::json(std::move(out)), "closed as " + state.task.outcome, patient};
}

/// A page of the messages asked for, the newest first.
struct MessageRows {
    std::vector<Digest> ids;
    std::size_t total = 0;
    Page page;
};

Result<MessageRows> asked_messages(const Backend& backend, const Request& request) {
    if (const auto good = allow(
            request, "status",
            {"sent", "captured", "waiting", "not-sent", "unknown", "withdrawn", "attempting"});
        !good) {
        return pass_on(good);
    }
    const engine::MessageQuery query{.status = asked(request, "status"),
                                     .reason = asked(request, "reason"),
                                     .campaign = asked(request, "campaign"),
                                     .channel = asked(request, "channel")};
    const auto reading = backend.service.ledger();
    const engine::MessageLists& lists = reading.ledger.lists().messages;
    MessageRows rows;
    rows.total = lists.find(query, 0, 0).total;
    const auto page = asked_page(request, rows.total);
    if (!page) {
        return pass_on(page);
    }
    rows.page = *page;
    const std::size_t count = page->to - page->from;
    for (const std::uint32_t number : lists.find(query, page->from, count).numbers) {
        rows.ids.push_back(reading.ledger.messages().id(number));
    }
    return rows;
}

Result<Response> list_outbox(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const Discretion discretion(backend, request, *record);
    if (const auto allowed = discretion.allow_question(request); !allowed) {
        return pass_on(allowed);
    }
    const auto rows = asked_messages(backend, request);
    if (!rows) {
        return pass_on(rows);
    }
    const auto entries = backend.service.messages(rows->ids);
    if (!entries) {
        return pass_on(entries);
    }
    std::vector<std::string> ids;
    for (const engine::OutboxEntry& entry : *entries) {
        ids.push_back(entry.patient_id);
    }
    if (const auto audited = audit_list(backend, request, "outbox.list", ids, request.target);
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("messages").begin_array();
    for (const engine::OutboxEntry& entry : *entries) {
        write_message(json, discretion.masked(entry),
                      display_name(backend.service, *record->index, entry.message.patient));
    }
    json.end_array().member("total", rows->total);
    write_next(json, rows->page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> list_quarantine(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto page = asked_page(request, record->quarantine->size());
    if (!page) {
        return pass_on(page);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("entries").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        const engine::QuarantineEntry& entry = (*record->quarantine)[i];
        json.begin_object()
            .member("id", entry.id.to_hex())
            .member("source", entry.source)
            .member("file", entry.where.file)
            .member("line", entry.where.line)
            .member("column", entry.where.column)
            .member("reason", entry.reason)
            .member("at", format_instant(entry.at))
            .end_object();
    }
    json.end_array().member("total", record->quarantine->size());
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Response retried(const engine::RetryReport& report) {
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("tried", report.tried)
        .member("resolved", report.resolved)
        .end_object();
    return Response::json(std::move(out));
}

/// Answered when what the retry has taken in is published.
void retry_quarantine(Backend& backend, const Request& request, const Answer& answer) {
    Request asked = request;
    asked.receipts = nullptr;  // a change is told of when its audit is durable
    if (const auto audited = audit_asked(backend, asked); !audited) {
        answer(problem(audited.error()));
        return;
    }
    const auto end = [&backend, asked = std::move(asked),
                      answer](const Result<engine::RetryReport>& report) {
        if (!report) {
            answer(problem(report.error()));
            return;
        }
        const auto audited = audit_change(backend, asked,
                                          "tried " + std::to_string(report->tried) + ", resolved " +
                                              std::to_string(report->resolved));
        answer(audited ? retried(*report) : problem(audited.error()));
    };
    if (!backend.write([end](engine::Service& service) {
            if (const auto begun = service.intake().begin_retry(end); !begun) {
                end(pass_on(begun));
            }
        })) {
        answer(problem(503, "the server is busy or stopping", "try again in a minute"));
    }
}

}  // namespace

void add_work_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(
        reading(Method::Get, "/api/v1/tasks", "listTasks", Permission::TaskRead,
                [&backend](const Request& request) { return list_tasks(backend, request); }));
    router.add(reading(Method::Get, "/api/v1/tasks/{id}", "getTask", Permission::TaskRead,
                       [&backend](const Request& request) { return get_task(backend, request); }));
    router.add(
        reading(Method::Get, "/api/v1/outbox/{id}", "getMessage", Permission::OutboxRead,
                [&backend](const Request& request) { return get_message(backend, request); }));
    router.add(writing(backend, Method::Post, "/api/v1/tasks/{id}/close", "closeTask",
                       Permission::TaskClose,
                       [&backend](engine::Service& service, const Request& request) {
                           return close_task(backend, service, request);
                       }));
    router.add(
        reading(Method::Get, "/api/v1/outbox", "listOutbox", Permission::OutboxRead,
                [&backend](const Request& request) { return list_outbox(backend, request); }));
    router.add(
        reading(Method::Get, "/api/v1/quarantine", "listQuarantine", Permission::QuarantineRead,
                [&backend](const Request& request) { return list_quarantine(backend, request); }));
    router.add({Method::Post, "/api/v1/quarantine/retry", "retryQuarantine",
                RouteAccess::needs(Permission::QuarantineRetry),
                [&backend](const Request& request, const Answer& answer) {
                    retry_quarantine(backend, request, answer);
                }});
}

}  // namespace parcours::http::api
