#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "engine/dispatcher.h"
#include "engine/journal.h"
#include "engine/ledger.h"

namespace parcours::engine {

/// What a webhook is called among the channels.
[[nodiscard]] std::string webhook_name(std::string_view hook);

/// Calls the webhooks that steps ask for. An attempt is committed before its first byte leaves.
/// Unlike a message, a call whose result is not known is made again: the other system knows a
/// repetition by its id, and has the same bytes. It is given up after a day, since nobody keeps
/// such ids for ever. One thread.
class Caller {
  public:
    Caller(Ledger& ledger, Journal& journal, Channels& channels)
        : ledger_(ledger), journal_(journal), channels_(channels) {}

    /// Makes calls that are due, at most `batch_max`. Gives how many.
    Result<std::size_t> call(Instant now);
    /// After a restart: attempts that have no result are made again.
    void recover(Instant now);

    /// Where bytes really leave, a STOP waits for so many hand-offs at most.
    static constexpr std::size_t batch_max = 4;

  private:
    struct Attempt;
    void give_up(const Attempt& attempt, Instant now);
    void hand_over(const Attempt& attempt, Instant now);

    Ledger& ledger_;
    Journal& journal_;
    Channels& channels_;
};

}  // namespace parcours::engine
