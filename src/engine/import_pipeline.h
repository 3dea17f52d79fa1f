#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "engine/import_worker.h"
#include "engine/input.h"

namespace parcours::engine {

/// Hands chunks to workers and their results, in the order of the input, to the one who appends.
/// Safe for use by several threads; bounds what waits in memory.
class ImportPipeline {
  public:
    explicit ImportPipeline(ChunkReader& reader) : reader_(reader) {}

    /// A worker's next chunk; nothing at the end of the input or after `stop`.
    std::optional<Chunk> take();
    void give(ReadyChunk chunk);

    /// The next result in the order of the input; nothing when all are consumed.
    std::optional<ReadyChunk> next_result();

    /// After all workers have ended: the next in order of those that nobody consumed.
    std::optional<ReadyChunk> take_left();

    void stop();
    /// Ends everything: a worker cannot go on, so its chunk will never come.
    void break_off(Error error);
    [[nodiscard]] std::optional<Error> failure();

  private:
    [[nodiscard]] bool has_room() const;

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
    explicit StopAtEnd(ImportPipeline& pipeline) : pipeline_(pipeline) {}
    StopAtEnd(const StopAtEnd&) = delete;
    StopAtEnd& operator=(const StopAtEnd&) = delete;
    ~StopAtEnd() { pipeline_.stop(); }

  private:
    ImportPipeline& pipeline_;
};

/// What a worker's thread does until the input ends. Nothing leaves it but an error.
void work_through(ImportPipeline& pipeline, ImportWorker& worker);

}  // namespace parcours::engine
