#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parcours::http::callbacks {

/// What a page says.
enum class Saying : std::uint8_t {
    Ask,      ///< shall these messages stop? with the button that does it
    Done,     ///< they have stopped
    Unknown,  ///< the link is not one of ours
    Failed    ///< it could not be done now
};

/// A whole page without scripts, in "en", "fr" or "zh", for a screen reader and a phone as well.
[[nodiscard]] std::string make_page(Saying saying, std::string_view language,
                                    std::string_view clinic);

/// The style of these pages, at `style_path`: the policy against injected content allows none
/// inside them.
[[nodiscard]] std::string_view page_style();
inline constexpr std::string_view style_path = "/unsubscribe.css";

/// The language of a page: the patient's, else the first of `Accept-Language` that there is.
[[nodiscard]] std::string_view choose_language(std::string_view patients,
                                               std::string_view accepted);

}  // namespace parcours::http::callbacks
