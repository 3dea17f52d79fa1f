#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/executor.h"
#include "base/json.h"
#include "fhir/summary.h"
#include "population/index.h"
#include "record/log.h"

namespace parcours::population {

struct PartRows;

/// Whether what is being made is not wanted any more.
using StopAsked = std::function<bool()>;

/// What one worker has read, on its way into an index. One thread at a time; workers have one each.
class IndexPart {
  public:
    IndexPart();
    ~IndexPart();
    IndexPart(IndexPart&&) noexcept;
    IndexPart& operator=(IndexPart&&) noexcept;

    /// Adds a resource version read from feed `source`. `resource` is what `summary` was read from;
    /// without it (a default JsonView) cohorts read the stored JSON where they need to know how a
    /// date or value was written. `position` is that of its body in the log; 0 where it is not yet
    /// known (`set_position`). Gives the number of the entry, from 0 on.
    std::size_t add(std::string_view source, const fhir::Summary& summary, const JsonView& resource,
                    LogPosition position);
    /// Sets the log position of an entry; 0 leaves it out of the index.
    void set_position(std::size_t entry, LogPosition position);

    [[nodiscard]] std::size_t size() const;
    /// Takes all entries back out, keeping memory.
    void clear();
    [[nodiscard]] const PartRows& rows() const { return *rows_; }

  private:
    std::unique_ptr<PartRows> rows_;
};

/// Makes an index of what `previous` (may be null) holds and of `parts`. Of several versions of a
/// resource the newest stays: by meta.lastUpdated where both have one, else by meta.versionId where
/// both are numbers, else by log position. The result does not depend on how entries are spread
/// over parts, nor on the order of parts, as long as positions are distinct. `covers` becomes the
/// greatest position known. With an executor tables are built beside each other. `stop` (may be
/// empty; for any thread) is asked between the steps. Errors: Limit (more than 4 billion rows,
/// links or bytes of ids), Unavailable (it was to stop).
Result<std::shared_ptr<const Index>> merge(std::span<const IndexPart* const> parts,
                                           const Index* previous, Executor* executor = nullptr,
                                           const StopAsked& stop = {});

}  // namespace parcours::population
