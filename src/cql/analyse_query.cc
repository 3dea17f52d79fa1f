// Retrieves and queries.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/model/model.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "fhir/resource_type.h"

namespace parcours::cql {

using Kind = Type::Kind;

namespace {

/// Whether values of the type hold codes with their systems.
bool is_coded(const Type& type) {
    if (type.is(Kind::List) || type.is(Kind::Choice)) {
        return std::ranges::any_of(type.arguments, is_coded);
    }
    return type.is(Kind::Concept) || type.is(Kind::Code);
}

/// Whether values of the type may tell a patient.
bool may_be_person(const Type& type) {
    switch (type.kind) {
        case Kind::List:
        case Kind::Choice:
            return std::ranges::any_of(type.arguments, may_be_person);
        case Kind::Resource:
            return type.resource == model::type_id(fhir::ResourceType::Patient) ||
                   type.resource == model::type_id(fhir::ResourceType::RelatedPerson);
        case Kind::Element:
            return type.names.empty() || type.names[0] == "Reference";
        default:
            return type.is(Kind::Any) || type.is(Kind::String);
    }
}

std::string no_codes(std::string_view type, std::string_view property) {
    return fmt::format(
        "{}.{} is no code of a terminology, so no value set holds it; write: [{}] X where X.{} = "
        "'…'",
        type, property, type, property);
}

}  // namespace

Analysed Analyser::retrieve(const Syntax& syntax) {
    const model::ModelType* type = model::find_type(syntax.text);
    if (type == nullptr) {
        const std::string_view nearest = model::nearest_type(syntax.text);
        return error(syntax.place,
                     fmt::format("there is no type '{}' to retrieve{}", syntax.text,
                                 nearest.empty()
                                     ? std::string("; write a FHIR R4 type such as Condition, or "
                                                   "Contact, Position, Enrolment, Answer, Message")
                                     : fmt::format("; did you mean '{}'?", nearest)));
    }
    if (unfiltered_ && !model::is_fhir(type->id)) {
        return error(syntax.place,
                     fmt::format("{} is known per patient; context Unfiltered may hold records of "
                                 "FHIR",
                                 type->name));
    }
    Retrieve what;
    what.type = type->id;
    what.related = syntax.receiver;
    what.everybody = unfiltered_ && !what.related;
    NodePtr context;
    if (what.related) {
        auto found = retrieve_context(*syntax.children[0], *type);
        if (!found) {
            return found;
        }
        context = std::move(*found);
    }
    NodePtr codes;  // known only when the expression is evaluated
    if (syntax.children.size() > (what.related ? 1 : 0)) {
        if (auto filter = retrieve_filter(syntax, what, codes); !filter) {
            return pass_on(filter);
        }
    }
    auto node = make(what.related ? NodeKind::RelatedRetrieve : NodeKind::Retrieve, syntax.place,
                     Type::list(Type::of_resource(type->id)));
    if (!node) {
        return node;
    }
    if (context) {
        (*node)->children.push_back(std::move(context));
    }
    what.number = static_cast<std::uint32_t>(out_.retrieves.size());
    (*node)->index = what.number;
    out_.retrieves.push_back(what);
    return codes ? filtered_by_codes(std::move(*node), std::move(codes), what) : std::move(node);
}

// Whose record: a patient, a relative, a reference to one, or an id.
Analysed Analyser::retrieve_context(const Syntax& syntax, const model::ModelType& type) {
    if (!model::is_fhir(type.id)) {
        return error(syntax.place,
                     fmt::format("{} is known of the patient who is asked about; a related context "
                                 "may hold records of FHIR",
                                 type.name));
    }
    auto who = analyse(syntax);
    if (who && !may_be_person((*who)->type)) {
        return error(syntax.place,
                     fmt::format("before '->' stands whose record is meant: a Patient, a "
                                 "RelatedPerson, a Reference to one or an id, not {}",
                                 (*who)->type.to_text()));
    }
    return who;
}

// `[Condition: codes]` is `[Condition] X where CodesMeet(X.code, codes)`.
Analysed Analyser::filtered_by_codes(NodePtr retrieve, NodePtr codes, const Retrieve& what) {
    const Place place = retrieve->place;
    auto node = make(NodeKind::Query, place, retrieve->type);
    const Variable each{"$each", new_slot(), retrieve->type.arguments[0]};
    auto element = variable(each, place);
    if (!node || !element) {
        return node ? std::move(element) : std::move(node);
    }
    auto coded = property(std::move(*element), what.code_path.steps.front(), place);
    if (!coded) {
        return coded;
    }
    std::vector<NodePtr> arguments;
    arguments.push_back(std::move(*coded));
    arguments.push_back(std::move(codes));
    auto meets = call("CodesMeet", std::move(arguments), place);
    if (!meets) {
        return meets;
    }
    (*node)->query = std::make_unique<Query>();
    (*node)->query->sources.push_back({each.slot, std::move(retrieve), true});
    (*node)->query->where = std::move(*meets);
    return node;
}

Result<> Analyser::retrieve_filter(const Syntax& syntax, Retrieve& out, NodePtr& codes) {
    const model::ModelType& type = model::get_type(out.type);
    std::string path = syntax.unit;
    if (path.empty() ||
        (path == "code" && !type.primary_code.empty() && type.find("code") == nullptr)) {
        path = type.primary_code;  // `code` may stand for vaccineCode, medication …
    }
    if (path.empty()) {
        return error(
            syntax.place,
            model::is_fhir(type.id)
                ? fmt::format(
                      "{} has no code of its own to filter by; name a property: [{}: status in …]",
                      type.name, type.name)
                : no_codes(type.name, type.find("campaign") == nullptr ? "concern" : "campaign"));
    }
    auto found = model::find_path(out.type, {path});
    if (!found) {
        return error(syntax.place,
                     fmt::format("{} has no property '{}'{}", type.name, path,
                                 suggest(path, model::member_names(Type::of_resource(out.type)))));
    }
    if (!model::is_fhir(type.id) && !is_coded(found->type)) {
        return error(syntax.place, no_codes(type.name, path));
    }
    out.code_path = std::move(*found);
    auto terminology = analyse(*syntax.children.back());
    if (!terminology) {
        return pass_on(terminology);
    }
    const Type& type_of_codes = (*terminology)->type;
    const bool constant = (*terminology)->kind == NodeKind::Literal ||
                          (*terminology)->kind == NodeKind::List || !is_coded(type_of_codes);
    if (!constant && is_coded(out.code_path.type)) {
        codes = std::move(*terminology);
        return {};
    }
    return terminology_of(**terminology, syntax.comparator, out);
}

// A value set, a code, a concept, or a list of codes: known when compiled.
Result<> Analyser::terminology_of(const Node& node, std::string_view comparator,
                                  Retrieve& out) const {
    if (node.kind == NodeKind::Literal && node.type.is(Kind::ValueSet)) {
        if (comparator == "~" || comparator == "=") {
            return error(node.place, fmt::format("\"{}\" is a value set; write: in \"{}\"",
                                                 node.name, node.name));
        }
        out.value_sets.push_back(node.value_set);
        out.value_set_names.push_back(node.name);
        return {};
    }
    if (node.kind == NodeKind::Literal && node.value.kind() == Value::Kind::Code) {
        out.codes.push_back(node.value.code());
        return {};
    }
    if (node.kind == NodeKind::Literal && node.value.kind() == Value::Kind::Concept) {
        const auto& codes = node.value.concept_value().codes;
        out.codes.insert(out.codes.end(), codes.begin(), codes.end());
        return {};
    }
    if (node.kind == NodeKind::List && !node.children.empty()) {
        for (const NodePtr& child : node.children) {
            if (auto part = terminology_of(*child, comparator, out); !part) {
                return part;
            }
        }
        return {};
    }
    return error(
        node.place,
        fmt::format(
            "a retrieve is filtered by a \"value set\", a code or a list of codes, not by {}; "
            "compare other things after 'where'",
            node.type.is(Kind::String) ? "a text" : node.type.to_text()));
}

Result<Query::Source> Analyser::source(const QuerySyntax::Source& syntax) {
    auto node = analyse(*syntax.expression);
    if (!node) {
        return pass_on(node);
    }
    if ((*node)->type.is(Kind::ValueSet)) {
        return error(
            (*node)->place,
            fmt::format(
                "the value set \"{}\" is not a list of records; write: [Condition: \"{}\"] {}",
                (*node)->name, (*node)->name, syntax.alias));
    }
    Query::Source out;
    out.slot = new_slot();
    out.is_list = (*node)->type.is(Kind::List);
    const Type element = out.is_list ? Type((*node)->type.arguments[0]) : (*node)->type;
    scope_.push_back({syntax.alias, out.slot, element});
    out.expression = std::move(*node);
    return out;
}

Analysed Analyser::query(const Syntax& syntax) {
    const QuerySyntax& written = *syntax.query;
    const std::size_t scope_size = scope_.size();
    auto node = make(NodeKind::Query, syntax.place);
    if (!node) {
        return node;
    }
    (*node)->query = std::make_unique<Query>();
    Query& out = *(*node)->query;
    bool any_list = false;
    for (const QuerySyntax::Source& each : written.sources) {
        auto found = source(each);
        if (!found) {
            return pass_on(found);
        }
        any_list = any_list || found->is_list || found->expression->type.is(Kind::Any);
        out.sources.push_back(std::move(*found));
    }
    const std::vector<Variable> sources(scope_.begin() + static_cast<std::ptrdiff_t>(scope_size),
                                        scope_.end());
    if (auto clauses = query_clauses(written, out); !clauses) {
        return pass_on(clauses);
    }
    auto element = query_result(written, out, sources);
    if (!element) {
        return pass_on(element);
    }
    if (out.aggregate) {
        (*node)->type = std::move(*element);
    } else {
        (*node)->type = any_list ? Type::list(*element) : *element;
        if (auto sorted = sort(written, out, *element); !sorted) {
            return pass_on(sorted);
        }
    }
    scope_.resize(scope_size);
    return node;
}

Result<> Analyser::query_clauses(const QuerySyntax& syntax, Query& out) {
    for (const QuerySyntax::Source& let : syntax.lets) {
        auto value = analyse(*let.expression);
        if (!value) {
            return pass_on(value);
        }
        const std::uint32_t slot = new_slot();
        scope_.push_back({let.alias, slot, (*value)->type});
        out.lets.push_back({slot, std::move(*value)});
    }
    for (const QuerySyntax::Relationship& each : syntax.relationships) {
        auto related = source(each.source);
        if (!related) {
            return pass_on(related);
        }
        auto condition = analyse(*each.condition);
        if (!condition) {
            return pass_on(condition);
        }
        if (auto boolean = require_boolean(**condition, "'such that'"); !boolean) {
            return boolean;
        }
        scope_.pop_back();
        out.relationships.push_back({each.without, std::move(*related), std::move(*condition)});
    }
    if (syntax.where) {
        auto condition = analyse(*syntax.where);
        if (!condition) {
            return pass_on(condition);
        }
        if (auto boolean = require_boolean(**condition, "'where'"); !boolean) {
            return boolean;
        }
        out.where = std::move(*condition);
    }
    return {};
}

Result<Type> Analyser::query_result(const QuerySyntax& syntax, Query& out,
                                    const std::vector<Variable>& sources) {
    if (syntax.aggregate) {
        Type result;
        if (auto done = aggregate(syntax, out, result); !done) {
            return pass_on(done);
        }
        return result;
    }
    if (syntax.returns) {
        auto value = analyse(*syntax.returns);
        if (!value) {
            return pass_on(value);
        }
        out.distinct = syntax.return_kind != QuerySyntax::Return::All;
        Type type = (*value)->type;
        out.returns = std::move(*value);
        return type;
    }
    if (sources.size() == 1) {
        return sources[0].type;
    }
    auto node = make(NodeKind::Tuple, {}, Kind::Tuple);
    if (!node) {
        return pass_on(node);
    }
    for (const Variable& each : sources) {
        auto element = variable(each, {});
        if (!element) {
            return pass_on(element);
        }
        (*node)->names.push_back(each.name);
        (*node)->type.names.push_back(each.name);
        (*node)->type.arguments.push_back(each.type);
        (*node)->children.push_back(std::move(*element));
    }
    Type type = (*node)->type;
    out.returns = std::move(*node);
    return type;
}

Result<> Analyser::aggregate(const QuerySyntax& syntax, Query& out, Type& result) {
    auto built = std::make_unique<Query::Aggregate>();
    built->distinct = syntax.aggregate->distinct;
    Type total;
    if (syntax.aggregate->start) {
        auto start = analyse(*syntax.aggregate->start);
        if (!start) {
            return pass_on(start);
        }
        total = (*start)->type;
        built->start = std::move(*start);
    }
    built->slot = new_slot();
    scope_.push_back({syntax.aggregate->name, built->slot, total});
    auto step = analyse(*syntax.aggregate->expression);
    if (!step) {
        return pass_on(step);
    }
    scope_.pop_back();
    result = common(total, (*step)->type);
    built->expression = std::move(*step);
    out.aggregate = std::move(built);
    return {};
}

Result<> Analyser::sort(const QuerySyntax& syntax, Query& out, const Type& element) {
    if (syntax.sort.empty()) {
        return {};
    }
    out.this_slot = new_slot();
    auto outer = std::exchange(element_, Variable{"$this", out.this_slot, element});
    scope_.push_back(*element_);
    for (const QuerySyntax::SortItem& item : syntax.sort) {
        NodePtr key;
        if (item.expression) {
            auto analysed = analyse(*item.expression);
            if (!analysed) {
                return pass_on(analysed);
            }
            key = std::move(*analysed);
        }
        out.sort.push_back({std::move(key), item.descending});
    }
    scope_.pop_back();
    element_ = std::move(outer);
    return {};
}

}  // namespace parcours::cql
