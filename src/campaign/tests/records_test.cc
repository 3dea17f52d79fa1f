// The shipped cohorts and branches on real records: the counts were made a second time by a plain
// script over the same files.
#include <deque>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "values/temporal.h"
#include "cql/type.h"
#include "practice/folder.h"

namespace parcours::campaign {
namespace {

const std::filesystem::path records = PARCOURS_SOURCE_DIR "/../shared/data/synthea-150";

const practice::Folder& folder() {
    static std::vector<Error> errors;
    static const practice::Folder opened =
        practice::read_folder(practice::built_in_files(), errors);
    return opened;
}

/// The resources of each patient, parsed once.
class Records {
  public:
    Records() {
        for (const char* type :
             {"Patient", "Condition", "Encounter", "Observation", "Procedure", "CarePlan"}) {
            std::ifstream file(records / (std::string(type) + ".ndjson"));
            for (std::string line; std::getline(file, line);) {
                documents_.emplace_back();
                add(documents_.back().parse(line).value());
            }
        }
    }

    /// How many patients an expression is true for.
    [[nodiscard]] int count(const std::string& text, Instant now) const {
        const auto expression =
            compile_text(text, {}, folder().vocabulary(), {}, cql::Type(cql::Type::Kind::Boolean));
        EXPECT_TRUE(expression.has_value()) << expression.error().to_text();
        int found = 0;
        for (const auto& [patient, resources] : patients_) {
            const cql::JsonSource source(resources, now, &folder().value_sets);
            const auto value = cql::evaluate(**expression, source, {now, {}});
            EXPECT_TRUE(value.has_value());
            found += value && value->is_true() ? 1 : 0;
        }
        return found;
    }

  private:
    void add(const JsonView& resource) {
        std::string_view id = resource["id"].text();
        if (resource["resourceType"].text() != "Patient") {
            id = resource["subject"]["reference"].text();
            id.remove_prefix(id.rfind('/') + 1);
        }
        patients_[std::string(id)].push_back(resource);
    }

    std::deque<JsonDocument> documents_;
    std::map<std::string, std::vector<JsonView>> patients_;
};

TEST(Records, ShippedCohortsFindWhomAPlainScriptFinds) {
    if (!std::filesystem::exists(records)) {
        GTEST_SKIP() << "the export is not here";
    }
    const Records export_of_150;
    const Instant now = parse_instant("2019-06-01").value();
    const auto members = [&](std::string_view cohort) {
        return export_of_150.count(folder().find_cohort(cohort)->cql, now);
    };
    EXPECT_EQ(members("diabetes-hba1c-due"), 5);
    EXPECT_EQ(members("colorectal-screening-due"), 24);
    EXPECT_EQ(members("new-patients"), 0);
    EXPECT_EQ(members("palliative-care"), 1);
    // The stool test's values, told apart as the branch of the screening does.
    EXPECT_EQ(export_of_150.count("exists ([Observation: \"fit-test\"] O where (O.value as "
                                  "Quantity) >= 100 'ng/mL')",
                                  now),
              1);
}

/// One stool test of a patient, and which way the campaign's branch goes.
std::string branch_for(const std::string& fields) {
    JsonDocument patient;
    JsonDocument observation;
    const std::vector<JsonView> resources{
        patient.parse(R"({"resourceType":"Patient","id":"p","birthDate":"1960-01-01"})").value(),
        observation
            .parse(R"({"resourceType":"Observation","id":"o","status":"final",)"
                   R"("subject":{"reference":"Patient/p"},)"
                   R"("code":{"coding":[{"system":"http://loinc.org","code":"57905-2"}]},)"
                   R"("effectiveDateTime":"2026-03-10T08:00:00Z")" +
                   fields + "}")
            .value()};
    std::vector<Error> errors;
    static const std::vector<Campaign> campaigns = read_campaigns(folder(), errors);
    const Instant now = parse_instant("2026-03-12").value();
    const std::vector<cql::Value> enrolled{values::from_instant(parse_instant("2026-03-01").value())};
    for (const Campaign& campaign : campaigns) {
        const Step* step = campaign.find_step("result");
        if (step == nullptr) {
            continue;
        }
        const auto& branch = std::get<BranchStep>(step->what);
        for (const BranchStep::Arm& arm : branch.arms) {
            const auto expression =
                compile_condition(campaign, arm.condition, folder().vocabulary()).value();
            const cql::JsonSource source(resources, now, &folder().value_sets);
            if (cql::evaluate(*expression, source, {now, enrolled})->is_true()) {
                return arm.then.step;
            }
        }
        return branch.otherwise.step;
    }
    return "no such campaign";
}

TEST(Records, OnlyAnExplicitNormalResultEndsTheScreening) {
    const std::string interpretation =
        R"(,"interpretation":[{"coding":[{"system":)"
        R"("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":")";
    const std::string value =
        R"(,"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":")";
    EXPECT_EQ(branch_for(interpretation + "NEG\"}]}]"), "done");
    EXPECT_EQ(branch_for(interpretation + "N\"}]}]"), "done");
    EXPECT_EQ(branch_for(interpretation + "POS\"}]}]"), "abnormal");
    EXPECT_EQ(branch_for(interpretation + "A\"}]}]"), "abnormal");
    EXPECT_EQ(branch_for(value + "260385009\"}]}"), "done");
    EXPECT_EQ(branch_for(value + "10828004\"}]}"), "abnormal");
    const std::string quantity =
        R"(,"valueQuantity":{"system":"http://unitsofmeasure.org","code":"ng/mL","value":)";
    EXPECT_EQ(branch_for(quantity + "12.5}"), "done");
    EXPECT_EQ(branch_for(quantity + "250}"), "abnormal");
    // What nobody can read, a person reads.
    EXPECT_EQ(branch_for(""), "unclear");
    EXPECT_EQ(branch_for(R"(,"valueString":"see report")"), "unclear");
    EXPECT_EQ(branch_for(value + "373121007\"}]}"), "unclear");
    // A positive interpretation outweighs a small number.
    EXPECT_EQ(branch_for(interpretation + "POS\"}]}]" + quantity + "12.5}"), "abnormal");
}

}  // namespace
}  // namespace parcours::campaign
