#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "cql/ast.h"
#include "cql/document.h"  // IWYU pragma: export

namespace parcours::cql {

/// Reads an expression or a library (CQL 1.5, Appendix G). Errors, InvalidInput: line, column, what
/// was found and what was expected; Limit: longer than `text_length_max` or nested deeper than
/// `nesting_max`.
Result<Document> parse(std::string_view text);

/// The document in its canonical form: `parse(print(d))` is `d` again.
[[nodiscard]] std::string print(const Document& document);
[[nodiscard]] std::string print(const Syntax& expression);
[[nodiscard]] std::string print(const TypeSyntax& type);

/// Whether two trees say the same, wherever they stood.
[[nodiscard]] bool same(const Syntax& left, const Syntax& right);

}  // namespace parcours::cql
