#include "simulation/disk.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <stdlib.h>
#include <string>
#include <utility>

#include "base/error.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "store/tests/held_reader.h"
#include "store/tests/power_disk.h"

namespace parcours::simulation {
namespace {

/// Without writes of its own, so that a cut is a kill between two commits.
class OfMemory final : public Disk {
  public:
    Result<std::unique_ptr<store::Store>> open() override {
        return store::open_memory_store(disk_, true,
                                        [this](store::FaultPoint point) { return strike(point); });
    }
    void cut_one_in(std::uint64_t operations) override { cut_one_in_ = operations; }
    bool was_cut() override { return cut_; }
    void restore() override {
        cut_ = false;
        cut_one_in_ = 0;
    }
    void fill(bool full) override { full_ = full; }
    /// Nobody's way is barred by a reader here.
    void hold_reader(bool /*reads*/) override {}

  private:
    std::optional<Error> strike(store::FaultPoint point) {
        if (point != store::FaultPoint::BeforeCommit && point != store::FaultPoint::PutBlob) {
            return std::nullopt;
        }
        if (full_) {
            return Error{ErrorCode::NoSpace, "the simulated disk is full", {}};
        }
        if (cut_one_in_ != 0 && --cut_one_in_ == 0) {
            cut_ = true;
            return Error{ErrorCode::Unavailable, "the simulated power failed", {}};
        }
        return std::nullopt;
    }

    std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
    std::uint64_t cut_one_in_ = 0;
    bool cut_ = false;
    bool full_ = false;
};

/// SQLite on files whose synchronised parts alone survive a cut.
class OfSqlite final : public Disk {
  public:
    OfSqlite(std::uint64_t seed, bool lies) : seed_(seed), lies_(lies) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "simulation-XXXXXX").string();
        check(mkdtemp(pattern.data()) != nullptr, "a folder for the simulated disk can be made");
        base_ = pattern;
        plug_in();
    }
    ~OfSqlite() override {
        reader_.reset();
        power_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(base_, ignored);
    }
    OfSqlite(const OfSqlite&) = delete;
    OfSqlite& operator=(const OfSqlite&) = delete;

    Result<std::unique_ptr<store::Store>> open() override {
        store::SqliteOptions options;
        options.create = true;
        return store::open_sqlite_store(folder(number_), options);
    }
    void cut_one_in(std::uint64_t operations) override { power_->cut_one_in(operations); }
    bool was_cut() override {
        cut_ = cut_ || power_->take_cut(folder(number_ + 1));
        return cut_;
    }
    void restore() override {
        cut_ = false;
        reader_.reset();
        power_.reset();
        const auto blobs = folder(number_) / store::blobs_name;
        if (std::filesystem::exists(blobs)) {
            std::filesystem::copy(blobs, folder(number_ + 1) / store::blobs_name,
                                  std::filesystem::copy_options::recursive);
        }
        std::filesystem::remove_all(folder(number_));
        ++number_;
        plug_in();
    }
    void fill(bool full) override { power_->fill(full); }
    void hold_reader(bool reads) override {
        reader_.reset();
        if (reads) {
            reader_ = store::hold_reader(folder(number_));
        }
    }

  private:
    [[nodiscard]] std::filesystem::path folder(std::uint64_t number) const {
        return base_ / fmt::format("{}", number);
    }
    void plug_in() {
        using Honesty = store::PowerDisk::Honesty;
        power_.emplace(folder(number_), lies_ ? Honesty::Lying : Honesty::Honest, seed_ + number_);
    }

    std::uint64_t seed_;
    bool lies_;
    std::filesystem::path base_;
    std::uint64_t number_ = 0;
    std::optional<store::PowerDisk> power_;
    std::unique_ptr<store::HeldReader> reader_;
    bool cut_ = false;
};

}  // namespace

std::unique_ptr<Disk> make_disk(Disk::Kind kind, std::uint64_t seed, bool lies) {
    if (kind == Disk::Kind::Sqlite) {
        return std::make_unique<OfSqlite>(seed, lies);
    }
    return std::make_unique<OfMemory>();
}

}  // namespace parcours::simulation
