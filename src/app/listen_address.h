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

}  // namespace parcours::app
