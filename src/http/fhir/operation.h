#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"

namespace parcours::http::facade {

/// What an operation was asked with: the query, and for POST a Parameters resource. Immutable.
class OperationInput {
  public:
    /// A parameter that the operation's definition has.
    struct Known {
        std::string_view name;
        std::string_view refusal = {};  ///< why it is not supported here; empty: it is
    };
    /// Errors: Usage (a name that is not known, or that is not supported here), InvalidInput (the
    /// body is no Parameters resource).
    static Result<OperationInput> read(const Request& request, std::span<const Known> known);

    /// The first value of a name as text, and all.
    [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
    /// The elements `parameter` of this name in the body.
    [[nodiscard]] std::vector<JsonView> elements(std::string_view name) const;
    /// The first of them that is a resource; nothing otherwise.
    [[nodiscard]] JsonView resource(std::string_view name) const;
    /// All of them.
    [[nodiscard]] std::vector<JsonView> resources(std::string_view name) const;

  private:
    std::unique_ptr<JsonDocument> document_ = std::make_unique<JsonDocument>();
    std::vector<std::pair<std::string, JsonView>> body_;
    Pairs query_;
};

/// The element value[x] of a `parameter`, with its FHIR type: "dateTime", "Period". Nothing where
/// it has none.
[[nodiscard]] std::optional<std::pair<std::string, JsonView>> value_of(const JsonView& parameter);

}  // namespace parcours::http::facade
