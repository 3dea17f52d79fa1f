#pragma once

#include <string>

#include "access/access.h"
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

}  // namespace parcours::access
