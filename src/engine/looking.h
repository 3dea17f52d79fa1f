#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/enroller.h"

namespace parcours::engine {

/// A look at everybody that was begun, and how far it has come.
struct Looking {
    bool only_by_time = false;  ///< at those for whom passing time alone may change something
    std::vector<Digest> running;
    std::size_t next = 0;
    Enroller::Sweep sweep;
    std::optional<Instant> began;            ///< when its first part was done
    std::optional<bool> again_only_by_time;  ///< another was asked for meanwhile
    std::string zone_data;  ///< not empty: at all clocks too, after which this version is noted
};

}  // namespace parcours::engine
