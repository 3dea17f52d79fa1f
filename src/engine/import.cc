#include "engine/import.h"

#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import_appender.h"
#include "engine/import_pipeline.h"
#include "engine/import_worker.h"
#include "engine/input.h"
#include "population/builder.h"

namespace parcours::engine {
namespace {

std::uint64_t total_bytes(const Files& files, const std::vector<InputFile>& input) {
    std::uint64_t total = 0;
    for (const InputFile& file : input) {
        if (const auto view = files.view(file.path)) {
            total += (*view)->bytes().size();
        }
    }
    return total;
}

Result<> append_all(ImportPipeline& pipeline, ImportAppender& appender, ImportReport& report,
                    const ImportOptions& options, ImportProgress progress,
                    const std::function<void(const ImportProgress&)>& tell) {
    while (auto chunk = pipeline.next_result()) {
        progress.input_bytes_done += chunk->input_bytes;
        if (options.watch) {
            options.watch(*chunk);
        }
        if (const auto added = appender.add(std::move(*chunk), report); !added) {
            return added;
        }
        progress.resources = report.resources;
        tell(progress);
    }
    if (const auto failure = pipeline.failure()) {
        return std::unexpected(*failure);
    }
    return appender.flush();
}

Result<> index_parts(DataFolder& folder, const ImportAppender& appender,
                     std::vector<ImportWorker>& workers) {
    std::vector<const population::IndexPart*> parts;
    for (unsigned i = 0; i < workers.size(); ++i) {
        appender.set_positions(i, workers[i].part());
        parts.push_back(&workers[i].part());
    }
    auto merged = population::merge(parts, folder.index().get());
    if (!merged) {
        return pass_on(merged);
    }
    folder.set_index(std::move(*merged));
    return {};
}

}  // namespace

Result<ImportReport> import_files(DataFolder& folder, const Files& files, const Clock& clock,
                                  const ImportOptions& options,
                                  const std::function<void(const ImportProgress&)>& progress) {
    const auto input = find_input(files, options.paths);
    if (!input) {
        return pass_on(input);
    }
    ImportReport report;
    ChunkReader reader(files, *input, options.document_bytes_max);
    ImportPipeline pipeline(reader);
    const BodyTopics topics(options.source);
    const WorkerContext context{options.source, topics, folder.identity().versions,
                                folder.store().codec(), clock.now()};
    std::vector<ImportWorker> workers;
    workers.reserve(options.worker_count);
    for (unsigned i = 0; i < options.worker_count; ++i) {
        workers.emplace_back(i, context);
    }
    ImportAppender appender(folder, options);
    Result<> done;
    {
        std::vector<std::jthread> threads;
        const StopAtEnd stop(pipeline);
        for (ImportWorker& worker : workers) {
            threads.emplace_back([&pipeline, &worker] { work_through(pipeline, worker); });
        }
        done = append_all(pipeline, appender, report, options, {0, total_bytes(files, *input), 0},
                          progress);
    }
    // Also after a failure: what is in the log already must be known to whoever goes on.
    appender.keep_versions();
    if (report.stored > 0) {
        if (const auto indexed = index_parts(folder, appender, workers); !indexed) {
            return pass_on(indexed);
        }
    }
    if (!done) {
        return pass_on(done);
    }
    if (const auto saved = folder.save_snapshots(); !saved) {
        return pass_on(saved);
    }
    report.patients = folder.index()->person_count();
    return report;
}

}  // namespace parcours::engine
