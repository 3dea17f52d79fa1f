#include "synth/family.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "synth/calendar.h"
#include "synth/diseases.h"

namespace parcours::synth {
namespace {

Setting setting() {
    Setting made;
    made.seed = 42;
    made.until = day_of(2026, 1, 1);
    return made;
}

std::vector<Family> many_families() {
    std::vector<Family> families;
    families.reserve(3000);
    for (std::uint64_t i = 0; i < 3000; ++i) {
        families.push_back(invent_family(setting(), i));
    }
    return families;
}

TEST(SynthFamily, HasTheSizeThatWasAnnounced) {
    const auto families = many_families();
    for (std::uint64_t i = 0; i < families.size(); ++i) {
        ASSERT_EQ(families[i].members.size(), family_size(42, i)) << "family " << i;
    }
}

TEST(SynthFamily, IsAFunctionOfSeedAndNumber) {
    const Family once = invent_family(setting(), 17);
    const Family again = invent_family(setting(), 17);
    const Family other = invent_family(setting(), 18);
    ASSERT_EQ(once.members.size(), again.members.size());
    EXPECT_EQ(once.members[0].id, again.members[0].id);
    EXPECT_EQ(once.street, again.street);
    EXPECT_NE(once.members[0].id, other.members[0].id);
}

TEST(SynthFamily, LivesInOrder) {
    for (const Family& family : many_families()) {
        for (const Person& person : family.members) {
            EXPECT_LE(person.born, person.from);
            EXPECT_LE(person.from, person.to);
            EXPECT_LE(person.to, setting().until);
            EXPECT_FALSE(person.died && person.left);
            for (const Affliction& affliction : person.afflictions) {
                EXPECT_GE(affliction.onset, person.born);
                EXPECT_LT(affliction.onset, person.to);
                if (affliction.remission) {
                    EXPECT_GT(*affliction.remission, affliction.onset);
                }
            }
        }
    }
}

TEST(SynthFamily, ParentsAreOlderThanChildren) {
    int children = 0;
    for (const Family& family : many_families()) {
        for (const Person& person : family.members) {
            if (person.duplicate_of != nobody) {
                continue;
            }
            if (person.mother != nobody) {
                ++children;
                const std::int64_t age = age_on(family.members[person.mother].born, person.born);
                EXPECT_TRUE(family.members[person.mother].female);
                EXPECT_TRUE(age >= 17 && age <= 46) << age;
            }
            const bool minor = age_on(person.born, setting().until) < 18;
            EXPECT_EQ(minor, person.guardian != nobody);
            if (minor) {
                EXPECT_GE(age_on(family.members[person.guardian].born, setting().until), 18);
            }
        }
    }
    EXPECT_GT(children, 500);
}

TEST(SynthFamily, HasAnAgePyramid) {
    double people = 0;
    double minors = 0;
    double old = 0;
    double women = 0;
    for (const Family& family : many_families()) {
        for (const Person& person : family.members) {
            const std::int64_t age = age_on(person.born, setting().until);
            people += 1;
            minors += age < 18 ? 1 : 0;
            old += age >= 65 ? 1 : 0;
            women += person.female ? 1 : 0;
        }
    }
    EXPECT_NEAR(minors / people, 0.19, 0.05);
    EXPECT_NEAR(old / people, 0.18, 0.05);
    EXPECT_NEAR(women / people, 0.51, 0.04);
}

TEST(SynthFamily, SharesAPhoneAndUsesNobodysNumbers) {
    int shared = 0;
    for (const Family& family : many_families()) {
        std::set<std::string> homes;
        for (const Person& person : family.members) {
            if (!person.phone_home.empty()) {
                shared += homes.contains(person.phone_home) ? 1 : 0;
                homes.insert(person.phone_home);
            }
            for (const std::string& phone : {person.phone_home, person.phone_mobile}) {
                const bool fiction = phone.empty() || phone.starts_with("+33 1 99 00 ") ||
                                     phone.starts_with("555-") ||
                                     (phone.starts_with("+1 ") && phone.substr(6, 5) == " 555 ");
                EXPECT_TRUE(fiction) << phone;
            }
            const bool reserved = person.email.empty() || person.email.ends_with("@example.org") ||
                                  person.email.ends_with("@example.com") ||
                                  person.email.ends_with("@example.net");
            EXPECT_TRUE(reserved) << person.email;
        }
        EXPECT_LE(homes.size(), 1U);
    }
    EXPECT_GT(shared, 1000);
}

TEST(SynthFamily, SparesChildrenTheDiseasesOfAge) {
    for (const Family& family : many_families()) {
        for (const Person& person : family.members) {
            for (const Affliction& affliction : person.afflictions) {
                const std::int64_t age = age_on(person.born, affliction.onset);
                EXPECT_GE(age + 1, row_of(affliction.disease).onset_age_min);
            }
            EXPECT_FALSE(person.female && person.find(Disease::ProstateCancer) != nullptr);
            EXPECT_FALSE(!person.female && person.find(Disease::BreastCancer) != nullptr);
        }
    }
}

TEST(SynthFamily, TableIsInTheOrderOfDiseases) {
    const auto table = disease_table();
    ASSERT_EQ(table.size(), disease_count);
    for (std::size_t i = 0; i < table.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(table[i].disease), i);
        EXPECT_FALSE(table[i].ailment.icd10cm.empty());
    }
}

TEST(SynthFamily, RegistersSomePeopleTwice) {
    int copies = 0;
    int merged = 0;
    for (const Family& family : many_families()) {
        for (const Person& person : family.members) {
            if (person.duplicate_of == nobody) {
                continue;
            }
            ++copies;
            merged += person.merged ? 1 : 0;
            EXPECT_NE(person.id, family.members[person.duplicate_of].id);
            EXPECT_EQ(person.born, family.members[person.duplicate_of].born);
        }
    }
    EXPECT_GT(copies, 20);
    EXPECT_GT(merged, 5);
    EXPECT_LT(merged, copies);
}

}  // namespace
}  // namespace parcours::synth
