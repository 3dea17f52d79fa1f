#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/failure.h"
#include "fhirpath/fhirpath.h"
#include "fhirpath/function.h"
#include "fhirpath/item.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

/// A variable of `defineVariable`, in a chain from the last defined.
struct Defined {
    std::string_view name;
    Collection value;
    std::shared_ptr<const Defined> before;
};

/// What a part of an expression sees around it.
struct Frame {
    std::span<const Item> focus;  ///< `$this`
    std::int64_t index = -1;      ///< `$index`; negative: there is none
    const Collection* total = nullptr;
    std::shared_ptr<const Defined> defined;
};

/// One evaluation of an expression. Every `bool` is false after a failure, which is then known.
class Evaluator {
  public:
    Evaluator(const Environment& environment, std::span<const Item> context, Arena& arena)
        : environment_(environment), context_(context), arena_(arena) {}

    /// Appends the node's value to `out`.
    [[nodiscard]] bool evaluate(const Node& node, Frame& frame, Collection& out);

    /// An argument of a call as the whole input's frame sees it.
    [[nodiscard]] bool argument(const Call& call, std::size_t number, Collection& out);
    /// The same, where at most one item may come, as a System value; `out` is nothing when empty.
    [[nodiscard]] bool single_argument(const Call& call, std::size_t number,
                                       std::optional<Item>& out);
    [[nodiscard]] bool string_argument(const Call& call, std::size_t number,
                                       std::optional<std::string_view>& out);
    [[nodiscard]] bool integer_argument(const Call& call, std::size_t number,
                                        std::optional<std::int64_t>& out);
    /// An argument with one item as `$this`.
    [[nodiscard]] bool each(const Call& call, std::size_t number, std::size_t at, Collection& out);
    /// Whether the argument is true for the item.
    [[nodiscard]] bool holds(const Call& call, std::size_t number, std::size_t at, bool& out);

    /// The only item of the input as a System value; nothing when it is empty or has no value.
    [[nodiscard]] bool single_input(const Call& call, std::optional<Item>& out);
    /// The same, where it must be text.
    [[nodiscard]] bool string_input(const Call& call, std::optional<std::string_view>& out);

    /// A collection as a truth: empty, its only boolean, or true for any other single item.
    [[nodiscard]] bool truth_of(const Collection& items, const Node& node,
                                std::optional<bool>& out);

    /// Notes why; always false.
    bool fail(const Node& node, std::string message);
    /// Counts work; false beyond the limit.
    [[nodiscard]] bool work(const Node& node, std::size_t steps) {
        steps_ += steps;
        return steps_ <= environment_.steps_max || fail_limit(node);
    }

    [[nodiscard]] const Environment& environment() const { return environment_; }
    [[nodiscard]] std::span<const Item> context() const { return context_; }
    [[nodiscard]] Arena& arena() { return arena_; }
    [[nodiscard]] Failure take_failure();

  private:
    bool member(const Node& node, Frame& frame, Collection& out);
    bool call(const Node& node, Frame& frame, Collection& out);
    bool variable(const Node& node, const Frame& frame, Collection& out);
    bool indexer(const Node& node, Frame& frame, Collection& out);
    bool sign(const Node& node, Frame& frame, Collection& out);
    bool is_or_as(const Node& node, Frame& frame, Collection& out);
    bool logic(const Node& node, Frame& frame, Collection& out);
    bool binary(const Node& node, Frame& frame, Collection& out);
    bool equality(const Node& node, const Collection& left, const Collection& right,
                  Collection& out);
    bool membership(const Node& node, const Collection& left, const Collection& right,
                    Collection& out);
    bool ordering(const Node& node, const Collection& left, const Collection& right,
                  Collection& out);
    bool arithmetic(const Node& node, const Collection& left, const Collection& right,
                    Collection& out);
    bool fail_limit(const Node& node);

    const Environment& environment_;
    std::span<const Item> context_;
    Arena& arena_;
    std::uint64_t steps_ = 0;
    std::optional<Failure> failure_;
};

}  // namespace parcours::fhirpath
