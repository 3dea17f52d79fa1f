#include "population/everybody.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/data_source.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"
#include "cql/value.h"
#include "population/cohort.h"
#include "population/everyone_source.h"
#include "population/whole_index.h"

namespace parcours::population {
namespace {

bool has_rows(const cql::Value& value) {
    switch (value.kind()) {
        case cql::Value::Kind::Row:
            return true;
        case cql::Value::Kind::List:
            return std::ranges::any_of(value.elements(), has_rows);
        case cql::Value::Kind::Tuple:
            return std::ranges::any_of(value.tuple().elements, [](const auto& element) {
                return has_rows(element.second);
            });
        default:
            return false;
    }
}

/// Whether a part of what is about one patient names a definition whose value has rows.
bool names_rows(const cql::Node& node, const KnownDefines& known) {
    if (node.kind == cql::NodeKind::Define && known[node.index]) {
        return has_rows(*known[node.index]);
    }
    bool found = false;
    cql::each_part(node, [&](const cql::NodePtr& part, bool /*again*/) {
        found = found || names_rows(*part, known);
    });
    return found;
}

}  // namespace

bool outlasts_index(const cql::Expression& expression, const KnownDefines& known) {
    return known.empty() ||
           (std::ranges::none_of(expression.defines,
                                 [&known](const cql::Definition& define) {
                                     return !define.everybody && names_rows(*define.root, known);
                                 }) &&
            std::ranges::none_of(expression.functions, [&known](const cql::FunctionBody& body) {
                return names_rows(*body.root, known);
            }));
}

bool knows_everybody(const cql::Expression& expression) {
    return std::ranges::any_of(expression.defines, &cql::Definition::everybody);
}

bool knows_others(const cql::Expression& expression) {
    return knows_everybody(expression) ||
           std::ranges::any_of(expression.retrieves, &cql::Retrieve::related);
}

Result<KnownDefines> find_known_defines(const WholeIndex& whole, const CohortContext& context) {
    const cql::Expression& expression = whole.expression();
    if (!knows_everybody(expression)) {
        return KnownDefines();
    }
    const EveryoneSource source(whole, std::nullopt, context);
    const std::function<bool()> gives_up = [&context] { return is_late(context); };
    KnownDefines known(expression.defines.size());
    for (std::size_t i = 0; i < expression.defines.size(); ++i) {
        const cql::Definition& define = expression.defines[i];
        if (!define.everybody) {
            continue;
        }
        constexpr std::uint64_t steps_max = 20 * cql::steps_max_default;  // once for all patients
        cql::EvaluationContext moment{context.as_of, context.parameters};
        moment.steps_max = steps_max;
        moment.known = known;
        moment.gives_up = &gives_up;
        auto value = cql::evaluate_node(expression, *define.root, source, moment, {});
        if (const auto state = source.state(); !state) {
            return pass_on(state);
        }
        if (!value) {
            return pass_on(value);
        }
        if (source.asked_for_one()) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + define.name +
                            "\" stands in context Unfiltered and asks for one patient's record",
                        {{}, define.root->place.line, define.root->place.column});
        }
        known[i] = std::move(*value);
    }
    return known;
}

}  // namespace parcours::population
