#pragma once

#include "base/time.h"
#include "simulation/disk.h"
#include "simulation/machine.h"
#include "simulation/world.h"

namespace parcours::simulation {

/// What happens to the machine: deaths, outages, a full disk, wrong clocks.
class Mishaps {
  public:
    Mishaps(World& world, Machine& machine, Disk& disk)
        : world_(world), machine_(machine), disk_(disk) {}

    /// Until then, one after another.
    void begin(Instant until);
    /// All is well again, and stays so.
    void end();

  private:
    void happen();
    void arm();
    void stop();
    void spoil_disk();
    void spoil_clock();
    void meddle();
    void change_zones();

    World& world_;
    Machine& machine_;
    Disk& disk_;
};

}  // namespace parcours::simulation
