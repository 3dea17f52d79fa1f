#include "base/json_file.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"

namespace parcours {

Result<JsonView> parse_file(JsonDocument& document, std::string_view json,
                            const std::string& file) {
    auto root = document.parse(json);
    if (root) {
        return root;
    }
    Error error = root.error();
    error.where.file = file;
    return std::unexpected(std::move(error));
}

}  // namespace parcours
