#include "engine/import_pipeline.h"

#include <cstdint>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <utility>

#include "base/error.h"
#include "engine/import_worker.h"
#include "engine/input.h"

namespace parcours::engine {
namespace {

/// Chunks that may wait for their turn: bounds memory.
constexpr std::uint64_t chunks_ahead_max = 16;
/// Their text, in bytes: more only where a single chunk is larger.
constexpr std::uint64_t bytes_ahead_max = 64U << 20U;

}  // namespace

std::optional<Chunk> ImportPipeline::take() {
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

void ImportPipeline::give(ReadyChunk chunk) {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t number = chunk.number;
    results_.emplace(number, std::move(chunk));
    ready_.notify_all();
}

std::optional<ReadyChunk> ImportPipeline::next_result() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] {
        return results_.contains(consumed_) || broken_ || (input_ended_ && consumed_ == handed_);
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

std::optional<ReadyChunk> ImportPipeline::take_left() {
    const std::scoped_lock lock(mutex_);
    if (results_.empty()) {
        return std::nullopt;
    }
    return std::move(results_.extract(results_.begin()).mapped());
}

void ImportPipeline::stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    room_.notify_all();
}

void ImportPipeline::break_off(Error error) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(error);
    broken_ = true;
    stopped_ = true;
    room_.notify_all();
    ready_.notify_all();
}

std::optional<Error> ImportPipeline::failure() {
    const std::scoped_lock lock(mutex_);
    return failure_;
}

bool ImportPipeline::has_room() const {
    return handed_ == consumed_ ||
           (handed_ < consumed_ + chunks_ahead_max && bytes_ahead_ < bytes_ahead_max);
}

void work_through(ImportPipeline& pipeline, ImportWorker& worker) {
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

}  // namespace parcours::engine
