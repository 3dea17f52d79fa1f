#include "http/fhir/tests/facade_fixture.h"

#include <array>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "base/random.h"
#include "http/api/guard.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "http/site.h"

namespace parcours::http::facade::testing {
namespace {

constexpr std::array<std::string_view, 8> times = {
    "2019",
    "2020-03",
    "2020-03-04",
    "2020-03-04T10:30:00Z",
    "2020-03-04T23:30:00-05:00",
    "2020-12-31",
    "2021-06-15T08:00:00.250+02:00",
    "2022-02-28",
};
constexpr std::array<std::string_view, 5> codings = {
    R"({"system":"http://loinc.org","code":"4548-4"})",
    R"({"system":"http://loinc.org","code":"8480-6"})",
    R"({"system":"urn:local","code":"4548-4"})",
    R"({"code":"plain"})",
    R"({"system":"http://loinc.org","code":"2339-0"},{"system":"urn:local","code":"glu"})",
};
constexpr std::array<std::string_view, 4> states = {"final", "preliminary", "entered-in-error",
                                                    "strange"};

/// When it was: a moment, a period with one or two ends, or nothing.
std::string date_member(SeededRandom& random) {
    const std::string from(times[random.next() % times.size()]);
    switch (random.next() % 6) {
        case 0:
            return "";
        case 1:
            return R"(,"effectivePeriod":{"start":")" + from + R"("})";
        case 2:
            return R"(,"effectivePeriod":{"start":")" + from + R"(","end":"2023-01-01"})";
        case 3:
            return R"(,"effectivePeriod":{"end":"2020-03-04"})";
        default:
            return R"(,"effectiveDateTime":")" + from + "\"";
    }
}

std::string make_observation(int number, SeededRandom& random) {
    std::string text = R"({ "resourceType":"Observation", "id":"o)" + std::to_string(number) +
                       R"(","status":")" + std::string(states[random.next() % states.size()]) +
                       "\"";
    const auto who = random.next() % 10;
    if (who > 0) {
        text += R"(,"subject":{"reference":"Patient/p)" + std::to_string(who) + R"("})";
    }
    text += R"(,"category":[{"coding":[{"system":"urn:kind","code":")" +
            std::string(random.next() % 2 == 0 ? "laboratory" : "vital-signs") + R"("}]}])";
    text += R"(,"code":{"coding":[)" + std::string(codings[random.next() % codings.size()]) + "]}";
    if (random.next() % 3 > 0) {
        text += R"(,"meta":{"lastUpdated":"202)" + std::to_string(random.next() % 3) +
                R"(-05-06T07:08:09.000Z"})";
    }
    return text + date_member(random) + R"(,"valueQuantity":{"value":6.50,"unit":"%"}})";
}

}  // namespace

FacadeTest::FacadeTest() {
    Router router;
    add_fhir_routes(router, *backend);
    site = std::make_unique<Site>(Site::Parts{std::move(router),
                                              with_outcomes(api::make_guard(*access, clock)),
                                              nullptr,
                                              nullptr,
                                              {},
                                              outcome_for_problem});
    SeededRandom numbers{11};
    for (int i = 0; i < 160; ++i) {
        added.push_back(make_observation(i, numbers));
    }
    added.emplace_back(
        R"({"resourceType":"Patient","id":"p9","name":[{"family":"Test2"}],"gender":"female","link":[{"type":"replaced-by","other":{"reference":"Patient/p2"}}]})");
    added.emplace_back(
        R"({"resourceType":"Medication","id":"m1","code":{"coding":[{"system":"urn:atc","code":"A10"}]}})");
    std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (const std::string& text : added) {
        bundle += (text == added.front() ? "" : ",") + (R"({"resource":)" + text + "}");
    }
    const auto taken = service->intake().take_in(bundle + "]}", "main");
    EXPECT_TRUE(taken) << taken.error().message;
    log_in_as(access::Role::Coordinator);
}

JsonView FacadeTest::read(const Response& response) {
    documents_.emplace_back();
    const auto parsed = documents_.back().parse(text_of(response));
    EXPECT_TRUE(parsed) << response.status << ' ' << text_of(response);
    return parsed ? *parsed : JsonView();
}

std::vector<std::string> FacadeTest::all_ids(const std::string& target) {
    std::vector<std::string> all;
    std::string next = "/fhir/" + target;
    while (!next.empty() && all.size() < 5000) {
        const Response response = get(next);
        EXPECT_EQ(response.status, 200) << next << ' ' << text_of(response);
        const JsonView bundle = read(response);
        for (std::string& id : ids_of(bundle)) {
            all.push_back(std::move(id));
        }
        next.clear();
        for (const JsonView& link : bundle["link"].elements()) {
            const std::string url(link["url"].text());
            if (link["relation"].text() == "next") {
                next = url.substr(url.find("/fhir/"));
            }
        }
    }
    return all;
}

Response FacadeTest::send(Method method, const std::string& target, const std::string& body,
                          std::map<std::string, std::string> headers) {
    return ask({.method = method, .target = target, .body = body, .headers = std::move(headers)});
}

std::vector<std::string> ids_of(const JsonView& bundle, std::string_view mode) {
    std::vector<std::string> ids;
    for (const JsonView& entry : bundle["entry"].elements()) {
        if (entry["search"]["mode"].text() == mode) {
            ids.emplace_back(entry["resource"]["id"].text());
        }
    }
    return ids;
}

}  // namespace parcours::http::facade::testing
