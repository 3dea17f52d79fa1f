#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "base/error.h"

namespace parcours::store {

/// Copies the store in the folder `from` into the new folder `to`, durably, beside a writer that
/// goes on: the log as it stands at one moment, and the blobs. Those that belong to one moment of
/// the log are named in `derived` and left out: whoever opens the copy makes them anew. `progress`
/// is told the share done, in [0, 1]. What is left after a failure is not a store: the caller
/// removes it. Errors: NotFound (no store in `from`), InvalidInput (`to` exists), NewerFormat,
/// Damaged, NoSpace, ReadOnly, Unavailable.
[[nodiscard]] Result<> copy_store(const std::filesystem::path& from,
                                  const std::filesystem::path& to,
                                  std::span<const std::string_view> derived,
                                  const std::function<void(double share)>& progress);

}  // namespace parcours::store
