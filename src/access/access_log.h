#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::access {

/// One record of the access log: JSON (see audit.h). Views are valid during the call only.
struct AccessRecord {
    std::string_view payload;
    /// Whether staff, sessions or tokens follow from it. The others, reads above all, are many and
    /// need not be read at the start.
    bool changes = false;
};

/// Where the audit is kept. Append-only. Calls do not overlap, whatever the thread.
class AccessLog {
  public:
    using Visitor = std::function<Result<>(std::string_view payload)>;
    enum class Which : std::uint8_t { All, Changes };

    virtual ~AccessLog() = default;
    /// Appends all or nothing, and returns when it is durable. After NoSpace, ReadOnly, Conflict
    /// and Limit nothing was written; any other error leaves open whether something was.
    virtual Result<> append(std::span<const AccessRecord> batch) = 0;
    /// Visits records in the order of appending; ends with the visitor's first error. Which::All
    /// must give every record; Which::Changes at least those that change something.
    virtual Result<> scan(Which which, const Visitor& visitor) = 0;
    /// The record appended last, or nothing.
    [[nodiscard]] virtual Result<std::optional<std::string>> last() = 0;
    /// Keeps a text beside the records, in the place of the one before: of what may be lost with
    /// no harm, so that a start need not read many records for it.
    virtual Result<> keep_uses(std::string_view text) = 0;
    /// What was kept so last; empty where nothing was.
    [[nodiscard]] virtual Result<std::string> kept_uses() = 0;
};

}  // namespace parcours::access
