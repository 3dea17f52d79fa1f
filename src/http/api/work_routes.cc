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
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/quarantine.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/rows.h"
#include "population/index.h"
#include "record/engagement.h"

namespace parcours::http::api {
namespace {

/// Whether a filter of the query lets a value through.
bool lets_through(const Request& request, std::string_view name, std::string_view value) {
    const auto wanted = request.find_query(name);
    return !wanted || wanted->empty() || *wanted == value;
}

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

bool wants_state(const Request& request, bool open) {
    const std::string_view state = request.find_query("state").value_or("open");
    return state == "all" || (state == "closed") != open;
}

/// The moment that a list is about: the one asked for, a virtual run's end, or the present.
Result<Instant> now_of(const Backend& backend, const Request& request) {
    const auto at = asked_moment(backend, request);
    return at ? Result<Instant>(at->value_or(backend.service.clock().now())) : pass_on(at);
}

/// Tasks asked for, in the order asked for; copied, so that the ledger can go on.
Result<std::vector<Task>> asked_tasks(const Backend& backend, const Request& request, Instant now,
                                      std::map<std::string, std::uint64_t>& queues) {
    if (const auto good = allow(request, "state", {"open", "closed", "all"}); !good) {
        return pass_on(good);
    }
    if (const auto good = allow(request, "sort", {"due", "-due", "opened", "-opened"}); !good) {
        return pass_on(good);
    }
    std::vector<Task> tasks;
    {
        const auto reading = backend.service.ledger();
        const bool only_late = request.find_query("late").value_or("") == "true";
        for (const engine::TaskState* const state : reading.ledger.tasks()) {
            const bool is_late = state->open() && state->task.due && *state->task.due < now;
            if (!wants_state(request, state->open()) || state->task.opened_at > now ||
                (only_late && !is_late)) {
                continue;
            }
            ++queues[state->task.queue];
            if (lets_through(request, "queue", state->task.queue) &&
                lets_through(request, "kind", state->task.kind) &&
                lets_through(request, "campaign", state->task.campaign) &&
                lets_through(request, "step", state->task.step)) {
                tasks.push_back(state->task);
            }
        }
    }
    const std::string_view sort = request.find_query("sort").value_or("due");
    const bool by_due = sort.ends_with("due");
    const auto key = [by_due](const Task& task) {
        return by_due ? task.due.value_or(Instant::max()) : task.opened_at;
    };
    const bool down = sort.starts_with('-');
    std::ranges::sort(tasks, [&](const Task& left, const Task& right) {
        return down ? std::pair(key(right), left.id) < std::pair(key(left), right.id)
                    : std::pair(key(left), left.id) < std::pair(key(right), right.id);
    });
    return tasks;
}

Result<Response> list_tasks(const Backend& backend, const Request& request) {
    const auto now = now_of(backend, request);
    if (!now) {
        return pass_on(now);
    }
    std::map<std::string, std::uint64_t> queues;
    const auto tasks = asked_tasks(backend, request, *now, queues);
    if (!tasks) {
        return pass_on(tasks);
    }
    const auto page = asked_page(request, tasks->size());
    if (!page) {
        return pass_on(page);
    }
    const auto record = backend.service.published();
    std::vector<std::string> ids;
    for (std::size_t i = page->from; i < page->to; ++i) {
        ids.push_back(engine::patient_name(*record->index, (*tasks)[i].patient));
    }
    if (const auto audited = audit_list(backend, request, "tasks.list", ids); !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("tasks").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        const Task& task = (*tasks)[i];
        write_task(json, task, marks_of(*record->clinic, task, *now),
                   engine::patient_name(*record->index, task.patient),
                   display_name(backend.service, *record->index, task.patient));
    }
    json.end_array().member("total", tasks->size()).key("queues").begin_array();
    for (const auto& [queue, count] : queues) {
        json.begin_object().member("name", queue).member("count", count).end_object();
    }
    json.end_array();
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> get_task(const Backend& backend, const Request& request) {
    const auto now = now_of(backend, request);
    if (!now) {
        return pass_on(now);
    }
    const auto id = digest_from_hex(request.path_value("id"));
    std::optional<Task> task;
    if (id) {
        const auto reading = backend.service.ledger();
        const engine::TaskState* const state = reading.ledger.find_task(*id);
        task = state == nullptr ? std::nullopt : std::optional(state->task);
    }
    if (!task) {
        return fail(ErrorCode::NotFound, "there is no such task");
    }
    const auto record = backend.service.published();
    const std::string patient = engine::patient_name(*record->index, task->patient);
    if (const auto audited = backend.audit(request, "task.read", patient, request.target);
        !audited) {
        return pass_on(audited);
    }
    std::string out;
    JsonWriter json(out);
    write_task(json, *task, marks_of(*record->clinic, *task, *now), patient,
               display_name(backend.service, *record->index, task->patient));
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
    std::string out;
    JsonWriter json(out);
    write_message(json, entry,
                  display_name(backend.service, *record->index, entry.message.patient));
    return Response::json(std::move(out));
}

Result<Response> close_task(engine::Service& service, const Request& request) {
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
    const Task task = service.ledger().ledger.find_task(*id)->task;
    std::string out;
    JsonWriter json(out);
    write_task(json, task, marks_of(*record->clinic, task, service.clock().now()),
               engine::patient_name(*record->index, task.patient),
               display_name(service, *record->index, task.patient));
    return Response::json(std::move(out));
}

/// The messages asked for, the newest first.
std::vector<Digest> asked_messages(const Backend& backend, const Request& request) {
    std::vector<Digest> found;
    const auto reading = backend.service.ledger();
    for (const engine::MessageState* const state : reading.ledger.messages()) {
        if (lets_through(request, "status", engine::status_name(*state)) &&
            lets_through(request, "reason", state->reason) &&
            lets_through(request, "campaign", state->message.campaign) &&
            lets_through(request, "channel", state->channel)) {
            found.push_back(state->message.id);
        }
    }
    std::ranges::reverse(found);
    return found;
}

Result<Response> list_outbox(const Backend& backend, const Request& request) {
    if (const auto good = allow(
            request, "status",
            {"sent", "captured", "waiting", "not-sent", "unknown", "withdrawn", "attempting"});
        !good) {
        return pass_on(good);
    }
    const std::vector<Digest> found = asked_messages(backend, request);
    const auto page = asked_page(request, found.size());
    if (!page) {
        return pass_on(page);
    }
    const auto entries =
        backend.service.messages(std::span(found).subspan(page->from, page->to - page->from));
    if (!entries) {
        return pass_on(entries);
    }
    std::vector<std::string> ids;
    for (const engine::OutboxEntry& entry : *entries) {
        ids.push_back(entry.patient_id);
    }
    if (const auto audited = audit_list(backend, request, "outbox.list", ids); !audited) {
        return pass_on(audited);
    }
    const auto record = backend.service.published();
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("messages").begin_array();
    for (const engine::OutboxEntry& entry : *entries) {
        write_message(json, entry,
                      display_name(backend.service, *record->index, entry.message.patient));
    }
    json.end_array().member("total", found.size());
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> list_quarantine(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const auto page = asked_page(request, record->quarantine.size());
    if (!page) {
        return pass_on(page);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("entries").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        const engine::QuarantineEntry& entry = record->quarantine[i];
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
    json.end_array().member("total", record->quarantine.size());
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> retry_quarantine(engine::Service& service, const Request&) {
    const auto report = service.retry_quarantine();
    if (!report) {
        return pass_on(report);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("tried", report->tried)
        .member("resolved", report->resolved)
        .end_object();
    return Response::json(std::move(out));
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
                       Permission::TaskClose, close_task));
    router.add(
        reading(Method::Get, "/api/v1/outbox", "listOutbox", Permission::OutboxRead,
                [&backend](const Request& request) { return list_outbox(backend, request); }));
    router.add(
        reading(Method::Get, "/api/v1/quarantine", "listQuarantine", Permission::QuarantineRead,
                [&backend](const Request& request) { return list_quarantine(backend, request); }));
    router.add(writing(backend, Method::Post, "/api/v1/quarantine/retry", "retryQuarantine",
                       Permission::QuarantineRetry, retry_quarantine));
}

}  // namespace parcours::http::api
