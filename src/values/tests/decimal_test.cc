#include "values/decimal.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "values/units.h"

namespace parcours::values {
namespace {

Decimal number(const char* text) {
    return *Decimal::parse(text);
}

TEST(Decimal, ReadsAndWritesExactly) {
    EXPECT_EQ(number("0.1").to_text(), "0.1");
    EXPECT_EQ(number("-12.50").to_text(), "-12.5");
    EXPECT_EQ(number("3").to_text(), "3.0");
    EXPECT_EQ(number("-0.00000001").to_text(), "-0.00000001");
    EXPECT_EQ(number("99999999999999999999.99999999"), Decimal::max());
    EXPECT_EQ(number("0.123456785").to_text(), "0.12345679");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
    for (const char* text :
         {"", "-", ".5", "5.", "1e5", "1 ", "abc", "1.2.3", "100000000000000000000"}) {
        EXPECT_FALSE(Decimal::parse(text)) << text;
    }
    EXPECT_FALSE(Decimal::from_double(std::numeric_limits<double>::infinity()));
    EXPECT_FALSE(Decimal::from_double(1e20));
}

TEST(Decimal, CalculatesWithoutBinaryError) {
    EXPECT_EQ(number("0.1").add(number("0.2")), number("0.3"));
    EXPECT_EQ(number("1.1").multiply(number("1.1")), number("1.21"));
    EXPECT_EQ(number("10").divide(number("3"))->to_text(), "3.33333333");
    EXPECT_EQ(number("20").divide(number("3"))->to_text(), "6.66666667");
    EXPECT_EQ(number("-20").divide(number("3"))->to_text(), "-6.66666667");
    EXPECT_EQ(number("10").remainder(number("3")), number("1"));
    EXPECT_EQ(number("99999999999.5").multiply(number("100000000"))->to_text(),
              "9999999999950000000.0");
}

TEST(Decimal, LeavesItsRangeAsNothing) {
    EXPECT_FALSE(Decimal::max().add(number("0.00000001")));
    EXPECT_FALSE(Decimal::min().subtract(number("0.00000001")));
    EXPECT_FALSE(Decimal::max().multiply(number("2")));
    EXPECT_FALSE(number("1").divide(Decimal()));
    EXPECT_FALSE(number("1").remainder(Decimal()));
}

TEST(Decimal, RoundsHalvesAwayFromZero) {
    EXPECT_EQ(number("0.5").round(0), number("1"));
    EXPECT_EQ(number("-0.5").round(0), number("-1"));
    EXPECT_EQ(number("3.14159").round(3), number("3.142"));
    EXPECT_EQ(number("-1.1").floor(), number("-2"));
    EXPECT_EQ(number("-1.9").truncate(), -1);
}

TEST(Units, ConvertsWhatMeasuresTheSame) {
    EXPECT_EQ(convert_unit(number("5"), "mg", "g")->to_text(), "0.005");
    EXPECT_EQ(convert_unit(number("1"), "g/L", "mg/dL")->to_text(), "100.0");
    EXPECT_EQ(convert_unit(number("2"), "weeks", "days")->to_text(), "14.0");
    EXPECT_EQ(convert_unit(number("2"), "year", "months")->to_text(), "24.0");
    EXPECT_EQ(convert_unit(number("10"), "[lb_av]", "kg")->to_text(), "4.5359237");
    EXPECT_EQ(convert_unit(number("1"), "kg/m2", "g/cm2")->to_text(), "0.1");
    EXPECT_EQ(convert_unit(number("5"), "{beats}/min", "/min")->to_text(), "5.0");
    EXPECT_EQ(convert_unit(number("50"), "%", "1")->to_text(), "0.5");
}

TEST(Units, RefusesWhatDoesNot) {
    EXPECT_FALSE(convert_unit(number("1"), "mg/dL", "mmol/L"));
    EXPECT_FALSE(convert_unit(number("1"), "mg", "mL"));
    EXPECT_FALSE(convert_unit(number("1"), "month", "days"));
    EXPECT_FALSE(convert_unit(number("1"), "furlong", "m"));
    EXPECT_TRUE(same_unit("day", "d"));
    EXPECT_TRUE(same_unit("", "1"));
    EXPECT_FALSE(same_unit("year", "a"));
}

}  // namespace
}  // namespace parcours::values
