#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/error.h"
#include "store/store.h"

namespace parcours::store {

/// Where a fault can strike the memory store.
enum class FaultPoint : std::uint8_t {
    BeforeCommit,  ///< the append fails and nothing of it is kept
    AfterCommit,   ///< the append is kept, but its caller is told that it failed
    Read,          ///< scan, read, get_blob, map_blob
    PutBlob        ///< the blob stays as it was
};

/// Asked at every point; an answer is the error that strikes there.
using FaultHook = std::function<std::optional<Error>(FaultPoint)>;

/// What outlives a memory store, as a disk outlives a process: stores opened on the same disk one
/// after another see each other's records. Damage it with `flip_bit` to test readers.
class MemoryDisk {
  public:
    MemoryDisk();
    ~MemoryDisk();
    MemoryDisk(const MemoryDisk&) = delete;
    MemoryDisk& operator=(const MemoryDisk&) = delete;

    /// Turns one bit of the stored content of a record, or, with `meta`, of its patient key.
    /// False where there is no such record.
    bool flip_bit(LogPosition position, bool meta);

    struct State;
    [[nodiscard]] State& state() { return *state_; }

  private:
    std::unique_ptr<State> state_;
};

/// Opens a store that keeps everything in memory, under the same contract as on a disk. `writer`
/// takes the disk's only write lock until the store is destroyed. Errors: Locked.
[[nodiscard]] Result<std::unique_ptr<Store>> open_memory_store(std::shared_ptr<MemoryDisk> disk,
                                                               bool writer = true,
                                                               FaultHook faults = {});

}  // namespace parcours::store
