#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "cql/data_source.h"
#include "cql/library_source.h"
#include "cql/terminology.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "cql/value.h"

namespace parcours::cql {

/// A name that an expression may use freely: `enrolled`, of type DateTime.
struct ParameterDeclaration {
    std::string name;
    Type type;
    bool of_patient = false;  ///< it says something of one patient: not for context Unfiltered
};

/// What an expression is compiled against. `terminology` must outlive the expression; without one
/// every value set is missing.
struct CompileContext {
    const Terminology* terminology = nullptr;
    const LibrarySource* libraries = nullptr;  ///< what may be included; null: nothing
    std::vector<ParameterDeclaration> parameters;
    std::string file;  ///< for error messages
    /// When set, what the expression must give; an expression of another type is an error.
    std::optional<Type> expected;
    /// Keep what each condition was written as (`Node::written`): for who explains it.
    bool keep_words = false;
    /// Added to line and column of errors where the text stands inside a bigger file; 1-based.
    Place origin{1, 1};
};

/// One `define` of a library, or the only expression of a text.
struct Definition {
    std::string name;  ///< empty for a plain expression
    NodePtr root;
    /// It goes through the records of everybody (context Unfiltered), so that it is the same for
    /// each patient.
    bool everybody = false;
};

/// A `define function`: its operands are variables, its body reads them.
struct FunctionBody {
    std::string name;
    std::vector<std::uint32_t> slots;  ///< of the operands
    NodePtr root;
};

/// A compiled expression or library. Immutable; shared by threads.
struct Expression {
    std::string text;
    /// In an order in which each follows those it uses, but for operands of functions that got a
    /// define of their own: these stand at the end.
    std::vector<Definition> defines;
    std::uint32_t main = 0;  ///< of `defines`: the plain expression, or the last define
    /// Those that are still called, each after those it calls; none calls itself. Most calls are
    /// replaced by the function's body (cql/inline.h).
    std::vector<FunctionBody> functions;
    std::vector<Retrieve> retrieves;
    std::vector<ParameterDeclaration> parameters;
    std::uint32_t slot_count = 0;  ///< of variables
    const Terminology* terminology = nullptr;
    bool uses_now = false;  ///< its answer may change as time passes

    [[nodiscard]] const Node& root() const { return *defines[main].root; }
    [[nodiscard]] const Type& type() const { return root().type; }
};

/// The bounds of an expression; beyond them `compile` and `evaluate` answer with ErrorCode::Limit.
inline constexpr std::size_t text_length_max = 256 * 1024;
inline constexpr std::size_t nesting_max = 128;
inline constexpr std::size_t tree_depth_max = 3000;     ///< through definitions and functions
inline constexpr std::uint64_t values_max = 2'000'000;  ///< of one value, all levels counted
inline constexpr std::uint64_t steps_max_default = 10'000'000;

/// Reads, resolves and type-checks an expression (`exists [Condition]`) or a library (declarations
/// and `define`s), with the libraries it includes. Errors, InvalidInput: line, column, what was
/// found, what was expected, and the nearest name where one is unknown; Limit.
Result<std::shared_ptr<const Expression>> compile(std::string_view text,
                                                  const CompileContext& context);

class CallWatcher;

/// The moment and the parameters of one evaluation.
struct EvaluationContext {
    Instant now;                        ///< `Now()`; `Today()` is its day in UTC
    std::span<const Value> parameters;  ///< in the order of `CompileContext::parameters`
    std::uint64_t steps_max = steps_max_default;
    /// Where `Message` tells traces, messages and warnings; null: they are dropped.
    std::vector<std::string>* messages = nullptr;
    CallWatcher* watcher = nullptr;  ///< null: nobody watches (cql/call_watcher.h)
    /// What definitions are known to give, by their place; empty: none is known.
    std::span<const std::optional<Value>> known = {};
    /// Asked every few thousand steps: true ends the evaluation with Limit. Null: it goes on.
    const std::function<bool()>* gives_up = nullptr;
};

/// The value of the main definition for the patient of `source`. Errors, InvalidInput: what CQL
/// calls a run-time error (a strict cast, `singleton from` several); Limit: too many steps.
Result<Value> evaluate(const Expression& expression, const DataSource& source,
                       const EvaluationContext& context);

/// The value of any node of the expression, for planners that keep a residual of it: `variables`
/// (of size `slot_count`) holds the aliases the node is inside of.
Result<Value> evaluate_node(const Expression& expression, const Node& node,
                            const DataSource& source, const EvaluationContext& context,
                            std::span<const Value> variables);

/// The text of an expression or library in one canonical form: parsed again, it is the same.
Result<std::string> print(std::string_view text);

}  // namespace parcours::cql
