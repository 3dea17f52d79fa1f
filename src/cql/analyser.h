#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/diagnostics.h"
#include "cql/functions/function.h"
#include "cql/libraries.h"
#include "cql/scope.h"
#include "cql/tree.h"
#include "cql/tree_maker.h"

namespace parcours::cql {
/// Turns a syntax tree into a typed tree. Its methods stand in the files `analyse*.cc`.
class Analyser : private TreeMaker {
  public:
    Analyser(const CompileContext& context, Expression& out)
        : TreeMaker(out), context_(context), libraries_(context) {}

    Result<> document(Document document);
    /// Moves an error of the text to where the text stands in its file.
    [[nodiscard]] static Error relocate(Error error, const CompileContext& context);
    /// The type that a type's name means. Errors, InvalidInput: there is none.
    static Result<Type> type_of(const TypeSyntax& syntax);

  private:
    using Variable = ScopedVariable;
    Result<std::uint32_t> define(LibraryScope& scope, DefinedExpression& defined);
    Analysed in_definition(LibraryScope& scope, bool unfiltered, std::vector<Variable> names,
                           const Syntax& body);
    Result<> enter_definition(Place place);
    Result<> check_expected(const Node& root) const;
    Result<> type_operands(LibraryScope& scope, DefinedFunction& function);
    Result<std::uint32_t> define(LibraryScope& scope, DefinedFunction& function);
    Result<std::optional<FunctionCandidate>> find_function_of(LibraryScope& scope,
                                                              const std::string& name,
                                                              const std::vector<NodePtr>& arguments,
                                                              bool fluent);
    Analysed invoke_defined(const FunctionCandidate& candidate, std::vector<NodePtr> arguments,
                            Place place);
    Result<std::optional<NodePtr>> invoke_user(const Syntax& syntax,
                                               std::vector<NodePtr>& arguments);
    Analysed invoke_included(LibraryScope& scope, const Syntax& syntax);
    Analysed iteration(const Syntax& syntax);
    [[nodiscard]] LibraryScope* included(const Syntax& syntax) const;

    // Expressions.
    Analysed analyse(const Syntax& syntax);
    Analysed analyse_node(const Syntax& syntax);
    Analysed analyse_more(const Syntax& syntax);
    Result<std::vector<NodePtr>> analyse_all(const std::vector<SyntaxPtr>& all);

    // Names.
    Analysed identifier(const Syntax& syntax);
    Analysed find_declared(const Syntax& syntax);
    Analysed find_in_library(LibraryScope& scope, const std::string& name, Place place);
    [[nodiscard]] Analysed handed_in(const std::string& name, Place place);
    Analysed defined(LibraryScope& scope, DefinedExpression& found, Place place);
    Analysed parameter(LibraryScope& scope, const Declaration& line, Place place);
    Analysed value_set(const Declaration* declared, const std::string& name, Place place);
    Analysed unknown_name(const Syntax& syntax);
    Analysed member(const Syntax& syntax);
    Analysed member_of_node(NodePtr base, const std::string& name, Place place);
    Analysed member_of_rows(NodePtr base, const std::string& name, Place place);
    Analysed property(NodePtr base, const std::string& name, Place place);
    Analysed invoke(const Syntax& syntax);
    Analysed invoke_terminology(std::string_view name, std::vector<NodePtr>& in, Place place);
    Analysed expand_value_set(const Node& set, Place place);
    Result<> add_written_places(const Syntax& syntax, std::vector<NodePtr>& arguments);
    [[nodiscard]] std::vector<std::string> known_names() const;

    // Values.
    Analysed number(const Syntax& syntax, bool negative);
    Analysed quantity(const Syntax& syntax);
    Analysed temporal(const Syntax& syntax);
    Analysed list(const Syntax& syntax);
    Analysed interval(const Syntax& syntax);
    Analysed tuple(const Syntax& syntax);
    Analysed ratio(const Syntax& syntax);
    Analysed code_selector(const Syntax& syntax);
    Analysed concept_selector(const Syntax& syntax);
    Analysed type_extent(const Syntax& syntax);
    Analysed tuple_of(const Syntax& syntax);
    Analysed instance(const Syntax& syntax);
    Analysed resource_instance(const Syntax& syntax, const Type& type);
    Analysed instance_element(const Syntax& syntax, std::initializer_list<std::string_view> names);
    Analysed instance_call(const Syntax& syntax, std::string_view function,
                           std::initializer_list<std::initializer_list<std::string_view>> elements);
    Analysed interval_instance(const Syntax& syntax);

    // Operators.
    Analysed unary(const Syntax& syntax);
    Analysed exists(NodePtr list, Place place);
    Analysed binary(const Syntax& syntax);
    Analysed logical(const Syntax& syntax, NodeKind kind);
    Analysed membership(const Syntax& syntax);
    Analysed in_value_set(NodePtr element, const Node& set, Place place);
    Analysed in_code_system(NodePtr element, const Node& system, Place place);
    Analysed is_test(const Syntax& syntax);
    Analysed type_operator(const Syntax& syntax);
    Analysed convert(const Syntax& syntax);
    Analysed between(const Syntax& syntax);
    Analysed elapsed(const Syntax& syntax);
    Analysed expand_like(const Syntax& syntax);
    Analysed conditional(const Syntax& syntax);
    Analysed case_expression(const Syntax& syntax);

    // Timing.
    Analysed timing(const Syntax& syntax);
    Analysed operand(const Syntax& syntax, TimingSyntax::Boundary boundary);
    Analysed edge(const Syntax& syntax, TimingSyntax::Boundary boundary, bool low);
    Analysed before_or_after(const Syntax& syntax);
    Analysed offset_relation(const Syntax& syntax);
    Analysed within(const Syntax& syntax);
    Analysed timing_amount(const TimingSyntax& timing, Place place);
    Analysed range(NodePtr low, NodePtr high, bool low_closed, bool high_closed, Place place);

    // Retrieves and queries.
    Analysed retrieve(const Syntax& syntax);
    Analysed retrieve_context(const Syntax& syntax, const model::ModelType& type);
    Result<> retrieve_filter(const Syntax& syntax, Retrieve& out, NodePtr& codes);
    Result<> terminology_of(const Node& node, std::string_view comparator, Retrieve& out) const;
    Analysed filtered_by_codes(NodePtr retrieve, NodePtr codes, const Retrieve& what);
    Analysed query(const Syntax& syntax);
    Result<Query::Source> source(const QuerySyntax::Source& syntax);
    Result<> query_clauses(const QuerySyntax& syntax, Query& out);
    Result<Type> query_result(const QuerySyntax& syntax, Query& out,
                              const std::vector<Variable>& sources);
    Result<> aggregate(const QuerySyntax& syntax, Query& out, Type& result);
    Result<> sort(const QuerySyntax& syntax, Query& out, const Type& element);

    const CompileContext& context_;
    Libraries libraries_;
    LibraryScope* library_ = nullptr;  ///< whose text is being analysed
    bool unfiltered_ = false;          ///< what is analysed stands in context Unfiltered
    std::vector<Variable> scope_;
    std::optional<Variable> element_;  ///< inside `sort by`: whose members are free names
    std::size_t define_depth_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace parcours::cql
