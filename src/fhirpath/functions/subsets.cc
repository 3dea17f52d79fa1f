// first() … combine(): parts of collections, and collections together.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "fhirpath/collection.h"
#include "fhirpath/evaluator.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/item_set.h"

namespace parcours::fhirpath {
namespace {

bool single(const Call& call) {
    if (call.input.size() > 1) {
        return call.evaluator.fail(call.node, "single() is asked of several items");
    }
    call.out.append(call.input.items());
    return true;
}

bool first(const Call& call) {
    call.out.append(call.input.items().first(std::min<std::size_t>(call.input.size(), 1)));
    return true;
}

bool last(const Call& call) {
    call.out.append(call.input.items().last(std::min<std::size_t>(call.input.size(), 1)));
    return true;
}

bool tail(const Call& call) {
    call.out.append(call.input.items().subspan(std::min<std::size_t>(call.input.size(), 1)));
    return true;
}

// The number of items that an argument means, within what there is.
bool read_count(const Call& call, std::size_t& count) {
    std::optional<std::int64_t> number;
    if (!call.evaluator.integer_argument(call, 0, number)) {
        return false;
    }
    const auto size = static_cast<std::int64_t>(call.input.size());
    count = static_cast<std::size_t>(std::clamp<std::int64_t>(number.value_or(0), 0, size));
    return true;
}

bool skip(const Call& call) {
    std::size_t count = 0;
    if (!read_count(call, count)) {
        return false;
    }
    call.out.append(call.input.items().subspan(count));
    return true;
}

bool take(const Call& call) {
    std::size_t count = 0;
    if (!read_count(call, count)) {
        return false;
    }
    call.out.append(call.input.items().first(count));
    return true;
}

bool intersect(const Call& call) {
    Collection other;
    Collection known;
    ItemSet set(known);
    if (!call.evaluator.argument(call, 0, other) ||
        !set.add_all(call.evaluator, call.node, other)) {
        return false;
    }
    ItemSet found(call.out);
    for (const Item& item : call.input) {
        if (set.contains(item)) {
            found.add(item);
        }
    }
    return call.evaluator.work(call.node, call.input.size());
}

bool exclude(const Call& call) {
    Collection other;
    Collection known;
    ItemSet set(known);
    if (!call.evaluator.argument(call, 0, other) ||
        !set.add_all(call.evaluator, call.node, other)) {
        return false;
    }
    for (const Item& item : call.input) {
        if (!set.contains(item)) {
            call.out.push(item);
        }
    }
    return call.evaluator.work(call.node, call.input.size());
}

bool unite(const Call& call) {
    Collection other;
    ItemSet set(call.out);
    return call.evaluator.argument(call, 0, other) &&
           set.add_all(call.evaluator, call.node, call.input) &&
           set.add_all(call.evaluator, call.node, other);
}

bool combine(const Call& call) {
    call.out.append(call.input.items());
    return call.evaluator.argument(call, 0, call.out);
}

constexpr auto table = std::to_array<Function>({
    {"single", 0, 0, single, "The only item; several are an error"},
    {"first", 0, 0, first, "The first item"},
    {"last", 0, 0, last, "The last item"},
    {"tail", 0, 0, tail, "All but the first item"},
    {"skip", 1, 1, skip, "All but the first items"},
    {"take", 1, 1, take, "The first items"},
    {"intersect", 1, 1, intersect, "The items that are in both, each once"},
    {"exclude", 1, 1, exclude, "The items that are not in the other"},
    {"union", 1, 1, unite, "The items of both, each once"},
    {"combine", 1, 2, combine, "The items of both"},
});

}  // namespace

std::span<const Function> subset_functions() {
    return table;
}

}  // namespace parcours::fhirpath
