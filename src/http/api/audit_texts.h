#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::http::api {

// An entry of the audit keeps texts of `access::audit_text_bytes_max` bytes; what is longer goes
// into several, and nothing of it is lost.

/// A question as the texts of so many entries as it takes.
[[nodiscard]] std::vector<std::string> question_texts(std::string_view question);

/// The same with whom the answer showed: in every text that names somebody stands what was asked,
/// or how it begins where it has entries of its own.
[[nodiscard]] std::vector<std::string> list_texts(std::string_view question,
                                                  std::span<const std::string> patients);

}  // namespace parcours::http::api
