#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/flat_map.h"
#include "population/builder.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {

/// From where on the log holds what snapshots do not.
struct TailStarts {
    LogPosition index = 1;     ///< resources, for the index
    LogPosition identity = 1;  ///< versions, refusals and heads of chains
    LogPosition events = 1;    ///< where events stand
    bool versions = true;      ///< whether versions are asked for at all
};

/// What a run of the log says beyond the snapshots, to be taken in the order of runs.
struct TailFindings {
    struct Version {
        Key resource = 0;
        std::uint64_t version = 0;
        LogPosition position = 0;
    };
    struct Refusal {
        std::uint64_t refusal = 0;
        bool resolved = false;
    };

    std::shared_ptr<population::IndexPart> part = std::make_shared<population::IndexPart>();
    std::vector<Version> versions;    ///< in the order of the log
    std::vector<LogPosition> events;  ///< ascending
    std::vector<Refusal> refusals;    ///< in the order of the log
    FlatMap heads;                    ///< patient → its last record
    std::vector<std::pair<LogPosition, Error>> damages;
};

/// Reads the records from <= position < to. Several threads may, each a run of its own. Errors:
/// those of the store.
Result<TailFindings> read_tail(const store::Store& store, LogPosition from, LogPosition to,
                               const TailStarts& starts);

}  // namespace parcours::engine
