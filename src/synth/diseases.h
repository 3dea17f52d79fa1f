#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synth/codes.h"

namespace parcours::synth {

/// The lasting diseases and states that a person may have.
enum class Disease : std::uint8_t {
    DiabetesType1,
    DiabetesType2,
    Prediabetes,
    Hypertension,
    Hyperlipidemia,
    Asthma,
    Copd,
    HeartFailure,
    CoronaryDisease,
    AtrialFibrillation,
    Stroke,
    Depression,
    Anxiety,
    KidneyDisease,
    Osteoporosis,
    Osteoarthritis,
    Obesity,
    Dementia,
    AllergicRhinitis,
    Alcohol,
    BreastCancer,
    ColonCancer,
    LungCancer,
    ProstateCancer
};
inline constexpr std::size_t disease_count = 24;

/// How common a disease is, when it begins and how it is treated.
struct DiseaseRow {
    Disease disease;
    Ailment ailment;
    /// Prevalence in thousandths by decade of age, 0–9 first, 90 and over last.
    std::array<int, 10> per_mille;
    int female_percent;  ///< multiplier for women
    int male_percent;
    int onset_age_min;
    int onset_age_max;
    bool remits;                       ///< may end in remission
    bool followed;                     ///< has visits of its own
    std::array<const Drug*, 3> drugs;  ///< first line first; null where there is none
    const Code* plan;                  ///< category of its care plan, or null
};

/// One row for each disease, in the order of `Disease`.
[[nodiscard]] std::span<const DiseaseRow> disease_table();
[[nodiscard]] const DiseaseRow& row_of(Disease disease);

/// Illnesses and injuries that pass.
struct EpisodeRow {
    Ailment ailment;
    int weight;  ///< how often, against the other rows
    int age_min;
    int age_max;
    int female_percent;
    int days_min;  ///< how long until it abates
    int days_max;
    const Drug* drug;       ///< or null
    bool emergency;         ///< seen in the emergency room
    const Code* procedure;  ///< or null
    const Code* plan;       ///< or null
};
[[nodiscard]] std::span<const EpisodeRow> infection_table();
[[nodiscard]] std::span<const EpisodeRow> injury_table();

}  // namespace parcours::synth
