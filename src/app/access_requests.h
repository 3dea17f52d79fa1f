#pragma once

#include <string>
#include <string_view>

#include "access/access.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"

namespace parcours::app {

/// Whether a request of that command concerns staff or tokens.
[[nodiscard]] bool is_access_command(std::string_view command);

/// Carries out `user` (add, change, totp, list) and `token` (add, revoke, list), in the name of
/// whoever owns the data folder.
Result<std::string> answer_access(access::Access& access, const Clock& clock,
                                  const JsonView& request);

}  // namespace parcours::app
