#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::app {

struct ListenAddress {
    std::string address;  ///< IPv4 or IPv6, without brackets
    std::uint16_t port = 0;
};

/// Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:8080". Errors: Usage.
Result<ListenAddress> read_listen_address(std::string_view text);

/// Whether that address is this computer alone: 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(std::string_view address);

/// Loopback always; elsewhere only with TLS and an administrator who can log in. Errors: Conflict,
/// saying what to set.
Result<> may_listen(const ListenAddress& address, bool tls, bool has_administrator);

}  // namespace parcours::app
