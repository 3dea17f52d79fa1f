#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <vector>

#include "base/hash.h"

namespace parcours::engine {

/// A set of ids that changes often and is listed in order now and then: changes are only noted,
/// and merged once they are many. One thread.
class DigestSet {
  public:
    void insert(const Digest& id) { note(id, true); }
    void erase(const Digest& id) { note(id, false); }

    /// The members, ascending.
    [[nodiscard]] std::vector<Digest> members() const {
        return changes_.empty() ? members_ : merged();
    }

  private:
    struct Change {
        Digest id;
        std::size_t number = 0;  // in the order of the changes
        bool in = false;
    };

    void note(const Digest& id, bool in) {
        changes_.push_back({id, changes_.size(), in});
        if (changes_.size() > 1024 + members_.size() / 2) {
            members_ = merged();
            changes_.clear();
        }
    }

    [[nodiscard]] std::vector<Digest> merged() const {
        std::vector<Change> changes = changes_;
        std::ranges::sort(changes, {},
                          [](const Change& one) { return std::tie(one.id, one.number); });
        std::vector<Digest> out;
        out.reserve(members_.size() + changes.size());
        auto kept = members_.begin();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (i + 1 < changes.size() && changes[i + 1].id == changes[i].id) {
                continue;  // the last change of an id decides
            }
            const auto upto = std::lower_bound(kept, members_.end(), changes[i].id);
            out.insert(out.end(), kept, upto);
            kept = upto != members_.end() && *upto == changes[i].id ? std::next(upto) : upto;
            if (changes[i].in) {
                out.push_back(changes[i].id);
            }
        }
        out.insert(out.end(), kept, members_.end());
        return out;
    }

    std::vector<Digest> members_;  // ascending
    std::vector<Change> changes_;  // since, in their order
};

}  // namespace parcours::engine
