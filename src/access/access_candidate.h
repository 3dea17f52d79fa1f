#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/access.h"
#include "access/secret_bytes.h"
#include "base/hash.h"

namespace parcours::access {

/// Who an attempt to log in is about, as it stood when the attempt began.
struct Access::Candidate {
    std::string key;   ///< the name typed, where it can be one
    std::string hash;  ///< what the password is judged by
    Digest id;
    bool known = false;
    bool disabled = false;
};

/// What opened a session, besides the name.
struct Access::Proof {
    std::string_view by = "password";       ///< as the audit calls it
    std::optional<std::int64_t> totp_step;  ///< of the code
    std::optional<Hash256> recovery = {};   ///< of the code for a lost telephone
};

}  // namespace parcours::access
