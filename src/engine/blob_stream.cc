#include "engine/blob_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "engine/number_bytes.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

constexpr std::size_t part_size = 4U << 20U;

std::string part_name(const std::string& name, std::size_t number) {
    return name + "-" + std::to_string(number);
}

}  // namespace

void BlobStreamWriter::write(std::string_view bytes) {
    while (!bytes.empty() && failed_) {
        const std::size_t size = std::min(bytes.size(), part_size - pending_.size());
        pending_.append(bytes.substr(0, size));
        bytes.remove_prefix(size);
        if (pending_.size() == part_size) {
            put();
        }
    }
}

void BlobStreamWriter::number(std::uint64_t number) {
    std::string bytes;
    append_number(bytes, number);
    write(bytes);
}

void BlobStreamWriter::put() {
    failed_ = store_.put_blob(part_name(name_, parts_.size()), pending_);
    parts_.push_back({pending_.size(), fast_hash(pending_)});
    pending_.clear();
}

Result<std::vector<BlobPart>> BlobStreamWriter::finish() {
    if (failed_ && !pending_.empty()) {
        put();
    }
    if (!failed_) {
        return pass_on(failed_);
    }
    return std::move(parts_);
}

BlobStreamReader::BlobStreamReader(const store::Store& store, std::string name,
                                   std::vector<BlobPart> parts)
    : store_(store), name_(std::move(name)), parts_(std::move(parts)) {
    for (const BlobPart& part : parts_) {
        left_ += part.size;
    }
}

void BlobStreamReader::open_next() {
    rest_ = {};
    mapping_ = {};
    if (next_ == parts_.size()) {
        good_ = false;
        return;
    }
    const BlobPart& part = parts_[next_];
    const auto mapped = store_.map_blob(part_name(name_, next_));
    ++next_;
    if (!mapped || !*mapped || (*mapped)->bytes.size() != part.size ||
        fast_hash((*mapped)->bytes) != part.checksum) {
        good_ = false;
        return;
    }
    mapping_ = **mapped;
    rest_ = mapping_.bytes;
}

void BlobStreamReader::read(void* to, std::size_t size) {
    auto* at = static_cast<char*>(to);
    while (size > 0 && good_) {
        if (rest_.empty()) {
            open_next();
        }
        const std::size_t some = std::min(size, rest_.size());
        std::memcpy(at, rest_.data(), some);
        rest_.remove_prefix(some);
        left_ -= some;
        at += some;
        size -= some;
    }
    std::memset(at, 0, size);
}

std::uint64_t BlobStreamReader::number() {
    std::array<char, sizeof(std::uint64_t)> bytes{};
    read(bytes.data(), bytes.size());
    return NumberReader({bytes.data(), bytes.size()}).next();
}

std::string BlobStreamReader::text(std::size_t size) {
    if (size > left_) {
        good_ = false;
        return {};
    }
    std::string text(size, '\0');
    read(text.data(), size);
    return text;
}

}  // namespace parcours::engine
