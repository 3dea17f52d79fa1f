// The worked examples of docs/cohorts.md, run for an invented woman.

#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cql/cql.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

// Value sets of the examples, one code each: its own name.
class DocTerminology final : public Terminology {
  public:
    [[nodiscard]] std::optional<ValueSetId> find_value_set(std::string_view name) const override {
        for (std::uint32_t i = 0; i < names_.size(); ++i) {
            if (names_[i] == name) {
                return ValueSetId{i};
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] bool contains(ValueSetId set, std::string_view /*system*/,
                                std::string_view code) const override {
        return names_[static_cast<std::size_t>(set)] == code;
    }
    [[nodiscard]] std::vector<std::string> value_set_names() const override { return names_; }

  private:
    std::vector<std::string> names_{"diabetes",           "hba1c",       "condition-confirmed",
                                    "condition-active",   "systolic",    "inpatient-classes",
                                    "ambulatory-classes", "body-weight", "blood-pressure"};
};

std::string coded(std::string_view name) {
    return R"({"coding":[{"system":"urn:x","code":")" + std::string(name) + R"("}]})";
}

std::string measured(std::string_view id, std::string_view what, std::string_view when,
                     std::string_view value, std::string_view unit) {
    return R"({"resourceType":"Observation","status":"final","subject":{"reference":"Patient/p"},"id":")" +
           std::string(id) + R"(","code":)" + coded(what) + R"(,"effectiveDateTime":")" +
           std::string(when) + R"(","valueQuantity":{"value":)" + std::string(value) +
           R"(,"code":")" + std::string(unit) + R"("}})";
}

std::string visit(std::string_view id, std::string_view kind, std::string_view from,
                  std::string_view until) {
    return R"({"resourceType":"Encounter","status":"finished","subject":{"reference":"Patient/p"},"id":")" +
           std::string(id) + R"(","class":{"system":"urn:x","code":")" + std::string(kind) +
           R"("},"period":{"start":")" + std::string(from) + R"(","end":")" + std::string(until) +
           R"("}})";
}

const test::Record& record() {
    static const test::Record all(std::vector<std::string>{
        R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1970-06-01"})",
        R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p"},"onsetDateTime":"2005-03-04","code":)" +
            coded("diabetes") + R"(,"clinicalStatus":)" + coded("condition-active") + "}",
        measured("h1", "hba1c", "2024-01-10T08:00:00Z", "8.4", "%"),
        measured("h2", "hba1c", "2024-08-10T08:00:00Z", "9.1", "%"),
        measured("w1", "body-weight", "2024-02-01T08:00:00Z", "80", "kg"),
        measured("w2", "body-weight", "2024-09-01T08:00:00Z", "73.5", "kg"),
        R"({"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-03-01","code":)" +
            coded("blood-pressure") + R"(,"component":[{"code":)" + coded("systolic") +
            R"(,"valueQuantity":{"value":151,"code":"mm[Hg]"}}]})",
        visit("e1", "ambulatory-classes", "2025-01-10T08:00:00Z", "2025-01-10T09:00:00Z"),
        visit("e2", "ambulatory-classes", "2025-03-10T08:00:00Z", "2025-03-10T09:00:00Z"),
        visit("e3", "inpatient-classes", "2025-05-10T08:00:00Z", "2025-05-20T09:00:00Z"),
    });
    return all;
}

std::vector<std::string> examples() {
    std::ifstream file(PARCOURS_SOURCE_DIR "/docs/cohorts.md");
    std::vector<std::string> out;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == "```cql") {
            inside = true;
            out.emplace_back();
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            out.back() += line + "\n";
        }
    }
    return out;
}

TEST(CohortsDoc, ExamplesAnswerAsTheySay) {
    const DocTerminology terminology;
    CompileContext context;
    context.terminology = &terminology;
    context.expected = Type(Type::Kind::Boolean);
    // The ninth asks for what no record of FHIR holds.
    const std::vector<std::string> wanted{"true", "true", "true", "true",  "true",
                                          "true", "true", "true", "false", "true"};
    const auto all = examples();
    ASSERT_EQ(all.size(), wanted.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto compiled = compile(all[i], context);
        ASSERT_TRUE(compiled) << "example " << i + 1 << ": " << compiled.error().to_text();
        const auto value = evaluate(**compiled, record().source("2025-06-01", terminology),
                                    {*parse_instant("2025-06-01"), {}});
        ASSERT_TRUE(value) << "example " << i + 1 << ": " << value.error().to_text();
        EXPECT_EQ(value->to_text(), wanted[i]) << "example " << i + 1 << ":\n" << all[i];
        const auto shown = print(all[i]);
        ASSERT_TRUE(shown);
        EXPECT_EQ(*print(*shown), *shown);
    }
}

}  // namespace
}  // namespace parcours::cql
