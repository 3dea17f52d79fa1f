#include "population/patients.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "population/column.h"
#include "record/identity.h"

namespace parcours::population {
namespace {

/// Ascending, without doubles.
std::vector<Key> make_keys(const std::string& kind, std::size_t count) {
    std::vector<Key> keys;
    SeededRandom random(count);
    Key next = kind == "low" ? 1 : UINT64_MAX - 3 * count;
    for (std::size_t i = 0; i < count; ++i) {
        keys.push_back(kind == "even"                   ? random.next()
                       : kind == "halves" && i % 2 == 0 ? random.next() >> 40U
                       : kind == "halves"               ? UINT64_MAX - (random.next() >> 44U)
                                                        : next++);
    }
    std::ranges::sort(keys);
    const auto doubles = std::ranges::unique(keys);
    keys.erase(doubles.begin(), doubles.end());
    return keys;
}

TEST(Patients, AreFoundHoweverTheirKeysLie) {
    for (const std::string kind : {"even", "low", "high", "halves"}) {
        for (const std::size_t count : {0U, 1U, 2U, 63U, 64U, 65U, 1'000U, 50'000U}) {
            const std::vector<Key> keys = make_keys(kind, count);
            Patients patients;
            patients.count = static_cast<std::uint32_t>(keys.size());
            patients.key = Column<Key>(keys);
            for (std::size_t i = 0; i < keys.size(); ++i) {
                ASSERT_EQ(patients.find(keys[i]), std::optional<PatientNumber>(i)) << kind << count;
                const bool free = i + 1 == keys.size() || keys[i + 1] != keys[i] + 1;
                ASSERT_EQ(patients.find(keys[i] + 1).has_value(), !free && keys[i] != UINT64_MAX);
            }
            EXPECT_EQ(patients.find(0), std::nullopt) << kind << count;
            EXPECT_EQ(patients.find(UINT64_MAX), std::nullopt) << kind << count;
        }
    }
}

}  // namespace
}  // namespace parcours::population
