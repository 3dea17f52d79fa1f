#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/identity.h"

namespace parcours::engine {

/// Writes down that an address must not be used, or may be again; nothing where it is so already.
void suppress(const Ledger& ledger, Journal& journal, const std::string& channel,
              const std::string& address, bool suppressed, const std::string& reason, Instant now);

/// Patients who were never written to at an address, and whose record has it.
using MoreBehind = std::vector<Key>;

/// Writes down what everybody behind an address chose for a channel.
void choose(const Ledger& ledger, Journal& journal, const std::string& channel,
            const std::string& address, bool allowed, const std::string& source, Instant now,
            const MoreBehind& more = {});

/// No more messages to an address: it is suppressed, and the patients behind it have chosen.
void revoke(const Ledger& ledger, Journal& journal, const std::string& channel,
            const std::string& address, const std::string& source, Instant now,
            const MoreBehind& more = {});

}  // namespace parcours::engine
