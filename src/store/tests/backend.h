#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/log.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace parcours::store {

/// A folder of its own that is removed at the end.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// What the contract test needs of an implementation: to open the same data again and again, and to
/// damage it behind the store's back while it is closed.
class Backend {
  public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<Store>> open(Access access) = 0;
    virtual void damage_content(LogPosition position) = 0;
    virtual void damage_meta(LogPosition position) = 0;
};

[[nodiscard]] std::unique_ptr<Backend> make_memory_backend();
[[nodiscard]] std::unique_ptr<Backend> make_sqlite_backend();

/// Runs SQL on a closed database as a careless administrator would.
void tamper(const std::filesystem::path& folder, const std::string& sql);

/// What a test keeps of a record.
struct KeptRecord {
    LogRecord meta;
    std::string topic;
    std::string payload;
};

/// Collects a scan.
class Collector final : public ScanVisitor {
  public:
    bool visit(const LogRecord& record) override;
    bool damaged(LogPosition position, const Error& error) override;

    std::vector<KeptRecord> records;
    std::vector<LogPosition> damaged_positions;
    std::vector<Error> errors;
    std::size_t stop_after = SIZE_MAX;
};

/// A record whose every field depends on its position, so that any mistake is seen.
[[nodiscard]] LogRecord sample_record(LogPosition position, std::string_view payload);

/// The payload that belongs to a position: `size` bytes of JSON-like text.
[[nodiscard]] std::string sample_payload(LogPosition position, std::size_t size = 200);

/// Appends `count` sample records from the end of the log.
[[nodiscard]] Result<> append_samples(Store& store, std::uint64_t epoch, std::size_t count,
                                      std::size_t payload_bytes = 200);

/// Whether a record read back is the sample of its position.
[[nodiscard]] bool is_sample(const LogRecord& record, std::size_t payload_bytes = 200);

}  // namespace parcours::store
