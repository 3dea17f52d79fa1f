#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/blocks.h"
#include "engine/row_finder.h"
#include "engine/shared_rows.h"

namespace parcours::engine {

/// Texts that occur again and again, each kept once and known by a number; the empty text is
/// number 0. Nothing is ever taken out. Views hold for as long as the names. One thread.
class Names {
  public:
    Names();

    [[nodiscard]] std::uint32_t number(std::string_view text);
    [[nodiscard]] std::string_view text(std::uint32_t number) const {
        return blocks_.at(places_[number]);
    }
    [[nodiscard]] std::size_t size() const { return places_.size(); }

    /// The names of a moment for a reader beside, until `unshare`.
    class Shared {
      public:
        [[nodiscard]] std::size_t size() const { return places_.size(); }
        [[nodiscard]] std::string_view text(std::size_t number) const {
            return blocks_.at(places_[number]);
        }

      private:
        friend class Names;
        Blocks::Shared blocks_;
        SharedRows<Blocks::Place> places_;
    };
    [[nodiscard]] Shared share();
    void unshare() { places_.unshare(); }

  private:
    Blocks blocks_;
    SharedRows<Blocks::Place> places_;
    RowFinder numbers_;
};

}  // namespace parcours::engine
