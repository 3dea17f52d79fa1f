#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/directory.h"
#include "engine/quarantine.h"
#include "engine/standings.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::engine {

/// What has come of a type of resource.
struct Feed {
    std::size_t records = 0;
    Instant newest = no_time;  ///< happened, at the time of publishing
};

/// The record as everybody may read it until something newer is published. Immutable.
struct Published {
    std::shared_ptr<const Clinic> clinic;
    std::shared_ptr<const population::LiveIndex> index;
    std::shared_ptr<const position::CompiledMap> compiled;
    std::shared_ptr<const Directory> directory;  ///< null where the service does not publish
    std::shared_ptr<const position::Standings> standings;  ///< at the present moment; null likewise
    /// What is open, in the order it was met; never null.
    std::shared_ptr<const std::vector<QuarantineEntry>> quarantine;
    LogPosition quarantine_until = 1;          ///< what lies before is known
    std::map<fhir::ResourceType, Feed> feeds;  ///< of those that ever came
    /// Survivor → the keys of those merged into it.
    std::unordered_map<population::PatientNumber, std::vector<Key>> merged;

    /// The journey map, made ready for the index.
    [[nodiscard]] const position::CompiledMap& map() const { return *compiled; }
    /// All keys under which the engine may know a patient, the present one first.
    [[nodiscard]] std::vector<Key> keys_of(population::PatientNumber number) const;
};

}  // namespace parcours::engine
