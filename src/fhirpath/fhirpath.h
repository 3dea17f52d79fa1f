#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "fhirpath/collection.h"
#include "fhirpath/failure.h"
#include "fhirpath/item.h"

namespace parcours::fhirpath {

struct Node;

/// A compiled expression. Immutable; shared by threads.
class Expression {
  public:
    explicit Expression(std::unique_ptr<Node> root);
    ~Expression();
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    [[nodiscard]] const Node& root() const { return *root_; }

  private:
    std::unique_ptr<Node> root_;
};

/// Reads an expression of FHIRPath 2.0 (and the functions of its later drafts). Failures: Syntax
/// and Type, with line, column, what was found and what was expected.
Outcome<std::shared_ptr<const Expression>> compile(std::string_view text);

/// A value for `%name`.
struct Variable {
    std::string name;
    Collection value;
};

/// Answers `memberOf`, `subsumes` and `subsumedBy`. Nothing: not known here.
class Terminology {
  public:
    virtual ~Terminology() = default;
    [[nodiscard]] virtual std::optional<bool> is_member(std::string_view value_set,
                                                        std::string_view system,
                                                        std::string_view code) const = 0;
    [[nodiscard]] virtual std::optional<bool> subsumes(std::string_view system,
                                                       std::string_view general,
                                                       std::string_view special) const = 0;
};

/// Finds what a reference outside of the resource and its Bundle means; nothing: unknown.
class Resolver {
  public:
    virtual ~Resolver() = default;
    [[nodiscard]] virtual JsonView resolve(std::string_view reference) const = 0;
};

inline constexpr std::uint64_t steps_max_default = 10'000'000;

/// What surrounds an evaluation. All that it points to outlives the answer.
struct Environment {
    Instant now{};  ///< now(), today(), timeOfDay(), in UTC
    std::span<const Variable> variables;
    std::span<const Item> resource;  ///< `%resource`; empty: what is evaluated on
    const Terminology* terminology = nullptr;
    const Resolver* resolver = nullptr;
    std::uint64_t steps_max = steps_max_default;
    bool join_of_nothing_is_empty_text = false;  ///< as SQL on FHIR has it; else it is nothing
};

/// The items, and what was made for them. They look into the input, the expression and the
/// variables, which must outlive the answer.
struct Answer {
    Collection items;
    Arena arena;
};

/// A JSON value as an item: a resource of R4 is typed by its `resourceType`, others are not. A
/// plain value (a number, a text) becomes one of FHIRPath's own.
[[nodiscard]] Item item_of(const JsonView& json);
/// The same for a variable's value, where a list is a collection.
[[nodiscard]] Collection collection_of(const JsonView& json);

/// The expression's value for `input`, which is `%context`. Failures: Runtime, with the place in
/// the expression; a limit of work has ErrorCode::Limit.
Outcome<Answer> evaluate(const Expression& expression, std::span<const Item> input,
                         const Environment& environment);

/// The items that have a value as a JSON array: `[true,"2019-06","3 'mg'"]`.
[[nodiscard]] std::string to_json(std::span<const Item> items);
/// One item as JSON; empty for one without a value.
[[nodiscard]] std::string to_json(const Item& item);

}  // namespace parcours::fhirpath
