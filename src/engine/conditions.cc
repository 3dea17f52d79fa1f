#include "engine/conditions.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "campaign/world.h"
#include "cql/cql.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "population/cohort.h"
#include "population/layer_engagement.h"
#include "population/source.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

constexpr std::size_t bodies_kept_max = 8'192;

}  // namespace

Conditions::Conditions(const PatientReader& reader, const Ledger& ledger)
    : reader_(reader),
      ledger_(ledger),
      engagement_(reader.index(), reader.map(), ledger),
      read_body_([&reader](LogPosition position) { return reader.folder().read_body(position); }),
      read_one_(read_body_) {}

void Conditions::keep_bodies() {
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
}

std::vector<Key> Conditions::same_person(Key patient) const {
    const auto number = reader_.index().find_patient(patient);
    return number ? engagement_.keys_of(*number) : std::vector<Key>{patient};
}

population::LiveSources Conditions::live_sources() const {
    return {reader_.shared_index(), read_body_, &engagement_, reader_.as_recorded()};
}

Instant Conditions::recorded_until(Instant now) const {
    return reader_.as_recorded() ? now : Instant::max();
}

const population::PreparedRetrieves& Conditions::prepare(
    const std::shared_ptr<const cql::Expression>& expression, const population::IndexLayer& layer) {
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

Result<cql::Value> Conditions::evaluate(const std::shared_ptr<const cql::Expression>& expression,
                                        const PatientView& patient,
                                        std::span<const cql::Value> parameters) {
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

Result<campaign::Truth> Conditions::holds(const std::shared_ptr<const cql::Expression>& expression,
                                          const PatientView& patient,
                                          std::span<const cql::Value> parameters) {
    const auto value = evaluate(expression, patient, parameters);
    if (!value) {
        return pass_on(value);
    }
    if (value->is_null()) {
        return campaign::Truth::Unknown;
    }
    return value->boolean() ? campaign::Truth::True : campaign::Truth::False;
}

Result<std::vector<Key>> Conditions::members(const cql::Expression& expression, Instant now) {
    population::CohortContext context;
    context.as_of = now;
    context.recorded_until = recorded_until(now);
    context.read_body = read_body_;
    context.engagement = &engagement_;
    context.executor = executor_;
    const auto answer = population::evaluate(expression, reader_.index(), context);
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
