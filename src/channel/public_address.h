#pragma once

#include <sys/socket.h>

namespace parcours::channel {

/// Whether an address belongs to the open internet: neither this computer nor a private, shared,
/// link-local, documentation, benchmark, multicast or reserved network (the registries of RFC
/// 6890), also where an IPv6 address carries an IPv4 one. Other families are not.
[[nodiscard]] bool is_public_address(const sockaddr& address);

}  // namespace parcours::channel
