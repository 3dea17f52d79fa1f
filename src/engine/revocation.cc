#include "engine/revocation.h"

#include <string>

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
            const std::string& address, bool allowed, const std::string& source, Instant now) {
    for (const Key patient : ledger.patients_at(address)) {
        journal.add(Chose{patient, {channel, "", allowed, now, source}}, now);
    }
}

void revoke(const Ledger& ledger, Journal& journal, const std::string& channel,
            const std::string& address, const std::string& source, Instant now) {
    suppress(ledger, journal, channel, address, true, source, now);
    choose(ledger, journal, channel, address, false, source, now);
}

}  // namespace parcours::engine
