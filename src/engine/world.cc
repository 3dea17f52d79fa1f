#include "engine/world.h"

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/key_resource.h"
#include "campaign/world.h"
#include "cql/value.h"
#include "engine/conditions.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"
#include "values/temporal.h"

namespace parcours::engine {
namespace {

campaign::Truth truth(bool value) {
    return value ? campaign::Truth::True : campaign::Truth::False;
}

/// Whether a resource's newest version says that it was entered in error, so that nobody has it,
/// or that it is another person's: it was moved to them, or a merge was undone.
bool is_gone(const population::LiveIndex& index, fhir::ResourceType type, Key key,
             population::PatientNumber patient) {
    const auto found = index.find_rows(type, std::span(&key, 1)).front();
    if (!found) {
        return false;
    }
    const population::PatientNumber own = found->table->patient[found->row];
    return fhir::is_retracted(found->table->status[found->row],
                              found->table->verification[found->row]) ||
           (own != population::no_patient && found->layer->number_of(own) != patient);
}

}  // namespace

bool is_off(const Fact& appointment, Instant now) {
    switch (appointment.status) {
        case fhir::Status::EnteredInError:
            return true;
        case fhir::Status::Revoked:
        case fhir::Status::Cancelled:
            return appointment.updated == no_time || appointment.updated <= now ||
                   appointment.start <= now;
        case fhir::Status::Noshow:
            return appointment.start <= now;
        default:
            return false;
    }
}

fhir::ResourceType resource_type_of(const Enrolment& enrolment) {
    const std::string_view name =
        std::string_view(enrolment.key).substr(0, enrolment.key.find('/'));
    return fhir::find_resource_type(name).value_or(fhir::ResourceType::Appointment);
}

EnrolmentView first_enrolment(const Conditions& conditions, const Enrolment& enrolment) {
    const Ledger& ledger = conditions.ledger();
    const bool enters = ledger.find_enrolment(enrolment.id) == nullptr;
    EnrolmentView first;
    for (const Key one : conditions.same_person(enrolment.patient)) {
        for (const EnrolmentView of : ledger.enrolments_of(one)) {
            if (of.campaign() != enrolment.campaign || of.id() == enrolment.id ||
                of.enrolled_at() > enrolment.enrolled_at) {
                continue;
            }
            // Two records that were in it at a time were two people then.
            const bool counts = enters || one == enrolment.patient ||
                                (of.ended() && of.ended_at() <= enrolment.enrolled_at);
            if (counts && (first == nullptr || of.enrolled_at() < first.enrolled_at())) {
                first = of;
            }
        }
    }
    return first;
}

Key RecordWorld::drawn_as(const Enrolment& enrolment) const {
    const EnrolmentView first = first_enrolment(conditions_, enrolment);
    return first == nullptr ? enrolment.patient : first.patient();
}

Key enrolment_resource(const Enrolment& enrolment, const PatientView& patient) {
    return enrolment.key.empty() ? 0 : reference_key(patient.source, enrolment.key);
}

std::optional<Fact> enrolment_fact(const PatientReader& patients, const Enrolment& enrolment,
                                   const PatientView& patient) {
    const Key key = enrolment_resource(enrolment, patient);
    return key == 0 ? std::nullopt : patients.find_fact(patient, resource_type_of(enrolment), key);
}

std::optional<Instant> find_appointment(const PatientReader& patients, const Enrolment& enrolment,
                                        const PatientView& patient) {
    const auto fact = enrolment_fact(patients, enrolment, patient);
    return fact && fact->type == fhir::ResourceType::Appointment && fact->start != no_time
               ? std::optional(fact->start)
               : std::nullopt;
}

OfEnrolment RecordWorld::describe(const Enrolment& enrolment) const {
    OfEnrolment of{enrolment.enrolled_at, {}, 0};
    if (const auto* const key = campaign::find_key_resource(campaign_.definition.enter.key)) {
        of.keyed = key->type;
        of.resource = enrolment_resource(enrolment, patient_);
    }
    return of;
}

Result<campaign::Truth> RecordWorld::holds(const campaign::Condition& condition,
                                           const Enrolment& enrolment) const {
    const auto found = campaign_.conditions.find(condition.text);
    if (found == campaign_.conditions.end()) {
        return fail(ErrorCode::Internal, "the condition was not compiled with its campaign");
    }
    return conditions_.holds(found->second, patient_, describe(enrolment));
}

Result<campaign::Truth> RecordWorld::is(campaign::Circumstance circumstance,
                                        const Enrolment& enrolment) const {
    const position::CareState& care = patient_.care;
    switch (circumstance) {
        case campaign::Circumstance::Deceased:
            return truth(care.dead);
        case campaign::Circumstance::LeftCare:
            return truth(care.left || care.merged);
        case campaign::Circumstance::Palliative:
            return truth(care.palliative);
        case campaign::Circumstance::DoneElsewhere: {
            // The patient's words reach us through a person: a call, or a reply that was read.
            const EnrolmentView found = conditions_.ledger().find_enrolment(enrolment.id);
            return truth(found != nullptr && found.done_elsewhere());
        }
        case campaign::Circumstance::KeyMissed: {
            const auto fact = enrolment_fact(conditions_.reader(), enrolment, patient_);
            return truth(fact && fact->status == fhir::Status::Noshow &&
                         is_off(*fact, patient_.now));
        }
        case campaign::Circumstance::KeyCancelled: {
            const Key key = enrolment_resource(enrolment, patient_);
            if (key == 0) {
                return campaign::Truth::False;
            }
            const PatientReader& patients = conditions_.reader();
            const fhir::ResourceType type = resource_type_of(enrolment);
            const auto fact = patients.find_fact(patient_, type, key);
            return truth(fact ? is_off(*fact, patient_.now)
                              : is_gone(patients.index(), type, key, patient_.number));
        }
    }
    return campaign::Truth::Unknown;
}

Result<std::optional<Instant>> RecordWorld::date(std::string_view anchor,
                                                 const campaign::Condition* definition,
                                                 const Enrolment& enrolment) const {
    if (definition == nullptr) {
        if (anchor != campaign_.definition.enter.key) {
            return std::nullopt;
        }
        const auto fact = enrolment_fact(conditions_.reader(), enrolment, patient_);
        return fact && fact->start != no_time ? std::optional(fact->start) : std::nullopt;
    }
    const auto found = campaign_.dates.find(definition->text);
    if (found == campaign_.dates.end()) {
        return fail(ErrorCode::Internal, "the date was not compiled with its campaign");
    }
    const auto value = conditions_.evaluate(found->second, patient_, describe(enrolment));
    if (!value) {
        return pass_on(value);
    }
    if (value->is_null()) {
        return std::nullopt;
    }
    const values::Temporal& temporal = value->temporal();
    const Instant moment{std::chrono::milliseconds{temporal.low_milliseconds()}};
    if (temporal.kind == values::Temporal::Kind::Date) {
        // A day begins at midnight where the patient lives.
        return patient_.zone.zone.to_instant(campaign::LocalTime{moment.time_since_epoch()});
    }
    return moment;
}

campaign::LocalTime RecordWorld::to_local(Instant instant, const Enrolment& /*enrolment*/) const {
    return patient_.zone.zone.to_local(instant);
}

Instant RecordWorld::from_local(campaign::LocalTime local, const Enrolment& /*enrolment*/) const {
    return patient_.zone.zone.to_instant(local);
}

}  // namespace parcours::engine
