#include "channel/public_address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>

namespace parcours::channel {
namespace {

/// A network by its first bytes and how many bits of them count.
template <std::size_t Size>
struct Prefix {
    std::array<std::uint8_t, Size> bytes{};
    unsigned bits = 0;
};

constexpr std::array<Prefix<4>, 15> closed_v4{{
    {{0, 0, 0, 0}, 8},
    {{10, 0, 0, 0}, 8},
    {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16},
    {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},
    {{192, 0, 2, 0}, 24},
    {{192, 88, 99, 0}, 24},
    {{192, 168, 0, 0}, 16},
    {{198, 18, 0, 0}, 15},
    {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24},
    {{224, 0, 0, 0}, 4},
    {{240, 0, 0, 0}, 4},
}};
constexpr std::array<Prefix<4>, 1> global_v6{{{{0x20, 0, 0, 0}, 3}}};  // 2000::/3
constexpr std::array<Prefix<4>, 2> closed_v6{{
    {{0x20, 0x01, 0x00, 0x00}, 23},  // 2001::/23, Teredo and the like
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
}};

bool has_prefix(std::span<const std::uint8_t> address, const Prefix<4>& prefix) {
    for (unsigned bit = 0; bit < prefix.bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((address[bit / 8] & mask) != (prefix.bytes[bit / 8] & mask)) {
            return false;
        }
    }
    return true;
}

bool has_any(std::span<const std::uint8_t> address, std::span<const Prefix<4>> prefixes) {
    return std::ranges::any_of(
        prefixes, [address](const Prefix<4>& prefix) { return has_prefix(address, prefix); });
}

bool is_public_v4(std::span<const std::uint8_t> address) {
    return !has_any(address, closed_v4);
}

bool is_public_v6(std::span<const std::uint8_t> address) {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::array<std::uint8_t, 12> translated{0, 0x64, 0xff, 0x9b};
    const auto head = address.first(mapped.size());
    if (std::ranges::equal(head, mapped) || std::ranges::equal(head, translated)) {
        return is_public_v4(address.subspan(mapped.size()));
    }
    // 2002:V4::/16 (6to4) carries an IPv4 address too.
    if (address[0] == 0x20 && address[1] == 0x02 && !is_public_v4(address.subspan(2, 4))) {
        return false;
    }
    return has_any(address, global_v6) && !has_any(address, closed_v6);
}

}  // namespace

bool is_public_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr,
                    bytes.size());
        return is_public_v4(bytes);
    }
    if (address.sa_family == AF_INET6) {
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr,
                    bytes.size());
        return is_public_v6(bytes);
    }
    return false;
}

}  // namespace parcours::channel
