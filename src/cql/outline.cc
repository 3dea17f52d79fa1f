#include "cql/outline.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/parser.h"

namespace parcours::cql {

const LibraryOutline::Define* LibraryOutline::find_define(std::string_view define) const {
    const auto found = std::ranges::find(defines, define, &Define::name);
    return found == defines.end() ? nullptr : &*found;
}

Result<LibraryOutline> read_outline(std::string_view text) {
    const auto document = parse(text);
    if (!document) {
        return pass_on(document);
    }
    LibraryOutline out;
    out.name = document->name;
    out.version = document->version;
    for (const Declaration& line : document->declarations) {
        if (line.kind == Declaration::Kind::Define) {
            out.defines.push_back({line.name, line.is_private});
        } else if (line.kind == Declaration::Kind::Function) {
            out.functions.push_back(line.name);
        } else if (line.kind == Declaration::Kind::Include) {
            out.includes.push_back({line.id, line.version});
        } else if (line.kind == Declaration::Kind::Parameter) {
            LibraryOutline::Parameter parameter{line.name, std::nullopt,
                                                line.expression != nullptr};
            if (line.type) {
                auto type = Analyser::type_of(*line.type);
                if (!type) {
                    return pass_on(type);
                }
                parameter.type = std::move(*type);
            }
            out.parameters.push_back(std::move(parameter));
        }
    }
    return out;
}

}  // namespace parcours::cql
