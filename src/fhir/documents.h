#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace parcours::fhir {

/// Where a JSON text stops being JSON: 1-based line and column, with what is wrong there.
/// Slow; asked only about text that a fast parser has refused.
[[nodiscard]] Error locate_json_error(std::string_view text);

/// One resource of a Bundle, byte for byte as it stands there; its references to `urn:` names of
/// other entries are replaced by "Type/id", and an id is put in front where the entry has only its
/// fullUrl (FHIR R4 §3.1.0.11.2: the server assigns ids and replaces such references).
struct BundleEntry {
    std::string_view resource;  ///< valid during the call
    std::uint64_t offset = 0;   ///< of the resource in the Bundle's text, in bytes
};

/// Takes a Bundle apart (transaction, batch, collection, searchset, history, document, message).
/// Outcome entries of a searchset are passed over; so are entries with nothing but a response.
/// `refuse` gets entries that cannot be taken: a deletion, a Bundle inside the Bundle.
Result<> split_bundle(std::string_view bundle, const std::function<void(const BundleEntry&)>& take,
                      const std::function<void(std::uint64_t offset, Error)>& refuse);

/// Line and column (1-based) of a byte offset.
struct TextPlace {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
};
[[nodiscard]] TextPlace place_of(std::string_view text, std::uint64_t offset);

}  // namespace parcours::fhir
