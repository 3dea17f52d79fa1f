#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fhir/resource_type.h"
#include "http/fhir/outcome.h"
#include "record/identity.h"

namespace parcours::http::facade {

inline constexpr std::size_t written_bytes_max = 50UL * 1024 * 1024;

/// What one entry of a Bundle asks to be stored, or why it cannot be.
struct Incoming {
    std::string text;  ///< the resource as it will be stored, with an id
    fhir::ResourceType type = fhir::ResourceType::Basic;
    std::string id;
    std::string patient;  ///< the id of whom it is about, as it was sent; empty for nobody
    Key key = 0;
    std::string mistake;  ///< why it cannot be taken; empty: it can

    [[nodiscard]] bool good() const { return mistake.empty(); }
};

struct IncomingBundle {
    bool transaction = true;  ///< all or nothing; else a batch: each by itself
    std::vector<Incoming> entries;
};

/// Takes a transaction or batch apart: the resource of every entry, byte for byte but for ids and
/// references that the server assigns. Errors: InvalidInput (no JSON, no such Bundle, an `entry`
/// that is no list).
Result<IncomingBundle> read_bundle(std::string_view body);

/// Reads a single resource of a type. Without an id it gets one that its content gives, so that
/// sending it twice stores it once. Errors: InvalidInput.
Result<Incoming> read_single(std::string_view body, fhir::ResourceType type);

/// The good entries as one document to import.
[[nodiscard]] std::string as_document(const std::vector<Incoming>& entries);

}  // namespace parcours::http::facade
