#include "engine/everybody_by_day.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"
#include "population/everybody.h"

namespace parcours::engine {
namespace {

using population::KnownDefines;

/// Leaves what patients are asked of, and forgets what only others among them were made from.
void leave_asked(const cql::Expression& expression, KnownDefines& known) {
    if (known.empty() || expression.defines[expression.main].everybody) {
        return;
    }
    std::vector<bool> asked(known.size());
    const std::function<void(const cql::Node&)> note = [&](const cql::Node& node) {
        if (node.kind == cql::NodeKind::Define) {
            asked[node.index] = true;
        }
        cql::each_part(node, [&](const cql::NodePtr& part, bool /*again*/) { note(*part); });
    };
    for (const cql::Definition& define : expression.defines) {
        if (!define.everybody) {
            note(*define.root);
        }
    }
    for (const cql::FunctionBody& body : expression.functions) {
        note(*body.root);
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!asked[i]) {
            known[i].reset();
        }
    }
}

EverybodyByDay::Known make_known(const cql::Expression& expression,
                                 const EverybodyByDay::Find& find) {
    auto found = find();
    if (found) {
        leave_asked(expression, *found);
    }
    return std::make_shared<const Result<KnownDefines>>(std::move(found));
}

}  // namespace

bool EverybodyByDay::reserve(const Result<KnownDefines>& found) {
    std::uint64_t count = 1;
    if (found) {
        for (const auto& value : *found) {
            count += value ? value->weight() + 1 : 0;
        }
    }
    const std::scoped_lock lock(mutex_);
    if (count > values_max_ - values_) {
        return false;
    }
    values_ += count;
    return true;
}

EverybodyByDay::Known EverybodyByDay::find(const std::shared_ptr<const cql::Expression>& expression,
                                           Instant day, const Find& find) {
    std::shared_ptr<Entry> entry;
    {
        const std::scoped_lock lock(mutex_);
        auto& place = entries_[{expression, day}];
        if (place == nullptr) {
            place = std::make_shared<Entry>();
        }
        entry = place;
    }
    {
        const std::scoped_lock lock(entry->mutex);
        if (entry->known != nullptr) {
            return entry->known;
        }
        if (!entry->is_too_much) {
            auto known = make_known(*expression, find);
            if (!*known && may_pass(known->error())) {
                return known;
            }
            if (reserve(*known)) {
                entry->known = known;
            } else {
                entry->is_too_much = true;
            }
            return known;
        }
    }
    // There is nothing to wait for: all who ask find it beside each other.
    return make_known(*expression, find);
}

}  // namespace parcours::engine
