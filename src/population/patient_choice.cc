#include "population/patient_choice.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/tree.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

/// The first part whose condition is true says it; else the last.
class ChoiceCondition final : public PatientCondition {
  public:
    /// `parts`: condition, truth, condition, truth, …, truth.
    explicit ChoiceCondition(std::vector<PatientConditionPtr> parts) : parts_(std::move(parts)) {}

    void judge(PatientNumber first, Asked asked, std::span<Truth> out,
               Untils untils) const override {
        std::vector<std::uint8_t> left(asked.begin(), asked.end());
        std::vector<std::uint8_t> chosen(out.size());
        Truths found(out.size());
        std::vector<Instant> found_untils(untils.size());
        std::ranges::fill(untils, Instant::max());
        for (std::size_t part = 0; part + 1 < parts_.size(); part += 2) {
            parts_[part]->judge(first, left, found, found_untils);
            for (std::size_t i = 0; i < out.size(); ++i) {
                chosen[i] = static_cast<std::uint8_t>(left[i] != 0 && found[i] == Truth::True);
                if (left[i] != 0 && found[i] == Truth::Open) {
                    out[i] = Truth::Open;
                    left[i] = 0;
                } else if (left[i] != 0 && !untils.empty()) {
                    untils[i] = std::min(untils[i], found_untils[i]);
                }
            }
            take(*parts_[part + 1], first, chosen, out, untils);
            for (std::size_t i = 0; i < out.size(); ++i) {
                left[i] = static_cast<std::uint8_t>(left[i] != 0 && chosen[i] == 0);
            }
        }
        take(*parts_.back(), first, left, out, untils);
    }

    void retime() override {
        for (const PatientConditionPtr& part : parts_) {
            part->retime();
        }
    }
    [[nodiscard]] std::string_view way() const override { return "combination"; }

  private:
    static void take(const PatientCondition& part, PatientNumber first, Asked asked,
                     std::span<Truth> out, Untils untils) {
        Truths truths(out.size());
        std::vector<Instant> more(untils.size());
        part.judge(first, asked, truths, more);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (asked[i] != 0) {
                out[i] = truths[i];
                if (!untils.empty()) {
                    untils[i] = std::min(untils[i], more[i]);
                }
            }
        }
    }

    std::vector<PatientConditionPtr> parts_;
};

bool is_truth(const Node& node) {
    return node.type.is(cql::Type::Kind::Boolean) || node.type.is(cql::Type::Kind::Any);
}

}  // namespace

PatientConditionPtr plan_choice(const Query& query, const Node& node, UnknownAs unknown_as) {
    const bool choice =
        node.kind == NodeKind::If || (node.kind == NodeKind::Case && !node.has_comparand);
    if (!choice || !std::ranges::all_of(
                       node.children, [](const cql::NodePtr& child) { return is_truth(*child); })) {
        return nullptr;
    }
    std::vector<PatientConditionPtr> parts;
    for (const cql::NodePtr& child : node.children) {
        // A condition that is not known is passed over, like one that is false.
        const bool condition = parts.size() % 2 == 0 && parts.size() + 1 < node.children.size();
        parts.push_back(
            plan_patient_condition(query, *child, condition ? Truth::False : unknown_as));
    }
    return std::make_unique<ChoiceCondition>(std::move(parts));
}

}  // namespace parcours::population
