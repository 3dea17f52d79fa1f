#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/value.h"

namespace parcours::cql {

/// Work that one call may do by comparing values with each other.
inline constexpr std::uint64_t comparisons_max = 20'000'000;
/// Longest text and list that a function makes.
inline constexpr std::size_t text_size_max = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t list_size_max = 1'000'000;

/// Fails with a Limit and says true where a call would compare more than that.
bool compares_too_much(std::uint64_t comparisons, CallContext& context);
/// Fails with a Limit and says true where a text grows too long, or a list.
bool is_too_long(std::size_t text_size, CallContext& context);
bool has_too_many(std::size_t list_size, CallContext& context);

/// Values that are all different by `=` (nulls count as equal). Numbers, texts, Booleans and rows
/// are found by hash, others one by one.
class ElementSet {
  public:
    /// False where an equal one is in it already.
    bool insert(const Value& value);
    [[nodiscard]] bool contains(const Value& value);
    /// Comparisons made so far.
    [[nodiscard]] std::uint64_t comparisons() const { return comparisons_; }
    [[nodiscard]] std::vector<Value> take() { return std::move(values_); }

  private:
    std::vector<Value> values_;
    std::vector<std::size_t> slow_;  ///< places in `values_` of what has no key
    std::unordered_set<std::string> keys_;
    bool has_null_ = false;
    std::uint64_t comparisons_ = 0;
};

}  // namespace parcours::cql
