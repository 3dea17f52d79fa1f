#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/problem.h"

namespace parcours::http::api {

/// Compares JSON with the schemas of the OpenAPI file, as far as that file uses JSON Schema:
/// $ref, type, enum, required, properties, additionalProperties, items, oneOf, minimum, maximum,
/// minItems, maxItems, minLength, maxLength, minProperties. What it does not know it refuses, so
/// that no rule is passed over in silence. For several threads at once.
class SchemaJudge {
  public:
    /// `root` is the whole file, whose document outlives this.
    explicit SchemaJudge(JsonView root) : root_(root) {}

    /// Everything that does not fit: where, as a JSON pointer, and what would.
    [[nodiscard]] std::vector<FieldProblem> judge(const JsonView& schema,
                                                  const JsonView& value) const;

    /// What "#/components/schemas/Map" points to.
    [[nodiscard]] JsonView resolve(std::string_view reference) const;
    /// The schema itself, behind any references.
    [[nodiscard]] JsonView behind(JsonView schema) const;

  private:
    using Faults = std::vector<FieldProblem>;

    void look(const JsonView& schema, const JsonView& value, const std::string& path,
              Faults& faults) const;
    void look_at_object(const JsonView& schema, const JsonView& value, const std::string& path,
                        Faults& faults) const;
    void look_at_array(const JsonView& schema, const JsonView& value, const std::string& path,
                       Faults& faults) const;

    JsonView root_;
};

/// Characters, as JSON Schema counts them.
[[nodiscard]] std::int64_t length_of(std::string_view text);

/// "one of: a, b" of a schema's `enum`.
[[nodiscard]] std::string choice_text(const JsonView& allowed);

}  // namespace parcours::http::api
