#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "record/identity.h"

namespace parcours::population {

/// Keys (hashes already, never 0) to numbers: open addressing, because building an index looks up
/// several keys per resource.
class KeyMap {
  public:
    explicit KeyMap(std::size_t expected = 16) { resize(expected * 2); }

    /// The number of `key`, and whether it is new: then it got `number`.
    std::pair<std::uint32_t, bool> add(Key key, std::uint32_t number) {
        if ((size_ + 1) * 2 > slots_.size()) {
            grow();
        }
        Slot& slot = slots_[place_of(key)];
        if (slot.key == key) {
            return {slot.number, false};
        }
        slot = {key, number};
        ++size_;
        return {number, true};
    }

    /// The number of `key`, or nothing_found.
    [[nodiscard]] std::uint32_t find(Key key) const {
        const Slot& slot = slots_[place_of(key)];
        return slot.key == key && key != 0 ? slot.number : nothing_found;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    void clear() {
        slots_.assign(slots_.size(), Slot{});
        size_ = 0;
    }

    static constexpr std::uint32_t nothing_found = UINT32_MAX;

  private:
    struct Slot {
        Key key = 0;
        std::uint32_t number = 0;
    };

    [[nodiscard]] std::size_t place_of(Key key) const {
        std::size_t at = key & (slots_.size() - 1);
        while (slots_[at].key != key && slots_[at].key != 0) {
            at = (at + 1) & (slots_.size() - 1);
        }
        return at;
    }

    void resize(std::size_t count) {
        std::size_t size = 32;
        while (size < count) {
            size *= 2;
        }
        slots_.assign(size, Slot{});
    }

    void grow() {
        std::vector<Slot> old;
        old.swap(slots_);
        resize(old.size() * 2);
        for (const Slot& slot : old) {
            if (slot.key != 0) {
                slots_[place_of(slot.key)] = slot;
            }
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

}  // namespace parcours::population
