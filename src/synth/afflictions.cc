#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/diseases.h"
#include "synth/family.h"

namespace parcours::synth {
namespace {

/// How much more or less likely what is already known of a person makes a disease.
double risk_factor(const Person& person, Disease disease) {
    const bool heavy = person.bmi >= 300;
    const bool diabetic = person.find(Disease::DiabetesType2) != nullptr;
    switch (disease) {
        case Disease::DiabetesType2:
            return heavy ? 1.7 : person.bmi < 250 ? 0.45 : 0.9;
        case Disease::Prediabetes:
            return diabetic || person.find(Disease::DiabetesType1) != nullptr ? 0.0
                   : heavy                                                    ? 1.5
                                                                              : 0.85;
        case Disease::Hypertension:
            return heavy || diabetic ? 1.3 : 0.9;
        case Disease::Copd:
        case Disease::LungCancer:
            return person.smoking == Smoking::Current  ? 3.0
                   : person.smoking == Smoking::Former ? 1.6
                                                       : 0.15;
        case Disease::HeartFailure:
        case Disease::CoronaryDisease:
        case Disease::KidneyDisease:
            return person.find(Disease::Hypertension) != nullptr ? (diabetic ? 1.8 : 1.2) : 0.55;
        case Disease::Anxiety:
            return person.find(Disease::Depression) != nullptr ? 3.0 : 0.8;
        default:
            return 1.0;
    }
}

double likelihood(const Person& person, const DiseaseRow& row, std::int64_t age) {
    const auto decade = static_cast<std::size_t>(std::min<std::int64_t>(9, age / 10));
    const int percent = person.female ? row.female_percent : row.male_percent;
    return row.per_mille[decade] / 1000.0 * percent / 100.0 * risk_factor(person, row.disease);
}

Affliction begin(const Person& person, const DiseaseRow& row, std::int64_t age, Chance& chance) {
    Affliction made;
    made.disease = row.disease;
    const std::int64_t oldest = std::min<std::int64_t>(row.onset_age_max, age);
    const std::int64_t youngest = std::max<std::int64_t>(row.onset_age_min, oldest - 22);
    made.onset =
        person.born + chance.between(youngest, oldest) * 36525 / 100 + chance.between(0, 364);
    made.onset = std::max(person.born, std::min(made.onset, person.to - 5));
    made.controlled = chance.holds(0.68);
    if (row.remits && chance.holds(0.45)) {
        const Day remission = made.onset + chance.between(200, 900);
        if (remission < person.to) {
            made.remission = remission;
        }
    }
    return made;
}

}  // namespace

void afflict(Person& person, std::uint64_t seed) {
    Chance chance(seed);
    const std::int64_t age = age_on(person.born, person.to);
    for (const DiseaseRow& row : disease_table()) {
        if (row.disease == Disease::Obesity) {
            if (age >= 20 && person.bmi >= 305 && chance.holds(0.6)) {
                person.afflictions.push_back(begin(person, row, age, chance));
            }
            continue;
        }
        if (age < row.onset_age_min || !chance.holds(likelihood(person, row, age))) {
            continue;
        }
        person.afflictions.push_back(begin(person, row, age, chance));
    }
}

}  // namespace parcours::synth
