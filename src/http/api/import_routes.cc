#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/import.h"
#include "engine/intake.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/body.h"
#include "http/api/import_jobs.h"
#include "http/message.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

std::string_view state_name(ImportJob::State state) {
    return state == ImportJob::State::Running ? "running"
           : state == ImportJob::State::Done  ? "done"
                                              : "failed";
}

void write_job(JsonWriter& json, const ImportJob& job) {
    json.begin_object()
        .member("id", job.id)
        .member("state", state_name(job.state))
        .member("started", format_instant(job.started))
        .member("source", job.source)
        .member("bytes_done", job.progress.input_bytes_done)
        .member("bytes_total", job.progress.input_bytes_total)
        .member("resources", std::max(job.progress.resources, job.report.resources))
        .member("stored", job.report.stored)
        .member("unchanged", job.report.unchanged)
        .member("quarantined", job.report.quarantined)
        .member("message", job.message);
    json.key("warnings").begin_array();
    for (const std::string& warning : job.report.warnings) {
        json.value(warning);
    }
    json.end_array().end_object();
}

std::uint64_t percent(const engine::ImportProgress& progress) {
    return progress.input_bytes_done * 100 / std::max<std::uint64_t>(progress.input_bytes_total, 1);
}

Result<Response> list_imports(const Backend& backend) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("imports").begin_array();
    for (const ImportJob& job : backend.imports.all()) {
        write_job(json, job);
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

/// In the writer's thread: begins the import, which keeps the job's figures.
void begin_job(const Backend& backend, engine::Service& service, const std::string& id,
               const engine::ImportOptions& options) {
    const auto end = [&backend, id](const Result<engine::ImportReport>& report) {
        backend.imports.end(id, report);
        tell(backend, "import", id);
    };
    const auto begun = service.intake().begin_import(
        options,
        [&backend, id](const engine::ImportProgress& progress) {
            if (backend.imports.update(id, progress)) {
                tell(backend, "import", id);
            }
        },
        end);
    if (!begun) {
        end(pass_on(begun));
    }
}

Result<Response> start_import(Backend& backend, const Request& request) {
    const auto body = read_body(
        request, {{"paths", BodyKind::Texts, true}, {"source", BodyKind::Text, false, 100}});
    if (!body) {
        return pass_on(body);
    }
    engine::ImportOptions options;
    options.source = body->has("source") ? body->text("source") : std::string(main_feed);
    for (const std::string& path : body->texts("paths")) {
        auto allowed = backend.may_import(path);
        if (!allowed) {
            return fail(ErrorCode::Usage,
                        "\"" + path +
                            "\" is not there, or not below a folder that imports may read; give "
                            "it whole, or from such a folder on (serve --import-from names them)");
        }
        // What was judged is what is read, wherever a link points by then.
        options.paths.push_back(std::move(*allowed));
    }
    std::string what = "into the feed " + options.source + " from";
    for (const std::string& path : options.paths) {
        what += ' ' + path;
    }
    if (const auto audited = audit_change(backend, request, what); !audited) {
        return pass_on(audited);
    }
    const auto job = backend.imports.begin(options.source, backend.service.clock().now());
    if (!job) {
        return pass_on(job);
    }
    if (!backend.write([&backend, id = job->id, options](engine::Service& service) {
            begin_job(backend, service, id, options);
        })) {
        const auto busy = fail(ErrorCode::Unavailable, "the server is busy or stopping");
        backend.imports.end(job->id, busy);
        return busy;
    }
    std::string out;
    JsonWriter json(out);
    write_job(json, *job);
    return Response::json(std::move(out), 202);
}

}  // namespace

ImportJob* ImportJobs::find(const std::string& id) {
    const auto found = std::ranges::find(jobs_, id, &ImportJob::id);
    return found == jobs_.end() ? nullptr : &*found;
}

Result<ImportJob> ImportJobs::begin(std::string source, Instant now) {
    const std::scoped_lock lock(mutex_);
    if (!jobs_.empty() && jobs_.front().state == ImportJob::State::Running) {
        return fail(ErrorCode::Conflict, "an import runs already; wait for its end");
    }
    ImportJob& job = jobs_.emplace_front();
    job.id = std::to_string(++count_);
    job.started = now;
    job.source = std::move(source);
    if (jobs_.size() > kept_max) {
        jobs_.pop_back();
    }
    return job;
}

bool ImportJobs::update(const std::string& id, const engine::ImportProgress& progress) {
    const std::scoped_lock lock(mutex_);
    ImportJob* const job = find(id);
    if (job == nullptr) {
        return false;
    }
    const std::uint64_t before = percent(job->progress);
    job->progress = progress;
    return percent(progress) != before;
}

void ImportJobs::end(const std::string& id, const Result<engine::ImportReport>& report) {
    const std::scoped_lock lock(mutex_);
    ImportJob* const job = find(id);
    if (job == nullptr) {
        return;
    }
    job->state = report ? ImportJob::State::Done : ImportJob::State::Failed;
    if (report) {
        job->report = *report;
    } else {
        job->message = report.error().message;
    }
}

std::vector<ImportJob> ImportJobs::all() const {
    const std::scoped_lock lock(mutex_);
    return {jobs_.begin(), jobs_.end()};
}

void add_import_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/imports", "listImports", Permission::ImportRun,
                       [&backend](const Request&) { return list_imports(backend); }));
    router.add(
        reading(Method::Post, "/api/v1/imports", "startImport", Permission::ImportRun,
                [&backend](const Request& request) { return start_import(backend, request); }));
}

}  // namespace parcours::http::api
