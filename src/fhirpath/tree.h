#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fhir/model.h"
#include "fhirpath/item.h"
#include "fhirpath/lexer.h"
#include "values/regex.h"

namespace parcours::fhirpath {

struct Function;
struct Node;
using NodePtr = std::unique_ptr<Node>;

enum class Operation : std::uint8_t {
    Literal,
    Empty,     ///< {}
    This,      ///< $this
    Index,     ///< $index
    Total,     ///< $total
    Variable,  ///< %name
    Member,    ///< target.name, or name
    Call,      ///< target.name(arguments), or name(arguments)
    Indexer,   ///< arguments[0] [ arguments[1] ]
    Plus,      ///< + arguments[0]
    Minus,
    Is,  ///< arguments[0] is `types`
    As,
    Union,
    Multiply,
    Divide,
    Div,
    Mod,
    Add,
    Subtract,
    Concatenate,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    In,
    Contains,
    And,
    Or,
    Xor,
    Implies
};

/// The type that `is`, `as` and `ofType` name. Without a namespace it may be either.
struct TypeName {
    fhir::TypeId system = 0;
    fhir::TypeId fhir = 0;
};

/// A part of an expression. Immutable once compiled.
struct Node {
    Operation operation = Operation::Empty;
    bool capital = false;      ///< a Member that may name the type of its input
    bool descending = false;   ///< a key of `sort`
    std::uint32_t height = 1;  ///< levels of the tree below and with it
    fhir::NameId name_id = 0;  ///< of a Member
    fhir::TypeId type_id = 0;  ///< the type that a capital Member may be
    Place place;
    std::string name;  ///< of a Member, Call or Variable; the text of a literal
    Item literal;
    TypeName types;  ///< of Is, As and the functions is, as, ofType
    const Function* function = nullptr;
    std::shared_ptr<const values::Regex> regex;  ///< of a Call whose pattern is a literal
    NodePtr target;                              ///< of a Member or Call; none: the input itself
    std::vector<NodePtr> arguments;              ///< of a Call; operands
};

}  // namespace parcours::fhirpath
