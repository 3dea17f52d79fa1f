// Linked into `parcours_planted` only: makes functions of the engine break a promise in a way that
// PARCOURS_PLANT names, so that the fault tests can show that they would find it. The linker turns
// calls of the named functions into calls of these (--wrap).

#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/executor.h"
#include "engine/journal.h"
#include "population/builder.h"
#include "population/index.h"

namespace parcours {
namespace {

bool planted(std::string_view name) {
    const char* const plant = std::getenv("PARCOURS_PLANT");
    return plant != nullptr && name == plant;
}

}  // namespace

using MergeParts = std::span<const population::IndexPart* const>;
using MergeResult = Result<std::shared_ptr<const population::Index>>;

Result<> real_flush(engine::Journal* journal) asm("__real__ZN8parcours6engine7Journal5flushEv");
Result<> planted_flush(engine::Journal* journal) asm("__wrap__ZN8parcours6engine7Journal5flushEv");
MergeResult real_merge(MergeParts parts, const population::Index* previous, Executor* executor) asm(
    "__real__ZN8parcours10population5mergeESt4spanIKPKNS0_9IndexPartELm18446744073709551615EEPKNS0_"
    "5IndexEPNS_8ExecutorE");
MergeResult
planted_merge(MergeParts parts, const population::Index* previous, Executor* executor) asm(
    "__wrap__ZN8parcours10population5mergeESt4spanIKPKNS0_9IndexPartELm18446744073709551615EEPKNS0_"
    "5IndexEPNS_8ExecutorE");

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
MergeResult planted_merge(MergeParts parts, const population::Index* previous, Executor* executor) {
    if (planted("forget-tail") && parts.size() == 1) {
        return real_merge({}, previous, executor);
    }
    return real_merge(parts, previous, executor);
}

}  // namespace parcours
