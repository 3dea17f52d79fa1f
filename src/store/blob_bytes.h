#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/blob.h"

namespace parcours::store {

/// Appends a number as eight little-endian bytes.
void append_number(std::uint64_t value, std::string& out);

/// Reads the number that `append_number` wrote at the beginning of `bytes` (at least eight).
[[nodiscard]] std::uint64_t read_number(std::string_view bytes);

/// Appends the header that `parse_blob_header` reads.
void append_blob_header(const BlobHeader& header, std::string& out);

}  // namespace parcours::store
