#include "engine/conditions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/world.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "cql/value.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "fhir/resource_type.h"
#include "population/cohort.h"
#include "population/column.h"
#include "population/each_patient.h"
#include "population/engagement.h"
#include "population/everybody.h"
#include "population/layer_engagement.h"
#include "population/live_index.h"
#include "population/source.h"
#include "population/table.h"
#include "population/truth.h"
#include "population/whole_index.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/log.h"
#include "values/temporal.h"

namespace parcours::engine {
namespace {

constexpr std::size_t bodies_kept_max = 8'192;
constexpr std::size_t answers_kept_max = 100'000;
constexpr std::size_t hash_factor = 0x9e3779b97f4a7c15;

/// The row of a resource in the table of its type in the patient's layer, or null.
cql::Value row_of(const population::LiveIndex& index, population::PatientNumber patient,
                  fhir::ResourceType type, Key key) {
    const population::PatientPlace place = index.place_of(patient);
    const population::Table* const table = place.index().find_table(type);
    if (table == nullptr) {
        return {};
    }
    const auto [from, to] = table->rows_of(place.own);
    for (std::uint32_t row = from; row < to; ++row) {
        if (table->key[row] == key) {
            return cql::Row{static_cast<std::uint32_t>(cql::model::type_id(type)), row};
        }
    }
    return {};
}

campaign::Truth truth_in_campaigns(population::Truth truth) {
    return truth == population::Truth::True    ? campaign::Truth::True
           : truth == population::Truth::False ? campaign::Truth::False
                                               : campaign::Truth::Unknown;
}

}  // namespace

bool asks_of_engagement(const cql::Expression& expression) {
    return std::ranges::any_of(expression.retrieves, [](const cql::Retrieve& retrieve) {
        return population::is_engagement(retrieve.type) && retrieve.type != cql::model::position;
    });
}

Conditions::Conditions(const PatientReader& reader, const Ledger& ledger)
    : reader_(reader),
      ledger_(ledger),
      engagement_(reader.index(), reader.map(), ledger),
      read_body_([&reader](LogPosition position) { return reader.folder().read_body(position); }),
      read_one_(read_body_) {}

void Conditions::ask_often() {
    read_one_ = [this](LogPosition position) -> Result<std::string> {
        if (const auto known = bodies_.find(position); known != bodies_.end()) {
            return known->second;
        }
        auto body = read_body_(position);
        if (body) {
            if (bodies_.size() >= bodies_kept_max) {
                bodies_.clear();
            }
            bodies_.emplace(position, *body);
        }
        return body;
    };
    planned_ = std::make_unique<PlannedConditions>(read_one_);
}

std::vector<Key> Conditions::same_person(Key patient) const {
    const auto number = reader_.find_patient(patient);
    return number ? engagement_.keys_of(*number) : std::vector<Key>{patient};
}

population::LiveSources Conditions::live_sources() const {
    return {reader_.shared_index(), read_body_, &engagement_, reader_.as_recorded()};
}

Instant Conditions::recorded_until(Instant now) const {
    return reader_.as_recorded() ? now : Instant::max();
}

const population::PreparedRetrieves& Conditions::prepare(const ExpressionPtr& expression,
                                                         const population::IndexLayer& layer) {
    const population::LiveIndex& index = reader_.index();
    Prepared& prepared = prepared_[expression.get()];
    if (prepared.retrieves == nullptr) {
        prepared.expression = expression;
        prepared.retrieves = std::make_unique<population::PreparedRetrieves>(
            *expression, *index.base(), index.dictionary());
    }
    if (&layer == &index.layers().front()) {
        return *prepared.retrieves;
    }
    auto& of_layer = prepared.of_layers[&layer];
    if (of_layer == nullptr) {
        of_layer =
            std::make_unique<population::PreparedRetrieves>(*prepared.retrieves, *layer.index);
    }
    return *of_layer;
}

std::size_t Conditions::AskedHash::operator()(const Asked& asked) const {
    const auto began = asked.of.enrolled_at.value_or(no_time).time_since_epoch().count();
    std::size_t hash = asked.of.resource;
    for (const std::size_t part : {std::hash<const cql::Expression*>{}(asked.expression),
                                   std::size_t{asked.patient}, static_cast<std::size_t>(began)}) {
        hash = (hash ^ part) * hash_factor;
        hash ^= hash >> 32U;
    }
    return hash;
}

std::vector<cql::Value> Conditions::parameters_of(const PatientView& patient,
                                                  const OfEnrolment& of) const {
    std::vector<cql::Value> values;
    if (of.enrolled_at) {
        values.emplace_back(values::from_instant(*of.enrolled_at));
    }
    if (of.keyed) {
        values.push_back(row_of(reader_.index(), patient.number, *of.keyed, of.resource));
    }
    return values;
}

Result<cql::Value> Conditions::evaluate(const ExpressionPtr& expression, const PatientView& patient,
                                        const OfEnrolment& of) {
    const std::vector<cql::Value> parameters = parameters_of(patient, of);
    if (const Whole& whole = find_whole(expression)) {
        return evaluate_with_others(expression, *whole, patient, parameters);
    }
    const population::PatientPlace place = reader_.index().place_of(patient.number);
    const population::LayerEngagement engagement(engagement_, *place.layer);
    const population::IndexSource source(prepare(expression, *place.layer), place.own, patient.now,
                                         read_one_, &engagement, recorded_until(patient.now));
    cql::EvaluationContext context;
    context.now = patient.now;
    context.parameters = parameters;
    auto value = cql::evaluate(*expression, source, context);
    if (value && !source.state()) {
        return pass_on(source.state());
    }
    return value;
}

population::CohortContext Conditions::context_at(Instant moment) const {
    population::CohortContext context;
    context.as_of = moment;
    context.recorded_until = recorded_until(moment);
    context.read_body = read_body_;
    context.engagement = &engagement_;
    context.executor = executor_;
    return context;
}

const Conditions::Whole& Conditions::find_whole(const ExpressionPtr& expression) {
    const auto [found, is_new] = wholes_.try_emplace(expression.get());
    if (is_new && population::knows_others(*expression)) {
        for (const auto& [other, whole] : wholes_) {
            if (whole != nullptr && whole->relatives().links_read() != nullptr) {
                links_ = whole->relatives().links_read();  // of this index
            }
        }
        prepare(expression, reader_.index().layers().front());  // which keeps it alive
        found->second = std::make_unique<population::WholeIndex>(*expression, reader_.index(),
                                                                 read_body_, links_);
    }
    return found->second;
}

// The moment is the beginning of the day, and not the first question's: what is found must not hang
// on who was asked about first.
const Result<population::KnownDefines>& Conditions::find_everybody(
    const ExpressionPtr& expression, const population::WholeIndex& whole, Instant now) {
    const Instant day = utc_midnight(utc_date(now));
    const auto [found, is_new] = everybody_.try_emplace(expression.get());
    Everybody& everybody = found->second;
    if (is_new || everybody.day != day ||
        (!*everybody.known && may_pass(everybody.known->error()))) {
        const auto find = [&] { return population::find_known_defines(whole, context_at(day)); };
        everybody = {expression, day,
                     shared_ == nullptr
                         ? std::make_shared<const Result<population::KnownDefines>>(find())
                         : shared_->find(expression, day, find)};
    }
    return *everybody.known;
}

Result<cql::Value> Conditions::evaluate_with_others(const ExpressionPtr& expression,
                                                    const population::WholeIndex& whole,
                                                    const PatientView& patient,
                                                    std::span<const cql::Value> parameters) {
    const auto& known = find_everybody(expression, whole, patient.now);
    if (!known) {
        if (may_pass(known.error())) {
            wholes_.erase(expression.get());  // it may keep what could not be read
        }
        return pass_on(known);
    }
    const std::size_t part = whole.part_of(reader_.index().place_of(patient.number));
    std::vector<cql::Value> numbered(parameters.begin(), parameters.end());
    for (cql::Value& value : numbered) {
        if (value.kind() == cql::Value::Kind::Row) {
            value = whole.numbered({part, value.row()});
        }
    }
    population::CohortContext context = context_at(patient.now);
    context.read_body = read_one_;
    context.parameters = numbered;
    context.known = *known;
    return population::evaluate_part(whole, expression->root(), patient.number, context);
}

void Conditions::take_over(Conditions& before) {
    Instant newest = Instant::min();
    for (const auto& [expression, everybody] : before.everybody_) {
        newest = std::max(newest, everybody.day);
    }
    // What nobody has asked on the newest day is of a practice before.
    for (auto& [expression, everybody] : before.everybody_) {
        if (everybody.day == newest && *everybody.known &&
            population::outlasts_index(*expression, **everybody.known)) {
            everybody_.emplace(expression, std::move(everybody));
        }
    }
    links_ = before.links_;
    for (const auto& [expression, whole] : before.wholes_) {
        if (whole != nullptr && whole->relatives().links_read() != nullptr) {
            links_ = whole->relatives().links_read();
        }
    }
}

Result<campaign::Truth> Conditions::judge(const ExpressionPtr& expression,
                                          const PatientView& patient, const OfEnrolment& of) {
    const population::PatientPlace place = reader_.index().place_of(patient.number);
    const population::IndexLayer& first = reader_.index().layers().front();
    if (planned_ != nullptr && place.layer == &first &&
        population::is_person(first.index->patients(), place.own, patient.now)) {
        if (auto truth = planned_->judge(*expression, prepare(expression, first), place.own,
                                         patient.now, recorded_until(patient.now))) {
            return *truth ? Result<campaign::Truth>(truth_in_campaigns(**truth)) : pass_on(*truth);
        }
    }
    const auto value = evaluate(expression, patient, of);
    if (!value) {
        return pass_on(value);
    }
    return truth_in_campaigns(population::truth_of(*value));
}

Result<campaign::Truth> Conditions::holds(const ExpressionPtr& expression,
                                          const PatientView& patient, const OfEnrolment& of) {
    if (patient.now != answers_at_ || answers_.size() >= answers_kept_max) {
        answers_.clear();
        answers_at_ = patient.now;
    }
    const Asked asked{expression.get(), patient.number, of};
    if (const auto known = answers_.find(asked); known != answers_.end()) {
        return known->second;
    }
    const auto answer = judge(expression, patient, of);
    if (answer && !asks_of_engagement(*expression)) {
        answers_.emplace(asked, *answer);
    }
    return answer;
}

Result<std::vector<Key>> Conditions::members(const cql::Expression& expression, Instant now) {
    const auto answer = population::evaluate(expression, reader_.index(), context_at(now));
    if (!answer) {
        return pass_on(answer);
    }
    std::vector<Key> keys;
    keys.reserve(answer->count);
    answer->patients.for_each(
        [&](std::size_t number) { keys.push_back(reader_.index().patients().key[number]); });
    return keys;
}

}  // namespace parcours::engine
