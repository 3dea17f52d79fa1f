#include "engine/names.h"

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace parcours::engine {

Names::Names() {
    (void)number({});
}

Names::Shared Names::share() {
    Shared shared;
    shared.blocks_ = blocks_.share();
    shared.places_ = places_.share();
    return shared;
}

std::uint32_t Names::number(std::string_view text_wanted) {
    const std::uint64_t hash = fast_hash(text_wanted);
    const auto is_it = [&](std::uint32_t one) { return text(one) == text_wanted; };
    if (const auto found = numbers_.find(hash, is_it)) {
        return *found;
    }
    const auto made = static_cast<std::uint32_t>(places_.size());
    places_.push_back(blocks_.put(text_wanted));
    numbers_.put(
        hash, made, [](std::uint32_t) { return false; },
        [this](std::uint32_t one) { return fast_hash(text(one)); });
    return made;
}

}  // namespace parcours::engine
