#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "fhirpath/collection.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

class Evaluator;

/// A collection that takes every item once (by `=`), in the order of the first.
class ItemSet {
  public:
    /// Adds to `items`, which outlives the set; what is in it already is not looked at again.
    explicit ItemSet(Collection& items) : items_(items), first_(items.size()) {}

    /// Whether it was new.
    bool add(const Item& item);
    [[nodiscard]] bool contains(const Item& item) const;
    /// Adds all and counts the work; false beyond the evaluator's limit.
    [[nodiscard]] bool add_all(Evaluator& evaluator, const Node& node, const Collection& items);

  private:
    Collection& items_;
    std::size_t first_;
    /// Strings, whole numbers and truths by hash, once there are many.
    std::unordered_multimap<std::uint64_t, std::size_t> index_;
    std::size_t indexed_ = 0;

    [[nodiscard]] bool scan(const Item& item) const;
};

}  // namespace parcours::fhirpath
