// $cql and Library/$evaluate, asked over HTTP.

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "channel/encoding.h"
#include "http/fhir/tests/cql_fixture.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"

namespace parcours::http::facade::testing {
namespace {

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

/// A resource as a part of prefetched data, with its key.
std::string prefetched(std::string_view key, std::string_view resource) {
    return fmt::format(
        R"({{"name":"prefetchData","part":[{{"name":"key","valueString":"{}"}},{{"name":"data","resource":)"
        R"({{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{}}}]}}}}]}})",
        key, resource);
}

TEST_F(CqlService, DataMayComeInSeveralBundles) {
    const std::string patient = prefetched(
        "patient",
        R"({"resourceType":"Patient","id":"x","birthDate":"1980-01-01","gender":"female"})");
    const std::string condition = prefetched(
        "conditions",
        R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/x"},"code":{"coding":[{)"
        R"("system":"http://snomed.info/sct","code":"44054006"}]}})");
    EXPECT_EQ(only(cql(R"(Patient.gender + ToString(Count([Condition: "diabetes"])))",
                       {patient, condition})),
              R"(valueString:"female1")");
    const std::string data = R"({"name":"data","resource":{"resourceType":"Patient","id":"x"}})";
    EXPECT_EQ(cql("1", {patient, data}).status, 400) << "the one or the other";
    EXPECT_EQ(
        cql("1", {R"({"name":"prefetchData","part":[{"name":"key","valueString":"k"}]})"}).status,
        400);
    const Response library =
        ask_with("/fhir/Library/DiabetesCare/$evaluate",
                 {prefetched("Measurement Period", R"({"resourceType":"Patient","id":"x"})"),
                  string_parameter("expression", "Diabetes")});
    EXPECT_EQ(library.status, 400);
    EXPECT_NE(text_of(library).find("names a parameter"), std::string::npos) << text_of(library);
}

TEST_F(CqlService, OfWhatCameOnlyTheSubjectsIsSeen) {
    const std::string two =
        R"({"name":"data","resource":{"resourceType":"Bundle","type":"collection","entry":[)"
        R"({"resource":{"resourceType":"Patient","id":"x","gender":"female"}},)"
        R"({"resource":{"resourceType":"Patient","id":"y","gender":"male"}},)"
        R"({"resource":{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/x"}}},)"
        R"({"resource":{"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/y"}}},)"
        R"({"resource":{"resourceType":"Condition","id":"c3","subject":{"reference":"Patient/y"}}}]}})";
    const std::string alone = R"({"name":"useServerData","valueBoolean":false})";
    EXPECT_EQ(cql("Patient.gender", {two}).status, 400) << "of whom?";
    const std::string asked = "Patient.gender + ToString(Count([Condition]))";
    EXPECT_EQ(only(cql(asked, {two, alone, string_parameter("subject", "Patient/x")})),
              R"(valueString:"female1")");
    EXPECT_EQ(only(cql(asked, {two, alone, string_parameter("subject", "Patient/y")})),
              R"(valueString:"male2")");
}

TEST_F(CqlService, EverybodysRecordsAreAtHand) {
    const std::string all = R"(context Unfiltered define All: [Condition: "diabetes"] )";
    EXPECT_EQ(only(cql(all + "define N: Count(All)")), "valueInteger:8");
    const std::string subject = string_parameter("subject", "Patient/p1");
    const std::string mine = all + R"(context Patient define Rest: Count(All) - Count([Condition: )"
                                   R"("diabetes"]))";
    EXPECT_EQ(only(cql(mine, {subject})), "valueInteger:7");
    EXPECT_EQ(cql(mine).status, 400) << "of whom?";
    // A layer over the first: rows of both are told apart.
    ASSERT_EQ(
        send(Method::Put, "/fhir/Condition/newest",
             R"({"resourceType":"Condition","id":"newest","subject":{"reference":"Patient/p3"},)"
             R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]},)"
             R"("onsetDateTime":"2024-05-05"})")
            .status,
        201);
    EXPECT_EQ(only(cql(mine, {subject})), "valueInteger:8");
    const std::string last = only(cql(all + "define L: Last(All A sort by (onset as DateTime))"));
    EXPECT_NE(last.find(R"("id":"newest")"), std::string::npos) << last;
    const auto rows = returned(cql(all + "define L: All"));
    EXPECT_EQ(std::set<std::string>(rows.begin(), rows.end()).size(), 9U);
}

TEST_F(CqlService, ARelativesRecordIsAsked) {
    const std::string subject = string_parameter("subject", "Patient/p1");
    ASSERT_EQ(
        send(Method::Put, "/fhir/Condition/newest",
             R"({"resourceType":"Condition","id":"newest","subject":{"reference":"Patient/p3"},)"
             R"("code":{"text":"x"},"onsetDateTime":"2024-05-05"})")
            .status,
        201);
    EXPECT_EQ(only(cql(R"(define W: 'p3' define X: Count([W -> Condition]))", {subject})),
              "valueInteger:2");
    const auto rows =
        returned(cql(R"(define W: { 'p2', 'p3' } define X: [W -> Condition])", {subject}));
    std::set<std::string> ids;
    for (const std::string& row : rows) {
        const std::size_t at = row.find(R"("id":")");
        ids.insert(row.substr(at + 6, row.find('"', at + 6) - at - 6));
    }
    EXPECT_EQ(ids, (std::set<std::string>{"c2", "c3", "newest"}));
}

TEST_F(CqlService, WithoutASubjectALibraryTellsWhatIsTheSameForAll) {
    const std::string text =
        "library Sent using FHIR version '4.0.1'\ncontext Unfiltered\n"
        "define \"All\": Count([Condition: \"diabetes\"])\ncontext Patient\n"
        "define \"Mine\": Count([Condition])\ndefine \"Age\": AgeInYears()\n"
        "define \"Seven\": 3 + 4\n";
    ASSERT_EQ(send(Method::Put, "/fhir/Library/sent",
                   R"({"resourceType":"Library","id":"sent","status":"active",)"
                   R"("type":{"text":"logic"},"content":[{"contentType":"text/cql","data":")" +
                       channel::to_base64(text) + R"("}]})")
                  .status,
              201);
    const Response told = get("/fhir/Library/sent/$evaluate");
    ASSERT_EQ(told.status, 200) << text_of(told);
    std::map<std::string, std::string> values;
    for (const JsonView element : read(told)["parameter"].elements()) {
        values[std::string(element["name"].text())] = element["resource"].exists()
                                                          ? element["resource"]["issue"].to_json()
                                                          : element["valueInteger"].to_json();
    }
    EXPECT_EQ(values["All"], "8");
    EXPECT_EQ(values["Seven"], "7");
    EXPECT_FALSE(values.contains("Mine") || values.contains("Age"));
    for (const char* const refused : {"Mine", "Age"}) {
        EXPECT_NE(values["evaluation error"].find(refused), std::string::npos);
        const Response one = get(std::string("/fhir/Library/sent/$evaluate?expression=") + refused);
        EXPECT_EQ(one.status, 400);
        EXPECT_NE(text_of(one).find("name a \\\"subject\\\""), std::string::npos) << text_of(one);
    }
    EXPECT_EQ(get("/fhir/Library/sent/$evaluate?expression=All").status, 200);
    const Response mine = get("/fhir/Library/sent/$evaluate?subject=Patient%2Fp1");
    ASSERT_EQ(mine.status, 200) << text_of(mine);
    EXPECT_EQ(read(mine)["parameter"].elements().size(), 4U);
}

TEST_F(CqlService, OfWhatCameEverybodyIsSeenToo) {
    const std::string two =
        R"({"name":"data","resource":{"resourceType":"Bundle","type":"collection","entry":[)"
        R"({"resource":{"resourceType":"Patient","id":"x","gender":"female"}},)"
        R"({"resource":{"resourceType":"Patient","id":"y","gender":"male"}},)"
        R"({"resource":{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/x"}}},)"
        R"({"resource":{"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/y"}}},)"
        R"({"resource":{"resourceType":"Condition","id":"c3","subject":{"reference":"Patient/y"}}}]}})";
    const std::string alone = R"({"name":"useServerData","valueBoolean":false})";
    const std::string all = "context Unfiltered define All: [Condition] ";
    EXPECT_EQ(only(cql(all + "define N: Count(All)", {two, alone})), "valueInteger:3");
    const std::string mine =
        all + "context Patient define N: ToString(Count([Condition])) + ToString(Count(All))";
    EXPECT_EQ(only(cql(mine, {two, alone, string_parameter("subject", "Patient/y")})),
              R"(valueString:"23")");
    EXPECT_EQ(only(cql("define W: 'x' define N: Count([W -> Condition])",
                       {two, alone, string_parameter("subject", "Patient/y")})),
              "valueInteger:1");
    const Response both = cql(mine, {two, string_parameter("subject", "Patient/y")});
    EXPECT_EQ(both.status, 400);
    EXPECT_NE(text_of(both).find("useServerData"), std::string::npos) << text_of(both);
}

TEST_F(CqlService, WhatIsNotSupportedIsRefusedWithTheReason) {
    for (const auto& [name, reason] :
         std::map<std::string, std::string>{{"dataEndpoint", "send the resources"},
                                            {"contentEndpoint", "import the Library"},
                                            {"terminologyEndpoint", "import the ValueSet"}}) {
        const std::string endpoint = fmt::format(
            R"({{"name":"{}","resource":{{"resourceType":"Endpoint","address":"http://x"}}}})",
            name);
        for (const Response& refused :
             {cql("1 + 1", {endpoint}),
              ask_with("/fhir/Library/DiabetesCare/$evaluate", {endpoint})}) {
            EXPECT_EQ(refused.status, 400);
            EXPECT_EQ(read(refused)["resourceType"].text(), "OperationOutcome");
            EXPECT_NE(text_of(refused).find(reason), std::string::npos) << text_of(refused);
        }
    }
}

TEST_F(CqlService, DefinitionsAreFoundByWhatTheyAreCalled) {
    const std::string resource =
        R"({"resourceType":"Library","id":"sent","url":"http://clinic/Library/of-mine","version":"3",)"
        R"("name":"Sent","title":"Of mine","status":"draft","type":{"text":"logic"}})";
    ASSERT_EQ(send(Method::Put, "/fhir/Library/sent", resource).status, 201);
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids_of(search("Library?url=http%3A%2F%2Fclinic%2FLibrary%2Fof-mine")), Ids{"sent"});
    EXPECT_EQ(ids_of(search("Library?url=http%3A%2F%2Fclinic%2FLibrary%2Fof")), Ids{});
    EXPECT_EQ(ids_of(search("Library?name=sen")), Ids{"sent"});
    EXPECT_EQ(ids_of(search("Library?name:exact=sent")), Ids{});
    EXPECT_EQ(ids_of(search("Library?title:contains=MINE&version=3")), Ids{"sent"});
    EXPECT_EQ(ids_of(search("Library?version=4")), Ids{});
    EXPECT_EQ(ids_of(search("Library?status=draft")), Ids{"sent"});
    EXPECT_EQ(ids_of(search("Library?name=diabetescare")), Ids{"DiabetesCare"});
    EXPECT_EQ(ids_of(search("Library?name=diabetescare&version=1.0.0")), Ids{"DiabetesCare"});
    const std::string measure =
        "https%3A%2F%2Fparcours.example%2Ffhir%2FMeasure%2Fdiabetes-poor-control";
    EXPECT_EQ(ids_of(search("Measure?url=" + measure)), Ids{"diabetes-poor-control"});
    EXPECT_EQ(ids_of(search("Measure?version=1.0.0&name=Diabetes&status=active")),
              Ids{"diabetes-poor-control"});
    EXPECT_EQ(ids_of(search("Measure?status=retired")), Ids{});
    for (const JsonView type : search("metadata")["rest"].elements()[0]["resource"].elements()) {
        if (type["type"].text() != "Library" && type["type"].text() != "Measure") {
            continue;
        }
        std::vector<std::string> names;
        for (const JsonView parameter : type["searchParam"].elements()) {
            names.push_back(std::string(parameter["name"].text()) + ":" +
                            std::string(parameter["type"].text()));
        }
        EXPECT_EQ(names, (Ids{"_id:token", "_lastUpdated:date", "url:uri", "version:token",
                              "name:string", "title:string", "status:token"}));
    }
}

}  // namespace
}  // namespace parcours::http::facade::testing
