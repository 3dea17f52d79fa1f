// Values of the body: what is measured fits the person's age, weight, diseases and treatment.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

/// Millimetres of height at an age: girls and boys grow until 16 and 18.
std::int64_t height_at(const Person& person, std::int64_t months) {
    const std::int64_t grown = person.female ? 192 : 216;
    if (months >= grown) {
        return person.height;
    }
    if (months < 12) {
        return 500 + months * 21;
    }
    if (months < 24) {
        return 752 + (months - 12) * 9;
    }
    return 860 + (person.height - 860) * (months - 24) / (grown - 24);
}

std::int64_t bmi_at(const Person& person, std::int64_t months) {
    if (months >= 240) {
        return person.bmi;
    }
    if (months < 6) {
        return 132 + months * 6;
    }
    const std::int64_t child = months < 60 ? 168 - months / 6 : 155 + (months - 60) / 12 * 4;
    return child + (person.bmi - 260) / (months < 60 ? 12 : 4);
}

/// 0 to 1: how far treatment has come since `begin`, full after a year.
double treated(const Affliction& affliction, Day on) {
    const double months = static_cast<double>(on - affliction.onset) / 30.0;
    return std::clamp(months / 12.0, 0.0, 1.0);
}

std::int64_t filtration(Chart& chart, Day on) {
    const Person& person = chart.person();
    const std::int64_t age = age_on(person.born, on);
    const bool kidney = person.has(Disease::KidneyDisease, on);
    const double mean = kidney ? 46.0 : std::min(112.0, 125.0 - 0.75 * static_cast<double>(age));
    return chart.chance().whole_around(std::max(mean, 34.0), 6, 16, 125);
}

std::int64_t sugar(Chart& chart, Day on) {
    const Person& person = chart.person();
    double mean = 91;
    if (person.has(Disease::DiabetesType1, on) || person.has(Disease::DiabetesType2, on)) {
        mean = 158;
    } else if (person.has(Disease::Prediabetes, on)) {
        mean = 108;
    }
    return chart.chance().whole_around(mean, mean / 9, 62, 390);
}

std::string_view above(std::int64_t value, std::int64_t limit) {
    return value > limit ? std::string_view("H") : std::string_view();
}

void measure_sugar(Chart& chart, const Visit& visit, const Course& course) {
    const Day on = day_of(visit.start);
    const double start = course.row->disease == Disease::Prediabetes ? 60 : 88;
    const double aim = course.row->disease == Disease::Prediabetes ? 59
                       : course.affliction->controlled             ? 67
                                                                   : 84;
    const double mean = start + (aim - start) * treated(*course.affliction, on);
    const std::int64_t value = chart.chance().whole_around(mean, 4, 52, 139);
    chart.observe(measure::hba1c, value, visit, above(value, 79));
    if (course.row->disease != Disease::Prediabetes && chart.documented(0.25)) {
        const std::int64_t ratio = chart.chance().whole_around(28, 30, 3, 300);
        chart.observe(measure::albuminuria, ratio, visit, above(ratio, 30));
    }
    if (chart.documented(0.25)) {
        chart.observe(measure::glucose, sugar(chart, on), visit);
    }
}

void measure_breath(Chart& chart, const Visit& visit, const Course& course) {
    const Person& person = chart.person();
    if (course.row->disease == Disease::Copd) {
        chart.observe(measure::fev1_ratio, chart.chance().whole_around(58, 6, 32, 69), visit);
    } else if (age_on(person.born, day_of(visit.start)) >= 6) {
        const std::int64_t months = (day_of(visit.start) - person.born) / 30;
        const std::int64_t best = height_at(person, months) / 4 + (person.female ? -10 : 60);
        const double share = course.affliction->controlled ? 0.9 : 0.68;
        const double mean = static_cast<double>(best) * share;
        chart.observe(measure::peak_flow, chart.chance().whole_around(mean, 22, 90, 720), visit);
    }
}

void measure_mood(Chart& chart, const Visit& visit, const Course& course) {
    const double progress = treated(*course.affliction, day_of(visit.start));
    const double aim = course.affliction->controlled ? 4 : 12;
    const double mean = 16 + (aim - 16) * progress;
    const std::int64_t score = chart.chance().whole_around(mean, 2.5, 0, 26);
    const bool anxious = course.row->disease == Disease::Anxiety;
    chart.observe(anxious ? measure::gad7 : measure::phq9,
                  anxious ? std::min<std::int64_t>(score, 21) : score, visit, above(score, 9));
}

}  // namespace

void measure_pressure(Chart& chart, const Visit& visit) {
    const Person& person = chart.person();
    const Day on = day_of(visit.start);
    const auto age = static_cast<double>(age_on(person.born, on));
    double mean = age < 18 ? 92 + age : 110 + age * 0.24 + (person.bmi > 300 ? 4 : 0);
    const Affliction* high = person.find(Disease::Hypertension);
    if (high != nullptr && high->onset <= on + 30) {
        mean += 26 - (high->controlled ? 24 : 8) * treated(*high, on);
    }
    const std::int64_t upper = chart.chance().whole_around(mean, 8, 78, 210);
    const double share = age < 18 ? 0.62 : age > 65 ? 0.56 : 0.63;
    const std::int64_t lower =
        chart.chance().whole_around(static_cast<double>(upper) * share, 4, 42, 124);
    chart.blood_pressure(upper, lower, visit);
}

void measure_body(Chart& chart, const Visit& visit, double share) {
    const Person& person = chart.person();
    const std::int64_t months = (day_of(visit.start) - person.born) * 12 / 365;
    const std::int64_t height = height_at(person, months);
    const std::int64_t bmi = bmi_at(person, months) + chart.chance().between(-7, 7);
    const std::int64_t weight = bmi * height / 1000 * height / 1000;
    if (months >= 36 && chart.documented(share * 0.7)) {
        measure_pressure(chart, visit);
    }
    if (chart.documented(share * (months < 216 ? 0.9 : 0.45))) {
        chart.observe(measure::weight, weight, visit);
        if (chart.documented(months < 216 ? 0.8 : 0.3)) {
            chart.observe(measure::height, height, visit);
        }
    }
    if (months >= 36 && chart.documented(share * 0.5)) {
        chart.observe(measure::bmi, bmi, visit);
    }
    if (chart.documented(share * 0.1)) {
        chart.observe(measure::heart_rate,
                      chart.chance().whole_around(months < 60 ? 105 : 74, 8, 48, 150), visit);
    }
}

void measure_lipids(Chart& chart, const Visit& visit) {
    const Person& person = chart.person();
    const Day on = day_of(visit.start);
    const Affliction* fat = person.find(Disease::Hyperlipidemia);
    double mean = 112;
    if (fat != nullptr && fat->onset <= on + 30) {
        mean = 168 - (fat->controlled ? 76 : 30) * treated(*fat, on);
    }
    const std::int64_t ldl = chart.chance().whole_around(mean, 13, 38, 260);
    const std::int64_t hdl = chart.chance().whole_around(person.female ? 57 : 48, 7, 24, 95);
    const std::int64_t fats = chart.chance().whole_around(mean > 130 ? 175 : 125, 32, 45, 420);
    const Id low = chart.observe(measure::ldl, ldl, visit, above(ldl, 189));
    if (!chart.documented(0.35)) {
        return;
    }
    const Id high = chart.observe(measure::hdl, hdl, visit);
    const Id total = chart.observe(measure::cholesterol, ldl + hdl + fats / 5, visit);
    if (!chart.documented(0.6)) {
        return;
    }
    Line line = chart.about(Type::DiagnosticReport, chart.new_id(), visit.end);
    line.raw(
        R"(,"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB"}]}])");
    line.concept_of("code", loinc("57698-3", "Lipid Panel"));
    line.moment("effectiveDateTime", visit.start).moment("issued", visit.end);
    line.raw(R"(,"result":[)");
    for (const Id result : {low, high, total}) {
        line.raw(result.value == low.value ? R"({"reference":"Observation/)"
                                           : R"(,{"reference":"Observation/)");
        append_id(line.out(), result);
        line.raw("\"}");
    }
    line.raw("]").end();
}

void measure_metabolic(Chart& chart, const Visit& visit) {
    const Day on = day_of(visit.start);
    const std::int64_t rate = filtration(chart, on);
    chart.observe(measure::egfr, rate, visit, rate < 60 ? "L" : "");
    if (chart.documented(0.45)) {
        // Inverse of the filtration, near enough to CKD-EPI for display.
        const std::int64_t creatinine = (chart.person().female ? 6900 : 8300) / rate;
        chart.observe(measure::creatinine, creatinine, visit);
    }
    if (chart.documented(0.3)) {
        chart.observe(measure::glucose, sugar(chart, on), visit);
    }
    if (chart.documented(0.2)) {
        chart.observe(measure::potassium, chart.chance().whole_around(42, 3, 31, 56), visit);
        chart.observe(measure::sodium, chart.chance().whole_around(140, 2, 128, 148), visit);
    }
    if (chart.documented(0.15)) {
        const double mean = chart.person().female ? 132 : 148;
        chart.observe(measure::hemoglobin, chart.chance().whole_around(mean, 9, 84, 180), visit);
        chart.observe(measure::leukocytes, chart.chance().whole_around(68, 14, 31, 158), visit);
    }
}

void measure_disease(Chart& chart, const Visit& visit, const Course& course) {
    switch (course.row->disease) {
        case Disease::DiabetesType1:
        case Disease::DiabetesType2:
        case Disease::Prediabetes:
            return measure_sugar(chart, visit, course);
        case Disease::Hypertension:
        case Disease::AtrialFibrillation:
            return measure_pressure(chart, visit);
        case Disease::Hyperlipidemia:
        case Disease::CoronaryDisease:
            return measure_lipids(chart, visit);
        case Disease::Asthma:
        case Disease::Copd:
            return measure_breath(chart, visit, course);
        case Disease::HeartFailure:
            chart.observe(measure::bnp, chart.chance().whole_around(900, 350, 80, 6000), visit);
            return;
        case Disease::KidneyDisease:
            return measure_metabolic(chart, visit);
        case Disease::Depression:
        case Disease::Anxiety:
            return measure_mood(chart, visit, course);
        case Disease::Osteoporosis:
            chart.observe(measure::t_score, -chart.chance().whole_around(28, 3, 25, 41), visit);
            return;
        default:
            return;
    }
}

}  // namespace parcours::synth
