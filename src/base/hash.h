#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parcours {

/// A 128-bit digest, used as id of events, enrolments, messages and releases.
struct Digest {
    std::array<std::uint8_t, 16> bytes{};

    /// 32 lower-case hexadecimal digits.
    [[nodiscard]] std::string to_hex() const;
    auto operator<=>(const Digest&) const = default;
};

/// Reads `Digest::to_hex`; nothing for any other text.
[[nodiscard]] std::optional<Digest> digest_from_hex(std::string_view text);

/// The id of what `parts` name: BLAKE2b-128 over the name of the kind of thing and the parts,
/// each preceded by its length. The same input gives the same id everywhere and for ever.
[[nodiscard]] Digest named_hash(std::string_view kind,
                                std::initializer_list<std::string_view> parts);

/// BLAKE2b-128 of some bytes: tells whether content changed.
[[nodiscard]] Digest content_hash(std::string_view bytes);

/// XXH3-64, for tables in memory, shards and checksums: stable across versions and machines, not
/// secure against somebody who chooses the input.
[[nodiscard]] std::uint64_t fast_hash(std::string_view bytes, std::uint64_t seed = 0);

/// An even share in [0, 1) of what `parts` name: splits and holdouts.
[[nodiscard]] double hash_fraction(std::string_view kind,
                                   std::initializer_list<std::string_view> parts);

}  // namespace parcours
