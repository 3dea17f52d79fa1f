#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace parcours::engine {

/// Bytes that are put one after the other and neither change nor move. One thread.
class Blocks {
  public:
    struct Place {
        std::uint32_t block = 0;
        std::uint32_t from = 0;
        std::uint32_t size = 0;
    };
    static constexpr std::size_t usual_size = 1U << 20U;

    explicit Blocks(std::size_t block_size = usual_size) : block_size_(block_size) {}
    Blocks(const Blocks&) = delete;  // two would write to the same place
    Blocks& operator=(const Blocks&) = delete;
    Blocks(Blocks&&) = default;
    Blocks& operator=(Blocks&&) = default;
    ~Blocks() = default;

    /// Less than 4 GiB at a time.
    [[nodiscard]] Place put(std::string_view bytes);
    [[nodiscard]] std::string_view at(const Place& place) const {
        return {blocks_[place.block].get() + place.from, place.size};
    }

    /// Of all that is held.
    [[nodiscard]] std::size_t size() const;
    /// All that was put into a block, in that order; empty where it was released.
    [[nodiscard]] std::string_view block(std::uint32_t number) const;
    /// Whether more may still come into it.
    [[nodiscard]] bool is_last(std::uint32_t number) const { return number + 1 == blocks_.size(); }
    /// Nobody asks for what stands in it any more. Not for the last one.
    void release(std::uint32_t number);

    [[nodiscard]] std::size_t block_size() const { return block_size_; }

    /// What was put until now, for another thread while more is put here.
    class Shared {
      public:
        [[nodiscard]] std::string_view at(const Place& place) const {
            return {blocks_[place.block].get() + place.from, place.size};
        }

      private:
        friend class Blocks;
        std::vector<std::shared_ptr<const char[]>> blocks_;
    };
    [[nodiscard]] Shared share() const;

  private:
    std::size_t block_size_;
    std::vector<std::shared_ptr<char[]>> blocks_;
    std::vector<std::uint32_t> used_;  ///< of each
    std::size_t room_ = 0;             ///< in the last
};

}  // namespace parcours::engine
