#include "synth/family.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/diseases.h"
#include "synth/names.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

enum class Shape : std::uint8_t {
    YoungSingle,
    Couple,
    Parents,
    SingleParent,
    Single,
    OldCouple,
    OldSingle,
    ThreeGenerations
};

struct Plan {
    Shape shape = Shape::Single;
    std::size_t children = 0;
    bool duplicate = false;
};

constexpr std::array<int, 8> shape_weights = {17, 17, 18, 6, 18, 10, 13, 3};

Plan plan_family(Chance& chance) {
    Plan plan;
    plan.shape = static_cast<Shape>(chance.weighted(shape_weights));
    if (plan.shape == Shape::Parents) {
        plan.children = 1 + chance.weighted(std::array<int, 3>{38, 44, 18});
    } else if (plan.shape == Shape::SingleParent || plan.shape == Shape::ThreeGenerations) {
        plan.children = 1 + chance.weighted(std::array<int, 2>{60, 40});
    }
    plan.duplicate = chance.holds(0.017);
    return plan;
}

std::size_t adults_of(Shape shape) {
    switch (shape) {
        case Shape::Couple:
        case Shape::Parents:
        case Shape::OldCouple:
            return 2;
        case Shape::ThreeGenerations:
            return 3;
        default:
            return 1;
    }
}

Chance family_chance(std::uint64_t seed, std::uint64_t number) {
    return Chance(mixed(seed, number + 1));
}

std::string id_of(std::uint64_t key) {
    std::string text;
    append_id(text, patient_id(key));
    return text;
}

/// A number nobody answers: exchange 555, lines 0100–0199 first (set aside for fiction), other
/// lines of that exchange, which has no subscribers, when a big population has used them up.
std::string phone_number(std::uint64_t slot) {
    const auto areas = area_codes();
    const std::uint64_t fiction = areas.size() * 100;
    std::uint64_t area = 0;
    std::uint64_t line = 0;
    if (slot < fiction) {
        area = slot / 100;
        line = 100 + slot % 100;
    } else {
        const std::uint64_t beyond = (slot - fiction) % (areas.size() * 9000);
        area = beyond / 9000;
        line = 200 + beyond % 9000;
        line = line == 1212 ? 1211 : line;
    }
    const std::string digits = std::to_string(line);
    return "+1 " + std::to_string(areas[area]) + " 555 " + std::string(4 - digits.size(), '0') +
           digits;
}

struct Builder {
    const Setting& setting;
    std::uint64_t number;
    Chance& chance;
    Family family;
    Language language = Language::English;
    Name surname;
    Day from = 0;
    std::optional<Day> left;

    Day born_at(std::int64_t age) {
        return setting.until - age * 36525 / 100 - chance.between(0, 364);
    }

    Person& add(bool female, Day born) {
        Person person;
        const std::uint64_t index = family.members.size();
        person.key = mixed(setting.seed ^ 0x5EEDU, number * 16 + index + 1);
        person.id = id_of(person.key);
        person.female = female;
        person.born = born;
        person.language = language;
        person.family = surname;
        person.given = chance.pick(given_names(language, female));
        person.from = std::max(from, born);
        person.doctor =
            static_cast<std::size_t>(mixed(setting.seed, number + 77) % setting.practitioners);
        family.members.push_back(std::move(person));
        return family.members.back();
    }
};

void draw_home(Builder& b) {
    const std::size_t which = b.chance.weighted(std::array<int, 3>{80, 10, 10});
    b.language = static_cast<Language>(which);
    b.surname = b.chance.pick(family_names(b.language));
    const bool abroad = b.language != Language::English && b.chance.holds(0.18);
    const auto towns = !abroad                          ? home_towns()
                       : b.language == Language::French ? french_towns()
                                                        : chinese_towns();
    b.family.town = b.chance.pick(towns);
    const auto& street = b.chance.pick(streets(b.family.town.country));
    const std::string house = std::to_string(b.chance.between(1, 240));
    b.family.street = b.family.town.country == "CN" ? std::string(street) + house + "号"
                                                    : house + " " + std::string(street);
    const Day history = b.setting.until - 3652;
    b.from = b.chance.holds(0.5) ? history + b.chance.between(0, 60)
                                 : history + b.chance.between(60, 3400);
    if (b.chance.holds(0.05) && b.setting.until - b.from > 500) {
        b.left = b.chance.between(b.from + 300, b.setting.until - 20);
    }
}

void add_couple(Builder& b, std::int64_t age_of_woman) {
    const bool mixed_couple = b.chance.holds(0.96);
    b.add(true, b.born_at(age_of_woman));
    const std::int64_t other = std::max<std::int64_t>(19, age_of_woman + b.chance.between(-3, 5));
    b.add(!mixed_couple, b.born_at(other));
}

void add_children(Builder& b, std::size_t count, std::size_t parents, Day youngest) {
    Day born = youngest;
    for (std::size_t i = 0; i < count; ++i) {
        Person& child = b.add(b.chance.holds(0.49), born);
        child.mother = b.family.members[0].female ? 0 : nobody;
        if (age_on(child.born, b.setting.until) < 18) {
            child.guardian = parents > 1 && b.chance.holds(0.25) ? 1 : 0;
        }
        born -= b.chance.between(600, 1500);
    }
}

void add_parents_and_children(Builder& b, const Plan& plan, bool two) {
    const std::int64_t youngest = b.chance.between(0, 20);
    const auto siblings = static_cast<std::int64_t>(plan.children) - 1;
    const std::int64_t age_of_parent = youngest + siblings * 3 + b.chance.between(22, 35);
    if (two) {
        add_couple(b, age_of_parent);
    } else {
        b.add(b.chance.holds(0.82), b.born_at(age_of_parent));
    }
    // The youngest may be a baby of some weeks: the birth then stands in the mother's record.
    const Day born = b.setting.until - youngest * 36525 / 100 - b.chance.between(5, 360);
    add_children(b, plan.children, two ? 2 : 1, born);
}

void populate(Builder& b, const Plan& plan) {
    switch (plan.shape) {
        case Shape::YoungSingle:
            b.add(b.chance.holds(0.5), b.born_at(b.chance.between(19, 36)));
            break;
        case Shape::Couple:
            add_couple(b, b.chance.between(26, 65));
            break;
        case Shape::Parents:
            add_parents_and_children(b, plan, true);
            break;
        case Shape::SingleParent:
            add_parents_and_children(b, plan, false);
            break;
        case Shape::Single:
            b.add(b.chance.holds(0.48), b.born_at(b.chance.between(40, 66)));
            break;
        case Shape::OldCouple:
            add_couple(b, b.chance.between(62, 86));
            break;
        case Shape::OldSingle:
            b.add(b.chance.holds(0.62), b.born_at(b.chance.whole_around(77, 9, 65, 101)));
            break;
        case Shape::ThreeGenerations:
            add_parents_and_children(b, plan, true);
            b.add(b.chance.holds(0.7), b.born_at(b.chance.between(66, 90)));
            break;
    }
}

void draw_body(Person& person, Chance& chance) {
    person.height = person.female ? static_cast<int>(chance.whole_around(1625, 65, 1450, 1850))
                                  : static_cast<int>(chance.whole_around(1760, 70, 1560, 2000));
    const double mean = person.language == Language::Chinese ? 242.0 : 274.0;
    person.bmi = static_cast<int>(chance.whole_around(mean, 48, 175, 455));
    const std::size_t habit = chance.weighted(std::array<int, 3>{62, 24, 14});
    person.smoking = static_cast<Smoking>(habit);
    person.never_seen = chance.holds(0.05);
}

void draw_reach(Builder& b, Person& person, std::size_t index, const std::string& home) {
    Chance& chance = b.chance;
    const bool adult = age_on(person.born, b.setting.until) >= 15;
    const bool french = b.family.town.country == "FR";
    const std::uint64_t slot = b.number * 4 + index % 3 + 1;
    if (!chance.holds(0.10)) {
        person.phone_home = home;
    }
    if (adult && !french && chance.holds(0.72)) {
        person.phone_mobile = phone_number(slot);
    }
    if (chance.holds(0.03)) {
        person.phone_mobile = "555-" + std::to_string(chance.between(100, 999)) + "-" +
                              std::to_string(chance.between(1000, 9999));  // a wrong number
        person.phone_home.clear();
    }
    const double elderly = age_on(person.born, b.setting.until) > 78 ? 0.35 : 0.78;
    if (adult && chance.holds(elderly)) {
        constexpr std::array<std::string_view, 3> domains = {"example.org", "example.com",
                                                             "example.net"};
        person.email = std::string(person.given.ascii) + "." + std::string(person.family.ascii) +
                       std::to_string((b.number * 7 + index) % 1000000) + "@" +
                       std::string(chance.pick(domains));
    }
}

void draw_end(Builder& b, Person& person) {
    constexpr std::array<int, 10> death_per_mille = {1, 1, 5, 8, 14, 35, 80, 170, 340, 560};
    const std::int64_t decade =
        std::min<std::int64_t>(9, age_on(person.born, b.setting.until) / 10);
    const Day known = b.setting.until - person.from;
    person.to = b.setting.until;
    if (b.left && *b.left > person.from + 30) {
        person.left = b.left;
        person.to = *b.left;
    }
    const double risk = death_per_mille[static_cast<std::size_t>(decade)] / 1000.0 *
                        static_cast<double>(known) / 3650.0;
    if (!person.left && known > 60 && b.chance.holds(risk)) {
        person.died = b.chance.between(person.from + 40, b.setting.until - 1);
        person.to = *person.died;
        const double draw = b.chance.unit();
        person.told = draw < 0.05   ? Person::Told::Untold
                      : draw < 0.09 ? Person::Told::Undated
                                    : Person::Told::Dated;
    }
}

std::string home_phone(Builder& b) {
    if (b.family.town.country == "FR") {
        const std::string digits = std::to_string(10000 + b.number % 10000);
        return "+33 1 99 00 " + digits.substr(1, 2) + " " + digits.substr(3, 2);
    }
    return phone_number(b.number * 4);
}

/// A second registration of the same person: other spelling, other phone, few records.
void add_duplicate(Builder& b) {
    const std::size_t original = 0;
    Person copy = b.family.members[original];
    copy.key = mixed(b.setting.seed ^ 0xD0BBU, b.number + 5);
    copy.id = id_of(copy.key);
    copy.duplicate_of = original;
    copy.merged = b.chance.holds(0.6);
    copy.from = b.chance.between(copy.from, copy.to);
    copy.afflictions.clear();
    if (b.chance.holds(0.5)) {
        copy.phone_mobile.clear();
        copy.email.clear();
    }
    b.family.members.push_back(std::move(copy));
}

}  // namespace

const Affliction* Person::find(Disease disease) const {
    for (const Affliction& affliction : afflictions) {
        if (affliction.disease == disease) {
            return &affliction;
        }
    }
    return nullptr;
}

bool Person::has(Disease disease, Day on) const {
    const Affliction* found = find(disease);
    return found != nullptr && found->onset <= on;
}

Id patient_id(std::uint64_t key) {
    return {mixed(key, 11)};
}

std::size_t family_size(std::uint64_t seed, std::uint64_t number) {
    Chance chance = family_chance(seed, number);
    const Plan plan = plan_family(chance);
    return adults_of(plan.shape) + plan.children + (plan.duplicate ? 1U : 0U);
}

Family invent_family(const Setting& setting, std::uint64_t number) {
    Chance chance = family_chance(setting.seed, number);
    const Plan plan = plan_family(chance);
    Builder b{setting, number, chance, {}, Language::English, {}, 0, std::nullopt};
    b.family.members.reserve(8);
    draw_home(b);
    populate(b, plan);
    const std::string home = home_phone(b);
    for (std::size_t i = 0; i < b.family.members.size(); ++i) {
        Person& person = b.family.members[i];
        draw_body(person, chance);
        draw_reach(b, person, i, home);
        draw_end(b, person);
        afflict(person, mixed(person.key, 21));
    }
    if (plan.duplicate) {
        add_duplicate(b);
    }
    return std::move(b.family);
}

}  // namespace parcours::synth
