#pragma once

#include <string>
#include <string_view>

namespace parcours::access {

/// What attempts and connections from an address are counted under: an IPv4 address itself, also
/// where it is written as IPv6 ("::ffff:192.0.2.1"); of an IPv6 address the network of 64 bits that
/// a single customer has at least ("2001:db8:0:1::/64"). What is no address is its own key.
[[nodiscard]] std::string peer_key(std::string_view address);

}  // namespace parcours::access
