#pragma once

#include <filesystem>
#include <memory>

namespace parcours::store {

/// Somebody who reads the log of a folder as it was when they began, until this is gone.
class HeldReader {
  public:
    virtual ~HeldReader() = default;
};

/// Nothing where there is no log yet, or it cannot be read now.
[[nodiscard]] std::unique_ptr<HeldReader> hold_reader(const std::filesystem::path& folder);

}  // namespace parcours::store
