#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/quarantine.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {

/// Files in memory; a folder is every path that begins with its name and a slash.
class TextFiles final : public Files {
  public:
    std::map<std::string, std::string> files;
    std::set<std::string> unreadable;  ///< these are there, but cannot be opened
    mutable std::map<std::string, std::size_t> opened;

    [[nodiscard]] Kind kind(const std::string& path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) const override;
    [[nodiscard]] Result<std::unique_ptr<FileView>> view(const std::string& path) const override;
    [[nodiscard]] Result<> write(const std::string& path, std::string_view bytes) const override;
};

[[nodiscard]] std::string gzip(std::string_view text);

/// A Condition of patient p, as one line; `code` is what tells one version from another.
[[nodiscard]] std::string condition(std::string_view id, std::string_view code,
                                    std::string_view meta = {});
[[nodiscard]] std::string patient(std::string_view id);

/// Imports into a data folder in memory that outlives its process.
class ImportFixture : public ::testing::Test {
  protected:
    ImportFixture() { reopen(); }

    /// As a process that ends and starts again.
    void reopen();
    /// As a new data folder.
    void start_anew();
    ImportReport import(const std::vector<std::string>& paths, unsigned workers = 2);
    [[nodiscard]] std::vector<QuarantineEntry> quarantine() const;
    RetryReport retry();

    /// The code of the current version of Condition `id`; empty where there is none.
    [[nodiscard]] std::string current(std::string_view id) const;
    /// Every body in the log in its order, with its topic and chain.
    [[nodiscard]] std::vector<std::string> bodies() const;
    /// What the index holds, as text: each row with its key, owner and log position.
    [[nodiscard]] std::string indexed() const;

    [[nodiscard]] const std::shared_ptr<store::MemoryDisk>& disk() const { return disk_; }

    TextFiles files;
    std::size_t merge_entries_min = 1'000'000;
    VirtualClock clock{Instant{std::chrono::hours{24 * 365 * 50}}};
    store::FaultHook faults;
    std::unique_ptr<DataFolder> folder;

  private:
    std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
};

}  // namespace parcours::engine
