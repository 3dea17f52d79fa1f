#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/row_finder.h"
#include "engine/shared_rows.h"

namespace parcours::engine {

/// Texts that occur again and again, each kept once and known by a number; the empty text is
/// number 0. Nothing is ever taken out. Views hold for as long as the names. One thread.
class Names {
    struct Place {
        std::uint32_t block = 0;
        std::uint32_t from = 0;
        std::uint32_t size = 0;
    };
    using Blocks = std::vector<std::shared_ptr<char[]>>;

  public:
    Names();

    [[nodiscard]] std::uint32_t number(std::string_view text);
    [[nodiscard]] std::string_view text(std::uint32_t number) const {
        const Place& place = places_[number];
        return {blocks_[place.block].get() + place.from, place.size};
    }
    [[nodiscard]] std::size_t size() const { return places_.size(); }

    /// The names of a moment for a reader beside, until `unshare`.
    class Shared {
      public:
        [[nodiscard]] std::size_t size() const { return places_.size(); }
        [[nodiscard]] std::string_view text(std::size_t number) const {
            const Place& place = places_[number];
            return {blocks_[place.block].get() + place.from, place.size};
        }

      private:
        friend class Names;
        Blocks blocks_;
        SharedRows<Place> places_;
    };
    [[nodiscard]] Shared share();
    void unshare() { places_.unshare(); }

  private:
    static constexpr std::size_t block_size = 1U << 20U;

    Blocks blocks_;
    std::size_t used_ = 0;  ///< of the last block
    std::size_t room_ = 0;  ///< in the last block
    SharedRows<Place> places_;
    RowFinder numbers_;
};

}  // namespace parcours::engine
