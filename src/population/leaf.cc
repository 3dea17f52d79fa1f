#include "population/leaf.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/cql.h"
#include "cql/data_source.h"
#include "cql/functions/function.h"
#include "cql/tree.h"
#include "population/as_written.h"
#include "population/horizon.h"
#include "population/source.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;
using cql::Value;

/// Answers from columns alone, and remembers when it was asked for more.
class ColumnSource final : public cql::DataSource {
  public:
    ColumnSource(const Query& query, PatientNumber patient, const Value* standing_for)
        : query_(query), patient_(patient), standing_for_(standing_for) {}

    void retrieve(const cql::Retrieve& /*what*/, std::vector<cql::Row>& /*out*/) const override {
        beyond_ = true;
    }

    [[nodiscard]] Value property(cql::Row row,
                                 const cql::model::PropertyPath& path) const override {
        if (standing_for_ != nullptr) {
            return *standing_for_;
        }
        const Table* table =
            row.table < fhir::resource_type_count
                ? query_.index.find_table(static_cast<fhir::ResourceType>(row.table))
                : nullptr;
        if (table == nullptr) {
            return beyond();
        }
        const auto value =
            column_value(query_.index, *table, row.index, path, query_.context.as_of);
        return value ? *value : beyond();
    }

    [[nodiscard]] Value patient_property(const cql::model::PropertyPath& path) const override {
        if (patient_ == no_patient) {
            return beyond();
        }
        const Patients& patients = query_.index.patients();
        auto value = patient_column_value(patients, patient_, path, query_.context.as_of);
        return value ? as_written(patients, patient_, path, query_.context.recorded_until,
                                  std::move(*value))
                     : beyond();
    }

    [[nodiscard]] cql::Row patient() const override {
        beyond_ = true;
        return {};
    }

    [[nodiscard]] bool asked_beyond() const { return beyond_; }

  private:
    [[nodiscard]] Value beyond() const {
        beyond_ = true;
        return {};
    }

    const Query& query_;
    PatientNumber patient_;
    const Value* standing_for_;
    mutable bool beyond_ = false;
};

std::optional<Value> value_of(const Query& query, const Node& node, const ColumnSource& source,
                              std::span<const Value> variables,
                              cql::CallWatcher* watcher = nullptr) {
    cql::EvaluationContext context{query.context.as_of, query.context.parameters};
    context.watcher = watcher;
    context.known = query.context.known;
    auto value = cql::evaluate_node(query.expression, node, source, context, variables);
    if (!value || source.asked_beyond()) {
        return std::nullopt;
    }
    return std::move(*value);
}

Truth truth_at(const std::optional<Value>& value) {
    return value ? truth_of(*value) : Truth::Open;
}

/// A truth with how long it holds, where somebody asks for that.
Held held_value(const Query& query, const Node& node, const ColumnSource& source,
                std::span<const Value> variables) {
    if (query.times == nullptr) {
        return {truth_at(value_of(query, node, source, variables)), Instant::max()};
    }
    HorizonFinder finder(*query.times, query.context.as_of);
    const Truth truth = truth_at(value_of(query, node, source, variables, &finder));
    return {truth, finder.horizon()};
}

class ReadsFinder {
  public:
    ReadsFinder(const cql::Expression& expression, std::optional<std::uint32_t> alias)
        : expression_(expression), alias_(alias) {}

    void visit(const Node& node) {
        switch (node.kind) {
            case NodeKind::Variable:
            case NodeKind::Patient:
            case NodeKind::Retrieve:
            case NodeKind::RelatedRetrieve:
            case NodeKind::Query:
            case NodeKind::Invoke:
                reads_.other = true;
                return;
            case NodeKind::Define:
                if (!expression_.defines[node.index].everybody) {
                    visit(*expression_.defines[node.index].root);
                }
                return;
            case NodeKind::PatientProperty:
                reads_.patient_properties.push_back(&node.path);
                return;
            case NodeKind::Property:
                visit_property(node);
                return;
            case NodeKind::Call:
                reads_.birth_date |= node.function->name.starts_with("AgeIn");
                break;
            default:
                break;
        }
        for (const cql::NodePtr& child : node.children) {
            visit(*child);
        }
    }

    [[nodiscard]] Reads take() { return std::move(reads_); }

  private:
    void visit_property(const Node& node) {
        const Node& of = *node.children[0];
        if (alias_ && of.kind == NodeKind::Variable && of.index == *alias_) {
            reads_.row_properties.push_back(&node);
        } else {
            reads_.other = true;
        }
    }

    const cql::Expression& expression_;
    std::optional<std::uint32_t> alias_;
    Reads reads_;
};

}  // namespace

const Node& without_defines(const Query& query, const Node& node) {
    const bool inside =
        node.kind == NodeKind::Define && !query.expression.defines[node.index].everybody;
    return inside ? without_defines(query, *query.expression.defines[node.index].root) : node;
}

Reads find_reads(const cql::Expression& expression, const Node& node,
                 std::optional<std::uint32_t> alias) {
    ReadsFinder finder(expression, alias);
    finder.visit(node);
    return finder.take();
}

std::optional<Value> constant_value(const Query& query, const Node& node) {
    const ColumnSource source(query, no_patient, nullptr);
    const std::vector<Value> variables(query.expression.slot_count);
    return value_of(query, node, source, variables);
}

Held constant_truth(const Query& query, const Node& node) {
    const ColumnSource source(query, no_patient, nullptr);
    const std::vector<Value> variables(query.expression.slot_count);
    return held_value(query, node, source, variables);
}

Held row_held(const Query& query, const Node& node, std::uint32_t alias, cql::Row row) {
    const ColumnSource source(query, no_patient, nullptr);
    std::vector<Value> variables(query.expression.slot_count);
    variables[alias] = row;
    return held_value(query, node, source, variables);
}

Truth row_truth(const Query& query, const Node& node, std::uint32_t alias, cql::Row row,
                const Value* standing_for) {
    const ColumnSource source(query, no_patient, standing_for);
    std::vector<Value> variables(query.expression.slot_count);
    variables[alias] = row;
    return truth_at(value_of(query, node, source, variables));
}

Held patient_truth(const Query& query, const Node& node, PatientNumber number) {
    const ColumnSource source(query, number, nullptr);
    const std::vector<Value> variables(query.expression.slot_count);
    return held_value(query, node, source, variables);
}

}  // namespace parcours::population
