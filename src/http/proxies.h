#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace parcours::http {

/// Reverse proxies before this server, named by their addresses. What they say of whoever asks is
/// taken; the same words from anybody else are nothing. Never changes: for several threads.
class Proxies {
  public:
    Proxies() = default;
    /// Errors: InvalidInput for what is no IPv4 or IPv6 address.
    static Result<Proxies> parse(std::span<const std::string> addresses);

    [[nodiscard]] bool empty() const { return addresses_.empty(); }
    [[nodiscard]] bool has(std::string_view address) const;

    /// Sets `peer` to the address that the nearest proxy saw (the last of X-Forwarded-For that is
    /// none of the proxies) and `secure` where it was reached by TLS (X-Forwarded-Proto). The
    /// refusal where a proxy was reached without TLS or does not say for whom it asks; a question
    /// from loopback without both fields is this computer's own, and whether all is well
    /// (/healthz, /readyz) may be asked for nobody.
    [[nodiscard]] std::optional<Response> apply(Request& request) const;

  private:
    std::vector<std::string> addresses_;  // as `address_bytes` gives them
};

}  // namespace parcours::http
