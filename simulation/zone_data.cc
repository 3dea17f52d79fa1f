#include "simulation/zone_data.h"

#include "base/time.h"
#include "outreach/zones.h"

namespace parcours::simulation {
namespace {

/// How much more wall clocks show to the program that runs.
Duration ahead{};

}  // namespace

// clang-format off: the symbols stand on lines of their own
outreach::LocalTime real_to_local(const outreach::Zone* self, Instant instant)
    asm("__real__ZNK8parcours8outreach4Zone8to_localENSt6chrono10time_pointINS2_3_V212system_clockENS2_8durationIlSt5ratioILl1ELl1000000EEEEEE");
outreach::LocalTime shifted_to_local(const outreach::Zone* self, Instant instant)
    asm("__wrap__ZNK8parcours8outreach4Zone8to_localENSt6chrono10time_pointINS2_3_V212system_clockENS2_8durationIlSt5ratioILl1ELl1000000EEEEEE");
Instant real_to_instant(const outreach::Zone* self, outreach::LocalTime local)
    asm("__real__ZNK8parcours8outreach4Zone10to_instantENSt6chrono10time_pointINS2_7local_tENS2_8durationIlSt5ratioILl1ELl1000000EEEEEE");
Instant shifted_to_instant(const outreach::Zone* self, outreach::LocalTime local)
    asm("__wrap__ZNK8parcours8outreach4Zone10to_instantENSt6chrono10time_pointINS2_7local_tENS2_8durationIlSt5ratioILl1ELl1000000EEEEEE");
// clang-format on

outreach::LocalTime shifted_to_local(const outreach::Zone* self, Instant instant) {
    return real_to_local(self, instant) + ahead;
}

Instant shifted_to_instant(const outreach::Zone* self, outreach::LocalTime local) {
    return real_to_instant(self, local - ahead);
}

void ZoneData::load() const {
    ahead = installed_;
}

void ZoneData::forget() {
    ahead = {};
}

}  // namespace parcours::simulation
