#pragma once

#include <memory>

#include "record/log.h"
#include "simulation/disk.h"
#include "simulation/world.h"
#include "store/store.h"

namespace parcours::simulation {

/// Tells the world of a record that is durable.
void tell(const LogRecord& record, World& world);

/// A store through which the world sees what becomes durable, and by which a program dies at
/// commits. A dead program's appends reach nothing.
[[nodiscard]] std::unique_ptr<store::Store> watch(std::unique_ptr<store::Store> store, Disk& disk,
                                                  World& world);

}  // namespace parcours::simulation
