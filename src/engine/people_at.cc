#include "engine/people_at.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "record/identity.h"

namespace parcours::engine {

void PeopleAt::add(std::string_view address, Key patient) {
    const Digest hash = content_hash(address);
    const auto [first, added] = first_.try_emplace(hash, patient);
    if (added || *first == patient) {
        return;
    }
    std::vector<Key>& more = more_[hash];
    if (std::ranges::find(more, patient) == more.end()) {
        more.push_back(patient);
    }
}

std::vector<Key> PeopleAt::find(std::string_view address) const {
    const Digest hash = content_hash(address);
    const Key* const first = first_.find(hash);
    if (first == nullptr) {
        return {};
    }
    std::vector<Key> all{*first};
    if (const auto more = more_.find(hash); more != more_.end()) {
        all.insert(all.end(), more->second.begin(), more->second.end());
    }
    std::ranges::sort(all);
    return all;
}

}  // namespace parcours::engine
