#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::channel {

/// What the configuration says about one channel: plain names and values.
using Settings = std::map<std::string, std::string>;

/// One setting that an adapter understands, with its documentation.
struct SettingHelp {
    std::string_view name;
    std::string_view help;  ///< what it means, its form and its default
    bool required = false;
    bool secret = false;  ///< never shown, logged or exported
    /// A value of the right form, to check the others with where the real one is kept elsewhere.
    std::string_view example = "kept-elsewhere";
};

/// Refuses settings that the adapter does not know (with the nearest one it does) and names the
/// required ones that are missing. Errors: InvalidInput.
[[nodiscard]] Result<> check_settings(std::string_view adapter, const Settings& settings,
                                      std::span<const SettingHelp> known);

/// The value of a setting, else `otherwise`; white space around it is dropped.
[[nodiscard]] std::string get_setting(const Settings& settings, std::string_view name,
                                      std::string_view otherwise = {});

/// A time-out in whole seconds. Errors: InvalidInput unless from 1 to 600.
[[nodiscard]] Result<std::chrono::milliseconds> parse_timeout(const Settings& settings,
                                                              std::string_view name,
                                                              std::chrono::seconds otherwise);

/// The parts of "scheme://host[:port][/path]" that the adapters need.
struct BaseUrl {
    std::string scheme;  ///< in lower case
    std::string host;    ///< without brackets
    std::string text;    ///< the whole address without a slash at its end
    /// Whether the host is this computer itself: 127.0.0.0/8, ::1 or localhost.
    [[nodiscard]] bool is_loopback() const;
};

/// Reads the address of a provider. Errors: InvalidInput for another form, for user names or
/// passwords in it, for query or fragment, and for control characters.
[[nodiscard]] Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace parcours::channel
