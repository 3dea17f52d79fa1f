#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "cql/scope.h"
#include "cql/tree.h"
#include "cql/type.h"

namespace parcours::cql {

using Analysed = Result<NodePtr>;

/// Makes nodes of the typed tree, counted against their limit; calls find their overload.
class TreeMaker {
  protected:
    explicit TreeMaker(Expression& out) : out_(out) {}

    Result<NodePtr> make(NodeKind kind, Place place, Type type = {});
    Analysed literal(Value value, Type type, Place place);
    Analysed variable(const ScopedVariable& found, Place place);
    /// `written` is what the message calls the function.
    Analysed call(std::string_view function, std::vector<NodePtr> arguments, Place place,
                  std::optional<Precision> precision = {}, std::string_view written = {});
    Analysed call(std::string_view function, Result<std::vector<NodePtr>> arguments, Place place,
                  std::optional<Precision> precision = {}, std::string_view written = {});
    Analysed negated(Analysed inner, Place place);
    Analysed null_as_empty(NodePtr text);
    Analysed coalesce(std::vector<NodePtr> arguments, Place place);
    /// The value as one of the type, where that is another simple one: 5 as 5.0, a code as a
    /// concept.
    Analysed converted(NodePtr node, const Type& to);
    /// The same of numbers only: dates are compared across their types as they are.
    Analysed converted_number(NodePtr node, const Type& to);

    /// An error where it is no Boolean.
    static Result<> require_boolean(const Node& node, std::string_view where);
    /// One type that takes values of both: a choice where there is no other.
    [[nodiscard]] static Type common(const Type& left, const Type& right);
    std::uint32_t new_slot() { return out_.slot_count++; }

    Expression& out_;

  private:
    std::size_t node_count_ = 0;
    static constexpr std::size_t node_count_max = 100'000;
};

}  // namespace parcours::cql
