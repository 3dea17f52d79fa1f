#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "http/fhir/tests/facade_fixture.h"

namespace parcours::http::facade::testing {
namespace {

using Span = std::pair<Instant, Instant>;

std::optional<Span> span_of(std::string_view text) {
    const auto date = parse_date_time(text);
    return date ? std::optional(Span{date->start, date->end()}) : std::nullopt;
}

/// What a search would find by looking at every resource, one after the other.
struct Naive {
    std::string patient;  ///< "p3"; empty: all
    std::string system;   ///< of the code; "*": any
    std::string code;
    std::string prefix;
    std::string date;
    std::vector<std::string> states;
    std::string category;
    std::string updated;  ///< a year that lastUpdated must lie in

    [[nodiscard]] std::string target() const {
        std::string text = "Observation?_count=7";
        if (!patient.empty()) {
            text += "&patient=" + patient;
        }
        if (!code.empty()) {
            text += "&code=" + (system == "*" ? "" : system + "%7C") + code;
        }
        if (!date.empty()) {
            text += "&date=" + prefix + date;
        }
        if (!states.empty()) {
            text += "&status=" + states.front();
            for (std::size_t i = 1; i < states.size(); ++i) {
                text += "," + states[i];
            }
        }
        if (!category.empty()) {
            text += "&category=urn:kind%7C" + category;
        }
        return text + (updated.empty() ? "" : "&_lastUpdated=" + updated);
    }

    [[nodiscard]] bool fits(const JsonView& resource) const {
        return fits_patient(resource) && fits_code(resource) && fits_date(resource) &&
               (states.empty() ||
                std::ranges::find(states, resource["status"].text()) != states.end()) &&
               (category.empty() ||
                resource["category"].elements()[0]["coding"].elements()[0]["code"].text() ==
                    category) &&
               (updated.empty() || resource["meta"]["lastUpdated"].text().substr(0, 4) == updated);
    }

  private:
    [[nodiscard]] bool fits_patient(const JsonView& resource) const {
        const std::string_view who = resource["subject"]["reference"].text();
        const bool merged = patient == "p2" && who == "Patient/p9";
        return patient.empty() || merged || who == "Patient/" + patient;
    }
    [[nodiscard]] bool fits_code(const JsonView& resource) const {
        if (code.empty()) {
            return true;
        }
        return std::ranges::any_of(resource["code"]["coding"].elements(),
                                   [this](const JsonView& coding) {
                                       return coding["code"].text() == code &&
                                              (system == "*" || coding["system"].text() == system);
                                   });
    }
    [[nodiscard]] bool fits_date(const JsonView& resource) const {
        if (date.empty()) {
            return true;
        }
        std::optional<Span> has = span_of(resource["effectiveDateTime"].text());
        if (const JsonView period = resource["effectivePeriod"]) {
            const auto start = span_of(period["start"].text());
            const auto end = span_of(period["end"].text());
            has = Span{start ? start->first : Instant::min(), end ? end->second : Instant::max()};
        }
        if (!has) {
            return false;
        }
        const Span wanted = *span_of(date);
        const bool inside = has->first >= wanted.first && has->second <= wanted.second;
        const bool later = has->second > wanted.second;
        const bool earlier = has->first < wanted.first;
        return prefix == "ne"   ? !inside
               : prefix == "gt" ? later
               : prefix == "lt" ? earlier
               : prefix == "ge" ? later || inside
               : prefix == "le" ? earlier || inside
               : prefix == "sa" ? has->first >= wanted.second
               : prefix == "eb" ? has->second <= wanted.first
                                : inside;
    }
};

template <std::size_t N>
std::string any_of(SeededRandom& random, const std::array<std::string_view, N>& list) {
    return std::string(list[random.below(N)]);
}

Naive random_search(SeededRandom& random) {
    Naive naive;
    if (random.below(3) == 0) {
        naive.patient = "p" + std::to_string(1 + random.below(8));
    }
    if (random.below(2) == 0) {
        naive.system = any_of<4>(random, {"*", "http://loinc.org", "urn:local", ""});
        naive.code = any_of<5>(random, {"4548-4", "8480-6", "plain", "glu", "none-such"});
    }
    if (random.below(2) == 0) {
        naive.prefix = any_of<9>(random, {"", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"});
        naive.date = any_of<7>(random, {"2019", "2020", "2020-03", "2020-03-04", "2020-03-05",
                                        "2021-06-15T06:00:00Z", "2023"});
    }
    if (random.below(3) == 0) {
        naive.states = {any_of<3>(random, {"final", "entered-in-error", "strange"})};
        if (random.below(2) == 0) {
            naive.states.emplace_back("preliminary");
        }
    }
    if (random.below(4) == 0) {
        naive.category = any_of<2>(random, {"laboratory", "vital-signs"});
    }
    if (random.below(5) == 0) {
        naive.updated = any_of<3>(random, {"2020", "2021", "2022"});
    }
    return naive;
}

TEST_F(FacadeTest, FindsWhatLookingAtEveryResourceFinds) {
    SeededRandom chance{5};
    std::size_t found_some = 0;
    for (int round = 0; round < 250; ++round) {
        const Naive naive = random_search(chance);
        std::set<std::string> expected;
        for (const std::string& text : added) {
            JsonDocument document;
            const JsonView resource = document.parse(text).value();
            if (resource["resourceType"].text() == "Observation" && naive.fits(resource)) {
                expected.emplace(resource["id"].text());
            }
        }
        const auto ids = all_ids(naive.target());
        EXPECT_EQ(std::set(ids.begin(), ids.end()), expected) << naive.target();
        EXPECT_EQ(ids.size(), expected.size()) << naive.target();
        EXPECT_EQ(search(naive.target() + "&_summary=count")["total"].natural(), expected.size());
        found_some += expected.empty() ? 0 : 1;
    }
    EXPECT_GT(found_some, 60U);
}

TEST_F(FacadeTest, SortsByDateBothWaysAndPagesThrough) {
    const auto up = all_ids("Observation?_sort=date&_count=13");
    auto down = all_ids("Observation?_sort=-date&_count=11");
    EXPECT_EQ(up.size(), 160U);
    EXPECT_EQ(std::set(up.begin(), up.end()).size(), 160U);
    EXPECT_EQ(std::set(down.begin(), down.end()), std::set(up.begin(), up.end()));
    EXPECT_EQ(get("/fhir/Observation?_sort=status").status, 400);
}

TEST_F(FacadeTest, APageNeitherRepeatsNorSkipsWhenOthersWriteMeanwhile) {
    const JsonView first = search("Observation?_count=50");
    std::set<std::string> seen;
    for (const std::string& id : ids_of(first)) {
        seen.insert(id);
    }
    std::string more = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (int i = 0; i < 40; ++i) {
        more += std::string(i == 0 ? "" : ",") +
                R"({"resource":{"resourceType":"Observation","id":"new)" + std::to_string(i) +
                R"(","status":"final","subject":{"reference":"Patient/p1"}}})";
    }
    ASSERT_TRUE(service->intake().take_in(more + "]}", "main"));
    std::string next;
    for (const JsonView& link : first["link"].elements()) {
        if (link["relation"].text() == "next") {
            next = link["url"].text();
        }
    }
    ASSERT_FALSE(next.empty());
    for (const std::string& id : all_ids(next.substr(next.find("Observation")))) {
        EXPECT_TRUE(seen.insert(id).second) << id << " came twice";
    }
    for (int i = 0; i < 160; ++i) {
        EXPECT_TRUE(seen.contains("o" + std::to_string(i))) << i;
    }
}

TEST_F(FacadeTest, FindsPatientsByWhatIsKnownOfThem) {
    EXPECT_EQ(ids_of(search("Patient?name=MULLER")), std::vector<std::string>{"p1"});
    EXPECT_EQ(ids_of(search("Patient?family=M%C3%BCl&given=zo")), std::vector<std::string>{"p1"});
    EXPECT_TRUE(ids_of(search("Patient?family=ller")).empty());
    EXPECT_EQ(ids_of(search("Patient?family:contains=ller")), std::vector<std::string>{"p1"});
    EXPECT_EQ(ids_of(search("Patient?family:exact=M%C3%BCller")), std::vector<std::string>{"p1"});
    EXPECT_TRUE(ids_of(search("Patient?family:exact=Muller")).empty());
    EXPECT_EQ(ids_of(search("Patient?identifier=MRN-4")), std::vector<std::string>{"p4"});
    EXPECT_EQ(ids_of(search("Patient?identifier=%7CMRN-4")), std::vector<std::string>{"p4"});
    EXPECT_TRUE(ids_of(search("Patient?identifier=urn:x%7CMRN-4")).empty());
    EXPECT_TRUE(ids_of(search("Patient?identifier=MRN")).empty());
    EXPECT_EQ(ids_of(search("Patient?phone=%2B12125550103")), std::vector<std::string>{"p3"});
    EXPECT_EQ(ids_of(search("Patient?email=P3@example.org")), std::vector<std::string>{"p3"});
    EXPECT_EQ(ids_of(search("Patient?birthdate=1960-05-06")), std::vector<std::string>{"p6"});
    EXPECT_EQ(search("Patient?birthdate=lt1960-05-04&_summary=count")["total"].natural(), 3U);
    EXPECT_EQ(search("Patient?gender=female&_summary=count")["total"].natural(), 8U);
    EXPECT_EQ(search("Patient?gender=male&_summary=count")["total"].natural(), 0U);
    EXPECT_EQ(all_ids("Patient?_sort=-birthdate&_count=3").front(), "p8");
    EXPECT_EQ(all_ids("Patient?_sort=name&_count=3").front(), "p1");
    EXPECT_EQ(ids_of(search("Patient?_id=p9,p3")).size(), 2U);
}

TEST_F(FacadeTest, ReachesByIdAndByWhoItIsAbout) {
    EXPECT_EQ(ids_of(search("Observation?_id=o5,o6,none")).size(), 2U);
    EXPECT_EQ(ids_of(search("Condition?subject=Patient/p3")), std::vector<std::string>{"c3"});
    EXPECT_EQ(ids_of(search("Condition?patient=http://x.org/fhir/Patient/p3")),
              std::vector<std::string>{"c3"});
    EXPECT_EQ(search("Condition?patient=nobody")["total"].natural(), 0U);
    EXPECT_EQ(
        search("Condition?code=44054006&clinical-status=active&_summary=count")["total"].natural(),
        8U);
    EXPECT_EQ(search("Condition?onset-date=2020-03-04&_summary=count")["total"].natural(), 8U);
    EXPECT_EQ(search("Encounter?date=ge2025&_summary=count")["total"].natural(), 8U);
    EXPECT_EQ(ids_of(search("Medication?code=urn:atc%7CA10")), std::vector<std::string>{"m1"});
    const JsonView both = search("Condition?patient=p3&_include=Condition:subject");
    EXPECT_EQ(ids_of(both), std::vector<std::string>{"c3"});
    EXPECT_EQ(ids_of(both, "include"), std::vector<std::string>{"p3"});
    EXPECT_EQ(both["total"].natural(), 1U);
}

TEST_F(FacadeTest, SaysWhatItDoesNotKnow) {
    const JsonView lenient = search("Condition?patient=p3&weather=fine");
    EXPECT_EQ(lenient["total"].natural(), 1U);
    EXPECT_EQ(lenient["entry"].elements().back()["resource"]["resourceType"].text(),
              "OperationOutcome");
    EXPECT_EQ(lenient["entry"].elements().back()["search"]["mode"].text(), "outcome");
    const Response strict = ask({.target = "/fhir/Condition?weather=fine",
                                 .body = {},
                                 .headers = {{"Prefer", "handling=strict"}}});
    EXPECT_EQ(strict.status, 400);
    EXPECT_EQ(read(strict)["resourceType"].text(), "OperationOutcome");
    for (const std::string bad :
         {"Condition?code:text=x", "Condition?patient.name=x", "Encounter?date=soon",
          "Encounter?date=zz2020", "Encounter?_count=many", "Encounter?_include=*",
          "Encounter?_cursor=1", "Encounter?_summary=text", "Encounter?_sort=-x"}) {
        EXPECT_EQ(get("/fhir/" + bad).status, 400) << bad;
    }
    EXPECT_EQ(get("/fhir/Patients").status, 404);
}

TEST_F(FacadeTest, TakesASearchAsAForm) {
    const Response response =
        send(Method::Post, "/fhir/Condition/_search", "patient=p3&code=44054006",
             {{"Content-Type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(response.status, 200) << text_of(response);
    EXPECT_EQ(ids_of(read(response)), std::vector<std::string>{"c3"});
}

TEST_F(FacadeTest, TheAuditKeepsWhatAFormAskedFor) {
    const Response response =
        send(Method::Post, "/fhir/Patient/_search", "name=m%C3%BCller&_summary=count",
             {{"Content-Type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(response.status, 200) << text_of(response);
    EXPECT_EQ(audited_detail, "/fhir/Patient?name=m%C3%BCller&_summary=count:");
}

}  // namespace
}  // namespace parcours::http::facade::testing
