#include "engine/import.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/flat_set.h"
#include "engine/import_appender.h"
#include "engine/import_pipeline.h"
#include "engine/import_worker.h"
#include "engine/index_growth.h"
#include "engine/input.h"
#include "population/builder.h"
#include "population/live_index.h"

namespace parcours::engine {
namespace {

/// A merge writes the whole index again: it waits until there is as much as this part of it.
constexpr std::size_t merge_share = 3;

std::uint64_t total_bytes(const Files& files, const std::vector<InputFile>& input) {
    std::uint64_t total = 0;
    for (const InputFile& file : input) {
        if (const auto view = files.view(file.path)) {
            total += (*view)->bytes().size();
        }
    }
    return total;
}

/// One import, from its files to the index.
class ImportRun {
  public:
    using Tell = std::function<void(const ImportProgress&)>;

    ImportRun(DataFolder& folder, const Files& files, const std::vector<InputFile>& input,
              const ImportOptions& options, Instant now, const Tell& tell)
        : folder_(folder),
          files_(files),
          input_(input),
          options_(options),
          tell_(tell),
          before_(folder.index()),
          topics_(options.source),
          context_{options.source, topics_, folder.identity().versions, folder.store().codec(),
                   now},
          appender_(folder, options) {
        context_.part_entries_max = options.merge_entries_min / (options.worker_count + 1) + 1;
        workers_.reserve(options.worker_count);
        for (unsigned i = 0; i < options.worker_count; ++i) {
            workers_.emplace_back(i, context_);
        }
        progress_.input_bytes_total = total_bytes(files, input);
    }

    Result<ImportReport> run() {
        Result<> done = read([this](ReadyChunk chunk) {
            if (options_.watch) {
                options_.watch(chunk);
            }
            return appender_.add(std::move(chunk), report_);
        });
        if (done && options_.brings_back) {
            done = bring_back();
        }
        // Also after a failure: what was read is durable, and known to whoever goes on.
        if (const auto flushed = appender_.flush(); done && !flushed) {
            done = flushed;
        }
        appender_.keep_versions(*before_);
        before_.reset();
        if (const auto indexed = index_rest(); !indexed) {
            return pass_on(indexed);
        }
        if (!done) {
            return pass_on(done);
        }
        // Beside one that writes, a start finds what is in layers in the log: snapshots wait until
        // layers are folded, or the process ends.
        if (new_base_ || !options_.steps.by_writer) {
            if (const auto saved = folder_.save_snapshots(); !saved) {
                return pass_on(saved);
            }
        }
        report_.patients = folder_.index()->person_count();
        return report_;
    }

  private:
    using Take = std::function<Result<>(ReadyChunk)>;

    /// Reads the whole input and gives it to `take` in its order.
    Result<> read(const Take& take) {
        ChunkReader reader(files_, input_, options_.document_bytes_max);
        ImportPipeline pipeline(reader);
        Result<> done;
        {
            std::vector<std::jthread> threads;
            const StopAtEnd stop(pipeline);
            for (ImportWorker& worker : workers_) {
                threads.emplace_back([&pipeline, &worker] { work_through(pipeline, worker); });
            }
            done = consume(pipeline, take);
        }
        // Only after a failure; a part may be about earlier chunks, which are in the log.
        while (auto chunk = pipeline.take_left()) {
            if (chunk->finished != nullptr) {
                (void)appender_.take_part(chunk->worker, std::move(chunk->finished));
            }
        }
        return done;
    }

    Result<> consume(ImportPipeline& pipeline, const Take& take) {
        while (auto chunk = pipeline.next_result()) {
            progress_.input_bytes_done += chunk->input_bytes;
            if (const auto taken = take(std::move(*chunk)); !taken) {
                return taken;
            }
            if (options_.steps.should_stop()) {
                return fail(ErrorCode::Unavailable,
                            "the import was stopped; run it again, it goes on where it stopped");
            }
            if (appender_.part_entries() >= merge_entries()) {
                if (const auto indexed = index_parts(); !indexed) {
                    return indexed;
                }
            }
            progress_.resources = report_.resources;
            tell_(progress_);
        }
        if (const auto failure = pipeline.failure()) {
            return std::unexpected(*failure);
        }
        return {};
    }

    /// Which former versions must be current again is known only at the end of the input, and
    /// nothing of them was kept: where there are any, the input is read once more.
    Result<> bring_back() {
        const FlatSet returning = appender_.find_returning();
        if (returning.size() == 0) {
            return {};
        }
        context_.wanted = &returning;
        progress_.input_bytes_total *= 2;
        const auto done = read(
            [this](ReadyChunk chunk) { return appender_.bring_back(std::move(chunk), report_); });
        context_.wanted = nullptr;
        return done;
    }

    [[nodiscard]] std::size_t merge_entries() const {
        const population::LiveIndex& index = *folder_.index();
        return std::max(options_.merge_entries_min,
                        (index.fact_count() + index.patient_count()) / merge_share);
    }

    /// Merges what the appender has taken into the index.
    Result<> index_parts() {
        population::LiveIndex::Parts parts;
        for (auto& part : appender_.give_parts()) {
            parts.push_back(std::move(part));
        }
        ThreadExecutor executor(workers_.size());
        auto indexed = add_to_index(*folder_.index(), std::move(parts), executor);
        if (!indexed) {
            return pass_on(indexed);
        }
        new_base_ |= (*indexed)->base() != folder_.index()->base();
        folder_.set_index(std::move(*indexed));
        return {};
    }

    Result<> index_rest() {
        for (unsigned i = 0; i < workers_.size(); ++i) {
            // Everything is written, or the import has failed already.
            (void)appender_.take_part(i, workers_[i].take_part());
        }
        return report_.stored > 0 ? index_parts() : Result<>{};
    }

    DataFolder& folder_;
    const Files& files_;
    const std::vector<InputFile>& input_;
    const ImportOptions& options_;
    const Tell& tell_;
    std::shared_ptr<const population::LiveIndex> before_;
    BodyTopics topics_;
    WorkerContext context_;
    std::vector<ImportWorker> workers_;
    ImportAppender appender_;
    ImportReport report_;
    ImportProgress progress_;
    bool new_base_ = false;  ///< the index was made anew
};

}  // namespace

Result<ImportReport> import_files(DataFolder& folder, const Files& files, const Clock& clock,
                                  const ImportOptions& options,
                                  const std::function<void(const ImportProgress&)>& progress) {
    const auto input = find_input(files, options.paths);
    if (!input) {
        return pass_on(input);
    }
    return ImportRun(folder, files, *input, options, clock.now(), progress).run();
}

}  // namespace parcours::engine
