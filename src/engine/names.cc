#include "engine/names.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/hash.h"

namespace parcours::engine {

Names::Names() {
    (void)number({});
}

Names::Shared Names::share() {
    Shared shared;
    shared.blocks_ = blocks_;  // what is written in them stays
    shared.places_ = places_.share();
    return shared;
}

std::uint32_t Names::number(std::string_view text_wanted) {
    const std::uint64_t hash = fast_hash(text_wanted);
    const auto is_it = [&](std::uint32_t one) { return text(one) == text_wanted; };
    if (const auto found = numbers_.find(hash, is_it)) {
        return *found;
    }
    if (used_ + text_wanted.size() > room_ || blocks_.empty()) {
        // Small at first: most ledgers have few names.
        room_ = std::max(blocks_.empty() ? block_size / 256 : block_size, text_wanted.size());
        used_ = 0;
        blocks_.push_back(std::make_shared_for_overwrite<char[]>(room_));
    }
    std::ranges::copy(text_wanted, blocks_.back().get() + used_);
    const auto made = static_cast<std::uint32_t>(places_.size());
    places_.push_back({static_cast<std::uint32_t>(blocks_.size() - 1),
                       static_cast<std::uint32_t>(used_),
                       static_cast<std::uint32_t>(text_wanted.size())});
    used_ += text_wanted.size();
    numbers_.put(
        hash, made, [](std::uint32_t) { return false; },
        [this](std::uint32_t one) { return fast_hash(text(one)); });
    return made;
}

}  // namespace parcours::engine
