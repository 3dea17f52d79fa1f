#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/log.h"

namespace parcours::store {

/// How the bytes after a blob's header are kept.
enum class BlobEncoding : std::uint8_t { Raw = 0, Zstd = 1, ZstdDictionary = 2 };

/// The version of the header that this program writes; greater ones are refused.
inline constexpr std::uint8_t blob_format = 1;

/// The largest content of one record, in bytes. What is larger is refused before it is stored.
inline constexpr std::size_t payload_bytes_max = 512U << 20U;

/// What precedes every stored content: format and encoding (one byte each), then dictionary id,
/// key id and size of the original as base-128 numbers, then the stored bytes.
struct BlobHeader {
    std::uint8_t format = blob_format;
    BlobEncoding encoding = BlobEncoding::Raw;
    std::uint32_t dictionary = 0;  ///< 0: none
    std::uint64_t key = 0;         ///< the key that sealed the content; 0: not encrypted
    std::uint64_t raw_size = 0;    ///< bytes of the original content
};

/// A trained dictionary. `hash` enters the checksum of every blob that uses it, so that a blob is
/// never opened with another dictionary of the same number.
struct Dictionary {
    std::uint32_t id = 0;
    std::string topic;
    std::string bytes;
    std::uint64_t hash = 0;
};

/// Compresses contents and opens them again. Each topic ("main/Observation") gets a dictionary from
/// its own first samples. Belongs to one store, which keeps the dictionaries.
/// Threads: every function may be called from any number of threads at once; each thread has its
/// own compression context.
class BlobCodec {
  public:
    BlobCodec();
    ~BlobCodec();
    BlobCodec(const BlobCodec&) = delete;
    BlobCodec& operator=(const BlobCodec&) = delete;

    /// Appends the sealed form of `payload` to `out`: eight bytes of checksum over header and
    /// stored bytes, the header, the stored bytes. This is what `Append::sealed` takes; many
    /// records may share one growing `out`.
    /// Errors: Limit where the payload is larger than `payload_bytes_max`.
    Result<> seal(std::string_view topic, std::string_view payload, std::string& out);

    /// Replaces `payload` by the original of a header with its stored bytes (without the eight
    /// bytes of checksum, which the caller has compared with `content_checksum`).
    /// Errors: Damaged (not a header, an unknown dictionary, bytes that do not decompress),
    /// NewerFormat, Unavailable (sealed by a key that is not here).
    Result<> open(std::string_view blob, std::string& payload) const;

    /// The checksum of a header with its stored bytes, including the hash of the dictionary that
    /// it names. Errors: Damaged, NewerFormat.
    [[nodiscard]] Result<std::uint64_t> content_checksum(std::string_view blob) const;

    /// Takes in a dictionary that was stored earlier. Errors: Damaged where its hash is wrong.
    Result<> load(Dictionary dictionary);

    /// The dictionary of a number, or null.
    [[nodiscard]] std::shared_ptr<const Dictionary> find_dictionary(std::uint32_t id) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads the header of a blob; `stored_at` is where the stored bytes begin.
/// Errors: Damaged, NewerFormat.
[[nodiscard]] Result<BlobHeader> parse_blob_header(std::string_view blob, std::size_t& stored_at);

/// Splits what `BlobCodec::seal` made into its checksum and the blob that is stored.
struct SealedParts {
    std::uint64_t checksum = 0;
    std::string_view blob;
};
/// Errors: Internal where `sealed` is too short to be one.
[[nodiscard]] Result<SealedParts> split_sealed(std::string_view sealed);

/// The checksum that is stored with a record: XXH3-64 over position, kind, shard, patient,
/// previous, times, topic and the checksum of its content. A record that was edited or moved to
/// another position does not have it.
[[nodiscard]] std::uint64_t record_checksum(const LogRecord& record,
                                            std::uint64_t content_checksum);

}  // namespace parcours::store
