#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cql/ast.h"

namespace parcours::cql {

/// `LOINC`, or `Common.LOINC` of an included library.
struct QualifiedName {
    std::string library;  ///< the name it was included by; empty for one's own
    std::string name;
};

/// One line of a library.
struct Declaration {
    enum class Kind : std::uint8_t {
        Using,
        Include,
        CodeSystem,
        ValueSet,
        Code,
        Concept,
        Parameter,
        Context,
        Define,
        Function
    };
    struct Operand {
        std::string name;
        std::unique_ptr<TypeSyntax> type;
    };

    Kind kind = Kind::Define;
    Place place;
    std::string name;  ///< of an include: what it is called here
    std::string id;    ///< url or code; of an include: the name of the library
    std::string version;
    std::string display;
    QualifiedName system;              ///< of a code: its code system
    std::vector<QualifiedName> codes;  ///< of a concept: codes; of a value set: code systems
    std::vector<Operand> operands;     ///< of a function
    std::unique_ptr<TypeSyntax>
        type;              ///< of a parameter; of a function: what it returns, if written
    SyntaxPtr expression;  ///< of a define or function; of a parameter: its default, may be null
    bool is_private = false;
    bool fluent = false;
    bool external = false;  ///< a function without a body
};

/// What a text holds: one expression, or a library.
struct Document {
    std::string text;  ///< what was read
    std::string name;  ///< of the library
    std::string version;
    std::vector<Declaration> declarations;
    SyntaxPtr expression;  ///< null in a library
};

}  // namespace parcours::cql
