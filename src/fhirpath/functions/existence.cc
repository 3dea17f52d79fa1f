// empty() … isDistinct(): questions about a collection.

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
#include "fhirpath/nodes.h"

namespace parcours::fhirpath {
namespace {

bool empty(const Call& call) {
    call.out.push(Item::of(call.input.empty()));
    return true;
}

bool exists(const Call& call) {
    bool found = call.node.arguments.empty() && !call.input.empty();
    for (std::size_t i = 0; !call.node.arguments.empty() && !found && i < call.input.size(); ++i) {
        if (!call.evaluator.holds(call, 0, i, found)) {
            return false;
        }
    }
    call.out.push(Item::of(found));
    return true;
}

bool all(const Call& call) {
    bool holds = true;
    for (std::size_t i = 0; holds && i < call.input.size(); ++i) {
        if (!call.evaluator.holds(call, 0, i, holds)) {
            return false;
        }
    }
    call.out.push(Item::of(holds));
    return true;
}

// Whether any, or else whether all, of the Booleans are the wanted one.
bool judge(const Call& call, bool wanted, bool any) {
    bool found = !any;
    for (const Item& item : call.input) {
        const auto value = to_system(item);
        if (!value || value->kind != Kind::Boolean) {
            return call.evaluator.fail(call.node, "it is asked of Booleans only");
        }
        if (any ? value->truth() == wanted : value->truth() != wanted) {
            found = any;
        }
    }
    call.out.push(Item::of(found));
    return true;
}

bool all_true(const Call& call) {
    return judge(call, true, false);
}
bool any_true(const Call& call) {
    return judge(call, true, true);
}
bool all_false(const Call& call) {
    return judge(call, false, false);
}
bool any_false(const Call& call) {
    return judge(call, false, true);
}

bool is_subset(const Call& call, const Collection& part, const Collection& whole, bool& out) {
    Collection known;
    ItemSet set(known);
    if (!set.add_all(call.evaluator, call.node, whole)) {
        return false;
    }
    out = true;
    for (const Item& item : part) {
        out = out && set.contains(item);
    }
    return call.evaluator.work(call.node, part.size());
}

bool subset(const Call& call, bool reversed) {
    Collection other;
    bool holds = false;
    if (!call.evaluator.argument(call, 0, other) ||
        !(reversed ? is_subset(call, other, call.input, holds)
                   : is_subset(call, call.input, other, holds))) {
        return false;
    }
    call.out.push(Item::of(holds));
    return true;
}

bool subset_of(const Call& call) {
    return subset(call, false);
}
bool superset_of(const Call& call) {
    return subset(call, true);
}

bool count(const Call& call) {
    call.out.push(Item::of_integer(static_cast<std::int64_t>(call.input.size())));
    return true;
}

bool distinct(const Call& call) {
    ItemSet set(call.out);
    return set.add_all(call.evaluator, call.node, call.input);
}

bool is_distinct(const Call& call) {
    Collection once;
    ItemSet set(once);
    if (!set.add_all(call.evaluator, call.node, call.input)) {
        return false;
    }
    call.out.push(Item::of(once.size() == call.input.size()));
    return true;
}

bool negate(const Call& call) {
    std::optional<bool> truth;
    if (!call.evaluator.truth_of(call.input, call.node, truth)) {
        return false;
    }
    if (truth) {
        call.out.push(Item::of(!*truth));
    }
    return true;
}

constexpr auto table = std::to_array<Function>({
    {"empty", 0, 0, empty, "Whether there are no items"},
    {"exists", 0, 1, exists, "Whether there is an item, or one for which the criterion holds"},
    {"all", 1, 1, all, "Whether the criterion holds for every item"},
    {"allTrue", 0, 0, all_true, "Whether all Booleans are true"},
    {"anyTrue", 0, 0, any_true, "Whether one of the Booleans is true"},
    {"allFalse", 0, 0, all_false, "Whether all Booleans are false"},
    {"anyFalse", 0, 0, any_false, "Whether one of the Booleans is false"},
    {"subsetOf", 1, 1, subset_of, "Whether every item is in the other collection"},
    {"supersetOf", 1, 1, superset_of, "Whether every item of the other collection is here"},
    {"count", 0, 0, count, "How many items there are"},
    {"distinct", 0, 0, distinct, "Every item once"},
    {"isDistinct", 0, 0, is_distinct, "Whether no item is there twice"},
    {"not", 0, 0, negate, "The opposite of a truth"},
});

}  // namespace

std::span<const Function> existence_functions() {
    return table;
}

}  // namespace parcours::fhirpath
