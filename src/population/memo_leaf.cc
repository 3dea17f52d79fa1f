// Leaves over a column with few distinct values: the expression is evaluated once for each value.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "fhir/status.h"
#include "population/exact_columns.h"
#include "population/row_plan.h"
#include "population/source.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;
using cql::Value;

/// A condition that reads only the status.
class StatusCondition final : public RowCondition {
  public:
    StatusCondition(const Query& query, const Node& node, const Table& table, std::uint32_t alias)
        : query_(query), node_(node), table_(table), alias_(alias), memo_(256) {}

    [[nodiscard]] Cost cost() const override { return Cost::Byte; }
    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(untils, Instant::max());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            out[i] = memo_.get(static_cast<std::size_t>(table_.status[rows[i]]), [&] {
                return row_truth(query_, node_, alias_,
                                 {static_cast<std::uint32_t>(table_.type), rows[i]});
            });
        }
    }

  private:
    const Query& query_;
    const Node& node_;
    const Table& table_;
    std::uint32_t alias_;
    mutable TruthMemo memo_;
};

/// A condition that asks whether a coded element is in a value set, or is a code.
class ConceptCondition final : public RowCondition {
  public:
    ConceptCondition(const Query& query, const Node& node, const Node& property, const Table& table,
                     std::uint32_t alias, bool positive)
        : query_(query),
          node_(node),
          property_(property),
          table_(table),
          column_(find_concept_column(property.path.of, property.path.steps.front())),
          alias_(alias),
          missing_(positive ? Truth::Null : Truth::Open),
          memo_(query.index.dictionary().concept_count()) {}

    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(untils, Instant::max());
        const bool is_value = column_ == &Table::value;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const ConceptId id = (table_.*column_)[rows[i]];
            if (is_value && RowShape{table_.shape[rows[i]]}.value() != ValueShape::Coded) {
                out[i] = truth_of_other_value(rows[i]);
            } else if (id == 0) {
                out[i] = missing_;
            } else {
                out[i] = memo_.get(id, [&] { return find_truth(id, rows[i]); });
            }
        }
    }

  private:
    [[nodiscard]] Truth truth_of_other_value(std::uint32_t row) const {
        const ValueShape shape = RowShape{table_.shape[row]}.value();
        return shape == ValueShape::Quantity || shape == ValueShape::None ? missing_ : Truth::Open;
    }

    [[nodiscard]] Truth find_truth(ConceptId id, std::uint32_t row) const {
        const Dictionary& dictionary = query_.index.dictionary();
        cql::Concept codes;
        for (const CodeId code : dictionary.concept_codes(id)) {
            const CodeName& name = dictionary.code(code);
            codes.codes.push_back({name.system, name.code, {}, {}});
        }
        Value value;
        if (property_.path.type.is(cql::Type::Kind::Code)) {
            if (codes.codes.size() != 1) {
                return Truth::Open;
            }
            value = codes.codes.front();
        } else if (property_.path.type.is(cql::Type::Kind::List)) {
            value = cql::ListValue{{Value(std::move(codes))}};
        } else {
            value = std::move(codes);
        }
        return row_truth(query_, node_, alias_, {static_cast<std::uint32_t>(table_.type), row},
                         &value);
    }

    const Query& query_;
    const Node& node_;
    const Node& property_;
    const Table& table_;
    ConceptColumn column_;
    std::uint32_t alias_;
    Truth missing_;
    mutable TruthMemo memo_;
};

bool is_state(const Node& property) {
    return property.path.column == cql::model::Column::ClinicalStatus ||
           property.path.column == cql::model::Column::VerificationStatus;
}

/// A condition that asks the same of a Condition's clinicalStatus or verificationStatus.
class StateCondition final : public RowCondition {
  public:
    StateCondition(const Query& query, const Node& node, const Node& property, const Table& table,
                   std::uint32_t alias)
        : query_(query),
          node_(node),
          state_(property.path.column),
          table_(table),
          alias_(alias),
          memo_(256) {}

    void judge(std::span<const std::uint32_t> rows, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(untils, Instant::max());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto status = state_value(table_, rows[i], state_, query_.context.as_of);
            out[i] = !status ? Truth::Open : memo_.get(static_cast<std::size_t>(*status), [&] {
                return find_truth(*status, rows[i]);
            });
        }
    }

  private:
    [[nodiscard]] Truth find_truth(fhir::Status status, std::uint32_t row) const {
        const bool clinical = state_ == cql::model::Column::ClinicalStatus;
        const std::string_view system =
            clinical ? fhir::clinical_status_system : fhir::verification_status_system;
        const cql::Code code{std::string(system), std::string(fhir::status_code(status)), {}, {}};
        const Value value =
            status == fhir::Status::None ? Value() : Value(cql::Concept{{code}, {}});
        return row_truth(query_, node_, alias_, {static_cast<std::uint32_t>(table_.type), row},
                         &value);
    }

    const Query& query_;
    const Node& node_;
    cql::model::Column state_;
    const Table& table_;
    std::uint32_t alias_;
    mutable TruthMemo memo_;
};

bool is_plain(const Node& property) {
    return property.path.steps.size() == 1;
}

const Node& without_cast(const Node& node) {
    return node.kind == NodeKind::As ? without_cast(*node.children[0]) : node;
}

/// Whether displays, the order of codings and how many concepts they came in make no difference.
bool asks_only_for_codes(const Query& query, const Node& node, const Node& property) {
    if (node.kind == NodeKind::InValueSet) {
        return &without_cast(*node.children[0]) == &property;
    }
    if (node.kind != NodeKind::Call || node.function->name != "Equivalent" ||
        property.path.type.is(cql::Type::Kind::List)) {
        return false;
    }
    const bool first = &without_cast(*node.children[0]) == &property;
    const auto other = constant_value(query, *node.children[first ? 1 : 0]);
    return other && (other->kind() == Value::Kind::Code || other->kind() == Value::Kind::Concept);
}

bool asks_whether_missing(const Node& node, const Node& property) {
    return node.kind == NodeKind::Call && node.function->name == "IsNull" &&
           node.children[0].get() == &property;
}

}  // namespace

RowConditionPtr plan_memo_leaf(const Query& query, const Node& node, const Table& table,
                               std::uint32_t alias, const Reads& reads, bool positive) {
    if (query.times != nullptr && !query.times->is_still(node)) {
        return nullptr;  // a memo would outlive its moment
    }
    const auto is_status = [](const Node* one) {
        return is_plain(*one) && is_status_element(one->path.of, one->path.steps.front());
    };
    if (std::ranges::all_of(reads.row_properties, is_status)) {
        return std::make_unique<StatusCondition>(query, node, table, alias);
    }
    const Node& property = *reads.row_properties.front();
    if (reads.row_properties.size() == 1 && is_plain(property) &&
        find_concept_column(property.path.of, property.path.steps.front()) != nullptr &&
        asks_only_for_codes(query, node, property)) {
        return std::make_unique<ConceptCondition>(query, node, property, table, alias, positive);
    }
    if (reads.row_properties.size() == 1 && is_plain(property) && is_state(property) &&
        (asks_only_for_codes(query, node, property) || asks_whether_missing(node, property))) {
        return std::make_unique<StateCondition>(query, node, property, table, alias);
    }
    return nullptr;
}

}  // namespace parcours::population
