#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/runner.h"

namespace parcours::engine {

/// What came of notices and replies.
struct ReceiveReport {
    std::uint64_t taken = 0;      ///< new ones
    std::uint64_t repeated = 0;   ///< known already: providers repeat themselves
    std::uint64_t unmatched = 0;  ///< about nothing this folder knows
};

/// Takes in what a provider or a patient sent back on a channel: receipts, bounces, replies, STOP
/// words, unsubscribe requests. Everything is durable when it returns, and a revocation holds from
/// then on (promise P3). `secret` verifies unsubscribe tokens. From an address that nobody was
/// written to at, it is of the patients whose record has it, where the runner can find them.
Result<ReceiveReport> receive(Runner& runner, std::string_view channel,
                              const std::vector<channel::Inbound>& inbound, std::string_view secret,
                              Instant now);

}  // namespace parcours::engine
