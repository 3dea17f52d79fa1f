#include "cql/inline.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/tree.h"
#include "cql/tree_parts.h"

namespace parcours::cql {
namespace {

constexpr std::size_t added_max = 50'000;  ///< nodes, by all calls together
constexpr std::size_t small_max = 12;      ///< nodes of what may be computed more than once

/// What computing a part more than once, or elsewhere, would mean.
struct Survey {
    std::size_t nodes = 0;
    bool searches = false;  ///< goes through records
    bool calls = false;     ///< a function that was not put in place
    bool tells = false;     ///< `Message`: what is computed twice would be told twice
    std::set<std::uint32_t> read;
    std::set<std::uint32_t> bound;

    void visit(const Node& node) {
        ++nodes;
        searches |= node.kind == NodeKind::Retrieve || node.kind == NodeKind::RelatedRetrieve ||
                    node.kind == NodeKind::Query;
        calls |= node.kind == NodeKind::Invoke;
        tells |= node.kind == NodeKind::Call && node.function->name == "Message";
        if (node.kind == NodeKind::Variable) {
            read.insert(node.index);
        }
        if (node.query) {
            for (const std::uint32_t slot : bound_slots(*node.query)) {
                bound.insert(slot);
            }
        }
        each_part(node, [this](const NodePtr& part, bool /*again*/) { visit(*part); });
    }

    [[nodiscard]] bool reads_alias() const { return !std::ranges::includes(bound, read); }
};

Survey survey(const Node& node) {
    Survey out;
    out.visit(node);
    return out;
}

/// How a body reads an operand.
struct OperandReads {
    std::size_t count = 0;  ///< in a query more than once
    bool untyped = false;   ///< as anything: whether it is a list shows only when it is evaluated
};

void count_reads(const Node& node, std::uint32_t slot, bool again, OperandReads& out) {
    if (node.kind == NodeKind::Variable && node.index == slot) {
        out.count += again ? 2 : 1;
        out.untyped |= node.type.is(Type::Kind::Any);
    }
    each_part(node, [&](const NodePtr& part, bool in_loop) {
        count_reads(*part, slot, again || in_loop, out);
    });
}

/// Goes through an expression, innermost operands first.
class Inliner {
  public:
    explicit Inliner(Expression& expression) : expression_(expression) {}

    void run() {
        // Those that are added meanwhile are done already.
        const std::size_t count = expression_.defines.size();
        for (std::size_t i = 0; i < count; ++i) {
            NodePtr root = std::move(expression_.defines[i].root);
            visit(root);
            expression_.defines[i].root = std::move(root);
        }
        if (!kept_any_) {
            expression_.functions.clear();
        }
    }

  private:
    /// What becomes of an operand.
    enum class Way : std::uint8_t { Copy, Name, Keep };

    void visit(NodePtr& node) {
        each_part(*node, [this](NodePtr& part, bool /*again*/) { visit(part); });
        if (node->kind == NodeKind::Invoke) {
            expand(node);
        }
    }

    [[nodiscard]] static Way way_of(const Node& operand, const Survey& cost, OperandReads reads) {
        if (cost.tells || (reads.untyped && !operand.type.is(Type::Kind::Any))) {
            return Way::Keep;
        }
        const bool costly = cost.nodes > small_max || cost.searches || cost.calls;
        if (!costly || reads.count <= 1) {
            return Way::Copy;
        }
        return cost.reads_alias() ? Way::Keep : Way::Name;
    }

    void expand(NodePtr& node) {
        const FunctionBody& body = expression_.functions[node->index];
        std::vector<Way> ways;
        std::size_t added = survey(*body.root).nodes;
        for (std::size_t i = 0; i < node->children.size(); ++i) {
            OperandReads reads;
            count_reads(*body.root, body.slots[i], false, reads);
            const Survey cost = survey(*node->children[i]);
            ways.push_back(way_of(*node->children[i], cost, reads));
            added += ways.back() == Way::Copy ? reads.count * cost.nodes : reads.count;
        }
        if (std::ranges::find(ways, Way::Keep) != ways.end() || added_ + added > added_max) {
            kept_any_ = true;
            return;
        }
        added_ += added;
        std::map<std::uint32_t, const Node*> operands;
        for (std::size_t i = 0; i < node->children.size(); ++i) {
            if (ways[i] == Way::Name) {
                name(node->children[i], body.name);
            }
            operands.emplace(body.slots[i], node->children[i].get());
        }
        NodePtr out = put_in_place(*body.root, operands);
        visit(out);  // the body calls others
        out->written = std::move(node->written);
        node = std::move(out);
    }

    [[nodiscard]] NodePtr put_in_place(const Node& body,
                                       const std::map<std::uint32_t, const Node*>& operands) {
        std::uint32_t* const slots = &expression_.slot_count;
        const Replacement operand = [&](const Node& node) {
            const auto found =
                node.kind == NodeKind::Variable ? operands.find(node.index) : operands.end();
            return found == operands.end()
                       ? nullptr
                       : copy_tree(*found->second, [](const Node&) { return nullptr; }, slots);
        };
        return copy_tree(body, operand, slots);
    }

    /// Makes a define of an operand, and a reference to that of it.
    void name(NodePtr& operand, const std::string& function) {
        auto reference = std::make_unique<Node>();
        reference->kind = NodeKind::Define;
        reference->type = operand->type;
        reference->place = operand->place;
        reference->index = static_cast<std::uint32_t>(expression_.defines.size());
        reference->name = fmt::format("{} #{}", function, reference->index);
        expression_.defines.push_back({reference->name, std::move(operand), false});
        operand = std::move(reference);
    }

    Expression& expression_;
    std::size_t added_ = 0;
    bool kept_any_ = false;
};

}  // namespace

void inline_functions(Expression& expression) {
    if (!expression.functions.empty()) {
        Inliner(expression).run();
    }
}

}  // namespace parcours::cql
