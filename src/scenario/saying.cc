#include "scenario/saying.h"

#include <expected>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "scenario/misfit.h"
#include "scenario/phrase.h"
#include "scenario/words.h"

namespace parcours::scenario {

std::span<const Sayings> sayings() {
    static const std::vector<Sayings> all = {
        {"What the record says", record_sayings()},
        {"What happens in the world", world_sayings()},
        {"What staff order of campaigns", order_sayings()},
        {"What must be sent, and what must not", message_sayings()},
        {"Tasks, and where patients stand", standing_sayings()},
    };
    return all;
}

Result<Said> understand(const Words& sentence) {
    std::vector<Phrase::Fit> misfits;
    for (const Sayings& group : sayings()) {
        for (const Saying& saying : group.all) {
            Phrase::Fit fit = saying.phrase.fit(sentence);
            if (fit.whole) {
                return Said{&saying, std::move(fit.slots)};
            }
            misfits.push_back(std::move(fit));
        }
    }
    return std::unexpected(misfit(sentence, misfits, "in a timeline"));
}

}  // namespace parcours::scenario
