#pragma once

#include <cstddef>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/document.h"
#include "cql/lexer.h"

namespace parcours::cql {

using Parsed = Result<SyntaxPtr>;

/// A recursive-descent parser over tokens. Its methods stand in `parser.cc` (documents and
/// operators), `parser_terms.cc` (terms and literals), `parser_query.cc` (retrieves and queries)
/// and `parser_timing.cc` (timing phrases).
class Parser {
  public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<Document> document();

  private:
    // Looking at tokens.
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    [[nodiscard]] bool at_word(std::string_view word, std::size_t ahead = 0) const;
    [[nodiscard]] bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
    [[nodiscard]] bool at_name(std::size_t ahead = 0) const;
    [[nodiscard]] bool at_words(std::initializer_list<std::string_view> words) const;
    bool take_word(std::string_view word);
    bool take_words(std::initializer_list<std::string_view> words);
    bool take_symbol(std::string_view symbol);
    Token take() { return tokens_[at_ < tokens_.size() - 1 ? at_++ : at_]; }
    Result<> expect_word(std::string_view word, std::string_view where);
    Result<> expect_symbol(std::string_view symbol, std::string_view where);
    Result<std::string> expect_string(std::string_view what);
    Result<std::string> expect_name(std::string_view what);
    [[nodiscard]] std::unexpected<Error> unexpected(std::string_view expected) const;
    [[nodiscard]] static SyntaxPtr make(SyntaxKind kind, Place place, std::string text = {});

    /// It reaches from that token to the last one taken.
    void note_extent(Syntax& node, std::size_t first) const;

    // Documents.
    Result<> declaration(Document& document);
    Result<> declaration_line(Declaration& out);
    Result<> library_line(Document& document);
    Result<> dotted_name(std::string& out, std::string_view what);
    Result<> optional_version(std::string& out);
    Result<> optional_display(std::string& out);
    Result<QualifiedName> qualified_name(std::string_view what);
    Result<> qualified_names(std::vector<QualifiedName>& out, std::string_view what);
    Result<> using_line(Declaration& out);
    Result<> include_line(Declaration& out);
    Result<> named_url(Declaration& out);
    Result<> code_line(Declaration& out);
    Result<> concept_line(Declaration& out);
    Result<> parameter_line(Declaration& out);
    Result<> context_line(Declaration& out);
    Result<> define_line(Declaration& out);
    Result<> function_line(Declaration& out);
    Result<> operands(Declaration& out);
    [[nodiscard]] bool at_declaration() const;

    // Operators: `level` is how tightly the operators to be taken bind (see parser.cc).
    Parsed expression();
    Result<> count_operator();
    Result<> enter();
    Parsed binary(int level);
    Parsed prefixed();
    Parsed is_or_as(SyntaxPtr left);
    Result<bool> suffix(SyntaxPtr& left, int level);
    Parsed elapsed(std::string_view kind);
    Parsed between(SyntaxPtr left, bool properly);
    Result<std::unique_ptr<TypeSyntax>> type_specifier();
    Result<> tuple_type(TypeSyntax& type);

    // Terms.
    Parsed term() { return additive(); }
    Parsed additive();
    Parsed multiplicative();
    Parsed power();
    Parsed unary_term();
    Parsed convert();
    Parsed postfix();
    Parsed member_chain(SyntaxPtr base, bool may_be_source);
    Parsed primary();
    Parsed word_primary();
    Parsed name_primary();
    [[nodiscard]] bool at_instance() const;
    Parsed cast();
    Result<> expression_into(Syntax& node);
    Parsed number();
    Parsed ratio(SyntaxPtr numerator);
    Parsed conditional();
    Parsed case_expression();
    Parsed expand_like();
    Parsed list(std::unique_ptr<TypeSyntax> type, Place place);
    Parsed interval();
    Parsed tuple(std::unique_ptr<TypeSyntax> type, Place place);
    Parsed code_selector();
    Parsed concept_selector();
    Parsed invoke(std::string name, Place place, SyntaxPtr receiver);

    // Retrieves and queries.
    Parsed retrieve();
    SyntaxPtr retrieve_context();
    Parsed retrieve_terminology(SyntaxPtr node);
    Parsed query_from(SyntaxPtr first);
    Parsed from_query();
    Parsed query_clauses(SyntaxPtr node);
    Result<> let_clause(QuerySyntax& query);
    Result<> relationship(QuerySyntax& query, bool without);
    Result<> return_clause(QuerySyntax& query);
    Result<> aggregate_clause(QuerySyntax& query);
    Result<> sort_clause(QuerySyntax& query);
    Result<QuerySyntax::Source> aliased_source();
    Parsed query_source();

    // Timing.
    [[nodiscard]] bool at_timing() const;
    Result<> timing(TimingSyntax& out);
    Result<> timing_relation(TimingSyntax& out);
    Result<> timing_same(TimingSyntax& out);
    Result<> timing_offset(TimingSyntax& out);
    Result<> timing_quantity(TimingSyntax& out);
    Result<> timing_before_after(TimingSyntax& out);
    void timing_precision_of(TimingSyntax& out);
    void timing_right(TimingSyntax& out);
    [[nodiscard]] std::optional<Precision> at_precision(std::size_t ahead = 0) const;

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t operators_ = 0;
    static constexpr std::size_t operators_max = 2000;
};

}  // namespace parcours::cql
