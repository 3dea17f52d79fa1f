#include "population/patient_plan.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/functions/function.h"
#include "cql/tree.h"
#include "population/cohort_trace.h"
#include "population/horizon.h"
#include "population/latest_plan.h"
#include "population/patient_choice.h"
#include "population/row_set.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

class ConstantCondition final : public PatientCondition {
  public:
    /// What `node` says of everybody; open where there is none.
    ConstantCondition(const Query& query, const Node* node) : query_(query), node_(node) {
        ConstantCondition::retime();
    }
    void retime() override {
        held_ =
            node_ == nullptr ? Held{Truth::Open, Instant::max()} : constant_truth(query_, *node_);
    }
    void judge(PatientNumber /*first*/, Asked /*asked*/, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(out, held_.truth);
        std::ranges::fill(untils, held_.until);
    }
    [[nodiscard]] std::string_view way() const override {
        return held_.truth == Truth::Open ? "record" : "constant";
    }

  private:
    const Query& query_;
    const Node* node_;
    Held held_;
};

class CombinedCondition final : public PatientCondition {
  public:
    CombinedCondition(const Combination& combine, std::vector<PatientConditionPtr> parts,
                      std::vector<UnknownAs> unknown_as)
        : combine_(combine), parts_(std::move(parts)), unknown_as_(std::move(unknown_as)) {}
    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        parts_[0]->judge(first, asked, out, untils);
        settle(0, out);
        std::vector<Truth> more(out.size());
        std::vector<Instant> more_untils(untils.size());
        std::vector<std::uint8_t> open(asked.begin(), asked.end());
        for (std::size_t part = 1; part < parts_.size(); ++part) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                // Nobody need be asked where no further part can change it.
                open[i] = static_cast<std::uint8_t>(open[i] != 0 && combine_.left != out[i]);
            }
            parts_[part]->judge(first, open, more, more_untils);
            settle(part, more);
            for (std::size_t i = 0; i < untils.size(); ++i) {
                untils[i] = open[i] != 0
                                ? combine_({out[i], untils[i]}, {more[i], more_untils[i]}).until
                                : untils[i];
            }
            for (std::size_t i = 0; i < out.size(); ++i) {
                out[i] = open[i] != 0              ? combine_.apply(out[i], more[i])
                         : combine_.left == out[i] ? settled_by(out[i])
                                                   : out[i];
            }
        }
    }

    void retime() override {
        for (const PatientConditionPtr& part : parts_) {
            part->retime();
        }
    }
    [[nodiscard]] std::string_view way() const override { return "combination"; }

  private:
    /// What a left side that settles it makes of it.
    [[nodiscard]] Truth settled_by(Truth left) const { return combine_.apply(left, left); }

    void settle(std::size_t part, std::span<Truth> truths) const {
        if (unknown_as_[part]) {
            std::ranges::replace(truths, Truth::Null, *unknown_as_[part]);
        }
    }

    const Combination& combine_;
    std::vector<PatientConditionPtr> parts_;
    std::vector<UnknownAs> unknown_as_;  ///< of each part
};

/// A truth made of another: `not`, `is null`, `is true`, `is false`.
class MappedCondition final : public PatientCondition {
  public:
    using Map = Truth (*)(Truth);
    MappedCondition(Map map, PatientConditionPtr part) : map_(map), part_(std::move(part)) {}
    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        part_->judge(first, asked, out, untils);
        for (Truth& truth : out) {
            truth = map_(truth);
        }
    }
    void retime() override { part_->retime(); }
    [[nodiscard]] std::string_view way() const override { return "combination"; }

  private:
    Map map_;
    PatientConditionPtr part_;
};

class ExistsCondition final : public PatientCondition {
  public:
    ExistsCondition(const Query& query, RowSet rows) : query_(query), rows_(std::move(rows)) {}
    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        std::ranges::fill(out, Truth::False);
        std::ranges::fill(untils, Instant::max());
        // What exists does so as long as any of its rows; what does not, until any row may.
        const Combination& either = *find_combination(NodeKind::Or);
        rows_.for_each(query_, first, asked, [&](PatientNumber patient, const Held& held) {
            Truth& found = out[patient - first];
            if (!untils.empty()) {
                Instant& until = untils[patient - first];
                until = either({found, until}, held).until;
            }
            found = truth_or(found, held.truth);
        });
    }
    void retime() override { rows_.retime(); }
    [[nodiscard]] std::string_view way() const override { return rows_.way(); }

  private:
    const Query& query_;
    RowSet rows_;
};

/// `Count(rows) <comparison> number`.
class CountCondition final : public PatientCondition {
  public:
    using Compare = bool (*)(std::int64_t, std::int64_t);
    CountCondition(const Query& query, RowSet rows, Compare compare, std::int64_t number)
        : query_(query), rows_(std::move(rows)), compare_(compare), number_(number) {}
    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        std::vector<std::int64_t> counts(out.size(), 0);
        std::vector<bool> open(out.size(), false);
        std::ranges::fill(untils, Instant::max());
        rows_.for_each(query_, first, asked, [&](PatientNumber patient, const Held& held) {
            const std::size_t i = patient - first;
            counts[i] += held.truth == Truth::True ? 1 : 0;
            open[i] = open[i] || held.truth == Truth::Open;
            if (!untils.empty()) {
                untils[i] = std::min(untils[i], held.until);
            }
        });
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = open[i] ? Truth::Open : truth_of(compare_(counts[i], number_));
        }
    }
    void retime() override { rows_.retime(); }
    [[nodiscard]] std::string_view way() const override { return rows_.way(); }

  private:
    const Query& query_;
    RowSet rows_;
    Compare compare_;
    std::int64_t number_;
};

/// What reads only the patient: evaluated once for each birthday, gender and mark.
class PersonCondition final : public PatientCondition {
  public:
    PersonCondition(const Query& query, const Node& node, const Reads& reads)
        : query_(query), node_(node), by_flags_(256, query.times != nullptr) {
        using cql::model::Column;
        uses_birth_ = reads.birth_date;
        for (const cql::model::PropertyPath* path : reads.patient_properties) {
            uses_birth_ |= path->column == Column::BirthDate;
            uses_death_ |= path->column == Column::Deceased;
            uses_flags_ |= path->column != Column::BirthDate;
        }
        if (uses_birth_ && !uses_flags_) {
            find_days();
        }
    }

    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (asked[i] == 0) {
                continue;
            }
            const Held held = find(static_cast<PatientNumber>(first + i));
            out[i] = held.truth;
            if (!untils.empty()) {
                untils[i] = held.until;
            }
        }
    }
    [[nodiscard]] std::string_view way() const override { return "patient"; }

  private:
    [[nodiscard]] Held find(PatientNumber number) const {
        const Patients& patients = query_.index.patients();
        const auto single = [&] { return patient_truth(query_, node_, number); };
        if (!patients.flagged(number, Patients::flag_exact)) {
            return {Truth::Open, Instant::max()};
        }
        if (uses_birth_) {
            const auto day = day_of(number);
            return day ? by_day_->get(*day, query_.context.as_of, single) : single();
        }
        if ((uses_death_ && patients.deceased[number] != no_time) || leaves_later(number)) {
            return single();
        }
        return by_flags_.get(patients.flags[number], query_.context.as_of, single);
    }

    [[nodiscard]] bool leaves_later(PatientNumber number) const {
        const Patients& patients = query_.index.patients();
        return patients.flagged(number, Patients::flag_inactive) &&
               patients.recorded[number] > query_.context.recorded_until;
    }

    static std::int64_t day_number(Instant birth) {
        return utc_date(birth).time_since_epoch().count();
    }

    /// Whoever was born long ago, or lies ahead, is asked about singly.
    void find_days() {
        constexpr std::chrono::sys_days first = std::chrono::year(1900) / 1 / 1;
        first_day_ = first.time_since_epoch().count();
        const std::int64_t last = day_number(query_.context.as_of + horizon_max);
        if (last > first_day_) {
            by_day_ = std::make_unique<HeldMemo>(static_cast<std::size_t>(last - first_day_),
                                                 query_.times != nullptr);
        }
    }

    /// The memo's place of a birthday given to the day; nothing for others.
    [[nodiscard]] std::optional<std::size_t> day_of(PatientNumber number) const {
        const Patients& patients = query_.index.patients();
        if (by_day_ == nullptr || patients.birth[number] == no_time ||
            patients.birth_precision[number] != Precision::Day) {
            return std::nullopt;
        }
        const auto place =
            static_cast<std::size_t>(day_number(patients.birth[number]) - first_day_);
        return place < by_day_->size() ? std::optional(place) : std::nullopt;
    }

    const Query& query_;
    const Node& node_;
    bool uses_birth_ = false;
    bool uses_death_ = false;
    bool uses_flags_ = false;
    std::int64_t first_day_ = 0;
    mutable HeldMemo by_flags_;
    std::unique_ptr<HeldMemo> by_day_;
};

/// A condition under the eyes of a trace.
class WatchedCondition final : public PatientCondition {
  public:
    WatchedCondition(const Query& query, CohortTrace::Counter& counter, PatientConditionPtr part)
        : query_(query), counter_(counter), part_(std::move(part)) {
        if (counter_.way.empty() || counter_.way == "no-feed") {
            counter_.way = part_->way();
        }
    }
    void retime() override { part_->retime(); }
    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        const Clock& clock = query_.context.trace->clock();
        const Instant begin = clock.now();
        part_->judge(first, asked, out, untils);
        counter_.took(clock.now() - begin);
        counter_.count(query_.index, query_.context.as_of, first, asked, out);
    }
    [[nodiscard]] std::string_view way() const override { return part_->way(); }

  private:
    const Query& query_;
    CohortTrace::Counter& counter_;
    PatientConditionPtr part_;
};

PatientConditionPtr open(const Query& query) {
    return std::make_unique<ConstantCondition>(query, nullptr);
}

MappedCondition::Map mapping(const Node& node) {
    if (node.kind == NodeKind::Not) {
        return truth_not;
    }
    if (node.kind != NodeKind::Call || node.children.size() != 1 ||
        !node.children[0]->type.is(cql::Type::Kind::Boolean)) {
        return nullptr;
    }
    if (node.function->name == "IsNull") {
        return [](Truth t) { return t == Truth::Open ? t : truth_of(t == Truth::Null); };
    }
    if (node.function->name == "IsTrue") {
        return [](Truth t) { return t == Truth::Open ? t : truth_of(t == Truth::True); };
    }
    if (node.function->name == "IsFalse") {
        return [](Truth t) { return t == Truth::Open ? t : truth_of(t == Truth::False); };
    }
    return nullptr;
}

CountCondition::Compare comparison(std::string_view name) {
    using I = std::int64_t;
    if (name == "Less") {
        return [](I a, I b) { return a < b; };
    }
    if (name == "LessOrEqual") {
        return [](I a, I b) { return a <= b; };
    }
    if (name == "Greater") {
        return [](I a, I b) { return a > b; };
    }
    if (name == "GreaterOrEqual") {
        return [](I a, I b) { return a >= b; };
    }
    if (name == "Equal") {
        return [](I a, I b) { return a == b; };
    }
    return nullptr;
}

/// Null for what is no comparison of a count with a number.
PatientConditionPtr plan_count(const Query& query, const Node& node) {
    if (node.kind != NodeKind::Call || node.children.size() != 2) {
        return nullptr;
    }
    const auto compare = comparison(node.function->name);
    const Node& count = without_defines(query, *node.children[0]);
    const Node& number = without_defines(query, *node.children[1]);
    if (compare == nullptr || count.kind != NodeKind::Call || count.function->name != "Count" ||
        number.kind != NodeKind::Literal || number.value.kind() != cql::Value::Kind::Integer) {
        return nullptr;
    }
    auto rows = plan_row_set(query, *count.children[0]);
    return rows ? std::make_unique<CountCondition>(query, std::move(*rows), compare,
                                                   number.value.integer())
                : nullptr;
}

/// What `not` and what comes before `implies` may take what is not known for.
UnknownAs turned(UnknownAs unknown_as) {
    return unknown_as ? std::optional(truth_not(*unknown_as)) : std::nullopt;
}

/// The parts of an operator: those that only make it truer may be settled as it is.
PatientConditionPtr plan_combination(const Query& query, const Node& node,
                                     const Combination& combine, UnknownAs unknown_as) {
    std::vector<PatientConditionPtr> parts;
    std::vector<UnknownAs> of_parts;
    for (const cql::NodePtr& child : node.children) {
        const bool before = node.kind == NodeKind::Implies && parts.empty();
        of_parts.push_back(node.kind == NodeKind::Xor ? std::nullopt
                           : before                   ? turned(unknown_as)
                                                      : unknown_as);
        parts.push_back(plan_patient_condition(query, *child, of_parts.back()));
    }
    return std::make_unique<CombinedCondition>(combine, std::move(parts), std::move(of_parts));
}

/// What a part under `not`, `is true`, `is false` or `is null` may be settled as.
UnknownAs under(const Node& node, UnknownAs unknown_as) {
    if (node.kind == NodeKind::Not) {
        return turned(unknown_as);
    }
    if (node.function->name == "IsTrue") {
        return Truth::False;
    }
    return node.function->name == "IsFalse" ? UnknownAs(Truth::True) : std::nullopt;
}

PatientConditionPtr plan_exists(const Query& query, const Node& asked) {
    const Node& list = without_defines(query, asked);
    if (list.kind == NodeKind::Call && list.function->name == "Union") {
        std::vector<PatientConditionPtr> parts;
        for (const cql::NodePtr& child : list.children) {
            parts.push_back(plan_exists(query, *child));
        }
        std::vector<UnknownAs> known(parts.size());
        return std::make_unique<CombinedCondition>(*find_combination(NodeKind::Or),
                                                   std::move(parts), std::move(known));
    }
    auto rows = plan_row_set(query, list);
    return rows ? PatientConditionPtr(std::make_unique<ExistsCondition>(query, std::move(*rows)))
                : open(query);
}

bool reads_plain_columns(const Reads& reads) {
    using cql::model::Column;
    return std::ranges::all_of(reads.patient_properties, [](const auto* path) {
        return path->column == Column::BirthDate || path->column == Column::Gender ||
               path->column == Column::Deceased || path->column == Column::Active;
    });
}

PatientConditionPtr plan_leaf(const Query& query, const Node& node) {
    const Reads reads = find_reads(query.expression, node, std::nullopt);
    if (reads.nothing()) {
        return std::make_unique<ConstantCondition>(query, &node);
    }
    if (reads.only_patient() && reads_plain_columns(reads)) {
        return std::make_unique<PersonCondition>(query, node, reads);
    }
    return open(query);
}

PatientConditionPtr plan_part(const Query& query, const Node& node, UnknownAs unknown_as) {
    if (const auto map = mapping(node)) {
        return std::make_unique<MappedCondition>(
            map, plan_patient_condition(query, *node.children[0], under(node, unknown_as)));
    }
    if (const Combination* const combine = find_combination(node.kind)) {
        return plan_combination(query, node, *combine, unknown_as);
    }
    if (node.kind == NodeKind::Exists) {
        return plan_exists(query, *node.children[0]);
    }
    if (auto count = plan_count(query, node)) {
        return count;
    }
    if (auto choice = plan_choice(query, node, unknown_as)) {
        return choice;
    }
    if (auto latest = plan_latest(query, node)) {
        return latest;
    }
    return plan_leaf(query, node);
}

}  // namespace

PatientConditionPtr plan_patient_condition(const Query& query, const Node& node,
                                           UnknownAs unknown_as) {
    if (const Node& inside = without_defines(query, node); &inside != &node) {
        return plan_patient_condition(query, inside, unknown_as);
    }
    CohortTrace* const trace = query.context.trace;
    if (trace == nullptr) {
        return plan_part(query, node, unknown_as);
    }
    CohortTrace::Counter& counter = trace->enter(query.expression, node);
    auto part = plan_part(query, node, unknown_as);
    trace->leave();
    return std::make_unique<WatchedCondition>(query, counter, std::move(part));
}

}  // namespace parcours::population
