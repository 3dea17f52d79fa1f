#pragma once

#include <filesystem>
#include <functional>

#include "base/error.h"

namespace parcours::store {

/// Copies the store in the folder `from` into the new folder `to`, durably, beside a writer that
/// goes on: the log as it stands at one moment, and its blobs, none of which is newer than that
/// log but for those that had not been there before. `progress` is told the share done, in [0, 1].
/// What is left after a failure is not a store: the caller removes it.
/// Errors: NotFound (no store in `from`), InvalidInput (`to` exists), NewerFormat, Damaged,
/// NoSpace, ReadOnly, Unavailable.
[[nodiscard]] Result<> copy_store(const std::filesystem::path& from,
                                  const std::filesystem::path& to,
                                  const std::function<void(double share)>& progress);

}  // namespace parcours::store
