#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace parcours::synth {

enum class Language : std::uint8_t { English, French, Chinese };

/// A given name or family name: as it is written, and in lower-case ASCII for e-mail.
struct Name {
    std::string_view written;
    std::string_view ascii;
};

[[nodiscard]] std::span<const Name> given_names(Language language, bool female);
[[nodiscard]] std::span<const Name> family_names(Language language);

/// An invented place with streets.
struct Town {
    std::string_view city;
    std::string_view state;  ///< empty where the country has none
    std::string_view postal_code;
    std::string_view country;
};

/// The practice's own town and its neighbours; where French and Chinese speakers abroad live.
[[nodiscard]] std::span<const Town> home_towns();
[[nodiscard]] std::span<const Town> french_towns();
[[nodiscard]] std::span<const Town> chinese_towns();
[[nodiscard]] std::span<const std::string_view> streets(std::string_view country);

/// Area codes of numbers in the exchange 555: Massachusetts first, then the North East.
[[nodiscard]] std::span<const int> area_codes();

}  // namespace parcours::synth
