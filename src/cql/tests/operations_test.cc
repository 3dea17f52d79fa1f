#include "cql/operations.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/json.h"
#include "cql/functions/ranges.h"
#include "cql/model/read_json.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

Value value(std::string_view text) {
    const test::Record nobody({});
    const auto compiled = compile(text, test::compile_context());
    EXPECT_TRUE(compiled) << text;
    const EvaluationContext context{*parse_instant("2019-06-01"), {}};
    return *evaluate(**compiled, nobody.source("2019-06-01"), context);
}

std::string shown(Truth truth) {
    return truth ? (*truth ? "true" : "false") : "null";
}

// Values of every kind, none equal to another.
const std::vector<const char*> kinds = {"true",
                                        "1",
                                        "3L",
                                        "1.5",
                                        "'a'",
                                        "@2019-01-01",
                                        "@T08:30",
                                        "3 'mg'",
                                        "Code 'a' from \"urn:x\"",
                                        "Interval[1, 2]",
                                        "{1, 2}",
                                        "Tuple { a: 1 }"};

// A number may be the quantity or lie in the uncertain distance; a text may be the code.
bool may_be_same(std::string_view left, std::string_view right) {
    const bool number = left == "1" || left == "3L" || left == "1.5";
    return (number && (right == "3 'mg'" || right.starts_with("Interval"))) ||
           (left == "'a'" && right.starts_with("Code"));
}

TEST(Operations, EqualityHoldsForEveryKindAndOnlyForItself) {
    for (const char* left : kinds) {
        for (const char* right : kinds) {
            const bool same = std::string_view(left) == right;
            if (may_be_same(left, right) || may_be_same(right, left)) {
                continue;
            }
            EXPECT_EQ(shown(equal(value(left), value(right))), same ? "true" : "false")
                << left << " = " << right;
            EXPECT_EQ(equivalent(value(left), value(right)), same) << left << " ~ " << right;
        }
        EXPECT_EQ(shown(equal(value(left), Value())), "null") << left;
        EXPECT_FALSE(equivalent(value(left), Value())) << left;
    }
}

TEST(Operations, OrderIsAntisymmetricAndSortingTotal) {
    const std::vector<const char*> points = {"1", "2", "2.5", "3L", "10"};
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t j = 0; j < points.size(); ++j) {
            const int expected = i < j ? -1 : i > j ? 1 : 0;
            EXPECT_EQ(order(value(points[i]), value(points[j])), expected)
                << points[i] << " " << points[j];
        }
    }
    EXPECT_EQ(sort_order(Value(), value("1")), -1);
    EXPECT_EQ(sort_order(value("1"), Value()), 1);
    EXPECT_EQ(sort_order(Value(), Value()), 0);
    EXPECT_EQ(sort_order(value("@2019"), value("@2019-06")), -1);
    EXPECT_EQ(order(value("@2019"), value("@2019-06")), std::nullopt);
    EXPECT_EQ(order(value("1"), value("'a'")), std::nullopt);
}

TEST(Operations, SuccessorAndPredecessorUndoEachOther) {
    for (const char* text : {"1", "1L", "1.5", "3 'mg'", "@2019-01-31", "@2019-12",
                             "@2019-12-31T23:59:59.999Z", "@T08:30"}) {
        EXPECT_TRUE(equivalent(predecessor_of(successor_of(value(text))), value(text))) << text;
        EXPECT_EQ(order(value(text), successor_of(value(text))), -1) << text;
        EXPECT_TRUE(successor_of(maximum_like(value(text))).is_null() || text[0] == '@') << text;
    }
    EXPECT_TRUE(successor_of(value("'a'")).is_null());
}

TEST(Operations, IntervalRelationsAgreeWithEachOther) {
    const std::vector<const char*> intervals = {
        "Interval[1, 3]", "Interval[2, 5]",    "Interval[4, 6]",    "Interval[1, 6]",
        "Interval(3, 5)", "Interval[7, null]", "Interval[null, 2]", "Interval[3, 3]"};
    for (const char* left : intervals) {
        for (const char* right : intervals) {
            const auto ask = [&](const std::string& relation) {
                return value(std::string(left) + " " + relation + " " + right).to_text();
            };
            const auto back = [&](const std::string& relation) {
                return value(std::string(right) + " " + relation + " " + left).to_text();
            };
            EXPECT_EQ(ask("before"), back("after")) << left << right;
            EXPECT_EQ(ask("includes"), back("included in")) << left << right;
            EXPECT_EQ(ask("overlaps"), back("overlaps")) << left << right;
            EXPECT_EQ(ask("meets before"), back("meets after")) << left << right;
            const bool apart = ask("before") == "true" || ask("after") == "true";
            EXPECT_EQ(ask("overlaps"), apart ? "false" : "true") << left << right;
            EXPECT_TRUE(ask("properly includes") != "true" || ask("includes") == "true")
                << left << right;
        }
    }
}

TEST(ReadJson, TurnsEveryFhirTypeIntoItsCqlValue) {
    const auto read = [](const char* type, const char* json) {
        JsonDocument document;
        return model::read_value((*document.parse(std::string("[") + json + "]")).elements()[0],
                                 type)
            .to_text();
    };
    EXPECT_EQ(read("boolean", "true"), "true");
    EXPECT_EQ(read("integer", "5"), "5");
    EXPECT_EQ(read("integer", "5000000000"), "null");
    EXPECT_EQ(read("decimal", "0.1"), "0.1");
    EXPECT_EQ(read("decimal", "1e3"), "1000.0");
    EXPECT_EQ(read("dateTime", "\"2019-06\""), "@2019-06T");
    EXPECT_EQ(read("date", "\"2019-06-01\""), "@2019-06-01");
    EXPECT_EQ(read("date", "\"2019-02-30\""), "null");
    EXPECT_EQ(read("time", "\"08:30:00\""), "@T08:30:00");
    EXPECT_EQ(read("Quantity", R"({"value":5,"unit":"milligram","code":"mg"})"), "5.0 'mg'");
    EXPECT_EQ(read("Quantity", R"({"value":5,"comparator":"<","code":"mg"})"), "null");
    EXPECT_EQ(read("Quantity", R"({"unit":"mg"})"), "null");
    EXPECT_EQ(read("Period", R"({"start":"2019-06-01"})"), "Interval[@2019-06-01T, null]");
    EXPECT_EQ(read("Period", "{}"), "null");
    EXPECT_EQ(read("Coding", R"({"system":"urn:s","code":"c","display":"C"})"),
              "Code { code: 'c', system: 'urn:s', display: 'C' }");
    EXPECT_EQ(read("CodeableConcept", R"({"text":"T"})"), "Concept { codes: {}, display: 'T' }");
    EXPECT_EQ(read("HumanName", R"({"family":"F","given":["G"],"unknown":1})"),
              "Tuple { family: 'F', given: {'G'} }");
    EXPECT_EQ(read("string", "5"), "null");
    EXPECT_EQ(read("SampledData", R"({"data":"1 2","dimensions":1})"),
              "Tuple { dimensions: 1, data: '1 2' }");
    EXPECT_EQ(read("Ratio", R"({"numerator":{"value":1},"denominator":{"value":128}})"),
              "1.0 '1':128.0 '1'");
}

TEST(ReadJson, ReadsEveryTypeOfR4) {
    JsonDocument document;
    const JsonView device = *document.parse(
        R"({"resourceType":"Device","id":"d","udiCarrier":[{"deviceIdentifier":"0123"}],
            "contained":[{"resourceType":"Basic","id":"b"}]})");
    const auto read = [&device](std::vector<std::string> steps) {
        const auto path = model::find_path(model::type_id(fhir::ResourceType::Device), steps);
        return path ? model::read_path(device, *path, *parse_instant("2019-06-01")).to_text()
                    : "no path";
    };
    EXPECT_EQ(read({"udiCarrier", "deviceIdentifier"}), "{'0123'}");
    EXPECT_EQ(read({"contained", "id"}), "{'b'}");
    EXPECT_EQ(read({"lotNumber"}), "null");
    EXPECT_EQ(read({"udiCarrierr"}), "no path");
}

}  // namespace
}  // namespace parcours::cql
