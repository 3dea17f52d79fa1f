#include "engine/import.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/flat_set.h"
#include "engine/identity_state.h"
#include "engine/import_worker.h"
#include "engine/input.h"
#include "engine/quarantine.h"
#include "population/builder.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Records that one transaction makes durable together.
constexpr std::size_t batch_records = 8'192;
/// Chunks that may wait for their turn: bounds memory.
constexpr std::uint64_t chunks_ahead_max = 16;
/// Their text, in bytes: more only where a single chunk is larger.
constexpr std::uint64_t bytes_ahead_max = 64U << 20U;
/// Sealed bodies that one transaction makes durable together, in bytes.
constexpr std::size_t batch_bytes_max = 32U << 20U;

/// Hands chunks to workers and their results, in order, to the one who appends.
class Pipeline {
  public:
    explicit Pipeline(ChunkReader& reader) : reader_(reader) {}

    /// A worker's next chunk; nothing at the end of the input or after `stop`.
    std::optional<Chunk> take() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return stopped_ || has_room(); });
        if (stopped_ || input_ended_) {
            return std::nullopt;
        }
        auto next = reader_.next();
        if (!next) {
            failure_ = next.error();
        }
        if (!next || !*next) {
            input_ended_ = true;
            ready_.notify_all();
            return std::nullopt;
        }
        ++handed_;
        bytes_ahead_ += (*next)->text.size();
        return std::move(**next);
    }

    void give(ReadyChunk chunk) {
        const std::scoped_lock lock(mutex_);
        const std::uint64_t number = chunk.number;
        results_.emplace(number, std::move(chunk));
        ready_.notify_all();
    }

    /// The next result in the order of the input; nothing when all are consumed.
    std::optional<ReadyChunk> next_result() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] {
            return results_.contains(consumed_) || broken_ ||
                   (input_ended_ && consumed_ == handed_);
        });
        const auto found = results_.find(consumed_);
        if (found == results_.end()) {
            return std::nullopt;
        }
        ReadyChunk chunk = std::move(found->second);
        results_.erase(found);
        ++consumed_;
        bytes_ahead_ -= chunk.text_bytes;
        room_.notify_all();
        return chunk;
    }

    void stop() {
        const std::scoped_lock lock(mutex_);
        stopped_ = true;
        room_.notify_all();
    }

    /// Ends everything: a worker cannot go on, so its chunk will never come.
    void break_off(Error error) {
        const std::scoped_lock lock(mutex_);
        failure_ = std::move(error);
        broken_ = true;
        stopped_ = true;
        room_.notify_all();
        ready_.notify_all();
    }

    [[nodiscard]] std::optional<Error> failure() {
        const std::scoped_lock lock(mutex_);
        return failure_;
    }

  private:
    [[nodiscard]] bool has_room() const {
        return handed_ == consumed_ ||
               (handed_ < consumed_ + chunks_ahead_max && bytes_ahead_ < bytes_ahead_max);
    }

    ChunkReader& reader_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable ready_;
    std::map<std::uint64_t, ReadyChunk> results_;
    std::uint64_t handed_ = 0;
    std::uint64_t consumed_ = 0;
    bool input_ended_ = false;
    bool stopped_ = false;
    bool broken_ = false;
    std::uint64_t bytes_ahead_ = 0;
    std::optional<Error> failure_;
};

/// Stops the pipeline however its scope is left, so that the threads above it can be joined.
class StopAtEnd {
  public:
    explicit StopAtEnd(Pipeline& pipeline) : pipeline_(pipeline) {}
    StopAtEnd(const StopAtEnd&) = delete;
    StopAtEnd& operator=(const StopAtEnd&) = delete;
    ~StopAtEnd() { pipeline_.stop(); }

  private:
    Pipeline& pipeline_;
};

/// What a worker's thread does. Nothing may leave it but an error.
void work_through(Pipeline& pipeline, ImportWorker& worker) {
    try {
        while (const auto chunk = pipeline.take()) {
            pipeline.give(worker.process(*chunk));
        }
    } catch (const std::exception& error) {
        pipeline.break_off(Error{ErrorCode::Internal,
                                 fmt::format("the import broke off ({}); run it again, it goes on "
                                             "where it stopped",
                                             error.what()),
                                 {}});
    }
}

/// Appends results in the order of the input, each version once.
class Appender {
  public:
    Appender(DataFolder& folder, unsigned worker_count)
        : folder_(folder), positions_(worker_count) {}

    Result<> add(ReadyChunk chunk, ImportReport& report) {
        if (chunk.failure) {
            return std::unexpected(*chunk.failure);
        }
        const ReadyChunk& held = chunks_.emplace_back(std::move(chunk));
        const std::size_t known = met_.size();
        bool needed = false;
        for (const ReadyBody& body : held.bodies) {
            met_.insert(body.key);
            if (body.sealed_size == 0 || !added_.insert(body.version)) {
                ++report.unchanged;
                continue;
            }
            ++report.stored;
            needed = true;
            pending_bytes_ += body.sealed_size;
            pending_.push_back(
                {body.record,
                 std::string_view(held.sealed).substr(body.sealed_from, body.sealed_size)});
            places_.push_back({held.worker, body.entry, body.version});
        }
        report.resources += met_.size() - known;
        report.quarantined += held.refused.size();
        for (const QuarantineEntry& entry : held.refused) {
            add_refusal(entry);
        }
        if (!needed) {
            chunks_.pop_back();  // nothing pending views it
        }
        return pending_.size() >= batch_records || pending_bytes_ >= batch_bytes_max ? flush()
                                                                                     : Result<>{};
    }

    Result<> flush() {
        if (pending_.empty()) {
            chunks_.clear();
            return {};
        }
        if (const auto appended = folder_.append(pending_); !appended) {
            return appended;
        }
        for (std::size_t i = 0; i < pending_.size(); ++i) {
            const auto& [worker, entry, version] = places_[i];
            if (worker < positions_.size()) {
                auto& positions = positions_[worker];
                positions.resize(std::max(positions.size(), entry + 1));
                positions[entry] = pending_[i].record.position;
            }
        }
        pending_.clear();
        pending_bytes_ = 0;
        places_.clear();
        payloads_.clear();
        chunks_.clear();
        return {};
    }

    /// Tells a worker's part where its entries stand in the log.
    void set_positions(unsigned worker, population::IndexPart& part) const {
        const auto& positions = positions_[worker];
        for (std::size_t entry = 0; entry < positions.size(); ++entry) {
            part.set_position(entry, positions[entry]);
        }
    }

    /// Remembers what is in the log now; not what a failed flush left behind.
    void keep_versions() {
        FlatSet& versions = folder_.identity().versions;
        if (!places_.empty()) {
            FlatSet lost;
            for (const Place& place : places_) {
                lost.insert(place.version);
            }
            for (const std::uint64_t version : added_.members()) {
                if (!lost.contains(version)) {
                    versions.insert(version);
                }
            }
            return;
        }
        if (versions.size() == 0) {
            versions = std::move(added_);
            return;
        }
        for (const std::uint64_t version : added_.members()) {
            versions.insert(version);
        }
    }

  private:
    struct Place {
        unsigned worker;
        std::size_t entry;
        std::uint64_t version;
    };
    static constexpr unsigned no_worker = ~0U;

    void add_refusal(const QuarantineEntry& entry) {
        const std::uint64_t version = version_hash(quarantine_key, entry.id.to_hex());
        if (folder_.identity().versions.contains(version) || !added_.insert(version)) {
            return;
        }
        payloads_.push_back(write_quarantine(entry));
        store::Append append;
        append.record.kind = RecordKind::Quarantine;
        append.record.topic = "quarantine";
        append.record.occurred_at = entry.at;
        append.record.recorded_at = entry.at;
        append.record.ingested_at = entry.at;
        append.record.payload = payloads_.back();
        pending_.push_back(append);
        places_.push_back({no_worker, 0, version});
    }

    DataFolder& folder_;
    FlatSet met_;
    FlatSet added_;
    std::vector<store::Append> pending_;
    std::size_t pending_bytes_ = 0;
    std::vector<Place> places_;
    std::deque<ReadyChunk> chunks_;  // own what `pending_` views
    std::deque<std::string> payloads_;
    std::vector<std::vector<LogPosition>> positions_;
};

std::uint64_t total_bytes(const Files& files, const std::vector<InputFile>& input) {
    std::uint64_t total = 0;
    for (const InputFile& file : input) {
        if (const auto view = files.view(file.path)) {
            total += (*view)->bytes().size();
        }
    }
    return total;
}

Result<> append_all(Pipeline& pipeline, Appender& appender, ImportReport& report,
                    ImportProgress progress,
                    const std::function<void(const ImportProgress&)>& tell) {
    while (auto chunk = pipeline.next_result()) {
        progress.input_bytes_done += chunk->input_bytes;
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

Result<> index_parts(DataFolder& folder, const Appender& appender,
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
    Pipeline pipeline(reader);
    const BodyTopics topics(options.source);
    const WorkerContext context{options.source, topics, folder.identity().versions,
                                folder.store().codec(), clock.now()};
    std::vector<ImportWorker> workers;
    workers.reserve(options.worker_count);
    for (unsigned i = 0; i < options.worker_count; ++i) {
        workers.emplace_back(i, context);
    }
    Appender appender(folder, options.worker_count);
    Result<> done;
    {
        std::vector<std::jthread> threads;
        const StopAtEnd stop(pipeline);
        for (ImportWorker& worker : workers) {
            threads.emplace_back([&pipeline, &worker] { work_through(pipeline, worker); });
        }
        done = append_all(pipeline, appender, report, {0, total_bytes(files, *input), 0}, progress);
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
