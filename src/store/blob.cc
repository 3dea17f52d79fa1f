#include "store/blob.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "record/log.h"
#include "store/blob_bytes.h"

namespace parcours::store {
namespace {

// Checksums are taken over numbers as they lie in memory, and files are mapped.
static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

std::optional<std::uint64_t> read_varint(std::string_view blob, std::size_t& at) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at < blob.size(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(blob[at++]);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) {
            return value;
        }
    }
    return std::nullopt;
}

void write_varint(std::uint64_t value, std::string& out) {
    while (value >= 0x80U) {
        out += static_cast<char>(value | 0x80U);
        value >>= 7U;
    }
    out += static_cast<char>(value);
}

std::unexpected<Error> broken_header() {
    return fail(ErrorCode::Damaged, "the header of the stored content is broken");
}

}  // namespace

void append_number(std::uint64_t value, std::string& out) {
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    out.append(bytes.data(), bytes.size());
}

std::uint64_t read_number(std::string_view bytes) {
    check(bytes.size() >= sizeof(std::uint64_t), "a stored number has eight bytes");
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

void append_blob_header(const BlobHeader& header, std::string& out) {
    out += static_cast<char>(header.format);
    out += static_cast<char>(header.encoding);
    write_varint(header.dictionary, out);
    write_varint(header.key, out);
    write_varint(header.raw_size, out);
}

Result<BlobHeader> parse_blob_header(std::string_view blob, std::size_t& stored_at) {
    if (blob.size() < 2) {
        return broken_header();
    }
    BlobHeader header;
    header.format = static_cast<std::uint8_t>(blob[0]);
    if (header.format > blob_format) {
        return fail(ErrorCode::NewerFormat,
                    fmt::format("the stored content has format {}; this program knows formats up "
                                "to {}: use the newer program that wrote it",
                                header.format, blob_format));
    }
    const auto encoding = static_cast<std::uint8_t>(blob[1]);
    stored_at = 2;
    const auto dictionary = read_varint(blob, stored_at);
    const auto key = dictionary ? read_varint(blob, stored_at) : std::nullopt;
    const auto raw_size = key ? read_varint(blob, stored_at) : std::nullopt;
    const bool known_encoding = encoding <= static_cast<std::uint8_t>(BlobEncoding::ZstdDictionary);
    if (header.format == 0 || !known_encoding || !raw_size || *raw_size > payload_bytes_max ||
        *dictionary > UINT32_MAX) {
        return broken_header();
    }
    header.encoding = static_cast<BlobEncoding>(encoding);
    header.dictionary = static_cast<std::uint32_t>(*dictionary);
    header.key = *key;
    header.raw_size = *raw_size;
    if ((header.encoding == BlobEncoding::ZstdDictionary) != (header.dictionary != 0)) {
        return broken_header();
    }
    return header;
}

Result<SealedParts> split_sealed(std::string_view sealed) {
    if (sealed.size() < sizeof(std::uint64_t) + 2) {
        return fail(ErrorCode::Internal,
                    "a sealed content is too short: seal it with the codec of this store");
    }
    return SealedParts{read_number(sealed), sealed.substr(sizeof(std::uint64_t))};
}

std::uint64_t record_checksum(const LogRecord& record, std::uint64_t content_checksum) {
    const auto micros = [](Instant instant) {
        return static_cast<std::uint64_t>(instant.time_since_epoch().count());
    };
    const std::array<std::uint64_t, 8> fields = {
        record.position,
        static_cast<std::uint64_t>(record.kind) << 16U | record.shard,
        record.patient,
        record.previous,
        micros(record.occurred_at),
        micros(record.recorded_at),
        micros(record.ingested_at),
        content_checksum};
    std::array<char, sizeof fields> bytes{};
    std::memcpy(bytes.data(), fields.data(), sizeof fields);
    return fast_hash({bytes.data(), bytes.size()}, fast_hash(record.topic));
}

}  // namespace parcours::store
