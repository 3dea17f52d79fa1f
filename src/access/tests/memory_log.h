#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_log.h"
#include "base/error.h"

namespace parcours::access::testing {

/// A log in memory that can be told to fail, and that tests may tamper with.
class MemoryLog final : public AccessLog {
  public:
    struct Kept {
        std::string payload;
        bool changes = false;
    };

    Result<> append(std::span<const AccessRecord> batch) override {
        if (before_append) {
            before_append();
        }
        const std::scoped_lock lock(mutex);
        if (failure) {
            return std::unexpected(*failure);
        }
        for (const AccessRecord& record : batch) {
            records.push_back({std::string(record.payload), record.changes});
        }
        batches.push_back(batch.size());
        return {};
    }

    Result<> scan(Which which, const Visitor& visitor) override {
        for (const Kept& kept : records) {
            if (which == Which::Changes && !kept.changes) {
                continue;
            }
            if (auto visited = visitor(kept.payload); !visited) {
                return visited;
            }
        }
        return {};
    }

    Result<std::optional<std::string>> last() override {
        return records.empty() ? std::optional<std::string>()
                               : std::optional(records.back().payload);
    }

    Result<> keep_uses(std::string_view text) override {
        uses = text;
        return {};
    }
    Result<std::string> kept_uses() override { return uses; }

    std::string uses;
    std::mutex mutex;
    std::vector<Kept> records;
    std::vector<std::size_t> batches;
    std::optional<Error> failure;
    std::function<void()> before_append;
};

}  // namespace parcours::access::testing
