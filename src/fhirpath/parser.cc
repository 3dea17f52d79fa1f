#include "fhirpath/parser.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "fhirpath/function.h"
#include "fhirpath/lexer.h"
#include "fhirpath/literals.h"
#include "fhirpath/tree.h"
#include "values/text.h"

namespace parcours::fhirpath {
namespace {

struct Infix {
    std::string_view text;
    Operation operation;
    int strength;  ///< the tighter, the higher
};

constexpr std::uint32_t height_max = 1000;
constexpr int strength_type = 8;
constexpr int strength_unary = 11;
constexpr auto infixes = std::to_array<Infix>({
    {"implies", Operation::Implies, 1},
    {"or", Operation::Or, 2},
    {"xor", Operation::Xor, 2},
    {"and", Operation::And, 3},
    {"in", Operation::In, 4},
    {"contains", Operation::Contains, 4},
    {"=", Operation::Equal, 5},
    {"~", Operation::Equivalent, 5},
    {"!=", Operation::NotEqual, 5},
    {"!~", Operation::NotEquivalent, 5},
    {"<=", Operation::LessOrEqual, 6},
    {"<", Operation::Less, 6},
    {">=", Operation::GreaterOrEqual, 6},
    {">", Operation::Greater, 6},
    {"|", Operation::Union, 7},
    {"is", Operation::Is, strength_type},
    {"as", Operation::As, strength_type},
    {"+", Operation::Add, 9},
    {"-", Operation::Subtract, 9},
    {"&", Operation::Concatenate, 9},
    {"*", Operation::Multiply, 10},
    {"/", Operation::Divide, 10},
    {"div", Operation::Div, 10},
    {"mod", Operation::Mod, 10},
});

const Infix* find_infix(const Token& token) {
    if (token.kind != TokenKind::Symbol && token.kind != TokenKind::Identifier) {
        return nullptr;
    }
    for (const Infix& infix : infixes) {
        if (infix.text == token.text) {
            return &infix;
        }
    }
    return nullptr;
}

bool is_reserved(std::string_view word) {
    static constexpr auto words = std::to_array<std::string_view>(
        {"and", "or", "xor", "implies", "div", "mod", "true", "false"});
    for (const std::string_view one : words) {
        if (one == word) {
            return true;
        }
    }
    return false;
}

std::string shown(const Token& token) {
    switch (token.kind) {
        case TokenKind::End:
            return "the end";
        case TokenKind::String:
            return values::quote(token.text, '\'');
        case TokenKind::Temporal:
            return "@" + token.text;
        default:
            return "'" + token.text + "'";
    }
}

class Parser {
  public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Outcome<NodePtr> read() {
        NodePtr node = expression(0);
        if (node && peek().kind != TokenKind::End) {
            expected("an operator or the end");
        }
        if (failure_) {
            return std::unexpected(std::move(*failure_));
        }
        return node;
    }

  private:
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    Token& take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }

    NodePtr fail_at(FailureKind kind, Place place, std::string message) {
        if (!failure_) {
            failure_ = make_failure(kind, std::move(message), place);
        }
        return nullptr;
    }
    NodePtr expected(std::string_view what) {
        return fail_at(FailureKind::Syntax, peek().place,
                       fmt::format("found {}, expected {}", shown(peek()), what));
    }
    bool take_symbol(std::string_view symbol) {
        if (peek().is_symbol(symbol)) {
            ++at_;
            return true;
        }
        expected(fmt::format("'{}'", symbol));
        return false;
    }

    // Counts how deep the tree has become: long chains are deep as well.
    NodePtr grown(NodePtr node) {
        if (!node) {
            return nullptr;
        }
        std::uint32_t height = node->target ? node->target->height : 0;
        for (const NodePtr& argument : node->arguments) {
            height = std::max(height, argument->height);
        }
        node->height = height + 1;
        if (node->height <= height_max) {
            return node;
        }
        fail_at(FailureKind::Syntax, node->place,
                fmt::format("more than {} steps or operators in a row", height_max));
        failure_->error.code = ErrorCode::Limit;
        return nullptr;
    }

    static NodePtr make(Operation operation, Place place) {
        auto node = std::make_unique<Node>();
        node->operation = operation;
        node->place = place;
        return node;
    }

    NodePtr expression(int strength) {
        if (++depth_ > nesting_max) {
            fail_at(FailureKind::Syntax, peek().place,
                    fmt::format("nested deeper than {} levels", nesting_max));
            failure_->error.code = ErrorCode::Limit;
            return nullptr;
        }
        NodePtr left = unary();
        while (left) {
            const Infix* const infix = find_infix(peek());
            if (infix == nullptr || infix->strength <= strength) {
                break;
            }
            left = grown(infix_rest(std::move(left), *infix));
        }
        --depth_;
        return left;
    }

    NodePtr infix_rest(NodePtr left, const Infix& infix) {
        NodePtr node = make(infix.operation, take().place);
        node->arguments.push_back(std::move(left));
        if (infix.strength == strength_type) {
            const Place place = peek().place;
            std::vector<std::string> names;
            do {
                if (peek().kind != TokenKind::Identifier && peek().kind != TokenKind::Delimited) {
                    return expected("the name of a type");
                }
                names.push_back(take().text);
            } while (names.size() < 2 && peek().is_symbol(".") && ++at_ != 0);
            return set_types(*node, names, place) ? std::move(node) : nullptr;
        }
        NodePtr right = expression(infix.strength);
        if (!right) {
            return nullptr;
        }
        node->arguments.push_back(std::move(right));
        return node;
    }

    bool set_types(Node& node, std::span<const std::string> names, Place place) {
        auto types = find_type_name(names);
        if (!types) {
            fail_at(FailureKind::Type, place, std::move(types.error()));
            return false;
        }
        node.types = *types;
        return true;
    }

    NodePtr unary() {
        if (!peek().is_symbol("-") && !peek().is_symbol("+")) {
            return postfix();
        }
        NodePtr node = make(peek().text == "-" ? Operation::Minus : Operation::Plus, peek().place);
        ++at_;
        negated_ = node->operation == Operation::Minus ? at_ : 0;
        NodePtr operand = expression(strength_unary);
        if (!operand) {
            return nullptr;
        }
        node->arguments.push_back(std::move(operand));
        return node;
    }

    NodePtr postfix() {
        NodePtr node = term();
        while (node && (peek().is_symbol(".") || peek().is_symbol("["))) {
            const Token& symbol = take();
            node = grown(symbol.text == "." ? invocation(std::move(node))
                                            : indexer(std::move(node), symbol.place));
        }
        return node;
    }

    NodePtr indexer(NodePtr target, Place place) {
        NodePtr node = make(Operation::Indexer, place);
        NodePtr index = expression(0);
        if (!index || !take_symbol("]")) {
            return nullptr;
        }
        node->arguments.push_back(std::move(target));
        node->arguments.push_back(std::move(index));
        return node;
    }

    [[nodiscard]] bool at_name() const {
        return peek().kind == TokenKind::Delimited ||
               (peek().kind == TokenKind::Identifier && !is_reserved(peek().text));
    }

    // After a point, or with no target: a name, a function, or $this and its like.
    NodePtr invocation(NodePtr target) {
        if (peek().kind == TokenKind::Symbol && peek().text.starts_with('$')) {
            return special();  // after a point too, where what stands before is read for nothing
        }
        if (!at_name()) {
            return expected(target ? "a name after the '.'" : "an expression");
        }
        NodePtr node = make(Operation::Member, peek().place);
        node->name = take().text;
        node->target = std::move(target);
        if (peek().is_symbol("(")) {
            return call(std::move(node));
        }
        node->name_id = fhir::Model::r4().find_name(node->name);
        const bool capital = !node->name.empty() &&
                             std::isupper(static_cast<unsigned char>(node->name.front())) != 0;
        if (!node->target && capital) {
            node->capital = true;
            node->type_id = fhir::Model::r4().find_type(node->name);
        }
        return node;
    }

    NodePtr special() {
        const Token& token = take();
        NodePtr node = make(Operation::This, token.place);
        if (token.text == "$index") {
            node->operation = Operation::Index;
        } else if (token.text == "$total") {
            node->operation = Operation::Total;
        } else if (token.text != "$this") {
            return fail_at(
                FailureKind::Syntax, token.place,
                fmt::format("'{}' is unknown; there are $this, $index and $total", token.text));
        }
        return node;
    }

    NodePtr call(NodePtr node) {
        node->operation = Operation::Call;
        const bool makes = node->target && node->target->operation == Operation::Variable &&
                           node->target->name == "factory";
        node->function = makes ? find_factory_function(node->name) : find_function(node->name);
        if (node->function == nullptr) {
            const std::string_view near = nearest_function(node->name);
            return fail_at(
                FailureKind::Type, node->place,
                fmt::format("there is no function '{}'{}", node->name,
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
        }
        ++at_;
        const Place place = peek().place;
        if (!peek().is_symbol(")")) {
            do {
                NodePtr argument = expression(0);
                if (!argument) {
                    return nullptr;
                }
                take_direction(*node, argument);
                node->arguments.push_back(std::move(argument));
            } while (peek().is_symbol(",") && ++at_ != 0);
        }
        return take_symbol(")") ? checked(grown(std::move(node)), place) : nullptr;
    }

    // sort(name desc, -age)
    void take_direction(const Node& call, NodePtr& argument) {
        if (call.name != "sort") {
            return;
        }
        if (peek().is_word("asc") || peek().is_word("desc")) {
            argument->descending = take().text == "desc";
        } else if (argument->operation == Operation::Minus) {
            argument = std::move(argument->arguments[0]);
            argument->descending = true;
        }
    }

    NodePtr checked(NodePtr node, Place place) {
        if (!node) {
            return nullptr;
        }
        const Function& function = *node->function;
        const std::size_t count = node->arguments.size();
        if (count < function.arguments_min || count > function.arguments_max) {
            return fail_at(
                FailureKind::Type, node->place,
                fmt::format("{} takes {}, not {}", node->name, arguments_text(function), count));
        }
        if (!function.takes_type) {
            node->regex = literal_regex(*node);
            return node;
        }
        std::vector<std::string> names;
        if (node->arguments.empty()) {
            return node;
        }
        const Node& named = *node->arguments[0];
        if (named.operation == Operation::Member && named.target &&
            named.target->operation == Operation::Member && !named.target->target) {
            names = {named.target->name, named.name};
        } else if (named.operation == Operation::Member && !named.target) {
            names = {named.name};
        } else {
            return fail_at(FailureKind::Type, place,
                           fmt::format("{} takes the name of a type", node->name));
        }
        return set_types(*node, names, place) ? std::move(node) : nullptr;
    }

    NodePtr term() {
        const Token& token = peek();
        if (token.is_symbol("(")) {
            ++at_;
            NodePtr inner = expression(0);
            return inner && take_symbol(")") ? std::move(inner) : nullptr;
        }
        if (token.is_symbol("{")) {
            NodePtr node = make(Operation::Empty, take().place);
            return take_symbol("}") ? std::move(node) : nullptr;
        }
        if (token.is_symbol("%")) {
            return variable();
        }
        if (token.kind == TokenKind::String || token.kind == TokenKind::Number ||
            token.kind == TokenKind::Long || token.kind == TokenKind::Temporal ||
            token.is_word("true") || token.is_word("false")) {
            return literal();
        }
        return invocation(nullptr);
    }

    NodePtr variable() {
        NodePtr node = make(Operation::Variable, take().place);
        if (peek().kind != TokenKind::String && peek().kind != TokenKind::Identifier &&
            peek().kind != TokenKind::Delimited) {
            return expected("a name after the '%'");
        }
        node->name = take().text;
        return node;
    }

    NodePtr literal() {
        const bool negated = at_ != 0 && at_ == negated_;
        Token& token = take();
        NodePtr node = make(Operation::Literal, token.place);
        node->name = std::move(token.text);
        std::optional<std::string> wrong;
        if (token.kind == TokenKind::String) {
            node->literal = Item::of(std::string_view(node->name));
        } else if (token.kind == TokenKind::Identifier) {
            node->literal = Item::of(node->name == "true");
        } else if (token.kind == TokenKind::Number && at_unit()) {
            const Token& unit = take();
            const std::string number = std::move(node->name);
            node->name = unit.text;
            wrong = read_quantity(number, *node, unit.kind == TokenKind::Identifier);
        } else {
            wrong = read_literal(token.kind, *node, negated);
        }
        return wrong ? fail_at(FailureKind::Syntax, token.place, std::move(*wrong))
                     : std::move(node);
    }

    [[nodiscard]] bool at_unit() const {
        return peek().kind == TokenKind::String ||
               (peek().kind == TokenKind::Identifier && is_calendar_word(peek().text));
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t negated_ = 0;  ///< the token before which a minus stands
    std::size_t depth_ = 0;
    std::optional<Failure> failure_;
};

}  // namespace

Outcome<NodePtr> parse(std::string_view text) {
    if (text.size() > text_length_max) {
        Failure failure = make_failure(
            FailureKind::Syntax,
            fmt::format("the expression is longer than {} bytes", text_length_max), {});
        failure.error.code = ErrorCode::Limit;
        return std::unexpected(std::move(failure));
    }
    if (const auto broken = values::find_invalid_utf8(text)) {
        return std::unexpected(make_failure(
            FailureKind::Syntax,
            fmt::format("byte {} is not UTF-8; an expression is text", *broken + 1), {}));
    }
    auto tokens = tokenise(text);
    if (!tokens) {
        return std::unexpected(std::move(tokens.error()));
    }
    return Parser(std::move(*tokens)).read();
}

}  // namespace parcours::fhirpath
