#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace parcours::store {

/// A disk that can lose its power: stands between SQLite and the files of one folder, and knows
/// which writes were synchronised. While it exists it is SQLite's default file system; one at a
/// time. What the folder holds at the beginning counts as synchronised.
class PowerDisk {
  public:
    /// Honest disks keep what was synchronised. One that lies answers every synchronisation of the
    /// write-ahead log at once and keeps it at its own leisure: the planted fault.
    enum class Honesty : std::uint8_t { Honest, Lying };

    PowerDisk(std::filesystem::path folder, Honesty honesty, std::uint64_t seed);
    ~PowerDisk();
    PowerDisk(const PowerDisk&) = delete;
    PowerDisk& operator=(const PowerDisk&) = delete;

    /// Cuts the power before one in so many writes and synchronisations to come.
    void cut_one_in(std::uint64_t operations) { cut_one_in_ = operations; }

    /// From now on every write fails for want of space, or does so no more.
    void fill(bool full) { full_ = full; }
    [[nodiscard]] bool is_full() const { return full_; }

    /// Whether the power was cut since the last call; then `target` has what the disk would hold:
    /// all that was synchronised, and any part of what was not, in pieces of 512 bytes.
    [[nodiscard]] bool take_cut(const std::filesystem::path& target);

    // What SQLite tells the disk.
    void write(std::string_view file, std::uint64_t offset, std::string_view bytes);
    void truncate(std::string_view file, std::uint64_t size);
    void sync(std::string_view file);
    void remove(std::string_view file);

  private:
    struct Change {
        bool truncates = false;
        std::uint64_t offset = 0;  ///< the new size where it truncates
        std::string bytes;
    };
    struct File {
        std::string durable;
        std::vector<Change> pending;
    };

    [[nodiscard]] File* find(std::string_view file);
    static void apply(const Change& change, std::string& content);
    void maybe_cut();

    std::filesystem::path folder_;
    Honesty honesty_;
    SeededRandom random_;
    std::uint64_t cut_one_in_ = 0;
    std::mutex mutex_;
    std::map<std::string, File> files_;
    std::map<std::string, std::string> cut_;
    bool was_cut_ = false;
    std::atomic<bool> full_ = false;
};

}  // namespace parcours::store
