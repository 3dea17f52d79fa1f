#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cql/structures.h"

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
    /// The same of a code alone, as a text or a bound code is: in the set where all its codes are
    /// of one system.
    [[nodiscard]] virtual bool contains_code(ValueSetId set, std::string_view code) const {
        return contains(set, {}, code);
    }
    /// Why a value set that there is cannot be used; nothing for one that can, or is not there.
    [[nodiscard]] virtual std::optional<std::string> why_unusable(std::string_view name) const {
        static_cast<void>(name);
        return std::nullopt;
    }
    /// All codes of a value set. Errors, NotFound: they cannot be listed, and why.
    [[nodiscard]] virtual Result<std::vector<Code>> expand(ValueSetId set) const {
        static_cast<void>(set);
        return fail(ErrorCode::NotFound, "the codes of value sets cannot be listed here");
    }
    /// Whether a code of a system is another, or above it. Errors, NotFound: the hierarchy is not
    /// known, or one of the codes.
    [[nodiscard]] virtual Result<bool> subsumes(std::string_view system, std::string_view general,
                                                std::string_view special) const {
        static_cast<void>(general);
        static_cast<void>(special);
        return fail(ErrorCode::NotFound, "which codes of " + std::string(system) +
                                             " lie below others is not known here");
    }
    /// All names, for "did you mean" and completion.
    [[nodiscard]] virtual std::vector<std::string> value_set_names() const = 0;
    /// The URL of a code system by its name in the practice folder ("SNOMED"); nothing if unknown.
    [[nodiscard]] virtual std::optional<std::string> find_code_system(std::string_view name) const {
        static_cast<void>(name);
        return std::nullopt;
    }
};

}  // namespace parcours::cql
