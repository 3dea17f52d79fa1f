#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace parcours::engine {

/// One piece of a stream that lies in several blobs.
struct BlobPart {
    std::uint64_t size = 0;
    std::uint64_t checksum = 0;
};

/// Bytes of any length as a row of blobs "NAME-0", "NAME-1", …, so that writing them takes little
/// memory. What fails is told by `finish`.
class BlobStreamWriter {
  public:
    BlobStreamWriter(store::Store& store, std::string name)
        : store_(store), name_(std::move(name)) {}

    void write(std::string_view bytes);
    void write(const void* from, std::size_t size) {
        write({static_cast<const char*>(from), size});
    }
    void number(std::uint64_t number);

    /// Writes what is left; all of it is durable then.
    Result<std::vector<BlobPart>> finish();

  private:
    void put();

    store::Store& store_;
    std::string name_;
    std::string pending_;
    std::vector<BlobPart> parts_;
    Result<> failed_;
};

/// Reads such a stream. Each part is checked before its first byte is handed out; after the first
/// that is missing or wrong, and beyond the end, it is not good and everything is zero.
class BlobStreamReader {
  public:
    BlobStreamReader(const store::Store& store, std::string name, std::vector<BlobPart> parts);

    void read(void* to, std::size_t size);
    std::uint64_t number();
    [[nodiscard]] std::string text(std::size_t size);
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::uint64_t left() const { return left_; }

  private:
    void open_next();

    const store::Store& store_;
    std::string name_;
    std::vector<BlobPart> parts_;
    std::size_t next_ = 0;
    store::BlobMapping mapping_;
    std::string_view rest_;  ///< of the part that is open
    std::uint64_t left_ = 0;
    bool good_ = true;
};

}  // namespace parcours::engine
