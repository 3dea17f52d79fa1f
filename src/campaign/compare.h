#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "practice/folder.h"

namespace parcours::campaign {

/// One thing that two releases of a campaign do not say alike.
struct Difference {
    enum class What : std::uint8_t { Added, Removed, Changed };
    What what = What::Changed;
    std::string kind;    ///< campaign, step, words, cohort, value-set, library, form
    std::string name;    ///< "entry"; the step; "welcome.fr.sms"; the cohort
    std::string before;  ///< in words, or the text itself; empty where it was added
    std::string after;
};
[[nodiscard]] std::string_view difference_name(Difference::What what);

/// A campaign as a release holds it: with all that it names.
struct ReleaseView {
    const Campaign& campaign;
    const practice::Folder& folder;
};

/// All that differs, in the order of reading: what holds for the whole campaign, its steps in the
/// order of the later release, the words that they say, then what else they name. Words are those
/// of contents that either release uses; other lists are named only. Two releases with the same id
/// give nothing. Errors: those of `make_release`.
Result<std::vector<Difference>> compare(const ReleaseView& before, const ReleaseView& after);

}  // namespace parcours::campaign
