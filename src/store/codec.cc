#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <zstd.h>

#include "base/error.h"
#include "base/hash.h"
#include "store/blob.h"
#include "store/blob_bytes.h"
#include "store/dictionary.h"

namespace parcours::store {
namespace {

// Level 3 costs a quarter of the speed and gains nothing on resources with a good dictionary.
constexpr int compression_level = 1;
// Shorter contents grow by the frame of a compressor.
constexpr std::size_t compress_bytes_min = 32;
constexpr std::size_t scratch_bytes_max = 4U << 20U;

template <auto Free>
struct Freeing {
    void operator()(auto* pointer) const { Free(pointer); }
};

using CompressContext = std::unique_ptr<ZSTD_CCtx, Freeing<ZSTD_freeCCtx>>;
using DecompressContext = std::unique_ptr<ZSTD_DCtx, Freeing<ZSTD_freeDCtx>>;

// A dictionary made ready for both directions. Never freed before its codec, so that threads may
// use it without counting references.
struct ReadyDictionary {
    std::shared_ptr<const Dictionary> dictionary;
    std::unique_ptr<ZSTD_CDict, Freeing<ZSTD_freeCDict>> compress;
    std::unique_ptr<ZSTD_DDict, Freeing<ZSTD_freeDDict>> decompress;

    explicit ReadyDictionary(Dictionary from)
        : dictionary(std::make_shared<const Dictionary>(std::move(from))),
          compress(ZSTD_createCDict(dictionary->bytes.data(), dictionary->bytes.size(),
                                    compression_level)),
          decompress(ZSTD_createDDict(dictionary->bytes.data(), dictionary->bytes.size())) {}
};

struct Topic {
    std::atomic<const ReadyDictionary*> current = nullptr;
    std::atomic<bool> sampling = true;
    std::mutex mutex;  // guards what follows
    DictionarySamples samples;
    std::size_t stage = 0;
};

struct ThreadScratch {
    CompressContext compress{ZSTD_createCCtx()};
    DecompressContext decompress{ZSTD_createDCtx()};
    std::string bytes;

    ThreadScratch() {
        // The blob's header holds the size and the dictionary, the record the checksum.
        ZSTD_CCtx_setParameter(compress.get(), ZSTD_c_contentSizeFlag, 0);
        ZSTD_CCtx_setParameter(compress.get(), ZSTD_c_dictIDFlag, 0);
        ZSTD_CCtx_setParameter(compress.get(), ZSTD_c_checksumFlag, 0);
        ZSTD_CCtx_setParameter(compress.get(), ZSTD_c_compressionLevel, compression_level);
    }
};

ThreadScratch& thread_scratch() {
    thread_local ThreadScratch scratch;
    return scratch;
}

// The compressed bytes, in the thread's scratch; empty where they would not be smaller.
std::string_view compress(std::string_view payload, const ReadyDictionary* dictionary) {
    if (payload.size() < compress_bytes_min) {
        return {};
    }
    ThreadScratch& scratch = thread_scratch();
    const std::size_t bound = ZSTD_compressBound(payload.size());
    if (scratch.bytes.size() < bound) {
        scratch.bytes.resize(bound);
    }
    ZSTD_CCtx_refCDict(scratch.compress.get(), dictionary ? dictionary->compress.get() : nullptr);
    const std::size_t size = ZSTD_compress2(scratch.compress.get(), scratch.bytes.data(),
                                            scratch.bytes.size(), payload.data(), payload.size());
    if (ZSTD_isError(size) != 0U || size >= payload.size()) {
        return {};
    }
    return {scratch.bytes.data(), size};
}

std::unexpected<Error> unknown_dictionary(std::uint32_t id) {
    return fail(ErrorCode::Damaged,
                fmt::format("the stored content needs compression dictionary {}, which this store "
                            "does not have: restore the database as a whole from a backup",
                            id));
}

}  // namespace

struct BlobCodec::State {
    mutable std::shared_mutex mutex;  // guards the two tables, not what their entries point to
    std::map<std::string, std::unique_ptr<Topic>, std::less<>> topics;
    std::map<std::uint32_t, std::unique_ptr<const ReadyDictionary>> dictionaries;
    std::uint32_t id_last = 0;

    Topic& topic(std::string_view name) {
        {
            const std::shared_lock lock(mutex);
            const auto found = topics.find(name);
            if (found != topics.end()) {
                return *found->second;
            }
        }
        const std::unique_lock lock(mutex);
        auto& slot = topics[std::string(name)];
        if (!slot) {
            slot = std::make_unique<Topic>();
        }
        return *slot;
    }

    const ReadyDictionary* find(std::uint32_t id) const {
        const std::shared_lock lock(mutex);
        const auto found = dictionaries.find(id);
        return found == dictionaries.end() ? nullptr : found->second.get();
    }

    const ReadyDictionary* add(std::string_view topic_name, std::string bytes) {
        const std::unique_lock lock(mutex);
        const std::uint32_t id = ++id_last;
        const std::uint64_t hash = fast_hash(bytes);
        auto ready = std::make_unique<const ReadyDictionary>(
            Dictionary{id, std::string(topic_name), std::move(bytes), hash});
        return dictionaries.emplace(id, std::move(ready)).first->second.get();
    }

    void sample(std::string_view name, Topic& topic, std::string_view payload) {
        // Another thread is taking a sample or training: this one can do without.
        const std::unique_lock lock(topic.mutex, std::try_to_lock);
        const auto stages = dictionary_stages();
        if (!lock.owns_lock() || topic.stage >= stages.size()) {
            return;
        }
        topic.samples.add(payload);
        if (topic.samples.size_bytes() < stages[topic.stage].sample_bytes) {
            return;
        }
        if (auto bytes = topic.samples.train(stages[topic.stage].dictionary_bytes)) {
            topic.current = add(name, std::move(*bytes));
        }
        if (++topic.stage == stages.size()) {
            topic.sampling = false;
            topic.samples.clear();
        }
    }
};

BlobCodec::BlobCodec() : state_(std::make_unique<State>()) {}
BlobCodec::~BlobCodec() = default;

Result<> BlobCodec::seal(std::string_view topic, std::string_view payload, std::string& out) {
    if (payload.size() > payload_bytes_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("a content of {} bytes cannot be stored: at most {} bytes fit in "
                                "one record",
                                payload.size(), payload_bytes_max));
    }
    Topic& place = state_->topic(topic);
    if (place.sampling) {
        state_->sample(topic, place, payload);
    }
    const ReadyDictionary* const ready = place.current;
    const std::string_view compressed = compress(payload, ready);
    BlobHeader header{.raw_size = payload.size()};
    if (!compressed.empty()) {
        header.encoding = ready ? BlobEncoding::ZstdDictionary : BlobEncoding::Zstd;
        header.dictionary = ready ? ready->dictionary->id : 0;
    }
    const std::size_t begin = out.size();
    append_number(0, out);
    append_blob_header(header, out);
    out += compressed.empty() ? payload : compressed;
    const std::string_view blob = std::string_view(out).substr(begin + sizeof(std::uint64_t));
    std::string checksum;
    append_number(fast_hash(blob, header.dictionary != 0 ? ready->dictionary->hash : 0), checksum);
    out.replace(begin, checksum.size(), checksum);
    std::string& scratch = thread_scratch().bytes;
    if (scratch.size() > scratch_bytes_max) {
        scratch = {};
    }
    return {};
}

Result<std::uint64_t> BlobCodec::content_checksum(std::string_view blob) const {
    std::size_t stored_at = 0;
    const auto header = parse_blob_header(blob, stored_at);
    if (!header) {
        return pass_on(header);
    }
    if (header->dictionary == 0) {
        return fast_hash(blob);
    }
    const ReadyDictionary* const ready = state_->find(header->dictionary);
    return ready ? Result<std::uint64_t>(fast_hash(blob, ready->dictionary->hash))
                 : unknown_dictionary(header->dictionary);
}

Result<> BlobCodec::open(std::string_view blob, std::string& payload) const {
    std::size_t stored_at = 0;
    const auto header = parse_blob_header(blob, stored_at);
    if (!header) {
        return pass_on(header);
    }
    if (header->key != 0) {
        return fail(
            ErrorCode::Unavailable,
            fmt::format("the stored content is sealed by key {}, which is not here", header->key));
    }
    const std::string_view stored = blob.substr(stored_at);
    if (header->encoding == BlobEncoding::Raw) {
        if (stored.size() != header->raw_size) {
            return fail(ErrorCode::Damaged, "the stored content has not the size it should have");
        }
        payload = stored;
        return {};
    }
    const ReadyDictionary* const ready =
        header->dictionary != 0 ? state_->find(header->dictionary) : nullptr;
    if (header->dictionary != 0 && !ready) {
        return unknown_dictionary(header->dictionary);
    }
    std::size_t size = 0;
    payload.resize_and_overwrite(header->raw_size, [&](char* to, std::size_t capacity) {
        size = ZSTD_decompress_usingDDict(thread_scratch().decompress.get(), to, capacity,
                                          stored.data(), stored.size(),
                                          ready ? ready->decompress.get() : nullptr);
        return ZSTD_isError(size) != 0U ? std::size_t{0} : size;
    });
    if (ZSTD_isError(size) != 0U || size != header->raw_size) {
        payload.clear();
        return fail(ErrorCode::Damaged, "the stored content does not decompress");
    }
    return {};
}

Result<> BlobCodec::load(Dictionary dictionary) {
    {
        // The number of a damaged dictionary stays taken.
        const std::unique_lock lock(state_->mutex);
        state_->id_last = std::max(state_->id_last, dictionary.id);
    }
    if (dictionary.id == 0 || fast_hash(dictionary.bytes) != dictionary.hash) {
        return fail(ErrorCode::Damaged,
                    fmt::format("compression dictionary {} fails its checksum: restore the "
                                "database as a whole from a backup",
                                dictionary.id));
    }
    const std::uint32_t id = dictionary.id;
    Topic& place = state_->topic(dictionary.topic);
    const ReadyDictionary* ready = nullptr;
    {
        const std::unique_lock lock(state_->mutex);
        const auto [entry, added] = state_->dictionaries.emplace(
            id, std::make_unique<const ReadyDictionary>(std::move(dictionary)));
        if (!added) {
            return {};
        }
        ready = entry->second.get();
    }
    const std::unique_lock lock(place.mutex);
    const ReadyDictionary* const current = place.current;
    if (!current || current->dictionary->id < id) {
        place.current = ready;
    }
    place.stage = std::min(place.stage + 1, dictionary_stages().size());
    place.sampling = place.stage < dictionary_stages().size();
    return {};
}

std::shared_ptr<const Dictionary> BlobCodec::find_dictionary(std::uint32_t id) const {
    const ReadyDictionary* const ready = state_->find(id);
    return ready ? ready->dictionary : nullptr;
}

}  // namespace parcours::store
