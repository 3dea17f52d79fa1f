#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parcours::engine {

/// 64-bit hashes to 64-bit numbers in one piece of memory: 16 bytes a member, at most three times
/// over. 0 is no key. Not thread-safe while one writes.
class FlatMap {
  public:
    /// The number of `key`, or null. Valid until the next insertion.
    [[nodiscard]] const std::uint64_t* find(std::uint64_t key) const {
        if (key == 0 || slots_.empty()) {
            return nullptr;
        }
        const Slot& slot = slots_[place(key)];
        return slot.key == key ? &slot.number : nullptr;
    }

    /// The number of `key`, 0 where it is new; `key` is not 0. Valid until the next insertion.
    std::uint64_t& operator[](std::uint64_t key) {
        if ((size_ + 1) * 3 > slots_.size() * 2) {
            grow(slots_.empty() ? 64 : slots_.size() * 2);
        }
        Slot& slot = slots_[place(key)];
        if (slot.key != key) {
            slot.key = key;
            ++size_;
        }
        return slot.number;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Room for so many, so that they come in without growing.
    void reserve(std::size_t count) {
        std::size_t capacity = 64;
        while ((count + 1) * 3 > capacity * 2) {
            capacity *= 2;
        }
        if (capacity > slots_.size()) {
            grow(capacity);
        }
    }
    bool operator==(const FlatMap& other) const {
        bool same = size_ == other.size_;
        each([&](std::uint64_t key, std::uint64_t number) {
            const std::uint64_t* const found = other.find(key);
            same = same && found != nullptr && *found == number;
        });
        return same;
    }

    /// Calls `use(key, number)` for each member, in no order.
    template <class Use>
    void each(Use use) const {
        for (const Slot& slot : slots_) {
            if (slot.key != 0) {
                use(slot.key, slot.number);
            }
        }
    }

  private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint64_t number = 0;
    };

    /// The slot that holds `key`, or the empty one where it belongs.
    [[nodiscard]] std::size_t place(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = (key * 0x9E3779B97F4A7C15U) >> 17U & mask;
        while (slots_[at].key != 0 && slots_[at].key != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow(std::size_t capacity) {
        std::vector<Slot> old(capacity);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.key != 0) {
                slots_[place(slot.key)] = slot;
            }
        }
    }

    std::vector<Slot> slots_;  // a power of two of them
    std::size_t size_ = 0;
};

}  // namespace parcours::engine
