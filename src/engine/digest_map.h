#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace parcours::engine {

/// From ids to small values, in one piece of memory: finding one touches one place of it. Ids are
/// digests, so their first bytes are hash enough. Pointers hold until the next insertion or
/// removal. Not thread-safe while one changes it.
template <class Value>
class DigestMap {
  public:
    [[nodiscard]] const Value* find(const Digest& id) const {
        if (slots_.empty()) {
            return nullptr;
        }
        const Slot& slot = slots_[place(id)];
        return slot.used ? &slot.value : nullptr;
    }

    /// The value of an id, and whether it was new and is `value` now.
    std::pair<Value*, bool> try_emplace(const Digest& id, const Value& value) {
        if ((size_ + 1) * 3 > slots_.size() * 2) {
            grow();
        }
        Slot& slot = slots_[place(id)];
        if (slot.used) {
            return {&slot.value, false};
        }
        slot = {id, value, true};
        ++size_;
        return {&slot.value, true};
    }

    /// Whether it was there.
    bool erase(const Digest& id) {
        if (slots_.empty()) {
            return false;
        }
        std::size_t hole = place(id);
        if (!slots_[hole].used) {
            return false;
        }
        // What follows moves up, so that no search ends at the hole before it finds its id.
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t at = (hole + 1) & mask; slots_[at].used; at = (at + 1) & mask) {
            const std::size_t home = home_of(slots_[at].id);
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole] = {};
        --size_;
        return true;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    /// All, by id.
    [[nodiscard]] std::vector<std::pair<Digest, Value>> sorted() const {
        std::vector<std::pair<Digest, Value>> all;
        all.reserve(size_);
        for (const Slot& slot : slots_) {
            if (slot.used) {
                all.emplace_back(slot.id, slot.value);
            }
        }
        std::ranges::sort(all, {}, &std::pair<Digest, Value>::first);
        return all;
    }

  private:
    struct Slot {
        Digest id;
        Value value{};
        bool used = false;
    };

    [[nodiscard]] std::size_t home_of(const Digest& id) const {
        std::uint64_t hash = 0;
        std::memcpy(&hash, id.bytes.data(), sizeof hash);
        return (hash * 0x9E3779B97F4A7C15U) >> 17U & (slots_.size() - 1);
    }

    /// The slot that holds `id`, or the empty one where it belongs.
    [[nodiscard]] std::size_t place(const Digest& id) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = home_of(id);
        while (slots_[at].used && slots_[at].id != id) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.used) {
                slots_[place(slot.id)] = slot;
            }
        }
    }

    std::vector<Slot> slots_;  // a power of two of them
    std::size_t size_ = 0;
};

}  // namespace parcours::engine
