#pragma once

#include <string>
#include <string_view>

namespace parcours::http {

/// The strong tag of an answer: "abc" with the quotes.
[[nodiscard]] std::string quoted_tag(std::string_view core);

/// The same of the answer's compressed form, which is another sequence of bytes: "abc-gzip".
[[nodiscard]] std::string tag_of_compressed(std::string_view tag);

/// A tag without quotes, W/ and the mark of the compressed form: abc of W/"abc-gzip". What is no
/// tag gives something that is nobody's.
[[nodiscard]] std::string_view core_of_tag(std::string_view tag);

/// Whether a tag stands in an `If-None-Match` or `If-Match` list, or that is "*". The mark of the
/// compressed form counts for nothing.
[[nodiscard]] bool lists_tag(std::string_view list, std::string_view tag);

}  // namespace parcours::http
