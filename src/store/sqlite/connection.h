#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace parcours::store {

/// A reader may meet the moment in which a writer starts anew at the beginning of its log.
inline constexpr std::chrono::milliseconds busy_wait{5000};

/// A prepared statement. Columns are read after a `step` that gave true, and stay valid until the
/// next `step` or `reset`. Not for several threads at once.
class Statement {
  public:
    Statement() = default;

    /// Parameters and columns count from 1 and from 0, as in SQLite. Bound bytes must live until
    /// the statement was stepped and reset.
    void bind(int parameter, std::int64_t value);
    void bind_null(int parameter);
    void bind_text(int parameter, std::string_view text);
    void bind_bytes(int parameter, std::string_view bytes);

    /// Whether there is a row.
    [[nodiscard]] Result<bool> step();
    /// Steps a statement that gives no row, and resets it.
    [[nodiscard]] Result<> run();
    void reset();

    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// A text or blob.
    [[nodiscard]] std::string_view bytes(int column) const;

  private:
    friend class Connection;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    const class Connection* connection_ = nullptr;
};

/// One connection to a database file; not for several threads at once. Stays where it is, since
/// its statements point to it.
class Connection {
  public:
    enum class Mode : std::uint8_t {
        Write,         ///< create the file where there is none
        Read,          ///< beside a writer
        ReadFrozen,    ///< a read-only disk, where SQLite's own files cannot be made
        ReadFrozenLog  ///< the same, with a write-ahead log left behind
    };

    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file,
                                                                  Mode mode);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs statements that give no rows of interest.
    [[nodiscard]] Result<> run(const std::string& sql) const;
    /// SQLite ends a transaction by itself after some errors.
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
    /// The first column of the only row.
    [[nodiscard]] Result<std::int64_t> number(std::string_view sql) const;

    /// Copies the whole database, as it stands when this begins, into one that nobody else uses,
    /// and tells the share done. Errors: those of `failure`, of the one or the other.
    [[nodiscard]] Result<> copy_to(const Connection& copy,
                                   const std::function<void(double share)>& progress) const;

    /// How long a call waits for another connection's lock.
    void set_busy_wait(std::chrono::milliseconds wait) const;

    /// The last failure as a sentence with its cure.
    [[nodiscard]] std::unexpected<Error> failure() const;

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    Connection(sqlite3* database, std::filesystem::path file);

    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> database_;
};

/// The sentence and code for a failed operation of the system on a path, from its errno.
[[nodiscard]] Error system_error(int number, std::string_view doing,
                                 const std::filesystem::path& path);
/// Where this user may not look at a folder or a file.
[[nodiscard]] Error no_look(const std::filesystem::path& path);

}  // namespace parcours::store
