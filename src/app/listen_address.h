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

/// The host that an address such as "https://clinic.example.org:8443/x" names, an IPv6 address in
/// its brackets; empty where it names none.
[[nodiscard]] std::string host_of_url(std::string_view url);

/// An address as it stands in `Host`: IPv6 in brackets.
[[nodiscard]] std::string host_of_address(const std::string& address);

}  // namespace parcours::app
