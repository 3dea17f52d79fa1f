#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "population/everybody.h"

namespace parcours::engine {

/// Whether asking again may help: a disk may answer then, a limit is the same all day.
[[nodiscard]] inline bool may_pass(const Error& error) {
    return error.code != ErrorCode::Limit && error.code != ErrorCode::InvalidInput;
}

/// What definitions in context Unfiltered give on one day after another, found once for all who
/// judge conditions over one index beside each other: the parts of a rehearsal. Any thread.
class EverybodyByDay {
  public:
    using Known = std::shared_ptr<const Result<population::KnownDefines>>;
    using Find = std::function<Result<population::KnownDefines>()>;

    /// `values_max`: of so many values together it keeps what was found, and finds the rest anew
    /// for each who asks. A text or a tuple counts by the values in it, not by its bytes: a bound
    /// of the work that is saved, and of memory only roughly. A rehearsal has two of these, one by
    /// what was written down and one by today's knowledge, so twice as much.
    explicit EverybodyByDay(std::uint64_t values_max = 4'000'000) : values_max_(values_max) {}

    /// Of what it found it keeps what patients are asked of. An error is kept where asking again
    /// gives the same. One who asks for what another is finding waits for it, unless it was too
    /// much to be kept before.
    Known find(const std::shared_ptr<const cql::Expression>& expression, Instant day,
               const Find& find);

  private:
    struct Entry {
        std::mutex mutex;  ///< guards what follows; held while it is found for the first time
        Known known;
        bool is_too_much = false;  ///< found, and not kept
    };

    bool reserve(const Result<population::KnownDefines>& found);

    std::uint64_t values_max_;
    std::mutex mutex_;  ///< guards what follows
    std::map<std::pair<std::shared_ptr<const cql::Expression>, Instant>, std::shared_ptr<Entry>>
        entries_;
    std::uint64_t values_ = 0;
};

}  // namespace parcours::engine
