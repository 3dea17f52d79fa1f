#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cql/data_source.h"
#include "cql/type.h"
#include "cql/value.h"
#include "values/temporal.h"

namespace parcours::cql {

struct Function;
struct Node;
struct Overload;
using NodePtr = std::unique_ptr<Node>;

/// Where in the text something stands, 1-based.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    bool operator==(const Place&) const = default;
};

/// What a node of the typed tree does. Fields a kind does not name are unused by it.
enum class NodeKind : std::uint8_t {
    Literal,          ///< `value`
    Parameter,        ///< `index`: place in the parameters handed in; `name`
    Variable,         ///< `index`: slot of an alias, `let`, `$this`, `$index`, `$total`; `name`
    Define,           ///< `index`: place in `Expression::defines`; `name`
    Patient,          ///< the patient as a row
    PatientProperty,  ///< `path`: Patient.birthDate, Patient.gender
    Property,         ///< `children[0]` is a row; `path`
    Member,           ///< `children[0]` is a tuple, interval, quantity, code, concept or a list of
                      ///< them; `name`
    Retrieve,         ///< `index`: place in `Expression::retrieves`
    RelatedRetrieve,  ///< the same of the patients that `children[0]` gives
    InValueSet,  ///< `children[0]`: String, Code, Concept or a list of them; `value_set`, `name`
    Not,
    And,
    Or,
    Xor,
    Implies,   ///< three-valued, lazy; `children`
    Exists,    ///< `children[0]` is a list: whether it holds anything but null
    If,        ///< `children`: condition, then, else
    Case,      ///< `children`: when, then, when, then, …, else; with `has_comparand` the first is
               ///< what each when is compared with
    Coalesce,  ///< `children`; the first that is not null
    Is,        ///< `children[0]` is of type `target`
    As,        ///< `children[0]` as `target`, null where it is another; `strict`: an error then
    Invoke,    ///< `index`: place in `Expression::functions`; `children` are its operands; `name`
    Call,      ///< `function` (named as in ELM: "Less", "AgeInYears") with `children`, and
               ///< `precision` where one was written ("before day of")
    List,      ///< `children` are the elements
    Interval,  ///< `children[0]`, `children[1]`; `low_closed`, `high_closed`
    Tuple,     ///< `names` and `children`
    Query      ///< `query`
};

/// `from S alias, … let … with/without … where … return … sort …`
struct Query {
    struct Source {
        std::uint32_t slot = 0;
        NodePtr expression;
        bool is_list = true;  ///< else a single value, taken as a list of one
    };
    struct Let {
        std::uint32_t slot = 0;
        NodePtr expression;
    };
    struct Relationship {
        bool without = false;
        Source source;
        NodePtr condition;
    };
    struct SortItem {
        NodePtr expression;  ///< reads the element as variable `Query::this_slot`; null: the
                             ///< element itself
        bool descending = false;
    };
    struct Aggregate {
        std::uint32_t slot = 0;  ///< of the running total
        NodePtr start;           ///< null: starts as null
        NodePtr expression;
        bool distinct = false;
    };

    std::vector<Source> sources;
    std::vector<Let> lets;
    std::vector<Relationship> relationships;
    NodePtr where;  ///< may be null
    NodePtr
        returns;  ///< may be null: the element, or a tuple of them where there are several sources
    bool distinct = false;  ///< drop doubles of what is returned
    std::unique_ptr<Aggregate> aggregate;
    std::vector<SortItem> sort;
    std::uint32_t this_slot = 0;
};

/// A node of the typed tree: small, so that a planner recognises shapes such as And(Exists(Query(
/// Retrieve, where)), Call(Less, Call(AgeInYears), Literal)) by looking at `kind`.
struct Node {
    NodeKind kind = NodeKind::Literal;
    Type type;
    Place place;
    std::vector<NodePtr> children;
    Value value;
    std::string name;
    std::uint32_t index = 0;
    const Function* function = nullptr;
    const Overload* overload = nullptr;  ///< of `function`: the signature that was meant
    std::optional<Precision> precision;
    model::PropertyPath path;
    ValueSetId value_set{};
    Type target;
    bool strict = false;
    bool has_comparand = false;
    bool low_closed = true;
    bool high_closed = true;
    std::vector<std::string> names;
    std::unique_ptr<Query> query;
    std::string written;  ///< a condition's own words, where `CompileContext::keep_words`
};

/// The name of a kind, for messages and tests.
[[nodiscard]] std::string_view node_kind_name(NodeKind kind);
/// The tree as one line of nested calls, for tests and `--explain`.
[[nodiscard]] std::string to_text(const Node& node);

}  // namespace parcours::cql
