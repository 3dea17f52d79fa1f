#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "access/log_in.h"
#include "access/oidc.h"
#include "base/error.h"

namespace parcours::http::api {

/// How staff log in, as an administrator configures it for the server.
struct AccessSettings {
    access::AccessOptions options;
    std::optional<access::OidcSettings> provider;
    std::string provider_ca_file;  ///< authorities that vouch for it; empty: the system's
};

/// Where the provider sends the browser back to: behind the public address of the server.
inline constexpr std::string_view provider_callback_path = "/api/v1/session/provider/callback";

/// Gives the value of an environment variable.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads access.yaml. Errors: InvalidInput with line and column, the first that is found: unknown
/// keys, values of another form, a variable that is not set.
[[nodiscard]] Result<AccessSettings> parse_access_settings(std::string_view text, std::string file,
                                                           const Environment& environment);

}  // namespace parcours::http::api
