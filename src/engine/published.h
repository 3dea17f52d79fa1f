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
#include "population/index.h"
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
    std::shared_ptr<const population::Index> index;
    position::CompiledMap map;
    std::shared_ptr<const Directory> directory;  ///< null where the service does not publish
    std::shared_ptr<const position::Standings> standings;  ///< at the present moment; null likewise
    std::vector<QuarantineEntry> quarantine;   ///< what is open, in the order it was met
    std::map<fhir::ResourceType, Feed> feeds;  ///< of those that ever came
    /// Survivor → the keys of those merged into it.
    std::unordered_map<population::PatientNumber, std::vector<Key>> merged;

    /// All keys under which the engine may know a patient, the present one first.
    [[nodiscard]] std::vector<Key> keys_of(population::PatientNumber number) const;
};

}  // namespace parcours::engine
