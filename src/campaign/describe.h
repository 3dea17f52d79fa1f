#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campaign/definition.h"

namespace parcours::campaign {

/// A linked campaign read aloud in plain English: who comes in, what is wanted, what ends it, and
/// each step on a line of its own. CQL is quoted as it is written. Ends with a line feed.
[[nodiscard]] std::string describe(const Campaign& campaign);

/// What holds for the whole campaign, a line each: by what it is about, in sentences.
struct HeadLine {
    std::string_view about;  ///< "entry", "success" …
    std::string text;
};
[[nodiscard]] std::vector<HeadLine> describe_head(const Campaign& campaign);

/// One step of a campaign in a sentence, without its name: "Send "welcome" by e-mail, else SMS.
/// Then: done."
[[nodiscard]] std::string describe_step(const Campaign& campaign, const Step& step);

}  // namespace parcours::campaign
