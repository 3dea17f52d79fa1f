#include "channel/settings.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <fmt/core.h>
#include <numeric>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

/// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = corner + (left[i - 1] == right[j - 1] ? 0 : 1);
            corner = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row[right.size()];
}

std::string_view nearest(std::string_view name, std::span<const SettingHelp> known) {
    const auto best = std::ranges::min_element(
        known, {}, [name](const SettingHelp& help) { return distance(name, help.name); });
    return best == known.end() ? std::string_view() : best->name;
}

bool is_number_up_to_255(std::string_view text) {
    unsigned value = 256;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value <= 255;
}

/// A literal of 127.0.0.0/8; a name such as "127.0.0.1.example.org" is none.
bool is_ipv4_loopback(std::string_view host) {
    std::size_t parts = 0;
    bool first_is_127 = false;
    while (parts < 5) {
        const std::size_t end = std::min(host.find('.'), host.size());
        if (!is_number_up_to_255(host.substr(0, end))) {
            return false;
        }
        first_is_127 = parts == 0 ? host.substr(0, end) == "127" : first_is_127;
        ++parts;
        if (end == host.size()) {
            break;
        }
        host.remove_prefix(end + 1);
    }
    return parts == 4 && first_is_127;
}

bool is_port(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

}  // namespace

Result<> check_settings(std::string_view adapter, const Settings& settings,
                        std::span<const SettingHelp> known) {
    for (const auto& [name, value] : settings) {
        const bool is_known = std::ranges::any_of(
            known, [&name](const SettingHelp& help) { return help.name == name; });
        if (!is_known) {
            return fail(
                ErrorCode::InvalidInput,
                fmt::format("the channel adapter '{}' has no setting '{}'; did you mean '{}'?",
                            adapter, name, nearest(name, known)));
        }
        if (has_control(value)) {
            return fail(
                ErrorCode::InvalidInput,
                fmt::format("the setting '{}' of the channel adapter '{}' holds a line end or "
                            "control character",
                            name, adapter));
        }
    }
    for (const SettingHelp& help : known) {
        if (help.required && get_setting(settings, help.name).empty()) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the channel adapter '{}' needs the setting '{}': {}", adapter,
                                    help.name, help.help));
        }
    }
    return {};
}

std::string get_setting(const Settings& settings, std::string_view name,
                        std::string_view otherwise) {
    const auto found = settings.find(std::string(name));
    const std::string_view value =
        found == settings.end() ? std::string_view() : trim(found->second);
    return std::string(value.empty() ? otherwise : value);
}

Result<std::chrono::milliseconds> parse_timeout(const Settings& settings, std::string_view name,
                                                std::chrono::seconds otherwise) {
    const std::string text = get_setting(settings, name);
    if (text.empty()) {
        return otherwise;
    }
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || seconds < 1 || seconds > 600) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the setting '{}' must be whole seconds from 1 to 600, not '{}'",
                                name, text));
    }
    return std::chrono::seconds(seconds);
}

bool BaseUrl::is_loopback() const {
    const std::string name = to_lower_ascii(host);
    return name == "localhost" || name == "::1" || is_ipv4_loopback(name);
}

Result<BaseUrl> parse_base_url(std::string_view text) {
    const auto refuse = [text](std::string_view why) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("'{}' is not an address of the form scheme://host:port: {}",
                                clean_words(text, {}), why));
    };
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) {
        return refuse("it has no scheme");
    }
    if (text.find_first_of("@?#\\ ") != std::string_view::npos || has_control(text)) {
        return refuse("user names, queries, fragments and spaces do not belong there");
    }
    std::string_view authority = text.substr(colon + 3);
    authority = authority.substr(0, std::min(authority.find('/'), authority.size()));
    std::string_view host = authority;
    std::string_view port;
    const bool bracketed = authority.starts_with('[');
    const std::size_t host_end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && host_end == std::string_view::npos) {
        return refuse("a bracket is not closed");
    }
    if (host_end != std::string_view::npos) {
        host = authority.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
        port = authority.substr(bracketed ? host_end + 1 : host_end);
        if (!port.empty() && (!port.starts_with(':') || !is_port(port.substr(1)))) {
            return refuse("the port is not a number from 1 to 65535");
        }
    }
    if (host.empty()) {
        return refuse("it has no host");
    }
    while (text.ends_with('/')) {
        text.remove_suffix(1);
    }
    return BaseUrl{to_lower_ascii(text.substr(0, colon)), std::string(host), std::string(text)};
}

}  // namespace parcours::channel
