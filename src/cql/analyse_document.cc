// Documents: declarations, definitions, and what the whole must give.

#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/ast.h"
#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "cql/value.h"

namespace parcours::cql {

Result<> Analyser::declare_code(const Declaration& line) {
    auto system = code_system(line.system, line.place);
    if (!system) {
        return pass_on(system);
    }
    codes_[line.name] = Code{*system, line.id, line.display, ""};
    return {};
}

Result<> Analyser::declare_concept(const Declaration& line) {
    Concept out;
    out.display = line.display;
    for (const std::string& name : line.codes) {
        const auto found = codes_.find(name);
        if (found == codes_.end() || found->second.kind() != Value::Kind::Code) {
            return error(
                line.place,
                fmt::format(
                    "the concept \"{}\" names the code \"{}\", which is not declared before it",
                    line.name, name));
        }
        out.codes.push_back(found->second.code());
    }
    codes_[line.name] = std::move(out);
    return {};
}

Result<> Analyser::declare(const Declaration& line) {
    switch (line.kind) {
        case Declaration::Kind::Using:
            if (line.name != "FHIR" && line.name != "System") {
                return error(
                    line.place,
                    fmt::format("the model '{}' is unknown; write: using FHIR version '4.0.1'",
                                line.name));
            }
            return {};
        case Declaration::Kind::Context:
            if (line.name != "Patient") {
                return error(
                    line.place,
                    fmt::format("the context '{}' is not supported; write: context Patient",
                                line.name));
            }
            return {};
        case Declaration::Kind::CodeSystem:
            code_systems_[line.name] = line.id;
            return {};
        case Declaration::Kind::ValueSet:
            value_sets_[line.name] = line.id;
            return {};
        case Declaration::Kind::Code:
            return declare_code(line);
        case Declaration::Kind::Concept:
            return declare_concept(line);
        case Declaration::Kind::Parameter:
            parameters_[line.name] = &line;
            return {};
        case Declaration::Kind::Define:
            break;
    }
    const auto [at, added] = defines_.try_emplace(line.name, Defined{&line, {}, false});
    if (!added) {
        return error(line.place, fmt::format("\"{}\" is defined twice, first in line {}", line.name,
                                             at->second.line->place.line));
    }
    return {};
}

// Analyses a define once, when it is first used; its scope is empty.
Result<std::uint32_t> Analyser::define(Defined& defined) {
    if (defined.index) {
        return *defined.index;
    }
    const Declaration& line = *defined.line;
    if (defined.being_analysed) {
        return error(line.place, fmt::format("\"{}\" is defined by itself", line.name));
    }
    if (++define_depth_ > define_depth_max) {
        return fail(ErrorCode::Limit,
                    fmt::format("definitions use each other more than {} deep", define_depth_max),
                    {{}, line.place.line, line.place.column});
    }
    defined.being_analysed = true;
    auto outer_scope = std::exchange(scope_, {});
    auto outer_element = std::exchange(element_, std::nullopt);
    auto root = analyse(*line.expression);
    scope_ = std::move(outer_scope);
    element_ = std::move(outer_element);
    if (!root) {
        return pass_on(root);
    }
    defined.being_analysed = false;
    --define_depth_;
    defined.index = static_cast<std::uint32_t>(out_.defines.size());
    out_.defines.push_back({line.name, std::move(*root)});
    return *defined.index;
}

Result<> Analyser::check_expected(const Node& root) const {
    if (!context_.expected || unify(root.type, *context_.expected)) {
        return {};
    }
    return error(root.place, fmt::format("the expression gives {} where {} was expected",
                                         root.type.to_text(), context_.expected->to_text()));
}

Result<> Analyser::document(const Document& document) {
    if (document.expression) {
        auto root = analyse(*document.expression);
        if (!root) {
            return pass_on(root);
        }
        out_.defines.push_back({"", std::move(*root)});
        return check_expected(*out_.defines.back().root);
    }
    const Declaration* last = nullptr;
    for (const Declaration& line : document.declarations) {
        if (auto declared = declare(line); !declared) {
            return declared;
        }
        last = line.kind == Declaration::Kind::Define ? &line : last;
    }
    if (last == nullptr) {
        return error({1, 1}, "the library defines nothing; add: define \"name\": an expression");
    }
    for (auto& [name, defined] : defines_) {
        if (auto index = define(defined); !index) {
            return pass_on(index);
        }
    }
    out_.main = *defines_.find(last->name)->second.index;
    return check_expected(out_.root());
}

}  // namespace parcours::cql
