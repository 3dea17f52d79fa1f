#include "http/listen_rule.h"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/proxies.h"

namespace parcours::http {
namespace {

/// What an IPv4 address stands behind where it is written as one of IPv6.
std::string mapped_prefix() {
    return std::string(10, '\0') + "\xFF\xFF";
}

}  // namespace

bool is_loopback(std::string_view address) {
    constexpr char loopback_net = 127;
    const auto bytes = address_bytes(address);
    return bytes && (*bytes == std::string(15, '\0') + '\1' ||
                     bytes->starts_with(mapped_prefix() + loopback_net));
}

std::optional<std::string> address_bytes(std::string_view text) {
    const std::string address(text);
    std::array<char, sizeof(in6_addr)> bytes{};
    if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) {
        return std::string(bytes.data(), bytes.size());
    }
    std::array<char, sizeof(in_addr)> four{};
    if (inet_pton(AF_INET, address.c_str(), four.data()) != 1) {
        return std::nullopt;
    }
    return mapped_prefix() + std::string(four.data(), four.size());
}

Result<> may_listen(const ListenCase& wanted) {
    if (is_loopback(wanted.address)) {
        return {};
    }
    std::string missing;
    if (!wanted.tls && !wanted.proxies) {
        missing +=
            "set --tls-certificate and --tls-key, or name the address of the proxy that does "
            "TLS by --behind-proxy";
    }
    if (wanted.staff_count == 0) {
        missing += missing.empty() ? "" : ", and ";
        missing += "add somebody who can log in: parcours user add NAME --role administrator";
    }
    if (missing.empty()) {
        return {};
    }
    return fail(ErrorCode::InvalidInput,
                fmt::format("{} can be reached from other computers, and patients' records would "
                            "lie open there: {}; or listen at 127.0.0.1",
                            wanted.address, missing));
}

bool is_for_proxies_only(const ListenCase& wanted) {
    return !wanted.tls && !is_loopback(wanted.address);
}

bool is_trusted(std::string_view peer, const Proxies& proxies) {
    return is_loopback(peer) || proxies.has(peer);
}

bool may_connect(std::string_view peer, const Proxies& proxies, bool proxies_only) {
    return !proxies_only || is_trusted(peer, proxies);
}

}  // namespace parcours::http
