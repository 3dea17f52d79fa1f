#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::cql {

/// A value set of a `Terminology`, by its number there.
enum class ValueSetId : std::uint32_t {};

/// The value sets and code systems of the practice. Asked by name while an expression is
/// compiled (a missing name is an error then, never an empty set) and for membership while it
/// is evaluated. Implementations do not change while an expression made with them is in use.
class Terminology {
  public:
    virtual ~Terminology() = default;

    /// A value set by its name in the practice folder ("diabetes") or by its URL.
    [[nodiscard]] virtual std::optional<ValueSetId> find_value_set(std::string_view name) const = 0;
    /// Whether it holds the code. An empty `system` matches no code of a system.
    [[nodiscard]] virtual bool contains(ValueSetId set, std::string_view system,
                                        std::string_view code) const = 0;
    /// All names, for "did you mean" and completion.
    [[nodiscard]] virtual std::vector<std::string> value_set_names() const = 0;
    /// The URL of a code system by its name in the practice folder ("SNOMED"); nothing if unknown.
    [[nodiscard]] virtual std::optional<std::string> find_code_system(std::string_view name) const {
        static_cast<void>(name);
        return std::nullopt;
    }
};

}  // namespace parcours::cql
