// $cql, Library/$evaluate and Measure/$evaluate-measure, asked over HTTP.

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "channel/encoding.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"

namespace parcours::http::facade::testing {
namespace {

class CqlService : public FacadeTest {
  protected:
    CqlService() { log_in_as(access::Role::Administrator); }

    static std::string string_parameter(std::string_view name, std::string_view text) {
        std::string out = R"({"name":")" + std::string(name) + R"(","valueString":")";
        for (const char c : text) {
            out += c == '"' || c == '\\' ? std::string("\\") + c
                   : c == '\n'           ? "\\n"
                                         : std::string(1, c);
        }
        return out + "\"}";
    }

    /// Asks with these elements of `parameter`.
    Response ask_with(const std::string& target, const std::vector<std::string>& parameters) {
        std::string all;
        for (const std::string& one : parameters) {
            all += (all.empty() ? "" : ",") + one;
        }
        return send(Method::Post, target,
                    R"({"resourceType":"Parameters","parameter":[)" + all + "]}");
    }

    Response cql(std::string_view expression, std::vector<std::string> more = {}) {
        more.push_back(string_parameter("expression", expression));
        return ask_with("/fhir/$cql", more);
    }

    /// The elements "return" of an answer, without the extension that names their type.
    std::vector<std::string> returned(const Response& response) {
        EXPECT_EQ(response.status, 200) << text_of(response);
        std::vector<std::string> out;
        for (const JsonView element : read(response)["parameter"].elements()) {
            EXPECT_EQ(element["name"].text(), "return");
            for (const auto& [name, value] : element.members()) {
                if (name != "name" && name != "extension") {
                    out.push_back(std::string(name) + ":" + value.to_json());
                }
            }
        }
        return out;
    }

    std::string only(const Response& response) {
        const auto all = returned(response);
        return all.size() == 1 ? all.front() : fmt::format("{} of them", all.size());
    }

    /// The counts of a report's first group, by the code of the population.
    std::map<std::string, std::uint64_t> counts(const JsonView& group) {
        std::map<std::string, std::uint64_t> out;
        for (const JsonView one : group["population"].elements()) {
            out[std::string(one["code"]["coding"].elements()[0]["code"].text())] =
                one["count"].natural().value_or(999);
        }
        return out;
    }
};

TEST_F(CqlService, AnExpressionNeedsNoRecord) {
    EXPECT_EQ(only(cql("2 + 2")), "valueInteger:4");
    const Response typed = cql("2.5 * 2");
    EXPECT_EQ(only(typed), "valueDecimal:5.0");
    const JsonView extension = read(typed)["parameter"].elements()[0]["extension"].elements()[0];
    EXPECT_EQ(extension["url"].text(), "http://hl7.org/fhir/StructureDefinition/cqf-cqlType");
    EXPECT_EQ(extension["valueString"].text(), "System.Decimal");
}

TEST_F(CqlService, ValuesAreFhirs) {
    EXPECT_EQ(only(cql("'a' + 'b'")), R"(valueString:"ab")");
    EXPECT_EQ(only(cql("1 < 2")), "valueBoolean:true");
    EXPECT_EQ(only(cql("@2020-02")), R"(valueDate:"2020-02")");
    EXPECT_EQ(only(cql("@2020-02-03T10:11:12.5")), R"(valueDateTime:"2020-02-03T10:11:12.500Z")");
    EXPECT_EQ(only(cql("@2020-02-03T10:11+02:00")), R"(valueDateTime:"2020-02-03T10:11:00+02:00")");
    EXPECT_EQ(only(cql("@T10:11")), R"(valueTime:"10:11:00")");
    EXPECT_EQ(
        only(cql("8.0 'mg'")),
        R"(valueQuantity:{"value":8.0,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"})");
    EXPECT_EQ(only(cql("2 years")), R"(valueQuantity:{"value":2.0,"unit":"year"})");
    EXPECT_EQ(only(cql("Interval[@2020-01-01, @2020-02-01)")),
              R"(valuePeriod:{"start":"2020-01-01","end":"2020-01-31"})");
    EXPECT_EQ(
        only(cql("Interval[1, 5)")),
        R"(valueRange:{"low":{"value":1.0,"unit":"1","system":"http://unitsofmeasure.org","code":"1"},)"
        R"("high":{"value":4.0,"unit":"1","system":"http://unitsofmeasure.org","code":"1"}})");
    EXPECT_EQ(returned(cql("{ 1, 2 }")),
              (std::vector<std::string>{"valueInteger:1", "valueInteger:2"}));
    EXPECT_NE(only(cql("null")).find("data-absent-reason"), std::string::npos);
    EXPECT_NE(only(cql("List<Integer>{}")).find("cqf-isEmptyList"), std::string::npos);
    const std::string tuple = only(cql("Tuple { a: 1, b: { 'x', 'y' } }"));
    EXPECT_TRUE(tuple.starts_with("part:[")) << tuple;
    EXPECT_NE(tuple.find(R"("name":"a","valueInteger":1)"), std::string::npos) << tuple;
    EXPECT_NE(tuple.find(R"("name":"b","valueString":"y")"), std::string::npos) << tuple;
}

TEST_F(CqlService, ASubjectsRecordIsAsked) {
    const std::string subject = string_parameter("subject", "Patient/p1");
    EXPECT_EQ(only(cql("Patient.gender", {subject})),
              "valueString:\"" + std::string(search("Patient/p1")["gender"].text()) + "\"");
    const auto conditions = returned(cql(R"([Condition: "diabetes"])", {subject}));
    ASSERT_EQ(conditions.size(), 1U);
    EXPECT_TRUE(conditions[0].starts_with(R"(resource:{"resourceType":"Condition")"))
        << conditions[0];
    EXPECT_TRUE(only(cql("Patient", {subject})).starts_with("resource:{"));
    EXPECT_EQ(cql("[Condition]").status, 400) << "of whom?";
    EXPECT_EQ(cql("true", {string_parameter("subject", "Patient/nobody")}).status, 404);
    EXPECT_EQ(cql("true", {string_parameter("subject", "Practitioner/p1")}).status, 400);
}

TEST_F(CqlService, WhatComesWithTheRequestIsSeen) {
    const std::string data =
        R"({"name":"data","resource":{"resourceType":"Bundle","type":"collection","entry":[)"
        R"({"resource":{"resourceType":"Patient","id":"x","birthDate":"1980-01-01","gender":"female"}},)"
        R"({"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{)"
        R"("system":"http://loinc.org","code":"4548-4"}]},"effectiveDateTime":"2025-01-01",)"
        R"("valueQuantity":{"value":9.5,"unit":"%","system":"http://unitsofmeasure.org","code":"%"}}}]}})";
    EXPECT_EQ(
        only(cql(R"(Count([Observation: "hba1c"] O where (O.value as Quantity) > 9 '%'))", {data})),
        "valueInteger:1");
    EXPECT_EQ(only(cql("Patient.gender", {data})), R"(valueString:"female")");
    // Both: the server's record, and what came.
    const std::string subject = string_parameter("subject", "Patient/p1");
    const std::string here = only(cql(R"(Count([Observation: "hba1c"]))", {subject}));
    const std::string both = only(cql(R"(Count([Observation: "hba1c"]))", {subject, data}));
    EXPECT_EQ(std::stoi(both.substr(both.find(':') + 1)),
              std::stoi(here.substr(here.find(':') + 1)) + 1);
    EXPECT_EQ(only(cql(R"(Count([Condition: "diabetes"]))", {subject, data})), "valueInteger:1");
    EXPECT_EQ(only(cql(R"(Count([Condition: "diabetes"]))",
                       {subject, data, R"({"name":"useServerData","valueBoolean":false})"})),
              "valueInteger:0");
}

TEST_F(CqlService, ParametersAreHandedIn) {
    const std::string parameters =
        R"({"name":"parameters","resource":{"resourceType":"Parameters","parameter":[)"
        R"({"name":"limit","valueInteger":5},{"name":"names","valueString":"a"},)"
        R"({"name":"names","valueString":"b"},{"name":"span","valuePeriod":)"
        R"({"start":"2020-01-01","end":"2020-12-31"}}]}})";
    EXPECT_EQ(only(cql("limit * 2", {parameters})), "valueInteger:10");
    EXPECT_EQ(only(cql("Count(names)", {parameters})), "valueInteger:2");
    EXPECT_EQ(only(cql("@2020-06-01T00:00:00Z during span", {parameters})), "valueBoolean:true");
}

TEST_F(CqlService, MistakesSayWhereTheyStand) {
    const auto place = [this](const Response& response) {
        EXPECT_EQ(response.status, 422) << text_of(response);
        const JsonView issue = read(response)["issue"].elements()[0];
        std::string out;
        for (const JsonView extension : issue["extension"].elements()) {
            const JsonView number = extension["valueInteger"];
            out += (out.empty() ? "" : ":") +
                   (number ? number.to_json() : std::string(extension["valueString"].text()));
        }
        return out;
    };
    EXPECT_EQ(place(cql("1 +\n  'a")), "2:3");
    EXPECT_EQ(place(cql("1 +\n  nothing")), "2:3");
    const std::string library =
        R"({"name":"library","part":[{"name":"url","valueCanonical":"http://x/Library/DiabetesCare"},)"
        R"({"name":"name","valueString":"Care"}]})";
    EXPECT_EQ(place(cql("1 +\n  nothing", {library})), "2:3") << "as it was sent";
    EXPECT_EQ(place(cql("1 div\n 'a'")).substr(0, 2), "1:");
    EXPECT_EQ(cql("1 + 1", {string_parameter("unheard", "of")}).status, 400);
    EXPECT_EQ(cql("1 + 1", {string_parameter("dataEndpoint", "x")}).status, 400);
    EXPECT_EQ(send(Method::Post, "/fhir/$cql", R"({"resourceType":"Patient"})").status, 422);
    EXPECT_EQ(ask_with("/fhir/$cql", {}).status, 400);
}

TEST_F(CqlService, LibrariesOfThePracticeCanBeNamed) {
    const std::string library =
        R"({"name":"library","part":[{"name":"url","valueCanonical":"http://x/Library/DiabetesCare|1.0.0"},)"
        R"({"name":"name","valueString":"Care"}]})";
    const std::string period =
        R"({"name":"parameters","resource":{"resourceType":"Parameters","parameter":[{"name":)"
        R"("Measurement Period","valuePeriod":{"start":"2025-01-01T00:00:00Z","end":"2025-12-31T23:59:59Z"}}]}})";
    const std::string subject = string_parameter("subject", "Patient/p1");
    EXPECT_EQ(only(cql("exists Care.\"Diabetes\"", {library, period, subject})),
              "valueBoolean:true");
    EXPECT_EQ(cql("exists Care.\"Diabetes\"", {library, subject}).status, 422)
        << "its period is not said";
}

TEST_F(CqlService, ALibraryIsEvaluated) {
    const std::string period =
        R"({"name":"parameters","resource":{"resourceType":"Parameters","parameter":[{"name":)"
        R"("Measurement Period","valuePeriod":{"start":"2025-01-01T00:00:00Z","end":"2025-12-31T23:59:59Z"}}]}})";
    const std::string subject = string_parameter("subject", "Patient/p1");
    const Response all = ask_with("/fhir/Library/DiabetesCare/$evaluate", {period, subject});
    ASSERT_EQ(all.status, 200) << text_of(all);
    std::map<std::string, std::string> values;
    for (const JsonView element : read(all)["parameter"].elements()) {
        values[std::string(element["name"].text())] = element["valueBoolean"].to_json();
    }
    EXPECT_TRUE(values.contains("Numerator"));
    EXPECT_TRUE(values.contains("Diabetes"));
    const Response one =
        ask_with("/fhir/Library/$evaluate",
                 {period, subject, string_parameter("library", "http://x/DiabetesCare"),
                  string_parameter("expression", "Denominator")});
    ASSERT_EQ(one.status, 200) << text_of(one);
    ASSERT_EQ(read(one)["parameter"].elements().size(), 1U);
    EXPECT_EQ(read(one)["parameter"].elements()[0]["valueBoolean"].to_json(),
              values["Denominator"]);
    EXPECT_EQ(ask_with("/fhir/Library/DiabetesCare/$evaluate",
                       {period, subject, string_parameter("expression", "Denominater")})
                  .status,
              404);
    EXPECT_EQ(get("/fhir/Library/Nothing/$evaluate").status, 404);
    EXPECT_EQ(get("/fhir/Library/$evaluate").status, 400);
}

TEST_F(CqlService, ALibraryThatCameAsAResourceIsOneToo) {
    const std::string text =
        "library Sent version '3'\ninclude DiabetesCare called Care\n"
        "parameter \"Measurement Period\" Interval<DateTime> default "
        "Interval[@2025-01-01T00:00:00Z, "
        "@2026-01-01T00:00:00Z)\ncontext Patient\ndefine \"Seven\": 3 + 4\n"
        "define \"Broken\":\n  1 + 'a'\n";
    const std::string resource =
        R"({"resourceType":"Library","id":"sent","url":"http://clinic/Library/of-mine","status":"active",)"
        R"("type":{"text":"logic"},"content":[{"contentType":"text/cql","data":")" +
        channel::to_base64(text) + R"("}]})";
    ASSERT_EQ(send(Method::Put, "/fhir/Library/sent", resource).status, 201);
    const Response seven =
        get("/fhir/Library/sent/$evaluate?expression=Seven&subject=Patient%2Fp1");
    ASSERT_EQ(seven.status, 200) << text_of(seven);
    EXPECT_EQ(read(seven)["parameter"].elements()[0]["valueInteger"].integer(), 7);
    EXPECT_EQ(get("/fhir/Library/$evaluate?library=http%3A%2F%2Fclinic%2FLibrary%2Fof-mine%7C3&"
                  "expression=Seven")
                  .status,
              200);
    const Response broken = get("/fhir/Library/sent/$evaluate");
    EXPECT_EQ(broken.status, 422);
    EXPECT_NE(text_of(broken).find("Library/sent:7:"), std::string::npos) << text_of(broken);
}

TEST_F(CqlService, WhatThePracticeDefinesCanBeRead) {
    const JsonView library = search("Library/DiabetesCare");
    EXPECT_EQ(library["resourceType"].text(), "Library");
    const auto text = channel::from_base64(library["content"].elements()[0]["data"].text());
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("library DiabetesCare"), std::string::npos);
    EXPECT_EQ(search("Measure/diabetes-poor-control")["name"].text(), "DiabetesPoorControl");
    EXPECT_EQ(ids_of(search("Measure")), std::vector<std::string>{"diabetes-poor-control"});
    const auto libraries = ids_of(search("Library"));
    EXPECT_NE(std::ranges::find(libraries, "Clinic"), libraries.end());
    EXPECT_EQ(ids_of(search("Library?_id=Clinic")), std::vector<std::string>{"Clinic"});
    const std::string told = text_of(get("/fhir/metadata"));
    for (const char* const name : {R"("name":"cql")", R"("name":"evaluate")",
                                   R"("name":"evaluate-measure")", R"("name":"members")"}) {
        EXPECT_NE(told.find(name), std::string::npos) << name;
    }
}

TEST_F(CqlService, OnlyWhoMayReadTheRecordMayAsk) {
    log_in_as(access::Role::Agent);
    EXPECT_EQ(cql("1 + 1").status, 403);
    EXPECT_EQ(get("/fhir/Measure/diabetes-poor-control/$evaluate-measure").status, 403);
    EXPECT_EQ(get("/fhir/Library/DiabetesCare/$evaluate").status, 403);
}

TEST_F(CqlService, TheAuditSaysWhoWasAskedAbout) {
    audited.clear();
    cql("Patient.gender", {string_parameter("subject", "Patient/p2")});
    ASSERT_FALSE(audited.empty());
    EXPECT_EQ(audited.back(), (std::pair<std::string, std::string>("fhir.cql", "p2")));
    EXPECT_EQ(audited_detail, "Patient.gender");
    audit_works = false;
    EXPECT_EQ(cql("Patient.gender", {string_parameter("subject", "Patient/p2")}).status, 503);
}

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
            fmt::format(R"("birthDate":"{}-06-01","gender":"{}","name":[{{"family":"Madeup"}}])",
                        one.born, one.sex));
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
    EXPECT_EQ(get(target("&practitioner=x")).status, 400);
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

}  // namespace
}  // namespace parcours::http::facade::testing
