#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/scope.h"
#include "cql/tree.h"

namespace parcours::cql {
using Analysed = Result<NodePtr>;

/// Turns a syntax tree into a typed tree. Its methods stand in `analyse.cc` (documents, types),
/// `analyse_names.cc`, `analyse_operators.cc`, `analyse_timing.cc`, `analyse_query.cc` and
/// `analyse_values.cc`.
class Analyser {
  public:
    Analyser(const CompileContext& context, Expression& out) : context_(context), out_(out) {}

    Result<> document(const Document& document);
    /// Moves an error of the text to where the text stands in its file.
    [[nodiscard]] static Error relocate(Error error, const CompileContext& context);

  private:
    using Variable = ScopedVariable;
    struct Defined {
        const Declaration* line = nullptr;
        std::optional<std::uint32_t> index;  ///< once analysed
        bool being_analysed = false;
    };

    // Documents and types.
    Result<> declare(const Declaration& line);
    Result<> declare_code(const Declaration& line);
    Result<> declare_concept(const Declaration& line);
    Result<std::uint32_t> define(Defined& defined);
    Result<> check_expected(const Node& root) const;
    Result<Type> type_of(const TypeSyntax& syntax) const;

    // Helpers.
    [[nodiscard]] static std::unexpected<Error> error(Place place, std::string message);
    [[nodiscard]] static std::string suggest(std::string_view name,
                                             const std::vector<std::string>& names);
    Result<NodePtr> make(NodeKind kind, Place place, Type type = {});
    Analysed literal(Value value, Type type, Place place);
    Analysed call(std::string_view function, std::vector<NodePtr> arguments, Place place,
                  std::optional<Precision> precision = {}, std::string_view written = {});
    Analysed call(std::string_view function, Result<std::vector<NodePtr>> arguments, Place place,
                  std::optional<Precision> precision = {}, std::string_view written = {});
    Analysed negated(Analysed inner, Place place);
    Result<> require_boolean(const Node& node, std::string_view where) const;
    std::uint32_t new_slot() { return out_.slot_count++; }
    [[nodiscard]] static Type common(const Type& left, const Type& right);

    // Expressions.
    Analysed analyse(const Syntax& syntax);
    Analysed analyse_more(const Syntax& syntax);
    Result<std::vector<NodePtr>> analyse_all(const std::vector<SyntaxPtr>& all);

    // Names.
    Analysed identifier(const Syntax& syntax);
    Analysed find_declared(const Syntax& syntax);
    Analysed value_set(const std::string& name, Place place);
    Analysed unknown_name(const Syntax& syntax);
    Analysed member(const Syntax& syntax);
    Analysed member_of_node(NodePtr base, const std::string& name, Place place);
    Analysed member_of_rows(NodePtr base, const std::string& name, Place place);
    Analysed property(NodePtr base, const std::string& name, Place place);
    Analysed variable(const Variable& found, Place place);
    Analysed invoke(const Syntax& syntax);
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
    Result<std::string> code_system(const std::string& name, Place place) const;

    // Operators.
    Analysed unary(const Syntax& syntax);
    Analysed prefix_call(const Syntax& syntax);
    Analysed exists(NodePtr list, Place place);
    Analysed binary(const Syntax& syntax);
    Analysed logical(const Syntax& syntax, NodeKind kind);
    Analysed null_as_empty(NodePtr text);
    Analysed membership(const Syntax& syntax);
    Analysed in_value_set(NodePtr element, const Node& set, Place place);
    Analysed is_test(const Syntax& syntax);
    Analysed type_operator(const Syntax& syntax);
    Analysed convert(const Syntax& syntax);
    Analysed between(const Syntax& syntax);
    Analysed elapsed(const Syntax& syntax);
    Analysed expand_like(const Syntax& syntax);
    Analysed conditional(const Syntax& syntax);
    Analysed case_expression(const Syntax& syntax);

    // Timing phrases.
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
    Result<> retrieve_filter(const Syntax& syntax, Retrieve& out);
    Result<> terminology_of(const Node& node, std::string_view comparator, Retrieve& out) const;
    Analysed query(const Syntax& syntax);
    Result<Query::Source> source(const QuerySyntax::Source& syntax);
    Result<> query_clauses(const QuerySyntax& syntax, Query& out);
    Result<Type> query_result(const QuerySyntax& syntax, Query& out,
                              const std::vector<Variable>& sources);
    Result<> aggregate(const QuerySyntax& syntax, Query& out, Type& result);
    Result<> sort(const QuerySyntax& syntax, Query& out, const Type& element);

    const CompileContext& context_;
    Expression& out_;
    std::map<std::string, Defined, std::less<>> defines_;
    std::map<std::string, const Declaration*, std::less<>> parameters_;
    std::map<std::string, std::string, std::less<>> code_systems_;  ///< name → URL
    std::map<std::string, std::string, std::less<>> value_sets_;    ///< name → URL
    std::map<std::string, Value, std::less<>> codes_;               ///< codes and concepts
    std::vector<Variable> scope_;
    std::optional<Variable> element_;  ///< inside `sort by`: whose members are free names
    std::size_t node_count_ = 0;
    std::size_t define_depth_ = 0;
    static constexpr std::size_t define_depth_max = 100;
    static constexpr std::size_t node_count_max = 100'000;
};

}  // namespace parcours::cql
