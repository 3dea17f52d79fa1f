#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/access_log.h"
#include "access/audit.h"
#include "base/error.h"
#include "base/random.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::app {

/// The audit kept in a store of its own: the folder `access` inside the data folder. An entry's
/// sequence is its place in that log. Every record points to the change before it (the first ones
/// to themselves), so that what a start reads grows with the changes, not with all that was looked
/// at.
class StoreAccessLog final : public access::AccessLog {
  public:
    /// Borrows the store; `epoch` is 0 where nothing will be appended.
    StoreAccessLog(store::Store& store, std::uint64_t epoch) : store_(store), epoch_(epoch) {}

    Result<> append(std::span<const access::AccessRecord> batch) override;
    Result<> scan(Which which, const Visitor& visitor) override;
    [[nodiscard]] Result<std::optional<std::string>> last() override;
    Result<> keep_uses(std::string_view text) override;
    [[nodiscard]] Result<std::string> kept_uses() override;

    /// For any thread. Errors: NotFound, Damaged.
    [[nodiscard]] Result<access::AuditEntry> read(std::uint64_t sequence) const;

  private:
    Result<LogPosition> newest_change();
    Result<LogPosition> find_newest_change(LogPosition end);
    Result<bool> collect_changes(std::vector<std::string>& payloads);
    Result<> scan_all(Which which, const Visitor& visitor);

    store::Store& store_;
    std::uint64_t epoch_;
    std::optional<LogPosition> newest_change_;  ///< 0: there is none; nothing: not looked for yet
};

/// Staff, sessions, tokens and the audit of a data folder.
class AccessFolder {
  public:
    /// For writing; makes it where there is none. Errors: NotFound (no data folder), Locked, and
    /// those of the store.
    static Result<std::unique_ptr<AccessFolder>> open(const std::string& data, Random& random,
                                                      const access::AccessOptions& options = {});

    [[nodiscard]] access::Access& access() { return *access_; }
    [[nodiscard]] const StoreAccessLog& log() const { return *log_; }

  private:
    AccessFolder() = default;

    std::unique_ptr<store::Store> store_;
    std::unique_ptr<StoreAccessLog> log_;
    std::unique_ptr<access::Access> access_;
};

/// The audit's log for reading beside a writer. `store` keeps what the log borrows.
Result<std::unique_ptr<store::Store>> open_audit_for_reading(const std::string& data);

}  // namespace parcours::app
