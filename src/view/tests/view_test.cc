#include "view/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "view/write.h"

namespace parcours::view {
namespace {

using ::testing::HasSubstr;

std::string mistake(std::string_view text) {
    JsonDocument document;
    const auto view = View::read(*document.parse(text));
    return view ? "" : view.error().message;
}

std::string csv(std::string_view definition, std::string_view resource) {
    JsonDocument document;
    JsonDocument body;
    const auto view = View::read(*document.parse(definition));
    EXPECT_TRUE(view.has_value()) << view.error().message;
    std::string out;
    append_csv_head(out, (*view)->columns());
    const auto done = (*view)->run(*body.parse(resource), *parse_instant("2026-01-01"),
                                   [&](Row row) { append_csv(out, row); });
    return done ? out : done.error().message;
}

TEST(View, MistakesNameTheirPlace) {
    EXPECT_THAT(mistake("{}"), HasSubstr("resource:"));
    EXPECT_THAT(mistake(R"({"resource":"Patiet","select":[]})"), HasSubstr("\"Patiet\""));
    EXPECT_THAT(mistake(R"({"resource":"Patient"})"), HasSubstr("select:"));
    EXPECT_THAT(mistake(R"({"resource":"Patient","select":[{}]})"), HasSubstr("select[0]:"));
    EXPECT_THAT(
        mistake(
            R"({"resource":"Patient","select":[{"select":[{"column":[{"name":"a","path":"exists("}]}]}]})"),
        HasSubstr("select[0].select[0].column[0].path: found the end"));
    EXPECT_THAT(
        mistake(R"({"resource":"Patient","select":[{"column":[{"name":"1a","path":"id"}]}]})"),
        HasSubstr("select[0].column[0].name"));
    EXPECT_THAT(
        mistake(
            R"({"resource":"Patient","select":[{"column":[{"name":"a","path":"id"},{"name":"a","path":"id"}]}]})"),
        HasSubstr("two columns \"a\""));
    EXPECT_THAT(
        mistake(
            R"({"resource":"Patient","select":[{"forEach":"name","repeat":["name"],"column":[{"name":"a","path":"id"}]}]})"),
        HasSubstr("one of forEach"));
    EXPECT_THAT(
        mistake(
            R"x({"resource":"Patient","where":[{"path":"firstt()"}],"select":[{"column":[{"name":"a","path":"id"}]}]})x"),
        HasSubstr("where[0].path: there is no function 'firstt'; did you mean 'first'?"));
}

TEST(View, CsvQuotesAndKeepsFormulasTexts) {
    EXPECT_EQ(
        csv(R"({"resource":"Patient","select":[{"column":[{"name":"id","path":"id"},{"name":"family","path":"name.family"},{"name":"given","path":"name.given","collection":true},{"name":"n","path":"-3"}]}]})",
            R"({"resourceType":"Patient","id":"=1+1","name":[{"family":"O \"K\", x","given":["a","b"]}]})"),
        "id,family,given,n\n'=1+1,\"O \"\"K\"\", x\",\"[\"\"a\"\",\"\"b\"\"]\",-3\n");
}

TEST(View, OtherResourcesGiveNothing) {
    EXPECT_EQ(csv(R"({"resource":"Patient","select":[{"column":[{"name":"id","path":"id"}]}]})",
                  R"({"resourceType":"Observation","id":"o"})"),
              "id\n");
}

TEST(View, AColumnHoldsWhatItsTypeSays) {
    constexpr std::string_view patient =
        R"({"resourceType":"Patient","id":"p","birthDate":"1980-02-03","active":true,
            "multipleBirthInteger":2,"gender":"male","name":[{"family":"Roth"}],
            "extension":[{"url":"u","valueDecimal":1.50}]})";
    const auto cell = [&](const std::string& type, const std::string& path) {
        return csv(R"({"resource":"Patient","select":[{"column":[{"name":"a","path":")" + path +
                       R"(","type":")" + type + R"("}]}]})",
                   patient);
    };
    EXPECT_EQ(cell("date", "birthDate"), "a\n1980-02-03\n");
    EXPECT_EQ(cell("dateTime", "birthDate"), "a\n1980-02-03\n");
    EXPECT_EQ(cell("string", "gender"), "a\nmale\n") << "a code is a text";
    EXPECT_EQ(cell("code", "name.family"), "a\nRoth\n") << "and the other way round";
    EXPECT_EQ(cell("decimal", "multipleBirth"), "a\n2\n");
    EXPECT_EQ(cell("http://hl7.org/fhir/StructureDefinition/boolean", "active"), "a\ntrue\n");
    EXPECT_EQ(cell("id", "getResourceKey()"), "a\np\n");
    EXPECT_EQ(cell("string", "address.city"), "a\n\n") << "nothing is of every type";
    EXPECT_EQ(cell("integer", "name.count()"), "a\n1\n");
    EXPECT_THAT(cell("HumanName", "name"), HasSubstr("Roth"));
    EXPECT_EQ(cell("http://here.example/StructureDefinition/mine", "active"), "a\ntrue\n");
    EXPECT_EQ(
        cell("integer", "birthDate"),
        "column \"a\" (select[0].column[0].path): the column is to hold integer, and its path "
        "gives date");
    EXPECT_THAT(cell("date", "birthDate.lowBoundary() + 'x'"), HasSubstr("select[0].column[0]"));
    EXPECT_THAT(cell("date", "name.family"), HasSubstr("hold date, and its path gives string"));
    EXPECT_THAT(cell("string", "active"), HasSubstr("hold string, and its path gives boolean"));
    EXPECT_THAT(cell("string", "1 + 1"), HasSubstr("gives System.Integer"));
    EXPECT_THAT(cell("string", "name"), HasSubstr("gives HumanName"));
    EXPECT_THAT(cell("integer", "extension.value"), HasSubstr("gives decimal"));
    EXPECT_THAT(cell("Address", "name"), HasSubstr("hold Address, and its path gives HumanName"));
    EXPECT_THAT(
        mistake(
            R"({"resource":"Patient","select":[{"column":[{"name":"a","path":"id","type":"strng"}]}]})"),
        HasSubstr("select[0].column[0].type: there is no type \"strng\""));
}

TEST(View, SeveralValuesForOneCellAreAMistake) {
    EXPECT_THAT(
        csv(R"({"resource":"Patient","select":[{"column":[{"name":"g","path":"name.given"}]}]})",
            R"({"resourceType":"Patient","name":[{"given":["a","b"]}]})"),
        HasSubstr("select[0].column[0].path: 2 values for one cell"));
}

TEST(View, ConstantsOutliveTheDefinition) {
    std::shared_ptr<const View> view;
    {
        JsonDocument document;
        view = *View::read(*document.parse(
            R"({"resource":"Patient","constant":[{"name":"c","valueCode":"x"}],"select":[{"column":[{"name":"c","path":"%c"}]}]})"));
    }
    JsonDocument body;
    std::string out;
    const auto done =
        view->run(*body.parse(R"({"resourceType":"Patient"})"), *parse_instant("2026-01-01"),
                  [&](Row row) { append_ndjson(out, view->columns(), row); });
    EXPECT_TRUE(done.has_value());
    EXPECT_EQ(out, "{\"c\":\"x\"}\n");
}

}  // namespace
}  // namespace parcours::view
