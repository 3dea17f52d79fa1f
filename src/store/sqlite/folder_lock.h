#pragma once

#include <filesystem>

#include "base/error.h"

namespace parcours::store {

/// An open file descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const { return number_; }

  private:
    int number_ = -1;
};

/// Takes the write lock of a data folder: the file `lock`, which then holds the number of this
/// process. Kept until the descriptor is closed; a process that is killed loses it.
/// Errors: Locked (names the other process), ReadOnly, NoSpace, Unavailable.
[[nodiscard]] Result<Descriptor> lock_folder(const std::filesystem::path& folder);

/// Makes the names in a folder durable. Errors: as the disk has it.
[[nodiscard]] Result<> sync_folder(const std::filesystem::path& folder);

}  // namespace parcours::store
