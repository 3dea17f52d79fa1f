#include "population/everybody.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "cql/cql.h"
#include "cql/data_source.h"

namespace parcours::population {
namespace {

/// Nobody's record: rows of all patients, and no patient.
class EverybodySource final : public cql::DataSource {
  public:
    explicit EverybodySource(const IndexSource& rows) : rows_(rows) {}

    void retrieve(const cql::Retrieve& /*what*/, std::vector<cql::Row>& /*out*/) const override {
        asked_for_one_ = true;
    }
    Result<> retrieve_everybody(const cql::Retrieve& what,
                                std::vector<cql::Row>& out) const override {
        return rows_.find_everybody(what, out);
    }
    Result<> retrieve_related(const cql::Retrieve& what, const cql::RelatedContext& who,
                              std::vector<cql::Row>& out) const override {
        return rows_.retrieve_related(what, who, out);
    }
    [[nodiscard]] cql::Value property(cql::Row row,
                                      const cql::model::PropertyPath& path) const override {
        return rows_.property(row, path);
    }
    [[nodiscard]] cql::Value patient_property(
        const cql::model::PropertyPath& /*path*/) const override {
        asked_for_one_ = true;
        return {};
    }
    [[nodiscard]] cql::Row patient() const override {
        asked_for_one_ = true;
        return {};
    }
    [[nodiscard]] bool asked_for_one() const { return asked_for_one_; }

  private:
    const IndexSource& rows_;
    mutable bool asked_for_one_ = false;
};

}  // namespace

bool knows_everybody(const cql::Expression& expression) {
    return std::ranges::any_of(expression.defines, &cql::Definition::everybody);
}

bool knows_others(const cql::Expression& expression) {
    return knows_everybody(expression) ||
           std::ranges::any_of(expression.retrieves, &cql::Retrieve::related);
}

Result<KnownDefines> find_known_defines(const PreparedRetrieves& retrieves,
                                        const CohortContext& context) {
    const cql::Expression& expression = retrieves.expression();
    if (!knows_everybody(expression)) {
        return KnownDefines();
    }
    IndexSource rows(retrieves, 0, context.as_of, context.read_body, nullptr,
                     context.recorded_until);
    rows.set_relatives(context.relatives);
    const EverybodySource source(rows);
    KnownDefines known(expression.defines.size());
    for (std::size_t i = 0; i < expression.defines.size(); ++i) {
        const cql::Definition& define = expression.defines[i];
        if (!define.everybody) {
            continue;
        }
        constexpr std::uint64_t steps_max = 20 * cql::steps_max_default;  // once for all patients
        cql::EvaluationContext moment{context.as_of, context.parameters};
        moment.steps_max = steps_max;
        moment.known = known;
        auto value = cql::evaluate_node(expression, *define.root, source, moment, {});
        if (!rows.state()) {
            return pass_on(rows.state());
        }
        if (!value) {
            return pass_on(value);
        }
        if (source.asked_for_one()) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + define.name +
                            "\" stands in context Unfiltered and asks for one patient's record");
        }
        known[i] = std::move(*value);
    }
    return known;
}

}  // namespace parcours::population
