// The canonical text of a syntax tree.

#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "cql/ast.h"
#include "cql/lexer.h"
#include "cql/parser.h"
#include "values/temporal.h"
#include "values/text.h"

namespace parcours::cql {
namespace {

std::string show(const Syntax& node);

bool is_plain_word(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
        return false;
    }
    for (const char c : name) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!fits) {
            return false;
        }
    }
    return true;
}

std::string name_text(std::string_view name) {
    const bool plain = is_plain_word(name) && !is_reserved(name);
    return plain ? std::string(name) : values::quote(name, '"');
}

std::string type_text(const TypeSyntax& type) {
    std::string out = name_text(type.name);
    if (!type.names.empty()) {
        out += " { ";
        for (std::size_t i = 0; i < type.names.size(); ++i) {
            out += fmt::format("{}{} {}", i == 0 ? "" : ", ", name_text(type.names[i]),
                               type_text(type.arguments[i]));
        }
        return out + " }";
    }
    for (std::size_t i = 0; i < type.arguments.size(); ++i) {
        out += (i == 0 ? "<" : ", ") + type_text(type.arguments[i]);
    }
    return type.arguments.empty() ? out : out + ">";
}

bool stands_alone(const Syntax& node) {
    switch (node.kind) {
        case SyntaxKind::Null:
        case SyntaxKind::Boolean:
        case SyntaxKind::Integer:
        case SyntaxKind::Long:
        case SyntaxKind::Decimal:
        case SyntaxKind::String:
        case SyntaxKind::Temporal:
        case SyntaxKind::Quantity:
        case SyntaxKind::Identifier:
        case SyntaxKind::Member:
        case SyntaxKind::Index:
        case SyntaxKind::Invoke:
        case SyntaxKind::List:
        case SyntaxKind::Interval:
        case SyntaxKind::Tuple:
        case SyntaxKind::Retrieve:
            return true;
        default:
            return false;
    }
}

// An operand: in parentheses unless nothing beside it could be taken for a part of it.
std::string operand(const Syntax& node) {
    return stands_alone(node) ? show(node) : "(" + show(node) + ")";
}

// A part of a clause: a query in it must not swallow the clauses that follow.
std::string clause(const Syntax& node) {
    return node.kind == SyntaxKind::Query ? operand(node) : show(node);
}

std::string member_name(std::string_view name) {
    return is_plain_word(name) ? std::string(name) : values::quote(name, '"');
}

std::string number_text(const Syntax& node) {
    if (node.kind != SyntaxKind::Quantity) {
        return node.kind == SyntaxKind::Long ? node.text + "L" : node.text;
    }
    return node.text + " " + (node.quoted ? node.unit : values::quote(node.unit, '\''));
}

std::string list_text(const Syntax& node, std::size_t first = 0) {
    std::string out;
    for (std::size_t i = first; i < node.children.size(); ++i) {
        out += (i == first ? "" : ", ") + clause(*node.children[i]);
    }
    return out;
}

std::string timing_text(const TimingSyntax& timing) {
    using Relation = TimingSyntax::Relation;
    using Boundary = TimingSyntax::Boundary;
    using Offset = TimingSyntax::Offset;
    std::string out;
    const auto word = [&out](std::string_view text) {
        out += (out.empty() ? "" : " ") + std::string(text);
    };
    const auto amount = [&] {
        word(timing.amount);
        word(values::find_precision(timing.unit) ? timing.unit : values::quote(timing.unit, '\''));
    };
    if (timing.left != Boundary::None) {
        word(timing.left == Boundary::Start ? "starts"
             : timing.left == Boundary::End ? "ends"
                                            : "occurs");
    }
    if (timing.properly) {
        word("properly");
    }
    if (timing.offset == Offset::LessThan || timing.offset == Offset::MoreThan) {
        word(timing.offset == Offset::LessThan ? "less than" : "more than");
    }
    if (timing.offset != Offset::None) {
        amount();
    }
    if (timing.offset == Offset::OrLess || timing.offset == Offset::OrMore) {
        word(timing.offset == Offset::OrLess ? "or less" : "or more");
    }
    if (timing.or_on) {
        word("on or");
    }
    static constexpr std::string_view names[] = {
        "same",   "includes",     "included in", "before",   "after",           "within",
        "meets",  "meets before", "meets after", "overlaps", "overlaps before", "overlaps after",
        "starts", "ends"};
    word(timing.during ? "during" : names[static_cast<std::size_t>(timing.relation)]);
    if (timing.relation == Relation::Within) {
        amount();
        word("of");
    } else if (timing.relation == Relation::Same) {
        if (timing.precision) {
            word(precision_name(*timing.precision));
        }
        static constexpr std::string_view ways[] = {"as", "or before", "or after"};
        word(ways[static_cast<std::size_t>(timing.same)]);
    } else if (timing.precision) {
        word(precision_name(*timing.precision));
        word("of");
    }
    if (timing.right != Boundary::None) {
        word(timing.right == Boundary::Start ? "start" : "end");
    }
    return out;
}

std::string source_text(const QuerySyntax::Source& source) {
    const SyntaxKind kind = source.expression->kind;
    const bool bare = kind == SyntaxKind::Retrieve || kind == SyntaxKind::Identifier;
    const std::string shown = show(*source.expression);
    return fmt::format("{} {}", bare ? shown : "(" + shown + ")", name_text(source.alias));
}

std::string sort_text(const QuerySyntax& query) {
    std::string out = " sort";
    if (query.sort.size() == 1 && !query.sort[0].expression) {
        return out + (query.sort[0].descending ? " desc" : " asc");
    }
    for (std::size_t i = 0; i < query.sort.size(); ++i) {
        out += fmt::format("{}{} {}", i == 0 ? " by " : ", ", operand(*query.sort[i].expression),
                           query.sort[i].descending ? "desc" : "asc");
    }
    return out;
}

std::string query_text(const QuerySyntax& query) {
    std::string out = "from ";
    for (std::size_t i = 0; i < query.sources.size(); ++i) {
        out += (i == 0 ? "" : ", ") + source_text(query.sources[i]);
    }
    if (query.sources.size() == 1) {
        out.erase(0, 5);
    }
    for (std::size_t i = 0; i < query.lets.size(); ++i) {
        out += fmt::format("{}{}: {}", i == 0 ? " let " : ", ", name_text(query.lets[i].alias),
                           clause(*query.lets[i].expression));
    }
    for (const auto& relationship : query.relationships) {
        out += fmt::format(" {} {} such that {}", relationship.without ? "without" : "with",
                           source_text(relationship.source), clause(*relationship.condition));
    }
    if (query.where) {
        out += " where " + clause(*query.where);
    }
    if (query.returns) {
        static constexpr std::string_view kinds[] = {"", "all ", "distinct "};
        out += fmt::format(" return {}{}", kinds[static_cast<std::size_t>(query.return_kind)],
                           query.returns->kind == SyntaxKind::Unary ? operand(*query.returns)
                                                                    : clause(*query.returns));
    }
    if (query.aggregate) {
        out += fmt::format(
            " aggregate {}{}{}: {}", query.aggregate->distinct ? "distinct " : "",
            name_text(query.aggregate->name),
            query.aggregate->start ? " starting " + operand(*query.aggregate->start) : "",
            clause(*query.aggregate->expression));
    }
    return query.sort.empty() ? out : out + sort_text(query);
}

std::string case_text(const Syntax& node) {
    std::string out = "case";
    std::size_t i = 0;
    if (node.has_comparand) {
        out += " " + clause(*node.children[i++]);
    }
    for (; i + 1 < node.children.size(); i += 2) {
        out += fmt::format(" when {} then {}", clause(*node.children[i]),
                           clause(*node.children[i + 1]));
    }
    return fmt::format("{} else {} end", out, clause(*node.children.back()));
}

std::string code_text(const Syntax& node) {
    return fmt::format("Code {} from {}{}{}", values::quote(node.text, '\''),
                       node.comparator.empty() ? "" : values::quote(node.comparator, '"') + ".",
                       values::quote(node.unit, '"'),
                       node.names.empty() ? "" : " display " + values::quote(node.names[0], '\''));
}

std::string tuple_text(const Syntax& node) {
    std::string out = node.type ? type_text(*node.type) : "Tuple";
    if (node.names.empty()) {
        return out + " { : }";
    }
    for (std::size_t i = 0; i < node.names.size(); ++i) {
        out += fmt::format("{}{}: {}", i == 0 ? " { " : ", ", member_name(node.names[i]),
                           clause(*node.children[i]));
    }
    return out + " }";
}

std::string invoke_text(const Syntax& node) {
    if (node.receiver) {
        return fmt::format("{}.{}({})", operand(*node.children[0]), member_name(node.text),
                           list_text(node, 1));
    }
    return fmt::format("{}({})", name_text(node.text), list_text(node));
}

std::string retrieve_text(const Syntax& node) {
    const std::size_t context = node.receiver ? 1 : 0;
    const std::string head =
        (node.receiver ? show(*node.children[0]) + " -> " : "") + name_text(node.text);
    if (node.children.size() == context) {
        return fmt::format("[{}]", head);
    }
    const std::string path =
        node.unit.empty() ? "" : fmt::format("{} {} ", member_name(node.unit), node.comparator);
    return fmt::format("[{}: {}{}]", head, path, operand(*node.children[context]));
}

// What has two operands or a phrase around one.
std::string operation_text(const Syntax& node) {
    const auto child = [&node](std::size_t i) { return operand(*node.children[i]); };
    switch (node.kind) {
        case SyntaxKind::Unary:
            return node.text == "-" || node.text == "+" ? node.text + child(0)
                                                        : node.text + " " + child(0);
        case SyntaxKind::Binary:
            return fmt::format(
                "{} {} {}{}", child(0), node.text,
                node.precision ? fmt::format("{} of ", precision_name(*node.precision)) : "",
                child(1));
        case SyntaxKind::IsTest:
            return fmt::format("{} is {}{}", child(0), node.negated ? "not " : "", node.text);
        case SyntaxKind::IsType:
            return fmt::format("{} is {}", child(0), type_text(*node.type));
        case SyntaxKind::AsType:
            return fmt::format("{} as {}", child(0), type_text(*node.type));
        case SyntaxKind::Cast:
            return fmt::format("cast {} as {}", child(0), type_text(*node.type));
        case SyntaxKind::Convert:
            return fmt::format("convert {} to {}", child(0),
                               node.type ? type_text(*node.type) : values::quote(node.unit, '\''));
        case SyntaxKind::Between:
            return fmt::format("{} {}between {} and {}", child(0), node.negated ? "properly " : "",
                               child(1), child(2));
        case SyntaxKind::Elapsed:
            return node.children.size() == 1
                       ? fmt::format("{} in {}s of {}", node.text, precision_name(*node.precision),
                                     child(0))
                       : fmt::format("{} in {}s between {} and {}", node.text,
                                     precision_name(*node.precision), child(0), child(1));
        case SyntaxKind::Timing:
            return fmt::format("{} {} {}", child(0), timing_text(*node.timing), child(1));
        case SyntaxKind::ExpandLike: {
            const std::string head = fmt::format("{} {}", node.text, child(0));
            if (node.precision) {
                return fmt::format("{} per {}", head, precision_name(*node.precision));
            }
            return node.children.size() > 1 ? fmt::format("{} per {}", head, child(1)) : head;
        }
        default:
            return {};
    }
}

std::string show(const Syntax& node) {
    switch (node.kind) {
        case SyntaxKind::Null:
            return "null";
        case SyntaxKind::Boolean:
            return node.text;
        case SyntaxKind::Integer:
        case SyntaxKind::Long:
        case SyntaxKind::Decimal:
        case SyntaxKind::Quantity:
            return number_text(node);
        case SyntaxKind::Ratio:
            return number_text(*node.children[0]) + " : " + number_text(*node.children[1]);
        case SyntaxKind::String:
            return values::quote(node.text, '\'');
        case SyntaxKind::Temporal:
            return "@" + node.text;
        case SyntaxKind::Identifier:
            // `$this` is no name: quoted it would be one.
            return node.quoted                  ? values::quote(node.text, '"')
                   : node.text.starts_with('$') ? node.text
                                                : name_text(node.text);
        case SyntaxKind::Member:
            return operand(*node.children[0]) + "." + member_name(node.text);
        case SyntaxKind::Index:
            return fmt::format("{}[{}]", operand(*node.children[0]), show(*node.children[1]));
        case SyntaxKind::Invoke:
            return invoke_text(node);
        case SyntaxKind::If:
            return fmt::format("if {} then {} else {}", show(*node.children[0]),
                               show(*node.children[1]), operand(*node.children[2]));
        case SyntaxKind::Case:
            return case_text(node);
        case SyntaxKind::List:
            return fmt::format("{}{{{}}}", node.type ? type_text(*node.type) : "", list_text(node));
        case SyntaxKind::Interval:
            return fmt::format("Interval{}{}{}", node.low_closed ? "[" : "(", list_text(node),
                               node.high_closed ? "]" : ")");
        case SyntaxKind::Tuple:
            return tuple_text(node);
        case SyntaxKind::CodeSelector:
            return code_text(node);
        case SyntaxKind::ConceptSelector:
            return fmt::format(
                "Concept {{ {} }}{}", list_text(node),
                node.names.empty() ? "" : " display " + values::quote(node.names[0], '\''));
        case SyntaxKind::Retrieve:
            return retrieve_text(node);
        case SyntaxKind::TypeExtent:
            return node.text + " " + type_text(*node.type);
        case SyntaxKind::Query:
            return query_text(*node.query);
        default:
            return operation_text(node);
    }
}

}  // namespace

std::string print(const Syntax& expression) {
    return show(expression);
}

std::string print(const TypeSyntax& type) {
    return type_text(type);
}

}  // namespace parcours::cql
