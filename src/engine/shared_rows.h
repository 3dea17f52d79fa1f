#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace parcours::engine {

/// Rows of plain numbers in chunks: growing copies nothing, and all of them as they
/// are at a moment cost a list of chunks. While such a copy is held (`share` to `unshare`), a chunk
/// is copied before its first change. Rows may be read in the copy by another thread; everything
/// else is one thread's.
template <class Row>
class SharedRows {
    static_assert(std::is_trivially_copyable_v<Row>);

  public:
    static constexpr std::size_t chunk_rows = 4096;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    [[nodiscard]] const Row& operator[](std::size_t at) const {
        return (*chunks_[at / chunk_rows].rows)[at % chunk_rows];
    }

    /// To be changed. Valid until the next `share` or `push_back`.
    [[nodiscard]] Row& edit(std::size_t at) {
        Chunk& chunk = chunks_[at / chunk_rows];
        if (chunk.shared) {
            auto copy = std::make_shared<Rows>();
            copy->reserve(chunk.rows->capacity());
            copy->assign(chunk.rows->begin(), chunk.rows->end());
            chunk = {std::move(copy), false};
        }
        return (*chunk.rows)[at % chunk_rows];
    }

    void push_back(const Row& row) {
        if (size_ % chunk_rows == 0) {
            chunks_.push_back({std::make_shared<Rows>(), false});
            if (size_ > 0) {  // the first grows as needed: many tables stay small
                chunks_.back().rows->reserve(chunk_rows);
            }
        } else if (chunks_.back().shared) {
            (void)edit(size_ - 1);
        }
        chunks_.back().rows->push_back(row);
        ++size_;
    }

    /// The rows as they are now, for a reader beside.
    [[nodiscard]] SharedRows share() {
        for (Chunk& chunk : chunks_) {
            chunk.shared = true;
        }
        return *this;
    }

    /// The copies are gone.
    void unshare() {
        for (Chunk& chunk : chunks_) {
            chunk.shared = false;
        }
    }

    /// Adds so many rows to none; `fill(first row, how many)` gives them, run by run.
    template <class Fill>
    void read(std::size_t count, Fill fill) {
        for (; size_ < count; size_ += chunks_.back().rows->size()) {
            const std::size_t some = count - size_ < chunk_rows ? count - size_ : chunk_rows;
            chunks_.push_back({std::make_shared<Rows>(), false});
            chunks_.back().rows->reserve(chunk_rows);
            chunks_.back().rows->resize(some);
            fill(chunks_.back().rows->data(), some);
        }
    }

    /// Calls `use(first row, how many)` for each run of rows that lie together.
    template <class Use>
    void each_run(Use use) const {
        for (std::size_t i = 0; i < chunks_.size(); ++i) {
            use(chunks_[i].rows->data(), chunks_[i].rows->size());
        }
    }

  private:
    using Rows = std::vector<Row>;
    struct Chunk {
        std::shared_ptr<Rows> rows;
        bool shared = false;
    };

    std::vector<Chunk> chunks_;
    std::size_t size_ = 0;
};

}  // namespace parcours::engine
