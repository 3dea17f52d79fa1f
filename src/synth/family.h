#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synth/calendar.h"
#include "synth/diseases.h"
#include "synth/names.h"
#include "synth/sheet.h"

namespace parcours::synth {

/// What holds for the whole population.
struct Setting {
    std::uint64_t seed = 0;
    Day until = 0;
    double volume = 1;  ///< how much is documented; 1 gives about 30 resources a patient
    std::size_t practitioners = 12;
};

inline constexpr std::size_t nobody = static_cast<std::size_t>(-1);

enum class Smoking : std::uint8_t { Never, Former, Current };

/// A disease in somebody's life.
struct Affliction {
    Disease disease = Disease::Prediabetes;
    Day onset = 0;
    std::optional<Day> remission;
    bool controlled = true;  ///< whether treatment reaches its aim
};

/// One person of a family; what the chart of a lifetime is drawn from.
struct Person {
    std::uint64_t key = 0;  ///< seeds the chart and the ids
    std::string id;         ///< the Patient's id
    bool female = false;
    Day born = 0;
    Day from = 0;  ///< first day known to the practice
    Day to = 0;    ///< last day: death, move or `until`
    std::optional<Day> died;
    /// How the Patient tells of the death: some were never told, some without a date.
    enum class Told : std::uint8_t { Dated, Undated, Untold } told = Told::Dated;
    std::optional<Day> left;
    Language language = Language::English;
    Name given;
    Name family;
    std::size_t guardian = nobody;  ///< index of a parent, for children
    std::size_t mother = nobody;
    std::size_t duplicate_of = nobody;
    bool merged = false;  ///< a duplicate that was found and merged
    std::string phone_home;
    std::string phone_mobile;
    std::string email;
    int height = 1700;  ///< millimetres, full grown
    int bmi = 260;      ///< tenths, as an adult
    Smoking smoking = Smoking::Never;
    bool never_seen = false;  ///< only ever phoned or registered
    std::size_t doctor = 0;
    std::vector<Affliction> afflictions;

    [[nodiscard]] const Affliction* find(Disease disease) const;
    [[nodiscard]] bool has(Disease disease, Day on) const;
};

/// People who share an address and mostly a phone.
struct Family {
    std::vector<Person> members;
    Town town;
    std::string street;
};

/// The id of the Patient made from a key.
[[nodiscard]] Id patient_id(std::uint64_t key);

/// How many patients a family has, without inventing it.
[[nodiscard]] std::size_t family_size(std::uint64_t seed, std::uint64_t number);

/// Invents a family: who they are, how long the practice knows them, what they suffer from. A pure
/// function of the setting and the number.
[[nodiscard]] Family invent_family(const Setting& setting, std::uint64_t number);

/// Draws the lasting diseases of a person, by age, sex, smoking and weight.
void afflict(Person& person, std::uint64_t seed);

}  // namespace parcours::synth
