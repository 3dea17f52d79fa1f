#include "store/memory/memory_store.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/row.h"
#include "store/store.h"

namespace parcours::store {
namespace {

struct KeptRow {
    LogRecord meta;  // its views are not used
    std::string topic;
    std::string blob;
    std::uint64_t checksum = 0;

    [[nodiscard]] Row row() const {
        Row row{.meta = meta, .blob = blob, .checksum = checksum};
        row.meta.topic = topic;
        row.meta.payload = {};
        return row;
    }
};

KeptRow keep(const Row& row) {
    KeptRow kept{row.meta, std::string(row.meta.topic), std::string(row.blob), row.checksum};
    kept.meta.topic = {};
    kept.meta.payload = {};
    return kept;
}

}  // namespace

struct MemoryDisk::State {
    std::shared_mutex mutex;  // guards all but the codec, which guards itself
    std::vector<std::shared_ptr<KeptRow>> rows;
    std::map<std::string, std::shared_ptr<const std::string>, std::less<>> blobs;
    std::uint64_t epoch = 0;
    bool locked = false;
    BlobCodec codec;
};

MemoryDisk::MemoryDisk() : state_(std::make_unique<State>()) {}
MemoryDisk::~MemoryDisk() = default;

bool MemoryDisk::flip_bit(LogPosition position, bool meta) {
    const std::unique_lock lock(state_->mutex);
    if (position == 0 || position > state_->rows.size()) {
        return false;
    }
    auto damaged = std::make_shared<KeptRow>(*state_->rows[position - 1]);
    if (meta) {
        damaged->meta.patient ^= 1U;
    } else {
        char& last = damaged->blob.back();
        last = static_cast<char>(static_cast<unsigned char>(last) ^ 1U);
    }
    state_->rows[position - 1] = std::move(damaged);
    return true;
}

namespace {

class MemoryStore final : public Store {
  public:
    MemoryStore(std::shared_ptr<MemoryDisk> disk, bool writer, FaultHook faults)
        : disk_(std::move(disk)),
          state_(disk_->state()),
          writer_(writer),
          faults_(std::move(faults)) {}
    MemoryStore(const MemoryStore&) = delete;
    MemoryStore& operator=(const MemoryStore&) = delete;

    ~MemoryStore() override {
        if (writer_) {
            const std::unique_lock lock(state_.mutex);
            state_.locked = false;
        }
    }

    Result<> append(std::span<const Append> records, std::uint64_t epoch) override {
        const std::unique_lock lock(state_.mutex);
        auto allowed = check_writable();
        if (allowed && failure_) {
            allowed = std::unexpected(*failure_);
        }
        if (allowed) {
            allowed = check_epoch(epoch, state_.epoch);
        }
        if (allowed) {
            allowed = check_positions(records, state_.rows.size() + 1);
        }
        if (!allowed) {
            return allowed;
        }
        std::vector<std::shared_ptr<KeptRow>> rows;
        std::string scratch;
        for (const Append& append : records) {
            const auto row = make_row(append, state_.codec, scratch);
            if (!row) {
                return pass_on(row);
            }
            rows.push_back(std::make_shared<KeptRow>(keep(*row)));
        }
        if (const auto struck = strike(FaultPoint::BeforeCommit)) {
            failure_ = struck;
            return std::unexpected(*struck);
        }
        state_.rows.insert(state_.rows.end(), rows.begin(), rows.end());
        if (const auto struck = strike(FaultPoint::AfterCommit)) {
            failure_ = struck;
            return std::unexpected(*struck);
        }
        return {};
    }

    Result<LogPosition> end() const override {
        const std::shared_lock lock(state_.mutex);
        return state_.rows.size() + 1;
    }

    Result<> scan(LogPosition from, LogPosition to, ScanVisitor& visitor) const override {
        if (const auto struck = strike(FaultPoint::Read)) {
            return std::unexpected(*struck);
        }
        // The log as it was when the scan began; rows are never changed, only replaced.
        std::vector<std::shared_ptr<KeptRow>> rows;
        from = std::max<LogPosition>(from, 1);
        {
            const std::shared_lock lock(state_.mutex);
            to = std::min<LogPosition>(to, state_.rows.size() + 1);
            if (from < to) {
                rows.assign(state_.rows.begin() + static_cast<std::ptrdiff_t>(from - 1),
                            state_.rows.begin() + static_cast<std::ptrdiff_t>(to - 1));
            }
        }
        std::string buffer;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!visitor.wants(rows[i]->row().meta)) {
                continue;
            }
            const auto record = open_row(rows[i]->row(), state_.codec, buffer);
            const bool more =
                record ? visitor.visit(*record) : visitor.damaged(from + i, record.error());
            if (!more) {
                break;
            }
        }
        return {};
    }

    Result<LogRecord> read(LogPosition position, std::string& buffer) const override {
        if (const auto struck = strike(FaultPoint::Read)) {
            return std::unexpected(*struck);
        }
        std::shared_ptr<KeptRow> kept;
        {
            const std::shared_lock lock(state_.mutex);
            if (position == 0 || position > state_.rows.size()) {
                return fail(ErrorCode::NotFound,
                            fmt::format("there is no log record {}: the last one is {}", position,
                                        state_.rows.size()));
            }
            kept = state_.rows[position - 1];
        }
        auto record = open_row(kept->row(), state_.codec, buffer);
        if (record) {
            move_views_into(*record, buffer);
        }
        return record;
    }

    Result<> put_blob(std::string_view name, std::string_view bytes) override {
        const std::unique_lock lock(state_.mutex);
        const auto writable = check_writable();
        if (!writable) {
            return writable;
        }
        const auto valid = check_blob_name(name);
        if (!valid) {
            return valid;
        }
        if (const auto struck = strike(FaultPoint::PutBlob)) {
            return std::unexpected(*struck);
        }
        state_.blobs[std::string(name)] = std::make_shared<const std::string>(bytes);
        return {};
    }

    Result<std::optional<std::string>> get_blob(std::string_view name) const override {
        const auto mapping = map_blob(name);
        if (!mapping) {
            return pass_on(mapping);
        }
        const std::optional<BlobMapping>& found = *mapping;
        return found ? std::optional(std::string(found->bytes)) : std::nullopt;
    }

    Result<std::optional<BlobMapping>> map_blob(std::string_view name) const override {
        if (const auto struck = strike(FaultPoint::Read)) {
            return std::unexpected(*struck);
        }
        const std::shared_lock lock(state_.mutex);
        const auto found = state_.blobs.find(name);
        if (found == state_.blobs.end()) {
            return std::nullopt;
        }
        return BlobMapping{found->second, *found->second, fast_hash(*found->second)};
    }

    Result<std::uint64_t> acquire_lease(std::string_view /*owner*/) override {
        const std::unique_lock lock(state_.mutex);
        const auto writable = check_writable();
        return writable ? Result<std::uint64_t>(++state_.epoch) : pass_on(writable);
    }

    BlobCodec& codec() override { return state_.codec; }

  private:
    [[nodiscard]] Result<> check_writable() const {
        if (!writer_) {
            return fail(ErrorCode::ReadOnly,
                        "the store in memory was opened for reading only: open it for writing");
        }
        return {};
    }

    [[nodiscard]] std::optional<Error> strike(FaultPoint point) const {
        return faults_ ? faults_(point) : std::nullopt;
    }

    std::shared_ptr<MemoryDisk> disk_;
    MemoryDisk::State& state_;
    bool writer_;
    FaultHook faults_;
    std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_memory_store(std::shared_ptr<MemoryDisk> disk, bool writer,
                                                 FaultHook faults) {
    if (writer) {
        const std::unique_lock lock(disk->state().mutex);
        if (disk->state().locked) {
            return fail(ErrorCode::Locked,
                        "the store in memory is being written already: close the other one first");
        }
        disk->state().locked = true;
    }
    return std::make_unique<MemoryStore>(std::move(disk), writer, std::move(faults));
}

}  // namespace parcours::store
