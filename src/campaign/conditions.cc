#include "campaign/conditions.h"

#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/key_resource.h"
#include "campaign/steps.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "cql/type.h"
#include "practice/vocabulary.h"

namespace parcours::campaign {
namespace {

/// Appends the conditions a step asks.
struct Collector {
    std::vector<const Condition*>& out;

    void add(const std::optional<Condition>& condition) const {
        if (condition && condition->kind == Condition::Kind::Cql) {
            out.push_back(&*condition);
        }
    }
    void operator()(const SendStep& send) const { add(send.still); }
    void operator()(const WaitForStep& wait) const { add(wait.condition); }
    void operator()(const BranchStep& branch) const {
        for (const BranchStep::Arm& arm : branch.arms) {
            if (arm.condition.kind == Condition::Kind::Cql) {
                out.push_back(&arm.condition);
            }
        }
    }
    void operator()(const TaskStep& task) const { add(task.until); }
    template <class Other>  // which asks nothing
    void operator()(const Other& /*other*/) const {}
};

bool may_be_date(const cql::Type& type) {
    using Kind = cql::Type::Kind;
    if (type.is(Kind::Choice)) {
        for (const cql::Type& alternative : type.arguments) {
            if (may_be_date(alternative)) {
                return true;
            }
        }
        return false;
    }
    return type.is(Kind::Date) || type.is(Kind::DateTime);
}

}  // namespace

Result<std::shared_ptr<const cql::Expression>> compile_text(
    std::string_view text, const Location& where, const practice::Vocabulary& vocabulary,
    std::vector<cql::ParameterDeclaration> parameters, std::optional<cql::Type> expected) {
    cql::CompileContext context = vocabulary.context();
    context.parameters = std::move(parameters);
    context.file = where.file;
    context.expected = std::move(expected);
    if (where.line > 0) {
        context.origin = {static_cast<std::uint32_t>(where.line),
                          static_cast<std::uint32_t>(where.column)};
    }
    auto compiled = cql::compile(text, context);
    const bool is_here = !compiled && compiled.error().where.file == where.file;
    if (is_here && where.line > 0 && compiled.error().where.line > where.line) {
        compiled.error().where.column += where.column - 1;
    }
    return compiled;
}

Result<std::shared_ptr<const cql::Expression>> compile_predicate(
    std::string_view text, const Location& where, const practice::Vocabulary& vocabulary) {
    return compile_text(text, where, vocabulary, {}, cql::Type(cql::Type::Kind::Boolean));
}

std::vector<cql::ParameterDeclaration> condition_parameters(const Campaign& campaign) {
    std::vector<cql::ParameterDeclaration> parameters{
        {"enrolled", cql::Type(cql::Type::Kind::DateTime), true}};
    if (const KeyResource* const key = find_key_resource(campaign.enter.key)) {
        parameters.push_back(
            {std::string(key->name), cql::Type::of_resource(cql::model::type_id(key->type)), true});
    }
    return parameters;
}

Result<std::shared_ptr<const cql::Expression>> compile_condition(
    const Campaign& campaign, const Condition& condition, const practice::Vocabulary& vocabulary) {
    return compile_text(condition.text, condition.where, vocabulary, condition_parameters(campaign),
                        cql::Type(cql::Type::Kind::Boolean));
}

Result<std::shared_ptr<const cql::Expression>> compile_date(
    const Campaign& campaign, const Condition& definition, const practice::Vocabulary& vocabulary) {
    auto compiled = compile_text(definition.text, definition.where, vocabulary,
                                 condition_parameters(campaign), std::nullopt);
    if (compiled && !may_be_date((*compiled)->type())) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("a date must be a Date or a DateTime, but this expression gives {}",
                                (*compiled)->type().to_text()),
                    definition.where);
    }
    return compiled;
}

std::vector<const Condition*> conditions_of(const Campaign& campaign) {
    std::vector<const Condition*> conditions;
    const Collector collect{conditions};
    collect.add(campaign.success);
    for (const Exit& exit : campaign.exits) {
        collect.add(exit.when);
    }
    collect.add(campaign.enter.when);
    for (const Step& step : campaign.steps) {
        std::visit(collect, step.what);
    }
    return conditions;
}

}  // namespace parcours::campaign
