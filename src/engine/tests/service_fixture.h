#pragma once

#include <cstddef>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/import.h"
#include "engine/service.h"
#include "engine/tests/import_fixture.h"

namespace parcours::engine {

/// Files in memory, one of which opens only when it is let.
class GatedFiles final : public Files {
  public:
    TextFiles texts;
    std::string gated;  ///< its name; empty: none

    void let() { gate_.set_value(); }
    [[nodiscard]] Kind kind(const std::string& path) const override { return texts.kind(path); }
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) const override {
        return texts.list(folder);
    }
    [[nodiscard]] Result<std::unique_ptr<FileView>> view(const std::string& path) const override;
    [[nodiscard]] Result<> write(const std::string& path, std::string_view bytes) const override {
        return texts.write(path, bytes);
    }

  private:
    std::promise<void> gate_;
    std::shared_future<void> open_ = gate_.get_future().share();
};

/// People with diabetes and no HbA1c, whom the shipped recall takes in: p`from` … p`to`.
[[nodiscard]] std::string recall_patients(int from, int to);

/// A service on a data folder on disk, with p1 … p20 in it and its campaigns at work.
class ServiceFixture : public ::testing::Test {
  protected:
    ServiceFixture();
    ~ServiceFixture() override;

    /// As a process that ends and starts again.
    void reopen();
    /// Until nothing more is due and nothing is taken in.
    void work_all();
    [[nodiscard]] static ImportOptions folder_in(const std::string& path);
    [[nodiscard]] std::size_t patient_count() const;

    GatedFiles files;
    VirtualClock clock{parse_instant("2026-03-02T10:00:00Z").value()};
    std::unique_ptr<Service> service;

  private:
    std::string folder_;
    SeededRandom random_{7};
    ThreadExecutor executor_{2};
};

}  // namespace parcours::engine
