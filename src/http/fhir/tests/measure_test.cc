// Measure/$evaluate-measure, asked over HTTP.

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "http/fhir/tests/cql_fixture.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"

namespace parcours::http::facade::testing {
namespace {

/// People whose counts are known, beside those of the clinic.
class MeasureService : public CqlService {
  protected:
    struct Person {
        int born;
        bool diabetes;
        bool seen;
        std::optional<double> result;
        bool palliative;
        std::string sex;
    };

    MeasureService() {
        const std::vector<std::string> sexes{"female", "male"};
        for (int i = 0; i < 48; ++i) {
            people.push_back({1935 + 2 * (i % 40), i % 3 != 0, i % 5 != 0,
                              i % 4 == 0 ? std::nullopt : std::optional(6.0 + i % 7), i % 11 == 0,
                              sexes[static_cast<std::size_t>(i % 2)]});
        }
        std::string entries;
        const auto add = [&entries](const std::string& type, const std::string& id,
                                    const std::string& rest) {
            entries += fmt::format(
                R"({}{{"resource":{{"resourceType":"{}","id":"{}",{}}},"request":{{"method":"PUT","url":"{}/{}"}}}})",
                entries.empty() ? "" : ",", type, id, rest, type, id);
        };
        for (std::size_t i = 0; i < people.size(); ++i) {
            write_person(i, add);
        }
        const Response response =
            send(Method::Post, "/fhir",
                 R"({"resourceType":"Bundle","type":"batch","entry":[)" + entries + "]}");
        EXPECT_EQ(response.status, 200) << text_of(response);
        EXPECT_TRUE(service->save_cohort(
            "made-up", "exists (Patient.name N where N.family = 'Madeup')", "ada"));
        for (const JsonView entry : search("Group?_count=100")["entry"].elements()) {
            if (entry["resource"]["name"].text() == "made-up") {
                group = "Group/" + std::string(entry["resource"]["id"].text());
            }
        }
    }

    template <class Add>
    void write_person(std::size_t i, Add add) {
        const Person& one = people[i];
        const std::string who = fmt::format(R"("subject":{{"reference":"Patient/m{}"}})", i);
        add("Patient", fmt::format("m{}", i),
            fmt::format(
                R"("birthDate":"{}-06-01","gender":"{}","name":[{{"family":"Madeup"}}],)"
                R"("generalPractitioner":[{{"reference":"Organization/o"}},{{"reference":"{}Practitioner/dr{}"}}])",
                one.born, one.sex, i % 2 == 0 ? "" : "http://clinic/fhir/", i % 3));
        if (one.diabetes) {
            add("Condition", fmt::format("mc{}", i),
                who +
                    R"(,"onsetDateTime":"2015-01-01","code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]})");
        }
        if (one.seen) {
            add("Encounter", fmt::format("me{}", i),
                who +
                    R"(,"status":"finished","class":{"code":"AMB"},"period":{"start":"2025-03-01T09:00:00Z","end":"2025-03-01T10:00:00Z"})");
        }
        if (one.result) {
            for (const auto& [date, value] : std::vector<std::pair<std::string, double>>{
                     {"2025-02-01", 12.0}, {"2025-08-01", *one.result}, {"2024-08-01", 13.0}}) {
                add("Observation", fmt::format("mo{}-{}", i, date),
                    who +
                        fmt::format(
                            R"(,"status":"final","effectiveDateTime":"{}T08:00:00Z","code":{{"coding":[{{"system":"http://loinc.org","code":"4548-4"}}]}},)"
                            R"("valueQuantity":{{"value":{},"unit":"%","system":"http://unitsofmeasure.org","code":"%"}})",
                            date, value));
            }
        }
        if (one.palliative) {
            add("Encounter", fmt::format("mp{}", i),
                who +
                    R"(,"status":"finished","class":{"code":"AMB"},"type":[{"coding":[{"system":"http://snomed.info/sct","code":"305336008"}]}],"period":{"start":"2025-04-01T09:00:00Z"})");
        }
    }

    // What the measure should find, in plain words.
    [[nodiscard]] static bool initial(const Person& one) {
        const int age = 2024 - one.born;  // born in June: the birthday of 2025 is not yet
        return age >= 18 && age <= 75 && one.diabetes && (one.seen || one.palliative);
    }
    [[nodiscard]] static bool excluded(const Person& one) { return initial(one) && one.palliative; }
    [[nodiscard]] static bool numerator(const Person& one) {
        return initial(one) && !one.palliative && (!one.result || *one.result > 9);
    }
    template <class Holds>
    [[nodiscard]] std::uint64_t count(Holds holds) const {
        return static_cast<std::uint64_t>(std::ranges::count_if(people, holds));
    }

    std::string target(const std::string& more) {
        return "/fhir/Measure/diabetes-poor-control/"
               "$evaluate-measure?periodStart=2025-01-01&periodEnd=2025-12-31" +
               more;
    }

    std::vector<Person> people;
    std::string group;
};

TEST_F(MeasureService, APopulationsCountsAreThoseOfThePeople) {
    ASSERT_FALSE(group.empty());
    const Response response = get(target("&subject=" + group));
    ASSERT_EQ(response.status, 200) << text_of(response);
    const JsonView report = read(response);
    EXPECT_EQ(report["resourceType"].text(), "MeasureReport");
    EXPECT_EQ(report["type"].text(), "summary");
    EXPECT_EQ(report["measure"].text(),
              "https://parcours.example/fhir/Measure/diabetes-poor-control|1.0.0");
    const JsonView one = report["group"].elements()[0];
    const auto found = counts(one);
    ASSERT_GT(count(initial), 10U);
    ASSERT_GT(count(excluded), 1U);
    ASSERT_GT(count(numerator), 3U);
    EXPECT_EQ(found.at("initial-population"), count(initial));
    EXPECT_EQ(found.at("denominator"), count(initial));
    EXPECT_EQ(found.at("denominator-exclusion"), count(excluded));
    EXPECT_EQ(found.at("numerator"), count(numerator));
    EXPECT_DOUBLE_EQ(one["measureScore"]["value"].number().value_or(-1),
                     static_cast<double>(count(numerator)) /
                         static_cast<double>(count(initial) - count(excluded)));
    std::uint64_t in_strata = 0;
    for (const JsonView stratum : one["stratifier"].elements()[0]["stratum"].elements()) {
        in_strata += counts(stratum).at("numerator");
        const std::string_view band = stratum["value"]["text"].text();
        EXPECT_EQ(counts(stratum).at("initial-population"), count([&](const Person& person) {
                      const int age = 2024 - person.born;
                      const std::string_view of =
                          age < 45 ? "18 to 44" : (age < 65 ? "45 to 64" : "65 to 75");
                      return initial(person) && of == band;
                  }));
    }
    EXPECT_EQ(in_strata, count(numerator));
    const JsonView sexes = report["contained"].elements()[0];
    for (const JsonView part : sexes["component"].elements()) {
        EXPECT_EQ(part["valueInteger"].natural(), count([&](const Person& person) {
                      return initial(person) && person.sex == part["code"]["text"].text();
                  }));
    }
}

TEST_F(MeasureService, EverybodyIsMeasuredWhereNobodyIsNamed) {
    const JsonView report = read(get(target("")));
    const auto all = counts(report["group"].elements()[0]);
    EXPECT_GE(all.at("initial-population"), count(initial));
    const Response posted = ask_with(
        "/fhir/Measure/$evaluate-measure",
        {R"({"name":"measure","valueCanonical":"https://parcours.example/fhir/Measure/diabetes-poor-control"})",
         R"({"name":"periodStart","valueDate":"2025-01-01"})",
         R"({"name":"periodEnd","valueDate":"2025-12-31"})"});
    ASSERT_EQ(posted.status, 200) << text_of(posted);
    EXPECT_EQ(counts(read(posted)["group"].elements()[0]), all);
}

TEST_F(MeasureService, OneSubjectHasAReportOfTheirOwn) {
    for (std::size_t i = 0; i < people.size(); i += 5) {
        const JsonView report = read(get(target(fmt::format("&subject=Patient/m{}", i))));
        EXPECT_EQ(report["type"].text(), "individual");
        EXPECT_EQ(report["subject"]["reference"].text(), fmt::format("Patient/m{}", i));
        const auto found = counts(report["group"].elements()[0]);
        EXPECT_EQ(found.at("initial-population"), initial(people[i]) ? 1U : 0U) << i;
        EXPECT_EQ(found.at("numerator"), numerator(people[i]) ? 1U : 0U) << i;
    }
}

TEST_F(MeasureService, SubjectsAreListed) {
    const JsonView report = read(get(target("&reportType=subject-list&subject=" + group)));
    EXPECT_EQ(report["type"].text(), "subject-list");
    std::map<std::string, std::vector<std::string>> lists;
    for (const JsonView list : report["contained"].elements()) {
        for (const JsonView entry : list["entry"].elements()) {
            lists["#" + std::string(list["id"].text())].emplace_back(
                entry["item"]["reference"].text());
        }
    }
    for (const JsonView one : report["group"].elements()[0]["population"].elements()) {
        if (one["code"]["coding"].elements()[0]["code"].text() != "numerator") {
            continue;
        }
        auto listed = lists[std::string(one["subjectResults"]["reference"].text())];
        std::vector<std::string> expected;
        for (std::size_t i = 0; i < people.size(); ++i) {
            if (numerator(people[i])) {
                expected.push_back(fmt::format("Patient/m{}", i));
            }
        }
        std::ranges::sort(listed);
        std::ranges::sort(expected);
        EXPECT_EQ(listed, expected);
    }
}

TEST_F(MeasureService, WhatIsWrongIsSaid) {
    const std::string path = "/fhir/Measure/diabetes-poor-control/$evaluate-measure";
    EXPECT_EQ(get(path).status, 400);
    EXPECT_EQ(get(path + "?periodStart=2025&periodEnd=soon").status, 400);
    EXPECT_EQ(get(path + "?periodStart=2026&periodEnd=2025").status, 422);
    EXPECT_EQ(get(target("&reportType=poem")).status, 400);
    EXPECT_EQ(get(target("&reportType=subject")).status, 400);
    EXPECT_EQ(get(target("&subject=Patient/none")).status, 404);
    EXPECT_EQ(get(target("&subject=Group/parcours.00")).status, 404);
    EXPECT_EQ(get(target("&lastReceivedOn=soon&subject=Patient/m1")).status, 400);
    EXPECT_EQ(get(target("&lastReceivedOn=2025-05-01")).status, 400) << "of whom?";
    EXPECT_EQ(get(target("&productLine=x")).status, 400);
    EXPECT_EQ(get("/fhir/Measure/none/$evaluate-measure?periodStart=2025&periodEnd=2025").status,
              404);
    EXPECT_EQ(get("/fhir/Measure/$evaluate-measure?periodStart=2025&periodEnd=2025").status, 400);
    const std::string measure =
        R"({"resourceType":"Measure","id":"sent","status":"active","library":["http://x/Library/DiabetesCare"],)"
        R"("scoring":{"coding":[{"code":"cohort"}]},"group":[{"population":[{"code":{"coding":[{"code":"initial-population"}]},)"
        R"("criteria":{"language":"text/cql-expression","expression":"DiabetesCare.\"Diabetis\" is not null"}}]}]})";
    ASSERT_EQ(send(Method::Put, "/fhir/Measure/sent", measure).status, 201);
    const Response wrong =
        get("/fhir/Measure/sent/$evaluate-measure?periodStart=2025&periodEnd=2025");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_NE(text_of(wrong).find("group[0].population[0].criteria"), std::string::npos);
    EXPECT_NE(text_of(wrong).find("did you mean"), std::string::npos) << text_of(wrong);
}

TEST_F(MeasureService, APractitionersPatientsAreMeasured) {
    std::uint64_t all = 0;
    for (std::size_t number = 0; number < 3; ++number) {
        std::uint64_t expected = 0;
        for (std::size_t i = number; i < people.size(); i += 3) {
            expected += initial(people[i]) ? 1U : 0U;
        }
        const std::string asked = fmt::format("Practitioner/dr{}", number);
        const JsonView report = read(get(target("&practitioner=" + asked)));
        EXPECT_EQ(report["subject"]["reference"].text(), asked);
        const auto found = counts(report["group"].elements()[0]);
        EXPECT_EQ(found.at("initial-population"), expected) << number;
        EXPECT_LE(found.at("numerator"), expected);
        all += found.at("numerator");
    }
    EXPECT_EQ(all, count(numerator)) << "everybody has one of them";
    // An id alone is a practitioner's; one who has no patients has none.
    EXPECT_GT(counts(read(get(target("&practitioner=dr1")))["group"].elements()[0])
                  .at("initial-population"),
              0U);
    EXPECT_EQ(counts(read(get(target("&practitioner=dr")))["group"].elements()[0])
                  .at("initial-population"),
              0U);
    for (const std::size_t i : {3U, 4U, 8U}) {
        const auto one = counts(
            read(get(target(fmt::format("&practitioner=dr1&subject=Patient/m{}", i))))["group"]
                .elements()[0]);
        EXPECT_EQ(one.at("initial-population"), i % 3 == 1 && initial(people[i]) ? 1U : 0U) << i;
    }
}

TEST_F(MeasureService, AGroupOfTheRecordIsMeasured) {
    const std::string listed =
        R"({"resourceType":"Group","id":"listed","type":"person","actual":true,"member":[)"
        R"({"entity":{"reference":"Patient/m13"}},{"entity":{"reference":"Patient/m14"}},)"
        R"({"entity":{"reference":"Patient/m16"},"inactive":true},)"
        R"({"entity":{"reference":"Patient/m17"},"period":{"end":"2020-01-01"}}]})";
    ASSERT_EQ(send(Method::Put, "/fhir/Group/listed", listed).status, 201);
    const JsonView report = read(get(target("&subject=Group/listed")));
    EXPECT_EQ(report["subject"]["reference"].text(), "Group/listed");
    for (const std::size_t i : {13U, 14U, 16U, 17U}) {
        EXPECT_TRUE(initial(people[i])) << i;
    }
    EXPECT_EQ(counts(report["group"].elements()[0]).at("initial-population"), 2U)
        << "of the four two are members";
    ASSERT_EQ(send(Method::Put, "/fhir/Group/meant",
                   R"({"resourceType":"Group","id":"meant","type":"person","actual":false})")
                  .status,
              201);
    EXPECT_EQ(get(target("&subject=Group/meant")).status, 400);
    EXPECT_EQ(get(target("&subject=Group/none")).status, 404);
}

TEST_F(MeasureService, WhatWasReceivedBeforeIsSaidToMeanNothing) {
    const JsonView report = read(get(target("&subject=Patient/m1&lastReceivedOn=2025-05-01")));
    const JsonView extension = report["extension"].elements()[0];
    EXPECT_EQ(extension["url"].text(), "http://hl7.org/fhir/StructureDefinition/cqf-messages");
    const std::string_view reference = extension["valueReference"]["reference"].text();
    bool told = false;
    for (const JsonView one : report["contained"].elements()) {
        if ("#" + std::string(one["id"].text()) == reference) {
            EXPECT_EQ(one["resourceType"].text(), "OperationOutcome");
            told = one["issue"].elements()[0]["diagnostics"].text().starts_with("lastReceivedOn=");
        }
    }
    EXPECT_TRUE(told);
    EXPECT_FALSE(read(get(target("&subject=Patient/m1")))["extension"].exists());
}

}  // namespace
}  // namespace parcours::http::facade::testing
