#include "store/sqlite/connection.h"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace parcours::store {
namespace {

Error no_space(const std::filesystem::path& path) {
    return {ErrorCode::NoSpace,
            fmt::format("the disk of {} is full: free some space and start again; everything "
                        "acknowledged before is safe",
                        path.string()),
            {}};
}

Error read_only(const std::filesystem::path& path) {
    return {ErrorCode::ReadOnly,
            fmt::format("{} cannot be written to: make it writable for this user, or choose "
                        "another data folder",
                        path.string()),
            {}};
}

bool is_denied(int number) {
    return number == EACCES || number == EPERM;
}

/// Pages that one step of a copy takes: 1 MB of those of 4 kB, between two tellings of progress.
constexpr int backup_pages = 256;

bool is_no_space(int number) {
    // EDQUOT comes through <cerrno>, from a header of the kernel's that is not to be named.
    return number == ENOSPC || number == EDQUOT || number == EFBIG;  // NOLINT(misc-include-cleaner)
}

std::string uri(const std::filesystem::path& file, std::string_view query) {
    std::string text = "file:";
    for (const char c : std::filesystem::absolute(file).string()) {
        if (c == '%' || c == '?' || c == '#') {
            text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        } else {
            text += c;
        }
    }
    return text.append(query);
}

}  // namespace

Error no_look(const std::filesystem::path& path) {
    return {ErrorCode::ReadOnly,
            fmt::format("this user may not read {}: run this as the user whom it belongs to, or "
                        "let this one read it",
                        path.string()),
            {}};
}

Error system_error(int number, std::string_view doing, const std::filesystem::path& path) {
    if (is_no_space(number)) {
        return no_space(path);
    }
    if (number == EROFS || is_denied(number)) {
        return read_only(path);
    }
    if (number == ENOTDIR || number == EISDIR || number == ENAMETOOLONG || number == ELOOP) {
        return {ErrorCode::InvalidInput,
                fmt::format("{} {} failed: {}: name another folder", doing, path.string(),
                            std::strerror(number)),
                {}};
    }
    return {number == ENOENT ? ErrorCode::NotFound : ErrorCode::Unavailable,
            fmt::format("{} {} failed: {}: check the disk and start again", doing, path.string(),
                        std::strerror(number)),
            {}};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void Statement::bind(int parameter, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), parameter, value);
}

void Statement::bind_null(int parameter) {
    sqlite3_bind_null(statement_.get(), parameter);
}

void Statement::bind_text(int parameter, std::string_view text) {
    sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
}

void Statement::bind_bytes(int parameter, std::string_view bytes) {
    sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
    switch (sqlite3_step(statement_.get())) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return connection_->failure();
    }
}

Result<> Statement::run() {
    const auto stepped = step();
    reset();
    return stepped ? Result<>() : pass_on(stepped);
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
    const void* const data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const char*>(data), data ? static_cast<std::size_t>(size) : 0};
}

void Connection::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

Connection::Connection(sqlite3* database, std::filesystem::path file)
    : file_(std::move(file)), database_(database) {}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Mode mode) {
    const bool writes = mode == Mode::Write;
    std::string name = uri(file, "");
    if (mode == Mode::ReadFrozen) {
        name = uri(file, "?immutable=1");
    } else if (mode == Mode::ReadFrozenLog) {
        name = uri(file, "?vfs=unix-none");
    }
    sqlite3* database = nullptr;
    const int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    const int opened = sqlite3_open_v2(name.c_str(), &database, flags, nullptr);
    check(database != nullptr, "memory for a database connection");
    std::unique_ptr<Connection> connection(new Connection(database, file));
    if (opened != SQLITE_OK) {
        return connection->failure();
    }
    connection->set_busy_wait(busy_wait);
    // Cells are checked as pages are read, so that a damaged page is an error and not a crash.
    const auto safe = connection->run("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF");
    if (!safe) {
        return pass_on(safe);
    }
    if (mode == Mode::ReadFrozenLog) {
        // Without locks the index of the write-ahead log is kept in memory instead of in a file.
        const auto exclusive = connection->run("PRAGMA locking_mode = EXCLUSIVE");
        if (!exclusive) {
            return pass_on(exclusive);
        }
    }
    return connection;
}

Result<> Connection::run(const std::string& sql) const {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure();
    }
    return {};
}

Result<Statement> Connection::prepare(std::string_view sql) const {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &prepared, nullptr) != SQLITE_OK) {
        return failure();
    }
    Statement statement;
    statement.statement_.reset(prepared);
    statement.connection_ = this;
    return statement;
}

Result<std::int64_t> Connection::number(std::string_view sql) const {
    auto statement = prepare(sql);
    if (!statement) {
        return pass_on(statement);
    }
    const auto row = statement->step();
    if (!row) {
        return pass_on(row);
    }
    return *row ? statement->number(0) : 0;
}

Result<> Connection::copy_to(const Connection& copy,
                             const std::function<void(double share)>& progress) const {
    // Within one reading, or else each commit of a writer would begin the copy anew.
    if (const auto begun = run("BEGIN; SELECT count(*) FROM sqlite_schema"); !begun) {
        return begun;
    }
    sqlite3_backup* const backup =
        sqlite3_backup_init(copy.database_.get(), "main", database_.get(), "main");
    if (backup == nullptr) {
        return copy.failure();
    }
    int stepped = SQLITE_OK;
    while (stepped == SQLITE_OK) {
        stepped = sqlite3_backup_step(backup, backup_pages);
        const int pages = sqlite3_backup_pagecount(backup);
        progress(pages == 0 ? 1
                            : 1 - static_cast<double>(sqlite3_backup_remaining(backup)) / pages);
    }
    const int finished = sqlite3_backup_finish(backup);
    const auto ended = run("COMMIT");
    if (stepped != SQLITE_DONE || finished != SQLITE_OK) {
        return copy.failure();
    }
    return ended;
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

void Connection::set_busy_wait(std::chrono::milliseconds wait) const {
    sqlite3_busy_timeout(database_.get(), static_cast<int>(wait.count()));
}

std::unexpected<Error> Connection::failure() const {
    const int code = sqlite3_extended_errcode(database_.get());
    const int system = sqlite3_system_errno(database_.get());
    const std::string text = sqlite3_errmsg(database_.get());
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return std::unexpected(no_space(file_));
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return std::unexpected(read_only(file_));
        case SQLITE_CORRUPT:
            return fail(
                ErrorCode::Damaged,
                fmt::format("{} is damaged ({}): restore it from a backup", file_.string(), text));
        case SQLITE_NOTADB:
            return fail(ErrorCode::InvalidInput,
                        fmt::format("{} is not a database of this program, or its beginning is "
                                    "damaged: choose another data folder, or restore the file "
                                    "from a backup",
                                    file_.string()));
        case SQLITE_CANTOPEN:
            if (is_denied(system)) {
                return std::unexpected(no_look(file_));
            }
            break;
        case SQLITE_IOERR:
            if (is_no_space(system)) {
                return std::unexpected(no_space(file_));
            }
            break;
        default:
            break;
    }
    return fail(
        ErrorCode::Unavailable,
        fmt::format("{} could not be used: {}{}{}: check the disk and start again", file_.string(),
                    text, system != 0 ? ": " : "", system != 0 ? std::strerror(system) : ""));
}

}  // namespace parcours::store
