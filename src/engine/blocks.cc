#include "engine/blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string_view>

namespace parcours::engine {

Blocks::Place Blocks::put(std::string_view bytes) {
    if (blocks_.empty() || used_.back() + bytes.size() > room_) {
        // Small at first: most have little to keep.
        room_ = std::max(blocks_.empty() ? block_size_ / 256 : block_size_, bytes.size());
        blocks_.push_back(std::make_shared_for_overwrite<char[]>(room_));
        used_.push_back(0);
    }
    std::ranges::copy(bytes, blocks_.back().get() + used_.back());
    const Place place{static_cast<std::uint32_t>(blocks_.size() - 1), used_.back(),
                      static_cast<std::uint32_t>(bytes.size())};
    used_.back() += place.size;
    return place;
}

std::size_t Blocks::size() const {
    return std::accumulate(used_.begin(), used_.end(), std::size_t{0});
}

std::string_view Blocks::block(std::uint32_t number) const {
    return {blocks_[number].get(), used_[number]};
}

Blocks::Shared Blocks::share() const {
    Shared shared;
    shared.blocks_.assign(blocks_.begin(), blocks_.end());
    return shared;
}

void Blocks::release(std::uint32_t number) {
    blocks_[number].reset();
    used_[number] = 0;
}

}  // namespace parcours::engine
