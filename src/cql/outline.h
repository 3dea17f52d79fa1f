#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/type.h"

namespace parcours::cql {

/// What a library declares, as it is written: nothing of it is compiled.
struct LibraryOutline {
    struct Parameter {
        std::string name;
        std::optional<Type> type;  ///< nothing where only a default says it
        bool has_default = false;
    };
    struct Define {
        std::string name;
        bool is_private = false;
    };
    struct Include {
        std::string library;
        std::string version;
    };

    std::string name;  ///< empty where the text does not begin with: library NAME
    std::string version;
    std::vector<Parameter> parameters;
    std::vector<Define> defines;         ///< in their order, without functions
    std::vector<std::string> functions;  ///< their names
    std::vector<Include> includes;

    [[nodiscard]] const Define* find_define(std::string_view define) const;
};

/// Errors: as of `compile`, where the text does not parse or a parameter's type is unknown.
Result<LibraryOutline> read_outline(std::string_view text);

}  // namespace parcours::cql
