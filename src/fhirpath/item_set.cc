#include "fhirpath/item_set.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/compare.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/item.h"
#include "fhirpath/nodes.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {
namespace {

constexpr std::size_t scanned_max = 16;

// Only texts that are nothing but text: dates and Quantities are equal in more ways than one.
std::optional<std::string_view> text_of(const Item& item) {
    const auto value = to_system(item);
    return value && value->kind == Kind::String ? std::optional(value->text()) : std::nullopt;
}

std::optional<std::uint64_t> hash_of(const Item& item) {
    const auto text = text_of(item);
    return text ? std::optional(std::hash<std::string_view>{}(*text)) : std::nullopt;
}

// Whether both are JSON of one FHIR type; then they are both texts or neither.
bool alike(const Item& left, const Item& right) {
    return left.is_node() && right.is_node() && left.type == right.type && left.type != 0 &&
           left.has_value && right.has_value;
}

}  // namespace

bool ItemSet::scan(const Item& item) const {
    const auto text = text_of(item);
    for (std::size_t i = first_; i < items_.size(); ++i) {
        const Item& other = items_[i];
        if (text && alike(item, other) ? *text == other.value().text() : same(item, other)) {
            return true;
        }
    }
    return false;
}

bool ItemSet::contains(const Item& item) const {
    if (index_.empty()) {
        return scan(item);
    }
    const auto hash = hash_of(item);
    if (!hash) {
        return scan(item);
    }
    const auto [from, to] = index_.equal_range(*hash);
    for (auto found = from; found != to; ++found) {
        if (same(item, items_[found->second])) {
            return true;
        }
    }
    return false;
}

bool ItemSet::add(const Item& item) {
    const std::size_t count = items_.size() - first_;
    if (count > scanned_max) {
        for (; indexed_ < count; ++indexed_) {
            if (const auto hash = hash_of(items_[first_ + indexed_])) {
                index_.emplace(*hash, first_ + indexed_);
            }
        }
    }
    if (contains(item)) {
        return false;
    }
    items_.push(item);
    return true;
}

bool ItemSet::add_all(Evaluator& evaluator, const Node& node, const Collection& items) {
    for (const Item& item : items) {
        if (!evaluator.work(node, 1 + (index_.empty() ? items_.size() - first_ : 0))) {
            return false;
        }
        add(item);
    }
    return true;
}

}  // namespace parcours::fhirpath
