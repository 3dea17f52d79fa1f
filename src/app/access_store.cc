#include "app/access_store.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/access.h"
#include "access/audit.h"
#include "base/error.h"
#include "base/random.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace parcours::app {
namespace {

constexpr std::string_view secret_blob = "secret";
constexpr std::size_t secret_bytes = 32;
constexpr std::string_view uses_blob = "uses";
constexpr std::string_view change_topic = "access-change";
constexpr std::string_view event_topic = "access";

std::string access_path(const std::string& data) {
    return data + "/access";
}

/// The folder's own secret; made the first time.
Result<std::string> find_or_make_secret(store::Store& store, Random& random) {
    auto kept = store.get_blob(secret_blob);
    if (!kept) {
        return pass_on(kept);
    }
    if (*kept) {
        return std::move(**kept);
    }
    std::string secret;
    while (secret.size() < secret_bytes) {
        const std::uint64_t bits = random.next();
        secret.append(reinterpret_cast<const char*>(&bits), sizeof bits);
    }
    if (const auto put = store.put_blob(secret_blob, secret); !put) {
        return pass_on(put);
    }
    return secret;
}

class Visit final : public store::ScanVisitor {
  public:
    Visit(const access::AccessLog::Visitor& visitor, bool only_changes)
        : visitor_(visitor), only_changes_(only_changes) {}

    bool visit(const LogRecord& record) override {
        if (only_changes_ && record.topic != change_topic) {
            return true;
        }
        result_ = visitor_(record.payload);
        return result_.has_value();
    }
    /// A record that cannot be read is handed on as none of ours: the chain shows the gap.
    bool damaged(LogPosition, const Error& error) override {
        if (only_changes_) {
            result_ = std::unexpected(error);
            return false;
        }
        result_ = visitor_("");
        return result_.has_value();
    }
    [[nodiscard]] Result<> result() const { return result_; }

  private:
    const access::AccessLog::Visitor& visitor_;
    bool only_changes_;
    Result<> result_;
};

struct FindNewestChange final : store::ScanVisitor {
    LogPosition newest = 0;

    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.topic == change_topic;
    }
    bool visit(const LogRecord& record) override {
        newest = record.position;
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return true; }
};

}  // namespace

Result<> StoreAccessLog::append(std::span<const access::AccessRecord> batch) {
    const auto end = store_.end();
    if (!end) {
        return pass_on(end);
    }
    std::vector<store::Append> records;
    records.reserve(batch.size());
    auto change = newest_change();
    if (!change) {
        return pass_on(change);
    }
    for (const access::AccessRecord& each : batch) {
        store::Append& append = records.emplace_back();
        append.record.position = *end + records.size() - 1;
        append.record.previous = *change == 0 ? append.record.position : *change;
        *change = each.changes ? append.record.position : *change;
        append.record.kind = RecordKind::Event;
        append.record.topic = each.changes ? change_topic : event_topic;
        append.record.payload = each.payload;
    }
    if (const auto appended = store_.append(records, epoch_); !appended) {
        return appended;
    }
    newest_change_ = *change;
    return {};
}

/// As the record appended last tells it.
Result<LogPosition> StoreAccessLog::newest_change() {
    if (newest_change_) {
        return *newest_change_;
    }
    const auto end = store_.end();
    if (!end) {
        return pass_on(end);
    }
    LogPosition newest = 0;
    if (*end > 1) {
        std::string buffer;
        const auto last = store_.read(*end - 1, buffer);
        if (!last) {
            return pass_on(last);
        }
        if (last->topic == change_topic) {
            newest = last->position;
        } else if (last->previous == 0) {
            return find_newest_change(*end);
        } else {
            newest = last->previous == last->position ? 0 : last->previous;
        }
    }
    newest_change_ = newest;
    return newest;
}

/// Among records that do not point to the one before.
Result<LogPosition> StoreAccessLog::find_newest_change(LogPosition end) {
    FindNewestChange visitor;
    if (const auto scanned = store_.scan(1, end, visitor); !scanned) {
        return pass_on(scanned);
    }
    newest_change_ = visitor.newest;
    return visitor.newest;
}

/// The changes, the newest first, each by the one after it; false where a record does not point to
/// the one before: then all have to be looked at.
Result<bool> StoreAccessLog::collect_changes(std::vector<std::string>& payloads) {
    const auto newest = newest_change();
    if (!newest) {
        return pass_on(newest);
    }
    std::string buffer;
    for (LogPosition at = *newest; at != 0;) {
        const auto record = store_.read(at, buffer);
        if (!record) {
            return pass_on(record);
        }
        if (record->topic != change_topic || record->previous == 0 || record->previous > at) {
            return false;
        }
        payloads.emplace_back(record->payload);
        at = record->previous == at ? 0 : record->previous;
    }
    return true;
}

Result<> StoreAccessLog::scan(Which which, const Visitor& visitor) {
    if (which == Which::All) {
        return scan_all(which, visitor);
    }
    std::vector<std::string> payloads;
    const auto collected = collect_changes(payloads);
    if (!collected) {
        return pass_on(collected);
    }
    if (!*collected || payloads.empty()) {
        return scan_all(which, visitor);
    }
    for (const std::string& payload : payloads | std::views::reverse) {
        if (const auto visited = visitor(payload); !visited) {
            return visited;
        }
    }
    return {};
}

Result<> StoreAccessLog::scan_all(Which which, const Visitor& visitor) {
    const auto end = store_.end();
    if (!end) {
        return pass_on(end);
    }
    Visit visit(visitor, which == Which::Changes);
    if (const auto scanned = store_.scan(1, *end, visit); !scanned) {
        return scanned;
    }
    return visit.result();
}

Result<std::optional<std::string>> StoreAccessLog::last() {
    const auto end = store_.end();
    if (!end) {
        return pass_on(end);
    }
    if (*end <= 1) {
        return std::optional<std::string>();
    }
    std::string buffer;
    const auto record = store_.read(*end - 1, buffer);
    if (!record) {
        return pass_on(record);
    }
    return std::optional(std::string(record->payload));
}

Result<> StoreAccessLog::keep_uses(std::string_view text) {
    return store_.put_blob(uses_blob, text);
}

Result<std::string> StoreAccessLog::kept_uses() {
    auto kept = store_.get_blob(uses_blob);
    if (!kept) {
        return pass_on(kept);
    }
    return kept->value_or(std::string());
}

Result<access::AuditEntry> StoreAccessLog::read(std::uint64_t sequence) const {
    std::string buffer;
    const auto record = store_.read(sequence, buffer);
    if (!record) {
        return pass_on(record);
    }
    return access::read_record(record->payload);
}

Result<std::unique_ptr<AccessFolder>> AccessFolder::open(const std::string& data, Random& random,
                                                         const access::AccessOptions& options) {
    if (!std::filesystem::exists(data + "/parcours.db")) {
        return fail(ErrorCode::NotFound,
                    "there is no data folder \"" + data + "\"; make one with `parcours import`");
    }
    store::SqliteOptions kept;
    kept.create = true;
    auto opened = store::open_sqlite_store(access_path(data), kept);
    if (!opened) {
        return pass_on(opened);
    }
    std::unique_ptr<AccessFolder> folder(new AccessFolder());
    folder->store_ = std::move(*opened);
    const auto epoch = folder->store_->acquire_lease("parcours");
    if (!epoch) {
        return pass_on(epoch);
    }
    const auto secret = find_or_make_secret(*folder->store_, random);
    if (!secret) {
        return pass_on(secret);
    }
    folder->log_ = std::make_unique<StoreAccessLog>(*folder->store_, *epoch);
    auto access = access::Access::open(*folder->log_, random, *secret, options);
    if (!access) {
        return pass_on(access);
    }
    folder->access_ = std::move(*access);
    return folder;
}

Result<std::unique_ptr<store::Store>> open_audit_for_reading(const std::string& data) {
    store::SqliteOptions options;
    options.access = store::Access::Read;
    return store::open_sqlite_store(access_path(data), options);
}

}  // namespace parcours::app
