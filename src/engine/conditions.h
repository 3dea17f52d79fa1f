#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "campaign/world.h"
#include "cql/cql.h"
#include "engine/engagement_rows.h"
#include "engine/everybody_by_day.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/planned_conditions.h"
#include "fhir/resource_type.h"
#include "population/cohort.h"
#include "population/column.h"
#include "population/everybody.h"
#include "population/live_record.h"
#include "population/relatives.h"
#include "population/source.h"
#include "population/whole_index.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::engine {

/// What an enrolment gives the conditions of its campaign: when it began, and the resource it is
/// about, where its campaign is keyed. The default: there is no enrolment.
struct OfEnrolment {
    std::optional<Instant> enrolled_at;
    std::optional<fhir::ResourceType> keyed;
    Key resource = 0;

    bool operator==(const OfEnrolment&) const = default;
};

/// Whether an expression reads what campaigns do; where patients stand hangs on their record alone.
[[nodiscard]] bool asks_of_engagement(const cql::Expression& expression);

/// Evaluates compiled CQL for one patient at a moment over the index, with the stored JSON behind
/// it; positions, enrolments and messages as of now. Resolves the value sets of an expression once.
/// What definitions in context Unfiltered give is that of the beginning of the day (UTC), found
/// once a day (docs/decisions/0032). One thread.
class Conditions {
  public:
    using ExpressionPtr = std::shared_ptr<const cql::Expression>;
    Conditions(const PatientReader& reader, const Ledger& ledger);

    /// From now on cohorts are judged by its threads.
    void use(Executor& executor) { executor_ = &executor; }

    /// Errors: those of evaluation, and bodies that cannot be read.
    Result<cql::Value> evaluate(const ExpressionPtr& expression, const PatientView& patient,
                                const OfEnrolment& of = {});
    /// The same is asked at one moment when somebody comes in, before their message leaves and
    /// once it has left: what hangs on the record alone is found once.
    Result<campaign::Truth> holds(const ExpressionPtr& expression, const PatientView& patient,
                                  const OfEnrolment& of = {});

    /// The keys of the patients for whom an expression is true, ascending by patient number.
    Result<std::vector<Key>> members(const cql::Expression& expression, Instant now);

    [[nodiscard]] const PatientReader& reader() const { return reader_; }
    /// From now on only what was written down by then is seen, as the reader does: rehearsals.
    void see_as_recorded() { engagement_.see_as_recorded(); }
    /// From now on the same few patients are asked about at one moment after another: what
    /// `evaluate` reads of the log is kept, and `holds` looks at columns where they tell.
    void ask_often();
    /// From now on it asks there for what is the same for everybody; borrowed, of this index.
    void share(EverybodyByDay& everybody) { shared_ = &everybody; }
    /// Takes what one before it has found of everybody that does not hang on its index.
    void take_over(Conditions& before);
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    /// The keys of a person: the patient's own, then those of the records merged into it.
    [[nodiscard]] std::vector<Key> same_person(Key patient) const;
    [[nodiscard]] const population::BodyReader& body_reader() const { return read_body_; }
    /// What live cohorts are judged by; must not outlive this.
    [[nodiscard]] population::LiveSources live_sources() const;

  private:
    [[nodiscard]] Instant recorded_until(Instant now) const;
    struct Prepared {
        ExpressionPtr expression;
        /// Against the first layer, then against others as they are asked for.
        std::unique_ptr<population::PreparedRetrieves> retrieves;
        std::unordered_map<const population::IndexLayer*,
                           std::unique_ptr<population::PreparedRetrieves>>
            of_layers;
    };
    /// What the definitions in context Unfiltered gave, or why nothing.
    struct Everybody {
        ExpressionPtr expression;
        Instant day;
        EverybodyByDay::Known known;
    };
    /// An expression that looks at other patients' records; null where it does not.
    using Whole = std::unique_ptr<population::WholeIndex>;
    [[nodiscard]] population::CohortContext context_at(Instant moment) const;
    const Whole& find_whole(const ExpressionPtr& expression);
    Result<cql::Value> evaluate_with_others(const ExpressionPtr& expression,
                                            const population::WholeIndex& whole,
                                            const PatientView& patient,
                                            std::span<const cql::Value> parameters);
    const Result<population::KnownDefines>& find_everybody(const ExpressionPtr& expression,
                                                           const population::WholeIndex& whole,
                                                           Instant now);
    const population::PreparedRetrieves& prepare(const ExpressionPtr& expression,
                                                 const population::IndexLayer& layer);
    Result<campaign::Truth> judge(const ExpressionPtr& expression, const PatientView& patient,
                                  const OfEnrolment& of);

    /// A question that was answered.
    struct Asked {
        const cql::Expression* expression = nullptr;  ///< kept alive by `prepared_`
        population::PatientNumber patient = 0;
        OfEnrolment of;
        bool operator==(const Asked&) const = default;
    };
    struct AskedHash {
        std::size_t operator()(const Asked& asked) const;
    };
    [[nodiscard]] std::vector<cql::Value> parameters_of(const PatientView& patient,
                                                        const OfEnrolment& of) const;

    const PatientReader& reader_;
    const Ledger& ledger_;
    std::unordered_map<Asked, campaign::Truth, AskedHash> answers_;  ///< of one moment
    Instant answers_at_ = no_time;
    EngagementRows engagement_;
    population::BodyReader read_body_;
    population::BodyReader read_one_;  ///< for one patient, in this thread
    std::unordered_map<LogPosition, std::string> bodies_;
    std::unordered_map<const cql::Expression*, Prepared> prepared_;
    std::unique_ptr<PlannedConditions> planned_;  ///< null: it is not asked often
    std::unordered_map<const cql::Expression*, Whole> wholes_;
    std::unordered_map<const cql::Expression*, Everybody> everybody_;
    EverybodyByDay* shared_ = nullptr;
    std::shared_ptr<const population::Relatives::Links> links_;  ///< of an index before
    Executor* executor_ = nullptr;
};

}  // namespace parcours::engine
