#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parcours::engine {

/// A set of 64-bit hashes in one piece of memory: 8 bytes a member at most twice over. 0 is not
/// stored: it reads as a member always. Not thread-safe while one inserts.
class FlatSet {
  public:
    [[nodiscard]] bool contains(std::uint64_t hash) const {
        return hash == 0 || (!slots_.empty() && slots_[place(hash)] == hash);
    }

    /// Whether it was new.
    bool insert(std::uint64_t hash) {
        if (hash == 0) {
            return false;
        }
        if ((size_ + 1) * 3 > slots_.size() * 2) {
            grow(slots_.empty() ? 1024 : slots_.size() * 2);
        }
        const std::size_t at = place(hash);
        if (slots_[at] == hash) {
            return false;
        }
        slots_[at] = hash;
        ++size_;
        return true;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    void reserve(std::size_t count) {
        std::size_t capacity = 1024;
        while (capacity * 2 < count * 3) {
            capacity *= 2;
        }
        if (capacity > slots_.size()) {
            grow(capacity);
        }
    }

    /// The members, in no order.
    [[nodiscard]] std::vector<std::uint64_t> members() const {
        std::vector<std::uint64_t> all;
        all.reserve(size_);
        for (const std::uint64_t slot : slots_) {
            if (slot != 0) {
                all.push_back(slot);
            }
        }
        return all;
    }

  private:
    /// The slot that holds `hash`, or the empty one where it belongs.
    [[nodiscard]] std::size_t place(std::uint64_t hash) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = (hash * 0x9E3779B97F4A7C15U) >> 17U & mask;
        while (slots_[at] != 0 && slots_[at] != hash) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow(std::size_t capacity) {
        std::vector<std::uint64_t> old(capacity);
        old.swap(slots_);
        for (const std::uint64_t hash : old) {
            if (hash != 0) {
                slots_[place(hash)] = hash;
            }
        }
    }

    std::vector<std::uint64_t> slots_;  // a power of two of them
    std::size_t size_ = 0;
};

}  // namespace parcours::engine
