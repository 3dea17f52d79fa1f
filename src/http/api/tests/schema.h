#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace parcours::http::api::testing {

/// Compares JSON with the schemas of the OpenAPI file, as far as that file uses JSON Schema:
/// $ref, type, enum, required, properties, additionalProperties, items, oneOf, minimum, minItems,
/// maxItems. What it does not know it refuses, so that no rule is passed over in silence.
class SchemaJudge {
  public:
    /// `root` is the whole file.
    explicit SchemaJudge(JsonView root) : root_(root) {}

    /// Everything that does not fit, as "path: what".
    [[nodiscard]] std::vector<std::string> judge(const JsonView& schema,
                                                 const JsonView& value) const;

    /// What "#/components/schemas/Map" points to.
    [[nodiscard]] JsonView resolve(std::string_view reference) const;

  private:
    void look(const JsonView& schema, const JsonView& value, const std::string& path,
              std::vector<std::string>& faults) const;
    void look_at_object(const JsonView& schema, const JsonView& value, const std::string& path,
                        std::vector<std::string>& faults) const;
    void look_at_array(const JsonView& schema, const JsonView& value, const std::string& path,
                       std::vector<std::string>& faults) const;

    JsonView root_;
};

}  // namespace parcours::http::api::testing
