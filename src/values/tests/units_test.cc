#include "values/units.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

#include "values/decimal.h"

namespace parcours::values {
namespace {

std::string converted(std::string_view number, std::string_view from, std::string_view to) {
    const auto value = convert_unit(*Decimal::parse(number), from, to);
    return value ? value->to_text() : "";
}

TEST(Units, ConversionsAreExact) {
    EXPECT_EQ(converted("1", "[lb_av]", "g"), "453.59237");
    EXPECT_EQ(converted("1", "[in_i]", "cm"), "2.54");
    EXPECT_EQ(converted("5", "mg/dL", "g/L"), "0.05");
    EXPECT_EQ(converted("1", "kg", "pg"), "1000000000000000.0");
    EXPECT_EQ(converted("120", "mm[Hg]", "kPa"), "15.99864");
    EXPECT_EQ(converted("1", "U/L", "kat/L"), "0.00000002");
    EXPECT_EQ(converted("1", "10*9/L", "/uL"), "1000.0");
    EXPECT_EQ(converted("3", "wk", "days"), "21.0");
    EXPECT_EQ(converted("2", "years", "months"), "24.0");
    EXPECT_EQ(converted("1", "[tbs_us]", "[tsp_us]"), "3.0");
}

TEST(Units, TemperaturesHaveAnOffset) {
    EXPECT_EQ(converted("37", "Cel", "[degF]"), "98.6");
    EXPECT_EQ(converted("32", "[degF]", "Cel"), "0.0");
    EXPECT_EQ(converted("0", "Cel", "K"), "273.15");
    EXPECT_TRUE(is_special_unit("Cel"));
    EXPECT_FALSE(is_special_unit("K"));
}

TEST(Units, WhatMeasuresSomethingElseIsNotConverted) {
    EXPECT_EQ(converted("1", "mg", "mL"), "");
    EXPECT_EQ(converted("1", "mmol/L", "mg/dL"), "");
    EXPECT_EQ(converted("1", "[iU]/L", "[arb'U]/L"), "");
    EXPECT_EQ(converted("1", "year", "d"), "");
    EXPECT_EQ(converted("1", "nosuch", "g"), "");
    EXPECT_EQ(converted("1", "[pH]", "mol/L"), "");
}

TEST(Units, TermsExponentsParenthesesAndAnnotations) {
    EXPECT_EQ(converted("1", "kg.m/s2", "N"), "1.0");
    EXPECT_EQ(converted("1", "kg.m.s-2", "N"), "1.0");
    EXPECT_EQ(converted("1", "N/(m.s)", "N.m-1.s-1"), "1.0");
    EXPECT_EQ(converted("60", "{beats}/min", "/s"), "1.0");
    EXPECT_EQ(converted("1", "mL/min/{1.73_m2}", "mL/min"), "1.0");
    for (const std::string_view broken : {"kg.", "/", "m(", "(m", "m)", "kg..m", "m--2", "{x"}) {
        EXPECT_FALSE(is_unit(broken)) << broken;
    }
}

TEST(Units, SizesAreOrdered) {
    EXPECT_EQ(compare_unit_sizes("mg", "g"), -1);
    EXPECT_EQ(compare_unit_sizes("L", "mL"), 1);
    EXPECT_EQ(compare_unit_sizes("L", "dm3"), 0);
    EXPECT_EQ(compare_unit_sizes("L", "g"), std::nullopt);
}

}  // namespace
}  // namespace parcours::values
