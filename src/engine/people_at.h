#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "engine/digest_hash.h"
#include "engine/digest_map.h"
#include "record/identity.h"

namespace parcours::engine {

/// Which patients were spoken to at an address: nearly always one. An address is known by its hash
/// alone, about 50 bytes. A part of the ledger. One thread.
class PeopleAt {
  public:
    void add(std::string_view address, Key patient);
    /// By key.
    [[nodiscard]] std::vector<Key> find(std::string_view address) const;
    [[nodiscard]] std::size_t size() const { return first_.size(); }

    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
        archive(self.first_, self.more_);
    }

  private:
    DigestMap<Key> first_;
    std::unordered_map<Digest, std::vector<Key>, DigestHash> more_;  ///< who came after the first
};

}  // namespace parcours::engine
