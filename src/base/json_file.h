#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace parcours {

/// As `JsonDocument::parse`, where the text is a file's: an error names the file.
Result<JsonView> parse_file(JsonDocument& document, std::string_view json, const std::string& file);

}  // namespace parcours
