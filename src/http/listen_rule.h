#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/proxies.h"

namespace parcours::http {

/// What decides whether an address may be listened at.
struct ListenCase {
    std::string_view address;
    bool tls = false;             ///< a certificate and a key are configured
    std::size_t staff_count = 0;  ///< people who can log in
    bool proxies = false;         ///< reverse proxies are named, and nobody else is let in
};

/// Whether the address is one that only this computer reaches: 127.0.0.0/8, also as IPv6 writes it,
/// or ::1.
[[nodiscard]] bool is_loopback(std::string_view address);

/// The 16 bytes of an IPv4 (as mapped, RFC 4291 §2.5.5.2) or IPv6 address, the same for all ways to
/// write it; nothing for any other text.
[[nodiscard]] std::optional<std::string> address_bytes(std::string_view text);

/// Loopback may always be listened at; any other address only by TLS, or for named proxies alone,
/// and when somebody can log in. Patients' records never lie open on a network. Errors:
/// InvalidInput, which says what to set.
[[nodiscard]] Result<> may_listen(const ListenCase& wanted);

/// Whether only proxies may connect where that is listened at: in clear, and not on loopback.
[[nodiscard]] bool is_for_proxies_only(const ListenCase& wanted);

/// Whether a peer is a named proxy or this computer itself, so that no limit of a single peer
/// holds.
[[nodiscard]] bool is_trusted(std::string_view peer, const Proxies& proxies);

/// Whether a peer may connect: anybody, except where it is for proxies only.
[[nodiscard]] bool may_connect(std::string_view peer, const Proxies& proxies, bool proxies_only);

}  // namespace parcours::http
