#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cql/document.h"
#include "cql/type.h"
#include "cql/value.h"

namespace parcours::cql {

/// A name that a query, a `let`, an aggregate or a function's operand brings into scope.
struct ScopedVariable {
    std::string name;
    std::uint32_t slot = 0;
    Type type;
};

/// A `define` of a library.
struct DefinedExpression {
    const Declaration* line = nullptr;
    bool unfiltered = false;             ///< stands in context Unfiltered
    std::optional<std::uint32_t> index;  ///< in `Expression::defines`, once analysed
    bool being_analysed = false;
};

/// A `define function` of a library.
struct DefinedFunction {
    const Declaration* line = nullptr;
    std::vector<Type> parameters;
    bool typed = false;                  ///< whether `parameters` are known
    std::optional<std::uint32_t> index;  ///< in `Expression::functions`, once analysed
    bool being_analysed = false;
};

/// What a library declares, by name.
struct LibraryScope {
    template <class T>
    using Names = std::map<std::string, T, std::less<>>;

    std::string name;  ///< empty for the text itself
    std::string file;  ///< for errors; likewise
    Document document;
    Names<DefinedExpression> defines;
    Names<std::vector<DefinedFunction>> functions;
    Names<const Declaration*> parameters;
    Names<const Declaration*> code_systems;
    Names<const Declaration*> value_sets;
    Names<const Declaration*> code_lines;  ///< codes and concepts
    Names<Value> codes;                    ///< the same, once read
    Names<LibraryScope*> includes;         ///< by what they are called here
};

/// A function and the library that defines it.
struct FunctionCandidate {
    LibraryScope* scope = nullptr;
    DefinedFunction* function = nullptr;
};

}  // namespace parcours::cql
