#include "cql/tree.h"

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "cql/functions/function.h"

namespace parcours::cql {

std::string_view node_kind_name(NodeKind kind) {
    static constexpr auto names = std::to_array<std::string_view>({"Literal",    "Parameter",
                                                                   "Variable",   "Define",
                                                                   "Patient",    "PatientProperty",
                                                                   "Property",   "Member",
                                                                   "Retrieve",   "RelatedRetrieve",
                                                                   "InValueSet", "Not",
                                                                   "And",        "Or",
                                                                   "Xor",        "Implies",
                                                                   "Exists",     "If",
                                                                   "Case",       "Coalesce",
                                                                   "Is",         "As",
                                                                   "Invoke",     "Call",
                                                                   "List",       "Interval",
                                                                   "Tuple",      "Query"});
    return names[static_cast<std::size_t>(kind)];
}

namespace {

std::string head(const Node& node) {
    switch (node.kind) {
        case NodeKind::Literal:
            return node.value.to_text();
        case NodeKind::Parameter:
        case NodeKind::Variable:
        case NodeKind::Define:
        case NodeKind::Invoke:
            return node.name;
        case NodeKind::PatientProperty:
            return "Patient." + node.path.to_text();
        case NodeKind::Retrieve:
        case NodeKind::RelatedRetrieve:
            return fmt::format("[{}]", node.index);
        case NodeKind::Call:
            return std::string(node.function->name) +
                   (node.precision ? fmt::format("/{}", precision_name(*node.precision)) : "");
        case NodeKind::Property:
            return "." + node.path.to_text();
        case NodeKind::Member:
            return "." + node.name;
        case NodeKind::InValueSet:
            return fmt::format("InValueSet \"{}\"", node.name);
        case NodeKind::Is:
        case NodeKind::As:
            return fmt::format("{} {}", node_kind_name(node.kind), node.target.to_text());
        default:
            return std::string(node_kind_name(node.kind));
    }
}

std::string query_text(const Query& query) {
    std::string out = "Query(";
    for (const Query::Source& source : query.sources) {
        out += to_text(*source.expression) + ", ";
    }
    for (const Query::Let& let : query.lets) {
        out += "let " + to_text(*let.expression) + ", ";
    }
    for (const Query::Relationship& relationship : query.relationships) {
        out +=
            fmt::format("{} {} such that {}, ", relationship.without ? "without" : "with",
                        to_text(*relationship.source.expression), to_text(*relationship.condition));
    }
    if (query.where) {
        out += "where " + to_text(*query.where) + ", ";
    }
    if (query.returns) {
        out += "return " + to_text(*query.returns) + ", ";
    }
    out.resize(out.size() - 2);
    return out + ")";
}

}  // namespace

std::string to_text(const Node& node) {
    if (node.kind == NodeKind::Query) {
        return query_text(*node.query);
    }
    std::string out = head(node);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        out += (i == 0 ? "(" : ", ") + to_text(*node.children[i]);
    }
    return node.children.empty() ? out : out + ")";
}

}  // namespace parcours::cql
