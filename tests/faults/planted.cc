// Linked into `parcours_planted` only: makes functions of the engine break a promise in a way that
// PARCOURS_PLANT names, so that the fault tests can show that they would find it. The linker turns
// calls of the named functions into calls of these (--wrap).

#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "engine/journal.h"
#include "engine/tail.h"
#include "population/builder.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours {
namespace {

bool planted(std::string_view name) {
    const char* const plant = std::getenv("PARCOURS_PLANT");
    return plant != nullptr && name == plant;
}

}  // namespace

using TailResult = Result<engine::TailFindings>;

Result<> real_flush(engine::Journal* journal) asm("__real__ZN8parcours6engine7Journal5flushEv");
Result<> planted_flush(engine::Journal* journal) asm("__wrap__ZN8parcours6engine7Journal5flushEv");
TailResult real_read_tail(
    const store::Store& store, LogPosition from, LogPosition to,
    const engine::TailStarts&
        starts) asm("__real__ZN8parcours6engine9read_tailERKNS_5store5StoreEmmRKNS0_10TailStartsE");
TailResult planted_read_tail(
    const store::Store& store, LogPosition from, LogPosition to,
    const engine::TailStarts&
        starts) asm("__wrap__ZN8parcours6engine9read_tailERKNS_5store5StoreEmmRKNS0_10TailStartsE");

/// "send-first": the attempt is committed after its bytes have left, together with the result.
/// "acknowledge-first": what was acknowledged is committed some time later.
Result<> planted_flush(engine::Journal* journal) {
    static unsigned calls = 0;
    ++calls;
    if (planted("send-first") && calls % 3 != 0) {
        return {};
    }
    if (planted("acknowledge-first") && calls % 40 != 0) {
        return {};
    }
    return real_flush(journal);
}

/// "forget-tail": what the log has beyond the snapshot is not indexed when a folder is opened.
TailResult planted_read_tail(const store::Store& store, LogPosition from, LogPosition to,
                             const engine::TailStarts& starts) {
    auto found = real_read_tail(store, from, to, starts);
    if (found && planted("forget-tail")) {
        found->part->clear();
    }
    return found;
}

}  // namespace parcours
