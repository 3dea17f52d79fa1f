#include <chrono>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "http/api/cohort_runs.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"

namespace parcours::http::api::testing {
namespace {

class CohortTest : public ApiTest {
  protected:
    CohortTest() { log_in_as(access::Role::Administrator); }

    JsonView explain(const std::string& cql, int status = 200) {
        const Response response = ask({.method = Method::Post,
                                       .target = "/api/v1/cohorts/explain",
                                       .body = R"({"cql":")" + cql + R"("})"});
        EXPECT_EQ(response.status, status) << text_of(response);
        const auto parsed = document_.parse(text_of(response));
        return parsed.value_or(JsonView());
    }

    /// Saves "mine" on a condition such as {"If-Match", tag}.
    Response save(const std::string& cql, const std::map<std::string, std::string>& condition) {
        return ask({.method = Method::Put,
                    .target = "/api/v1/cohorts/mine",
                    .body = R"({"cql":")" + cql + R"("})",
                    .headers = condition});
    }

    /// What the list says of "mine".
    JsonView listed() {
        const auto parsed = document_.parse(text_of(get("/api/v1/cohorts")));
        for (const JsonView one : parsed.value()["cohorts"].elements()) {
            if (one["name"].text() == "mine") {
                return one;
            }
        }
        return {};
    }

  private:
    JsonDocument document_;
};

TEST_F(CohortTest, SavingSaysWhatItReplaces) {
    EXPECT_EQ(save("true", {}).status, 428);
    EXPECT_EQ(save("true", {{"If-Match", "*"}}).status, 412) << "there is none";
    EXPECT_EQ(save("true", {{"If-None-Match", "*"}}).status, 200);
    EXPECT_EQ(save("false", {{"If-None-Match", "*"}}).status, 412) << "there is one";
    EXPECT_EQ(listed()["cql"].text(), "true");
}

TEST_F(CohortTest, NobodyOverwritesWhatTheyHaveNotSeen) {
    ASSERT_EQ(save("true", {{"If-None-Match", "*"}}).status, 200);
    const std::string seen(listed()["etag"].text());
    log_in_as(access::Role::OutreachManager);
    const Response theirs = save("AgeInYears() > 40", {{"If-Match", seen}});
    ASSERT_EQ(theirs.status, 200) << text_of(theirs);
    EXPECT_EQ(theirs.headers.find("ETag"), listed()["etag"].text());
    log_in_as(access::Role::Administrator);
    const Response stale = save("false", {{"If-Match", seen}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_NE(text_of(stale).find("outreach_manager saved a cohort"), std::string::npos)
        << text_of(stale);
    EXPECT_EQ(listed()["cql"].text(), "AgeInYears() > 40");
    EXPECT_EQ(save("false", {{"If-Match", std::string(listed()["etag"].text())}}).status, 200);
}

TEST_F(CohortTest, ItIsKeptWhoSavedACohort) {
    log_in_as(access::Role::OutreachManager);
    ASSERT_EQ(save("true", {{"If-None-Match", "*"}}).status, 200);
    restart();
    EXPECT_EQ(listed()["saved_by"].text(), "outreach_manager");
    EXPECT_EQ(listed()["saved_at"].text(), "2026-03-02T10:00:00Z");
}

TEST_F(CohortTest, AnExplanationTellsWhoWasLeftAfterEachPart) {
    const JsonView plan =
        explain("exists [Condition] and AgeInYears() > 200 and exists [Encounter]");
    EXPECT_EQ(plan["patients"].integer(), 0);
    std::vector<JsonView> parts;
    for (const JsonView step : plan["steps"].elements()) {
        if (step["way"].text() != "combination") {
            parts.push_back(step);
        }
    }
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0]["way"].text(), "rows");
    EXPECT_EQ(parts[0]["asked"].integer(), 8);
    EXPECT_EQ(parts[0]["left"].integer(), 8);
    EXPECT_EQ(parts[1]["way"].text(), "patient");
    EXPECT_EQ(parts[1]["left"].integer(), 0);
    EXPECT_EQ(parts[2]["asked"].integer(), 0) << "nobody was left to be asked about";
}

TEST_F(CohortTest, AnExplanationSpeaksAsItWasWritten) {
    const JsonView plan = explain(
        R"(exists ([Condition: \"diabetes\"] C\n  where C.onset before Now()) // known\n and )"
        R"((AgeInYears() > 200 or not exists [Encounter]))");
    std::vector<std::string> said;
    for (const JsonView step : plan["steps"].elements()) {
        said.push_back(std::to_string(step["depth"].integer().value_or(-1)) + ' ' +
                       std::string(step["join"].text()) + '|' +
                       (step["join"].text().empty() ? std::string(step["text"].text()) : ""));
    }
    EXPECT_EQ(said,
              (std::vector<std::string>{
                  "0 and|", R"(1 |exists ([Condition: "diabetes"] C where C.onset before Now()))",
                  "1 or|", "2 |AgeInYears() > 200", "2 |not exists [Encounter]"}));
}

TEST_F(CohortTest, APartInARowOfPartsIsNoneOfItsOwn) {
    const JsonView plan = explain("AgeInYears() > 1 and AgeInYears() > 2 and AgeInYears() > 3");
    ASSERT_EQ(plan["steps"].elements().size(), 4U);
    for (const JsonView step : plan["steps"].elements()) {
        EXPECT_EQ(step["depth"].integer(), step["join"].text() == "and" ? 0 : 1);
    }
}

TEST_F(CohortTest, ANamedCohortIsNotEvaluatedForAList) {
    save("AgeInYears() > 40", {{"If-None-Match", "*"}});
    while (service->idle_ms(1) == 0 || !service->known_cohorts().find_count("mine")) {
        ASSERT_TRUE(service->work());
    }
    // Whoever evaluates needs a place, and there is none: only what is known already is answered.
    const auto one = backend->cohorts->enter();
    const auto two = backend->cohorts->enter();
    ASSERT_TRUE(one && two);
    JsonDocument list;
    const Response known = get("/api/v1/patients?cohort=mine");
    ASSERT_EQ(known.status, 200) << text_of(known);
    EXPECT_EQ(list.parse(text_of(known)).value()["total"].integer(), 8);
    EXPECT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/cohorts/count",
                   .body = R"({"cql":"mine"})"})
                  .status,
              200);
    EXPECT_EQ(get("/api/v1/patients?cohort=mine&as_of=2026-01-01").status, 503);
}

TEST_F(CohortTest, AnExplanationTellsWhatColumnsDoNotSay) {
    const JsonView plan = explain("Patient.name.family contains 'Test2'");
    EXPECT_EQ(plan["steps"].elements().front()["way"].text(), "record");
    EXPECT_EQ(plan["singly"].integer(), 8);
    EXPECT_EQ(explain("exists [Procedure]")["steps"].elements().front()["way"].text(), "no-feed");
}

TEST_F(CohortTest, WordsThatNothingIsCalledAreMistakes) {
    explain("exists [Position] P where P.concern = 'diabetis'", 422);
    const Response saved =
        save("exists [Position] P where P.concern = 'diabetis'", {{"If-None-Match", "*"}});
    EXPECT_EQ(saved.status, 422) << text_of(saved);
}

TEST_F(CohortTest, ItDoesNotKeepTheWriterWaiting) {
    std::thread writer;
    std::promise<void> done;
    auto written = done.get_future();
    bool in_time = false;
    executor.before = [&] {
        if (writer.joinable()) {
            return;
        }
        writer = std::thread([&] {
            EXPECT_TRUE(service->save_cohort("meanwhile", "true", "ada"));
            done.set_value();
        });
        // Waited out only where it fails: then the writer gets its turn when all is over.
        in_time = written.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
    };
    explain("exists [Message] M where M.status != 'withdrawn'");
    executor.before = {};
    ASSERT_TRUE(writer.joinable());
    writer.join();
    EXPECT_TRUE(in_time);
    EXPECT_TRUE(service->ledger().ledger.cohorts().contains("meanwhile"));
}

TEST_F(CohortTest, TooManyAtOnceAreSentAway) {
    const auto one = backend->cohorts->enter();
    {
        const auto two = backend->cohorts->enter();
        ASSERT_TRUE(one && two);
        EXPECT_EQ(backend->cohorts->enter(std::chrono::milliseconds(0)), nullptr);
    }
    EXPECT_NE(backend->cohorts->enter(std::chrono::milliseconds(0)), nullptr);
}

TEST(CohortRunsTest, OnlyOneWaits) {
    CohortRuns runs;
    auto one = runs.enter();
    const auto two = runs.enter();
    ASSERT_TRUE(one && two);
    std::shared_ptr<void> third;
    std::thread waiter([&] { third = runs.enter(std::chrono::hours(1)); });
    while (runs.waiting() == 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(runs.enter(std::chrono::hours(1)), nullptr) << "at once";
    one.reset();
    waiter.join();
    EXPECT_TRUE(third);
    EXPECT_EQ(runs.waiting(), 0U);
    EXPECT_EQ(runs.enter(std::chrono::milliseconds(0)), nullptr);
}

TEST_F(CohortTest, WhatIsTooLongOrTooDeepIsToldAsTooCostly) {
    std::string deep;
    for (int i = 0; i < 300; ++i) {
        deep += '(';
    }
    const JsonView problem = explain(deep + "true", 422);
    EXPECT_EQ(problem["code"].text(), "too-costly");
    EXPECT_FALSE(problem["cure"].text().empty());
}

}  // namespace
}  // namespace parcours::http::api::testing
