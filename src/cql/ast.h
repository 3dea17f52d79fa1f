#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cql/syntax_kind.h"  // IWYU pragma: export
#include "cql/tree.h"
#include "values/temporal.h"

namespace parcours::cql {

struct Syntax;
using SyntaxPtr = std::unique_ptr<Syntax>;

struct QuerySyntax {
    struct Source {
        SyntaxPtr expression;
        std::string alias;
        Place place;
    };
    struct Relationship {
        bool without = false;
        Source source;
        SyntaxPtr condition;
    };
    struct SortItem {
        SyntaxPtr expression;  ///< null: the element itself
        bool descending = false;
    };
    struct Aggregate {
        std::string name;
        bool distinct = false;
        SyntaxPtr start;  ///< may be null
        SyntaxPtr expression;
    };
    enum class Return : std::uint8_t { Plain, All, Distinct };

    std::vector<Source> sources;
    std::vector<Source> lets;
    std::vector<Relationship> relationships;
    SyntaxPtr where;
    SyntaxPtr returns;
    Return return_kind = Return::Plain;
    std::unique_ptr<Aggregate> aggregate;
    std::vector<SortItem> sort;
};

struct Syntax {
    SyntaxKind kind = SyntaxKind::Null;
    Place place;
    std::size_t begin = 0;  ///< of an operand and what it is part of: its bytes in the text
    std::size_t end = 0;    ///< 0: not noted
    std::string text;
    std::string unit;
    std::string comparator;
    std::vector<SyntaxPtr> children;
    std::vector<std::string> names;
    std::optional<Precision> precision;
    std::unique_ptr<TypeSyntax> type;
    std::unique_ptr<TimingSyntax> timing;
    std::unique_ptr<QuerySyntax> query;
    bool quoted = false;
    bool receiver = false;  ///< of a call: the first child; of a retrieve: whose record it is
    bool negated = false;
    bool has_comparand = false;
    bool low_closed = true;
    bool high_closed = true;
};

}  // namespace parcours::cql
