#include "store/sqlite/sqlite_store.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "record/log.h"
#include "store/blob.h"
#include "store/sqlite/blob_files.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/folder_lock.h"
#include "store/sqlite/log_reader.h"
#include "store/sqlite/log_writer.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/wal_check.h"
#include "store/store.h"

namespace parcours::store {
namespace {

class SqliteStore final : public Store {
  public:
    /// One that writes goes on for long, and its readers must not stand in its own way.
    SqliteStore(const std::filesystem::path& folder, Access access)
        : folder_(folder),
          blobs_(folder / blobs_name),
          readers_(folder / database_name, access == Access::Read) {}

    Result<> open_for_writing(bool create) {
        auto lock = lock_folder(folder_);
        if (!lock) {
            return pass_on(lock);
        }
        lock_ = std::move(*lock);
        const std::filesystem::path log = folder_ / fmt::format("{}-wal", database_name);
        const auto sound = check_write_ahead_log(log);
        if (!sound) {
            return sound;
        }
        auto writer = LogWriter::open(folder_ / database_name, create, codec_);
        if (!writer) {
            return pass_on(writer);
        }
        writer_ = std::move(*writer);
        const auto prepared = blobs_.prepare_writing();
        return prepared ? sync_folder(folder_) : prepared;
    }

    Result<> open_for_reading() {
        const auto reader = readers_.borrow();
        return reader ? load_dictionaries((*reader)->connection(), codec_) : pass_on(reader);
    }

    Result<> append(std::span<const Append> records, std::uint64_t epoch) override {
        return writer_ ? writer_->append(records, epoch) : refuse_writing();
    }

    Result<LogPosition> end() const override {
        if (writer_) {
            return writer_->end();
        }
        const auto reader = readers_.borrow();
        return reader ? (*reader)->end() : pass_on(reader);
    }

    Result<> scan(LogPosition from, LogPosition to, ScanVisitor& visitor) const override {
        const auto reader = readers_.borrow();
        return reader ? (*reader)->scan(from, to, visitor, codec_) : pass_on(reader);
    }

    Result<LogRecord> read(LogPosition position, std::string& buffer) const override {
        const auto reader = readers_.borrow();
        return reader ? (*reader)->read(position, codec_, buffer) : pass_on(reader);
    }

    Result<> put_blob(std::string_view name, std::string_view bytes) override {
        return writer_ ? blobs_.put(name, bytes) : refuse_writing();
    }

    Result<std::optional<std::string>> get_blob(std::string_view name) const override {
        const auto mapping = blobs_.map(name);
        if (!mapping) {
            return pass_on(mapping);
        }
        const std::optional<BlobMapping>& found = *mapping;
        if (!found) {
            return std::nullopt;
        }
        const auto whole = found->verify();
        if (!whole) {
            return fail(whole.error().code, fmt::format("blob \"{}\" in {}: {}", name,
                                                        folder_.string(), whole.error().message));
        }
        return std::string(found->bytes);
    }

    Result<std::optional<BlobMapping>> map_blob(std::string_view name) const override {
        return blobs_.map(name);
    }

    Result<std::uint64_t> acquire_lease(std::string_view owner) override {
        return writer_ ? writer_->acquire_lease(owner) : refuse_writing();
    }

    BlobCodec& codec() override { return codec_; }

  private:
    [[nodiscard]] std::unexpected<Error> refuse_writing() const {
        return fail(
            ErrorCode::ReadOnly,
            fmt::format("{} was opened for reading only: open it for writing", folder_.string()));
    }

    // Destroyed from below: readers, so that the writer is the last to close the database and
    // brings its log into it; then the writer; then the lock.
    std::filesystem::path folder_;
    Descriptor lock_;
    mutable BlobCodec codec_;
    BlobFiles blobs_;
    std::unique_ptr<LogWriter> writer_;
    mutable ReaderPool readers_;
};

Result<> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) {
        const auto parent = std::filesystem::absolute(folder).lexically_normal().parent_path();
        return sync_folder(parent);
    }
    if (!error) {
        return {};
    }
    Error why = system_error(error.value(), "making", folder);
    if (why.code != ErrorCode::NoSpace && why.code != ErrorCode::ReadOnly) {
        why.message =
            fmt::format("the data folder \"{}\" cannot be made: {}; name another with --data",
                        folder.string(), error.message());
    }
    return std::unexpected(std::move(why));
}

Result<> check_folder(const std::filesystem::path& folder, const SqliteOptions& options) {
    std::error_code error;
    const auto status = std::filesystem::status(folder, error);
    const bool creates = options.create && options.access == Access::Write;
    if (error == std::errc::permission_denied) {
        return std::unexpected(no_look(folder));
    }
    if (status.type() == std::filesystem::file_type::not_found) {
        return creates ? make_folder(folder)
                       : fail(ErrorCode::NotFound,
                              fmt::format("there is no data folder {}: import records into it "
                                          "first, or name another",
                                          folder.string()));
    }
    if (status.type() != std::filesystem::file_type::directory) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("{} is not a folder: name a folder for the data", folder.string()));
    }
    const bool holds = std::filesystem::exists(folder / database_name, error);
    if (error == std::errc::permission_denied) {
        return std::unexpected(no_look(folder));
    }
    if (!creates && !holds) {
        return fail(ErrorCode::NotFound,
                    fmt::format("the folder {} holds no database: import records into it first, "
                                "or name another",
                                folder.string()));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& folder,
                                                 const SqliteOptions& options) {
    const auto usable = check_folder(folder, options);
    if (!usable) {
        return pass_on(usable);
    }
    auto store = std::make_unique<SqliteStore>(folder, options.access);
    const auto opened = options.access == Access::Write ? store->open_for_writing(options.create)
                                                        : store->open_for_reading();
    if (!opened) {
        return pass_on(opened);
    }
    return store;
}

}  // namespace parcours::store
