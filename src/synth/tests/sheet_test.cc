#include "synth/sheet.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "base/json.h"
#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/codes.h"

namespace parcours::synth {
namespace {

std::string decimal(std::int64_t value, int decimals) {
    std::string out;
    append_decimal(out, value, decimals);
    return out;
}

TEST(SynthSheet, WritesDecimals) {
    EXPECT_EQ(decimal(705, 1), "70.5");
    EXPECT_EQ(decimal(-25, 1), "-2.5");
    EXPECT_EQ(decimal(7, 2), "0.07");
    EXPECT_EQ(decimal(0, 0), "0");
    EXPECT_EQ(decimal(138, 0), "138");
}

TEST(SynthSheet, WritesIdsOfSixteenDigits) {
    std::string out;
    append_id(out, {0x1AULL});
    append_id(out, {0xFFFFFFFFFFFFFFFFULL});
    EXPECT_EQ(out, "000000000000001affffffffffffffff");
}

TEST(SynthSheet, WritesAWholeResource) {
    Sheet sheet;
    Line line(sheet, Type::Condition, {5}, start_of(1));
    line.text("note", "x").concept_of("code", snomed("38341003", "Hypertension"));
    line.references("evidence", Type::Observation, {6}).decimal("value", 123, 1);
    line.period("period", 0, 60).open_period("open", 0).concepts("type", snomed("1", ""));
    line.end();
    ASSERT_EQ(sheet.counts[static_cast<std::size_t>(Type::Condition)], 1U);
    const std::string& text = sheet.lines[static_cast<std::size_t>(Type::Condition)];
    JsonDocument document;
    const auto parsed = document.parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ((*parsed)["resourceType"].text(), "Condition");
    EXPECT_EQ((*parsed)["id"].text(), "0000000000000005");
    EXPECT_EQ((*parsed)["meta"]["lastUpdated"].text(), "1970-01-02T00:00:00Z");
    EXPECT_EQ((*parsed)["evidence"].elements()[0]["reference"].text(),
              "Observation/0000000000000006");
    EXPECT_EQ((*parsed)["value"].number(), 12.3);
    EXPECT_EQ((*parsed)["period"]["end"].text(), "1970-01-01T01:00:00Z");
    EXPECT_FALSE((*parsed)["open"]["end"].exists());
    EXPECT_EQ(text.back(), '\n');
}

TEST(SynthSheet, ClearsLinesAndCounts) {
    Sheet sheet;
    Line(sheet, Type::Patient, {1}, 0).end();
    sheet.clear();
    EXPECT_TRUE(sheet.lines[static_cast<std::size_t>(Type::Patient)].empty());
    EXPECT_EQ(sheet.counts[static_cast<std::size_t>(Type::Patient)], 0U);
}

TEST(SynthChance, KeepsToItsBounds) {
    Chance chance(7);
    for (int i = 0; i < 2000; ++i) {
        const auto value = chance.between(-3, 4);
        EXPECT_TRUE(value >= -3 && value <= 4);
        const auto around = chance.whole_around(50, 10, 40, 55);
        EXPECT_TRUE(around >= 40 && around <= 55);
    }
    EXPECT_EQ(chance.between(9, 2), 9);
    EXPECT_FALSE(chance.holds(0));
    EXPECT_TRUE(chance.holds(1.5));
}

TEST(SynthChance, DrawsInProportion) {
    Chance chance(11);
    std::array<int, 3> drawn{};
    for (int i = 0; i < 10000; ++i) {
        ++drawn[chance.weighted(std::array<int, 3>{70, 30, 0})];
    }
    EXPECT_NEAR(drawn[0], 7000, 200);
    EXPECT_EQ(drawn[2], 0);
}

TEST(SynthChance, RepeatsItself) {
    Chance first(3);
    Chance second(3);
    Chance other(4);
    EXPECT_EQ(first.bits(), second.bits());
    EXPECT_NE(first.bits(), other.bits());
    EXPECT_NE(mixed(1, 2), mixed(2, 1));
}

}  // namespace
}  // namespace parcours::synth
