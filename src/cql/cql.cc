#include "cql/cql.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "cql/analyser.h"
#include "cql/inline.h"
#include "cql/parser.h"

namespace parcours::cql {

Result<std::shared_ptr<const Expression>> compile(std::string_view text,
                                                  const CompileContext& context) {
    auto document = parse(text);
    if (!document) {
        return std::unexpected(Analyser::relocate(document.error(), context));
    }
    auto out = std::make_shared<Expression>();
    out->text = text;
    out->parameters = context.parameters;
    out->terminology = context.terminology;
    if (auto done = Analyser(context, *out).document(std::move(*document)); !done) {
        return std::unexpected(Analyser::relocate(done.error(), context));
    }
    inline_functions(*out);
    return out;
}

Result<std::string> print(std::string_view text) {
    const auto document = parse(text);
    if (!document) {
        return pass_on(document);
    }
    return print(*document);
}

}  // namespace parcours::cql
