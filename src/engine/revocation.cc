#include "engine/revocation.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/identity.h"

namespace parcours::engine {

void suppress(const Ledger& ledger, Journal& journal, const std::string& channel,
              const std::string& address, bool suppressed, const std::string& reason, Instant now) {
    const AddressState before = ledger.address(channel, address);
    if (before.suppressed != suppressed) {
        journal.add(Suppressed{channel, address, before.version + 1, suppressed, reason, now}, now);
    }
}

void choose(const Ledger& ledger, Journal& journal, const std::string& channel,
            const std::string& address, bool allowed, const std::string& source, Instant now,
            const MoreBehind& more) {
    std::vector<Key> behind = ledger.patients_at(address);
    std::ranges::copy_if(more, std::back_inserter(behind), [&behind](Key patient) {
        return std::ranges::find(behind, patient) == behind.end();
    });
    for (const Key patient : behind) {
        journal.add(Chose{patient, {channel, "", allowed, now, source}}, now);
    }
}

void revoke(const Ledger& ledger, Journal& journal, const std::string& channel,
            const std::string& address, const std::string& source, Instant now,
            const MoreBehind& more) {
    suppress(ledger, journal, channel, address, true, source, now);
    choose(ledger, journal, channel, address, false, source, now, more);
}

}  // namespace parcours::engine
