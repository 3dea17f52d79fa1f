#pragma once

#include <functional>
#include <string>

#include "base/error.h"

namespace parcours::access {

/// One question to a provider: a GET, or the POST of a form where there is one.
struct FetchRequest {
    std::string url;
    std::string form;      ///< application/x-www-form-urlencoded; empty: GET
    std::string username;  ///< basic authentication; empty: none
    std::string password;
};

struct FetchAnswer {
    long status = 0;
    std::string body;
};

/// Asks over HTTP, within bounds of time and size, following no redirect. For several threads.
/// Errors: Unavailable where no whole answer came.
using Fetch = std::function<Result<FetchAnswer>(const FetchRequest& request)>;

}  // namespace parcours::access
