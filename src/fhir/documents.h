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
/// `refuse` gets entries that cannot be taken: a deletion, a Bundle inside the Bundle,
/// an entry or a resource that is no object. The text must be
/// JSON that a parser has taken. Errors: an `entry` that is no list.
Result<> split_bundle(std::string_view bundle, const std::function<void(const BundleEntry&)>& take,
                      const std::function<void(std::uint64_t offset, Error)>& refuse);

/// Line and column (1-based) of a byte offset.
struct TextPlace {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
};
[[nodiscard]] TextPlace place_of(std::string_view text, std::uint64_t offset);

/// Finds the places of ascending offsets of one text, counting on from the last: each byte of a
/// long Bundle is looked at once. An offset before the last is counted from the beginning.
class PlaceFinder {
  public:
    explicit PlaceFinder(std::string_view text) : text_(text) {}
    TextPlace at(std::uint64_t offset);

  private:
    std::string_view text_;
    std::uint64_t done_ = 0;
    std::uint64_t line_begin_ = 0;
    std::uint64_t line_ = 1;
};

}  // namespace parcours::fhir
