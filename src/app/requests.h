#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/options.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/service.h"

namespace parcours::access {
class Access;
}

namespace parcours::app {

/// What other commands may ask of the process that writes to a data folder: one JSON object in, one
/// out. `import`, `quarantine`, `receive`, `task`, `enrol`, `hold`, `undo`, `move`, `answer`,
/// `cohort`, `publish`, and where `access` is there (null where nothing is served) `user` and
/// `token`. `answer` is called once, perhaps later: what takes records in is answered by a later
/// `work`.
void answer_request(engine::Service& service, access::Access* access, const Clock& clock,
                    std::string_view request, const std::function<void(std::string)>& answer);

/// Carries out a request: by the process that works on the folder, else by this one.
Result<std::string> perform(const CommonOptions& options, std::string_view request);

/// Prints what came of a request: the answer as it is with --json, else `in_words`. Gives the exit
/// code 0. Errors: those of the answer.
Result<int> print_answer(const CommonOptions& options, const Result<std::string>& answer,
                         const std::function<void(const JsonView& answer)>& in_words);

/// As `perform`, for requests that concern staff and tokens alone.
Result<std::string> perform_access(const CommonOptions& options, std::string_view request);

}  // namespace parcours::app
