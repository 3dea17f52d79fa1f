// Documents: definitions, parameters, and what the whole must give.

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/scope.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"
#include "cql/type.h"

namespace parcours::cql {
namespace {

constexpr std::size_t define_depth_max = 100;

}  // namespace

Result<> Analyser::enter_definition(Place place) {
    if (++define_depth_ > define_depth_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("definitions use each other more than {} deep", define_depth_max),
                    {{}, place.line, place.column});
    }
    return {};
}

// What a definition's text is read in: its own library, nothing in scope.
Analysed Analyser::in_definition(LibraryScope& scope, bool unfiltered, std::vector<Variable> names,
                                 const Syntax& body) {
    if (auto entered = enter_definition(body.place); !entered) {
        return pass_on(entered);
    }
    auto outer_scope = std::exchange(scope_, std::move(names));
    auto outer_element = std::exchange(element_, std::nullopt);
    LibraryScope* outer_library = std::exchange(library_, &scope);
    const bool outer_unfiltered = std::exchange(unfiltered_, unfiltered);
    auto root = analyse(body);
    scope_ = std::move(outer_scope);
    element_ = std::move(outer_element);
    library_ = outer_library;
    unfiltered_ = outer_unfiltered;
    --define_depth_;
    if (!root) {
        return std::unexpected(Libraries::within(root.error(), scope));
    }
    return root;
}

namespace {

bool goes_through_records(const Expression& expression, const Node& node) {
    bool found = node.kind == NodeKind::Retrieve || node.kind == NodeKind::RelatedRetrieve ||
                 (node.kind == NodeKind::Define && expression.defines[node.index].everybody);
    each_part(node, [&](const NodePtr& part, bool /*again*/) {
        found = found || goes_through_records(expression, *part);
    });
    return found;
}

}  // namespace

// Analyses a define once, when it is first used.
Result<std::uint32_t> Analyser::define(LibraryScope& scope, DefinedExpression& defined) {
    if (defined.index) {
        return *defined.index;
    }
    const Declaration& line = *defined.line;
    if (defined.being_analysed) {
        return std::unexpected(Libraries::within(
            error(line.place, fmt::format("\"{}\" is defined by itself", line.name)).error(),
            scope));
    }
    defined.being_analysed = true;
    auto root = in_definition(scope, defined.unfiltered, {}, *line.expression);
    if (!root) {
        return pass_on(root);
    }
    defined.being_analysed = false;
    defined.index = static_cast<std::uint32_t>(out_.defines.size());
    const bool everybody = defined.unfiltered && goes_through_records(out_, **root);
    out_.defines.push_back({scope.name.empty() ? line.name : scope.name + "." + line.name,
                            std::move(*root), everybody});
    return *defined.index;
}

// What is handed in, else the default.
Analysed Analyser::parameter(LibraryScope& scope, const Declaration& line, Place place) {
    if (!line.expression) {
        return error(place,
                     fmt::format("the parameter \"{}\" has no default and no value is handed in",
                                 line.name));
    }
    auto value = in_definition(scope, false, {}, *line.expression);
    if (!value || !line.type) {
        return value;
    }
    auto type = type_of(*line.type);
    if (!type) {
        return pass_on(type);
    }
    if (!fit((*value)->type, *type)) {
        return error(place, fmt::format("the default of the parameter \"{}\" is {} where {} is "
                                        "declared",
                                        line.name, (*value)->type.to_text(), type->to_text()));
    }
    return converted(std::move(*value), *type);
}

Result<> Analyser::check_expected(const Node& root) const {
    if (!context_.expected || unify(root.type, *context_.expected)) {
        return {};
    }
    const bool condition = *context_.expected == Type(Type::Kind::Boolean);
    return error(
        root.place,
        fmt::format("the expression gives {} where {} was expected{}", root.type.to_text(),
                    context_.expected->to_text(),
                    condition ? "; compare it with something, or ask whether it exists" : ""));
}

Result<> Analyser::document(Document document) {
    auto main = libraries_.add(std::move(document));
    if (!main) {
        return pass_on(main);
    }
    library_ = *main;
    if (library_->document.expression) {
        auto root = analyse(*library_->document.expression);
        if (!root) {
            return pass_on(root);
        }
        out_.defines.push_back({"", std::move(*root), false});
        out_.main = static_cast<std::uint32_t>(out_.defines.size() - 1);
        return check_expected(out_.root());
    }
    const Declaration* last = nullptr;
    for (const Declaration& line : library_->document.declarations) {
        last = line.kind == Declaration::Kind::Define ? &line : last;
    }
    if (last == nullptr) {
        return error({1, 1}, "the library defines nothing; add: define \"name\": an expression");
    }
    for (auto& [name, overloads] : library_->functions) {
        for (DefinedFunction& function : overloads) {
            if (auto index = define(*library_, function); !index) {
                return pass_on(index);
            }
        }
    }
    for (auto& [name, defined] : library_->defines) {
        if (auto index = define(*library_, defined); !index) {
            return pass_on(index);
        }
    }
    out_.main = *library_->defines.find(last->name)->second.index;
    return check_expected(out_.root());
}

}  // namespace parcours::cql
