#include "synth/chart.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/codes.h"
#include "synth/family.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

constexpr std::string_view clinical_system =
    R"(,"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":")";
constexpr std::string_view verification_system =
    R"(,"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":")";
constexpr std::string_view category_system =
    R"(,"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":")";
constexpr std::string_view flag_system =
    R"(,"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":")";

/// How an ailment is coded: mostly SNOMED CT, some with ICD-10-CM beside it or alone, some in
/// words only, and now and then with a code that no system has.
void append_ailment(Line& line, const Ailment& ailment, Chance& chance) {
    const Code billing{System::Icd10cm, ailment.icd10cm, ailment.code.display};
    const double draw = chance.unit();
    if (draw < 0.015) {
        line.raw(R"(,"code":{"text":")").raw(ailment.code.display).raw("\"}");
    } else if (draw < 0.02) {
        line.concept_of("code", {System::Snomed, "00000000", ailment.code.display});
    } else if (draw < 0.10) {
        line.concept_of("code", billing);
    } else if (draw < 0.25) {
        line.raw(R"(,"code":{"coding":[)").coding(ailment.code).raw(",").coding(billing).raw("]}");
    } else {
        line.concept_of("code", ailment.code);
    }
}

/// The two statuses of a Condition. Half of the feed says "confirmed", half leaves it out; some
/// entries were refuted or made in error, and the latter then have no clinical status.
void append_statuses(Line& line, std::string_view clinical, Chance& chance) {
    const double draw = chance.unit();
    const bool error = draw < 0.003;
    if (!error) {
        line.raw(clinical_system).raw(clinical).raw("\"}]}");
    }
    if (draw < 0.5) {
        line.raw(verification_system);
        line.raw(error ? "entered-in-error" : draw < 0.007 ? "refuted" : "confirmed").raw("\"}]}");
    }
}

void append_encounter(Line& line, const Visit& visit) {
    if (visit.id) {
        line.reference("encounter", Type::Encounter, visit.id);
    }
}

void append_quantity(Line& line, const Measure& measure, std::int64_t value) {
    line.raw(R"(,"valueQuantity":{"value":)");
    append_decimal(line.out(), value, measure.decimals);
    line.raw(R"(,"system":"http://unitsofmeasure.org","code":")").raw(measure.unit).raw("\"}");
}

}  // namespace

Chart::Chart(Sheet& sheet, const Setting& setting, const Family& family, const Person& person)
    : sheet_(sheet),
      setting_(setting),
      family_(family),
      person_(person),
      chance_(mixed(person.key, 31)),
      subject_("Patient/" + person.id),
      doctor_(practitioner_id(setting.seed, person.doctor)) {}

std::int64_t Chart::gap(std::int64_t days) {
    const double share = 0.12 + 0.88 * setting_.volume;
    const double length = static_cast<double>(days) / share;
    return std::max<std::int64_t>(
        10, static_cast<std::int64_t>(length * (0.75 + 0.5 * chance_.unit())));
}

Moment Chart::office_hour(Day day) {
    for (const Visit& stay : stays_) {
        const Day discharged = day_of(stay.end);
        if (day >= day_of(stay.start) - 2 && day <= discharged && discharged < person_.to - 6) {
            day = discharged + chance_.between(2, 3);
        }
    }
    // 13:00 to 21:45 UTC are the office hours of the east coast, summer and winter.
    constexpr Moment opening = 780;
    return start_of(working_day(day)) + opening + chance_.between(0, 35) * 15;
}

bool Chart::in_hospital(Moment start, Moment end) const {
    return std::any_of(stays_.begin(), stays_.end(),
                       [&](const Visit& stay) { return start <= stay.end && end >= stay.start; });
}

Id Chart::new_id() {
    const std::uint64_t made = mixed(person_.key, 1000 + ++made_);
    return {made == 0 ? 1 : made};
}

Line Chart::open(Type type, Moment updated) {
    const Moment latest = start_of(setting_.until) + minutes_per_day - 1;
    return {sheet_, type, new_id(), std::min(updated, latest)};
}

Line Chart::about(Type type, Id id, Moment updated, std::string_view key) {
    const Moment latest = start_of(setting_.until) + minutes_per_day - 1;
    Line line(sheet_, type, id, std::min(updated, latest));
    line.raw(",\"").raw(key).raw(R"(":{"reference":")").raw(subject_).raw("\"}");
    return line;
}

Visit Chart::visit(const VisitPlan& plan) {
    const Visit made{new_id(), plan.start, plan.start + plan.minutes};
    const bool open = plan.status == "in-progress";
    Line line = about(Type::Encounter, made.id, made.end);
    line.text("status", plan.status);
    line.raw(R"(,"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":")");
    line.raw(plan.kind).raw("\"}");
    line.concepts("type", *plan.type);
    // Half of the visits name who saw the patient, as in many feeds.
    if (chance_.holds(0.5)) {
        line.raw(R"(,"participant":[{"individual":{"reference":"Practitioner/)");
        append_id(line.out(), doctor_);
        line.raw("\"}}]");
    }
    if (open) {
        line.open_period("period", made.start);
    } else {
        line.period("period", made.start, made.end);
    }
    if (plan.reason != nullptr) {
        line.concepts("reasonCode", *plan.reason);
    }
    if (plan.diagnosis) {
        line.raw(R"(,"diagnosis":[{"condition":{"reference":"Condition/)");
        append_id(line.out(), plan.diagnosis);
        line.raw("\"}}]");
    }
    if (!plan.discharge.empty()) {
        line.raw(
            R"(,"hospitalization":{"dischargeDisposition":{"coding":[{"system":"http://www.nubc.org/patient-discharge","code":")");
        line.raw(plan.discharge).raw("\"}]}}");
    }
    const bool hospital = plan.kind == "IMP" || plan.kind == "EMER" || plan.kind == "OBSENC";
    if (hospital) {
        line.reference("serviceProvider", Type::Organization, organization_id(setting_.seed, 1));
    }
    line.end();
    return made;
}

Problem Chart::problem(const ProblemPlan& plan) {
    const Problem made{new_id(), plan.ailment, plan.onset, plan.abated};
    Line line = about(Type::Condition, made.id, plan.abated.value_or(plan.recorded));
    const std::string_view status = !plan.clinical.empty() ? plan.clinical
                                    : plan.abated          ? std::string_view("resolved")
                                                           : std::string_view("active");
    append_statuses(line, status, chance_);
    append_ailment(line, *plan.ailment, chance_);
    append_encounter(line, plan.visit);
    line.moment("onsetDateTime", plan.onset);
    if (plan.abated) {
        line.moment("abatementDateTime", *plan.abated);
    }
    if (plan.recorded != plan.onset) {
        line.moment("recordedDate", plan.recorded);
    }
    line.end();
    return made;
}

Id Chart::observe(const Measure& measure, std::int64_t value, const Visit& visit,
                  std::string_view flag) {
    const Id id = new_id();
    Line line = about(Type::Observation, id, visit.end);
    line.raw(R"(,"status":"final")");
    line.raw(category_system).raw(measure.category).raw("\"}]}]");
    line.concept_of("code", measure.code);
    // Laboratories and the scales report without the visit.
    if (measure.category != measure::lab && measure.category != measure::vital) {
        append_encounter(line, visit);
    }
    line.moment("effectiveDateTime", visit.start);
    append_quantity(line, measure, value);
    if (!flag.empty()) {
        line.raw(flag_system).raw(flag).raw("\"}]}]");
    }
    line.end();
    return id;
}

void Chart::note(const Code& code, std::string_view category, const Code& value,
                 const Visit& visit) {
    Line line = about(Type::Observation, new_id(), visit.end);
    line.raw(R"(,"status":"final")");
    line.raw(category_system).raw(category).raw("\"}]}]");
    line.concept_of("code", code);
    append_encounter(line, visit);
    line.moment("effectiveDateTime", visit.start);
    if (value.code.empty()) {
        line.raw(R"(,"valueCodeableConcept":{"text":")").raw(value.display).raw("\"}");
    } else {
        line.concept_of("valueCodeableConcept", value);
    }
    line.end();
}

void Chart::blood_pressure(std::int64_t systolic, std::int64_t diastolic, const Visit& visit) {
    constexpr Measure upper{loinc("8480-6", ""), measure::vital, "mm[Hg]", 0};
    constexpr Measure lower{loinc("8462-4", ""), measure::vital, "mm[Hg]", 0};
    Line line = about(Type::Observation, new_id(), visit.end);
    line.raw(R"(,"status":"final")");
    line.raw(category_system).raw(measure::vital).raw("\"}]}]");
    line.concept_of("code", loinc("85354-9", "Blood Pressure"));
    append_encounter(line, visit);
    line.moment("effectiveDateTime", visit.start);
    line.raw(R"(,"component":[{"code":{"coding":[)").coding(upper.code).raw("]}");
    append_quantity(line, upper, systolic);
    line.raw(R"(},{"code":{"coding":[)").coding(lower.code).raw("]}");
    append_quantity(line, lower, diastolic);
    line.raw("}]").end();
}

void Chart::prescribe(const Drug& drug, const Visit& visit, const Problem* reason,
                      std::string_view status) {
    Line line = about(Type::MedicationRequest, new_id(), visit.end);
    line.text("status", status).raw(R"(,"intent":"order")");
    line.concept_of("medicationCodeableConcept", drug.code);
    line.moment("authoredOn", visit.end);
    if (reason != nullptr) {
        line.references("reasonReference", Type::Condition, reason->id);
    } else {
        append_encounter(line, visit);
    }
    line.raw(R"(,"dispenseRequest":{"expectedSupplyDuration":{"value":)");
    append_decimal(line.out(), drug.supply_days, 0);
    line.raw(R"(,"system":"http://unitsofmeasure.org","code":"d"}})");
    line.end();
}

void Chart::operate(const Code& code, const Visit& visit, std::int64_t minutes,
                    const Problem* reason) {
    const Moment end = std::min(visit.end, visit.start + minutes);
    Line line = about(Type::Procedure, new_id(), visit.end);
    line.raw(R"(,"status":"completed")");
    line.concept_of("code", code);
    append_encounter(line, visit);
    line.period("performedPeriod", visit.start, std::max(end, visit.start));
    if (reason != nullptr) {
        line.references("reasonReference", Type::Condition, reason->id);
    }
    line.end();
}

void Chart::vaccinate(const Code& code, Moment when, const Visit& visit) {
    Line line = about(Type::Immunization, new_id(), when, "patient");
    line.raw(R"(,"status":"completed")");
    line.concept_of("vaccineCode", code);
    append_encounter(line, visit);
    line.moment("occurrenceDateTime", when);
    line.raw(R"(,"primarySource":true)").end();
}

Id Chart::plan_care(const Code& category, Moment start, std::optional<Moment> end,
                    const Problem* problem, Id goal, Id members, std::string_view activity) {
    const Id id = new_id();
    const bool over = end.has_value() && *end <= start_of(setting_.until);
    Line line = about(Type::CarePlan, id, over ? *end : start);
    line.text("status", over ? "completed" : "active").raw(R"(,"intent":"order")");
    line.concepts("category", category);
    if (end) {
        line.period("period", start, *end);
    } else {
        line.open_period("period", start);
    }
    if (members) {
        line.references("careTeam", Type::CareTeam, members);
    }
    if (problem != nullptr) {
        line.references("addresses", Type::Condition, problem->id);
    }
    if (goal) {
        line.references("goal", Type::Goal, goal);
    }
    if (!activity.empty()) {
        line.raw(R"(,"activity":[{"detail":{"code":{"text":")").raw(activity);
        line.raw(over ? R"("},"status":"completed"}}])" : R"("},"status":"in-progress"}}])");
    }
    line.end();
    return id;
}

Id Chart::aim(std::string_view text, Moment start, bool achieved, const Problem* problem) {
    const Id id = new_id();
    Line line = about(Type::Goal, id, start);
    line.text("lifecycleStatus", achieved ? "completed" : "active");
    line.raw(
        R"(,"achievementStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/goal-achievement","code":")");
    line.raw(achieved ? "achieved" : "in-progress").raw("\"}]}");
    line.raw(R"(,"description":{"text":")").raw(text).raw("\"}");
    line.day("startDate", day_of(start));
    if (problem != nullptr) {
        line.references("addresses", Type::Condition, problem->id);
    }
    line.end();
    return id;
}

Id Chart::team(Moment start, const Problem* problem) {
    const Id id = new_id();
    Line line = about(Type::CareTeam, id, start);
    line.raw(R"(,"status":"active")").open_period("period", start);
    line.raw(R"(,"participant":[{"member":{"reference":")").raw(subject_);
    line.raw(R"("}},{"member":{"reference":"Practitioner/)");
    append_id(line.out(), doctor_);
    line.raw("\"}}]");
    if (problem != nullptr) {
        line.references("reasonReference", Type::Condition, problem->id);
    }
    line.end();
    return id;
}

}  // namespace parcours::synth
