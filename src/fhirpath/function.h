#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhirpath/collection.h"
#include "fhirpath/tree.h"
#include "values/regex.h"

namespace parcours::fhirpath {

class Evaluator;
struct Frame;

/// What a function is given: where it stands, and its input. Arguments are evaluated by the
/// function itself, since most see each item of the input as `$this`.
struct Call {
    Evaluator& evaluator;
    const Node& node;
    Frame& frame;
    const Collection& input;
    Collection& out;
};

/// A function of the language. `run` appends to `call.out`; false: it failed, and the evaluator
/// knows why.
struct Function {
    std::string_view name;
    std::uint8_t arguments_min = 0;
    std::uint8_t arguments_max = 0;
    bool (*run)(const Call& call) = nullptr;
    std::string_view description;
    bool takes_type = false;  ///< its argument names a type
};

[[nodiscard]] const Function* find_function(std::string_view name);
/// A function of `%factory`.
[[nodiscard]] const Function* find_factory_function(std::string_view name);
/// The closest name there is; empty where none is close.
[[nodiscard]] std::string_view nearest_function(std::string_view name);
/// "1 argument", "1 to 2 arguments".
[[nodiscard]] std::string arguments_text(const Function& function);
/// Every function, by name.
[[nodiscard]] std::span<const Function* const> functions();

/// The type that one or two names (namespace and name) mean, or what is wrong.
[[nodiscard]] std::expected<TypeName, std::string> find_type_name(
    std::span<const std::string> names);

/// The regular expression of a call whose pattern and flags are literals; null for others.
[[nodiscard]] std::shared_ptr<const values::Regex> literal_regex(const Node& call);

/// The functions of one group, listed in function.cc.
std::span<const Function> existence_functions();
std::span<const Function> filter_functions();
std::span<const Function> subset_functions();
std::span<const Function> conversion_functions();
std::span<const Function> string_functions();
std::span<const Function> regex_functions();
std::span<const Function> math_functions();
std::span<const Function> date_functions();
std::span<const Function> boundary_functions();
std::span<const Function> utility_functions();
std::span<const Function> fhir_functions();

}  // namespace parcours::fhirpath
