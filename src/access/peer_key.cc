#include "access/peer_key.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace parcours::access {
namespace {

constexpr std::size_t group_count = 8;

/// The groups of a part without "::"; nothing where one is none. An IPv4 address at the end, which
/// the caller has looked at, counts as two.
std::optional<std::vector<std::uint16_t>> groups_of(std::string_view text) {
    std::vector<std::uint16_t> groups;
    while (!text.empty()) {
        const std::string_view group = text.substr(0, text.find(':'));
        if (group.find('.') != std::string_view::npos) {
            groups.insert(groups.end(), 2, 0);
            return groups;
        }
        std::uint16_t value = 0;
        const auto read = std::from_chars(group.data(), group.data() + group.size(), value, 16);
        if (read.ec != std::errc{} || read.ptr != group.data() + group.size()) {
            return std::nullopt;
        }
        groups.push_back(value);
        text.remove_prefix(group.size());
        if (!text.empty()) {
            text.remove_prefix(1);
        }
    }
    return groups;
}

/// All eight groups of an IPv6 address.
std::optional<std::array<std::uint16_t, group_count>> read_groups(std::string_view address) {
    const auto gap = address.find("::");
    const auto front = groups_of(address.substr(0, gap));
    const auto back = gap == std::string_view::npos ? std::vector<std::uint16_t>()
                                                    : groups_of(address.substr(gap + 2));
    if (!front || !back || front->size() + back->size() > group_count ||
        (gap == std::string_view::npos && front->size() != group_count)) {
        return std::nullopt;
    }
    std::array<std::uint16_t, group_count> groups{};
    for (std::size_t i = 0; i < front->size(); ++i) {
        groups.at(i) = (*front)[i];
    }
    for (std::size_t i = 0; i < back->size(); ++i) {
        groups.at(group_count - back->size() + i) = (*back)[i];
    }
    return groups;
}

}  // namespace

std::string peer_key(std::string_view address) {
    constexpr std::string_view mapped = "::ffff:";
    if (address.find(':') == std::string_view::npos) {
        return std::string(address);
    }
    if (address.starts_with(mapped) && address.find('.') != std::string_view::npos) {
        return std::string(address.substr(mapped.size()));
    }
    const auto groups = read_groups(address.substr(0, address.find('%')));
    return groups ? fmt::format("{:x}:{:x}:{:x}:{:x}::/64", (*groups)[0], (*groups)[1],
                                (*groups)[2], (*groups)[3])
                  : std::string(address);
}

}  // namespace parcours::access
