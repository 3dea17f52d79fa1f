#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "cql/tests/fixture.h"

namespace parcours::cql {
namespace {

// The record of every patient of a real export, by the types the questions below need.
class Export {
  public:
    explicit Export(const std::string& folder) {
        for (const char* type : {"Patient", "Condition", "Immunization", "Encounter"}) {
            std::ifstream file(folder + "/" + type + ".ndjson");
            for (std::string line; std::getline(file, line);) {
                documents_.push_back(std::make_unique<JsonDocument>());
                const JsonView view = *documents_.back()->parse(line);
                patients_[owner(view)].push_back(view);
            }
        }
    }

    [[nodiscard]] const std::map<std::string, std::vector<JsonView>>& patients() const {
        return patients_;
    }

    /// How many patients the expression is true for.
    [[nodiscard]] int count(std::string_view text, std::string_view as_of) const {
        const auto compiled = compile(text, test::compile_context());
        EXPECT_TRUE(compiled) << compiled.error().to_text();
        const Instant now = *parse_instant(as_of);
        return static_cast<int>(std::ranges::count_if(patients_, [&](const auto& patient) {
            const JsonSource source(patient.second, now, &test::terminology());
            const auto value = evaluate(**compiled, source, {now, {}});
            EXPECT_TRUE(value) << value.error().to_text();
            return value->is_true();
        }));
    }

    /// How many patients have a resource that fits, found without any CQL.
    [[nodiscard]] int count_having(const auto& fits) const {
        return static_cast<int>(std::ranges::count_if(patients_, [&](const auto& patient) {
            return std::ranges::any_of(patient.second, fits);
        }));
    }

  private:
    static std::string owner(const JsonView& resource) {
        if (resource["resourceType"].text() == "Patient") {
            return "Patient/" + std::string(resource["id"].text());
        }
        const std::string_view subject = resource["subject"]["reference"].text();
        return std::string(subject.empty() ? resource["patient"]["reference"].text() : subject);
    }

    std::vector<std::unique_ptr<JsonDocument>> documents_;
    std::map<std::string, std::vector<JsonView>> patients_;
};

class RealExport : public ::testing::Test {
  protected:
    void SetUp() override {
        const std::string folder = PARCOURS_SOURCE_DIR "/../shared/data/synthea-150";
        if (!std::ifstream(folder + "/Patient.ndjson")) {
            GTEST_SKIP() << "no export beside the project";
        }
        static const Export all(folder);
        export_ = &all;
    }

    const Export* export_ = nullptr;
};

TEST_F(RealExport, FindsTheSameDiabeticsAsAPlainScan) {
    for (const char* day : {"1980-01-01", "2000-01-01", "2010-06-15", "2019-06-01", "2030-01-01"}) {
        const int scanned = export_->count_having([day](const JsonView& resource) {
            const auto codings = resource["code"]["coding"].elements();
            const bool diabetes = std::ranges::any_of(codings, [](const JsonView& coding) {
                return coding["code"].text() == "44054006";
            });
            return resource["resourceType"].text() == "Condition" && diabetes &&
                   resource["onsetDateTime"].text() < day;
        });
        EXPECT_EQ(export_->count("exists [Condition: code in \"diabetes\"]", day), scanned) << day;
        EXPECT_EQ(export_->count("exists ([Condition] C where C.code in \"diabetes\")", day),
                  scanned)
            << day;
    }
}

TEST_F(RealExport, FindsTheSameOldAndUnvaccinatedAsAPlainScan) {
    int scanned = 0;
    for (const auto& [name, resources] : export_->patients()) {
        bool old = false;
        bool vaccinated = false;
        for (const JsonView& resource : resources) {
            const std::string_view type = resource["resourceType"].text();
            old = old || (type == "Patient" && resource["birthDate"].text() <= "1954-06-01");
            vaccinated = vaccinated || (type == "Immunization" &&
                                        resource["occurrenceDateTime"].text() < "2019-06-01");
        }
        scanned += old && !vaccinated ? 1 : 0;
    }
    EXPECT_EQ(export_->count("AgeInYears() >= 65 and not exists [Immunization]", "2019-06-01"),
              scanned);
    EXPECT_EQ(export_->count("AgeInYears() >= 65", "2019-06-01"),
              export_->count_having([](const JsonView& resource) {
                  return resource["resourceType"].text() == "Patient" &&
                         resource["birthDate"].text() <= "1954-06-01";
              }));
}

TEST_F(RealExport, SaysTheSameInDifferentWords) {
    const auto same = [this](std::string_view left, std::string_view right) {
        const int count = export_->count(left, "2015-03-01");
        EXPECT_EQ(export_->count(right, "2015-03-01"), count) << left;
        EXPECT_GT(count, 0) << left;
        EXPECT_LT(count, 150) << left;
    };
    same("exists [Encounter] E where E.period starts after Now() - 1 year",
         "exists [Encounter] E where E.period.start > Now() - 1 year");
    same("exists [Encounter] E where E.class ~ 'EMER'",
         "Count([Encounter] E where E.class.code = 'EMER') > 0");
    same("exists [Condition] C where C.abatement is not null",
         "not (Count([Condition] C where C.abatement is null) = Count([Condition]))");
    same("Patient.deceased is null", "not (Patient.deceased is not null)");
    same("AgeInYears() between 40 and 60", "AgeInYears() in Interval[40, 60]");
    same(
        "exists [Condition: \"diabetes\"] C with [Encounter] E such that E.period.start after "
        "C.onset",
        "exists from [Condition: \"diabetes\"] C, [Encounter] E where E.period.start after "
        "C.onset");
}

}  // namespace
}  // namespace parcours::cql
