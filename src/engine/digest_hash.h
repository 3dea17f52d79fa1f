#pragma once

#include <cstddef>
#include <cstring>

#include "base/hash.h"

namespace parcours::engine {

/// For tables in memory: digests are evenly spread already.
struct DigestHash {
    std::size_t operator()(const Digest& digest) const {
        std::size_t hash = 0;
        std::memcpy(&hash, digest.bytes.data(), sizeof hash);
        return hash;
    }
};

}  // namespace parcours::engine
