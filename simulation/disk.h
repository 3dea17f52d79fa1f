#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "store/store.h"

namespace parcours::simulation {

/// What a data folder lies on. It outlives the programs that use it.
class Disk {
  public:
    enum class Kind : std::uint8_t { Memory, Sqlite };

    virtual ~Disk() = default;
    /// Opens the store for writing; makes it at first. One at a time. Errors: Locked.
    virtual Result<std::unique_ptr<store::Store>> open() = 0;
    /// The power fails before one in so many writes to come; 0: it does not.
    virtual void cut_one_in(std::uint64_t operations) = 0;
    /// Whether the power was cut: from then on the disk holds what it held at that moment. Asked
    /// again and again.
    virtual bool was_cut() = 0;
    /// After a cut, when nobody uses the store any more: the power is there again.
    virtual void restore() = 0;
    /// From now on writes fail for want of space, or do so no more.
    virtual void fill(bool full) = 0;
    /// From now on somebody reads the log as it is now, or does so no more.
    virtual void hold_reader(bool reads) = 0;
};

/// One that `lies` answers every synchronisation of SQLite's log at once and does it at its
/// leisure.
[[nodiscard]] std::unique_ptr<Disk> make_disk(Disk::Kind kind, std::uint64_t seed, bool lies);

}  // namespace parcours::simulation
