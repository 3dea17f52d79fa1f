#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "access/roles.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/events.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"
#include "practice/folder.h"

namespace parcours::http::api::testing {
namespace {

constexpr std::string_view cohort_file =
    R"({"path":"cohorts/mine.yaml","text":"cohort: mine\ncql: |\n  AgeInYears() > 40\n"})";

class DefinitionsTest : public ApiTest {
  protected:
    DefinitionsTest() { log_in_as(access::Role::Administrator); }

    std::string tag() {
        return std::string(get("/api/v1/definitions").headers.find("ETag").value_or(""));
    }
    Response publish(std::string_view files, const std::string& if_match,
                     const std::string& key = {}) {
        Ask asked = {.method = Method::Post,
                     .target = "/api/v1/definitions/publish",
                     .body = R"({"note":"a test","files":[)" + std::string(files) + "]}"};
        if (!if_match.empty()) {
            asked.headers["If-Match"] = if_match;
        }
        if (!key.empty()) {
            asked.headers["Idempotency-Key"] = key;
        }
        return ask(asked);
    }
    JsonView read(const Response& response) {
        const auto parsed = document_.parse(text_of(response));
        EXPECT_TRUE(parsed) << text_of(response);
        return parsed.value_or(JsonView());
    }
    bool has_cohort(std::string_view name) {
        return service->published()->clinic->folder.find_cohort(std::string(name)) != nullptr;
    }
    void work() {
        for (int i = 0; i < 100; ++i) {
            ASSERT_TRUE(service->work());
        }
    }

  private:
    JsonDocument document_;
};

TEST_F(DefinitionsTest, APublishedVersionRunsAndIsKeptWithWhoWhenAndWhy) {
    const std::string before = tag();
    const Response published = publish(cohort_file, before);
    ASSERT_EQ(published.status, 200) << text_of(published);
    EXPECT_NE(published.headers.find("ETag"), before);
    EXPECT_EQ(tag(), published.headers.find("ETag"));
    EXPECT_TRUE(has_cohort("mine"));
    const JsonView history = read(get("/api/v1/definitions/history"));
    ASSERT_EQ(history["total"].integer(), 2) << "with what ran before";
    const JsonView newest = history["versions"].elements().front();
    EXPECT_EQ(newest["version"].integer(), 2);
    EXPECT_EQ(newest["by"].text(), "administrator");
    EXPECT_EQ(newest["note"].text(), "a test");
    EXPECT_EQ(newest["files"].integer(), 1);
    const JsonView second = read(get("/api/v1/definitions/history/2"));
    EXPECT_EQ(second["files"].elements().front()["path"].text(), "cohorts/mine.yaml");
    EXPECT_EQ(get("/api/v1/definitions/history/3").status, 404);
    EXPECT_EQ(get("/api/v1/definitions/history/x").status, 400);
}

TEST_F(DefinitionsTest, ItRunsAfterARestart) {
    ASSERT_EQ(publish(cohort_file, tag()).status, 200);
    const std::string running = tag();
    restart();
    EXPECT_TRUE(has_cohort("mine"));
    EXPECT_EQ(tag(), running);
}

TEST_F(DefinitionsTest, MistakesAreAllToldAndNothingIsPublished) {
    const std::string before = tag();
    const Response refused =
        publish(R"({"path":"cohorts/a.yaml","text":"cohort: a\ncql: 1 +"},)"
                R"({"path":"campaigns/b.yaml","text":"campaign: b\ncolour: red"})",
                before);
    EXPECT_EQ(refused.status, 422);
    const JsonView problem = read(refused);
    EXPECT_EQ(problem["code"].text(), "mistakes");
    bool of_cohort = false;
    bool of_campaign = false;
    for (const JsonView error : problem["errors"].elements()) {
        of_cohort = of_cohort || error["at"].text().starts_with("cohorts/a.yaml:2:");
        of_campaign = of_campaign || error["at"].text().starts_with("campaigns/b.yaml:");
    }
    EXPECT_TRUE(of_cohort && of_campaign) << text_of(refused);
    EXPECT_EQ(tag(), before);
    EXPECT_EQ(read(get("/api/v1/definitions/history"))["total"].integer(), 0);
}

TEST_F(DefinitionsTest, AStaleOrMissingBaseIsRefused) {
    const std::string before = tag();
    EXPECT_EQ(publish(cohort_file, "").status, 428);
    ASSERT_EQ(publish(cohort_file, before).status, 200);
    const Response stale = publish(R"({"path":"cohorts/mine.yaml","text":null})", before);
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(publish(cohort_file, "*").status, 412);
    EXPECT_TRUE(has_cohort("mine"));
    std::string compressed = tag();
    compressed.insert(compressed.size() - 1, "-gzip");
    EXPECT_EQ(publish(R"({"path":"cohorts/mine.yaml","text":null})", compressed).status, 200);
    EXPECT_FALSE(has_cohort("mine"));
}

TEST_F(DefinitionsTest, OnlyWhatIsTheClinicsOwnCanBeRemoved) {
    const Response refused = publish(R"({"path":"maps/default.yaml","text":null})", tag());
    EXPECT_EQ(refused.status, 404) << text_of(refused);
}

TEST_F(DefinitionsTest, WhoMayNotPublishIsRefused) {
    const std::string before = tag();
    log_in_as(access::Role::Coordinator);
    EXPECT_EQ(publish(cohort_file, before).status, 403);
    EXPECT_FALSE(has_cohort("mine"));
}

/// As at a restart: nobody in flight is lost, and nothing is sent twice.
TEST_F(DefinitionsTest, PeopleInFlightFinishTheirReleaseAndNothingIsSentTwice) {
    clock.set(clock.now() + std::chrono::hours(7));  // when messages may be sent
    log_in_as(access::Role::Administrator);
    work();
    const std::size_t sent = events_in_log(engine::Attempted::topic);
    const std::size_t launched = events_in_log(engine::Launched::topic);
    const std::size_t running = service->ledger().ledger.running().size();
    const auto release = service->ledger().ledger.enrolments().front().release();
    ASSERT_GE(sent, 8U);
    ASSERT_GE(running, 8U);
    std::string text(practice::built_in_files().at("campaigns/diabetes-hba1c.yaml"));
    const std::string priority = "priority: 65";  // a remark would be the same release
    text.replace(text.find(priority), priority.size(), "priority: 66");
    std::string file;
    JsonWriter(file)
        .begin_object()
        .member("path", "campaigns/diabetes-hba1c.yaml")
        .member("text", text)
        .end_object();
    ASSERT_EQ(publish(file, tag()).status, 200);
    work();
    EXPECT_EQ(events_in_log(engine::Attempted::topic), sent);
    EXPECT_GT(events_in_log(engine::Launched::topic), launched) << "the release must have changed";
    EXPECT_EQ(service->ledger().ledger.running().size(), running);
    EXPECT_EQ(service->ledger().ledger.enrolments().front().release(), release);
    clock.set(clock.now() + std::chrono::days(1));
    work();
    restart();
    ASSERT_TRUE(service->start());
    work();
    EXPECT_EQ(service->ledger().ledger.running().size(), running);
}

TEST_F(DefinitionsTest, APublicationWithAKeyIsMadeOnce) {
    const std::string before = tag();
    const Response first = publish(cohort_file, before, "k1");
    ASSERT_EQ(first.status, 200);
    const Response again = publish(cohort_file, before, "k1");
    EXPECT_EQ(text_of(again), text_of(first));
    EXPECT_EQ(read(get("/api/v1/definitions/history"))["total"].integer(), 2);
}

TEST_F(DefinitionsTest, ACheckKnowsWhatRemovingWouldBreak) {
    const Response checked =
        ask({.method = Method::Post,
             .target = "/api/v1/definitions/check",
             .body = R"({"files":[{"path":"cohorts/none.yaml","text":null}]})"});
    EXPECT_EQ(checked.status, 404) << text_of(checked);
}

TEST_F(DefinitionsTest, WhoIsLeftBehindInACampaignIsTold) {
    work();
    const std::string own = R"({"path":"practice.yaml","text":"name: T\ncampaigns: [welcome]\n"})";
    const Response published = publish(own, tag());
    ASSERT_EQ(published.status, 200) << text_of(published);
    const auto left = read(published)["left_behind"].elements();
    ASSERT_NE(left.begin(), left.end()) << text_of(published);
    EXPECT_EQ((*left.begin())["campaign"].text(), "colorectal-screening");
    EXPECT_EQ((*left.begin())["running"].integer(), 8);
    const Response campaigns = get("/api/v1/campaigns");
    EXPECT_NE(text_of(campaigns).find(R"({"campaign":"diabetes-hba1c","running":8}])"),
              std::string::npos)
        << text_of(campaigns);
    const Response again = publish(cohort_file, tag());
    EXPECT_NE(text_of(again).find(R"("left_behind":[])"), std::string::npos)
        << "this version leaves nobody behind: " << text_of(again);
}

TEST_F(DefinitionsTest, WhatIsKnownOfACampaignThatIsLeftOutIsAnswered) {
    work();
    const std::string target = "/api/v1/campaigns/diabetes-hba1c";
    const JsonView before = read(get(target));
    EXPECT_FALSE(before["left_out"].boolean().value_or(true));
    const std::string release(before["release"].text());
    const std::string own = R"({"path":"practice.yaml","text":"name: T\ncampaigns: [welcome]\n"})";
    ASSERT_EQ(publish(own, tag()).status, 200);

    const Response answered = get(target);
    ASSERT_EQ(answered.status, 200) << text_of(answered);
    const JsonView campaign = read(answered);
    EXPECT_TRUE(campaign["left_out"].boolean().value_or(false));
    EXPECT_EQ(campaign["release"].text(), release);
    EXPECT_EQ(campaign["row"]["running"].integer(), 8);
    EXPECT_FALSE(campaign["steps"].elements().empty());
    const JsonView known = campaign["releases"].elements().front();
    EXPECT_EQ(known["id"].text(), release);
    EXPECT_EQ(known["running"].integer(), 8);
    EXPECT_FALSE(known["present"].boolean().value_or(true)) << "nobody comes in by it";
    EXPECT_EQ(get("/api/v1/campaigns/nothing").status, 404);

    const std::string title(campaign["row"]["title"]["en"].text());
    EXPECT_FALSE(title.empty());
    log_in_as(access::Role::OutreachManager);
    const Response paused =
        ask({.method = Method::Put, .target = target + "/pause", .body = R"({"paused":true})"});
    ASSERT_EQ(paused.status, 200) << text_of(paused);
    const JsonView row = read(paused);
    EXPECT_EQ(row["title"]["en"].text(), title);
    EXPECT_EQ(row["concern"].text(), "diabetes");
}

TEST_F(DefinitionsTest, WhoIsInACampaignThatIsLeftOutIsTold) {
    work();
    const std::string own = R"({"path":"practice.yaml","text":"name: T\ncampaigns: [welcome]\n"})";
    ASSERT_EQ(publish(own, tag()).status, 200);
    const JsonView inside = read(get("/api/v1/patients?campaign=diabetes-hba1c"));
    ASSERT_EQ(inside["total"].integer(), 8);
    const std::string patient(inside["patients"].elements().front()["id"].text());
    const auto story_in = [&](const std::string& campaign) {
        return get("/api/v1/patients/" + patient + "/campaigns/" + campaign);
    };
    const Response told = story_in("diabetes-hba1c");
    ASSERT_EQ(told.status, 200) << text_of(told);
    const JsonView story = read(told);
    EXPECT_EQ(story["outside"].text(), "") << text_of(told);
    ASSERT_FALSE(story["enrolments"].elements().empty());
    EXPECT_NE(story["enrolments"].elements().front()["says"].text(), "") << text_of(told);
    const Response outside = story_in("appointment-reminder");
    EXPECT_NE(text_of(outside).find("leaves the campaign out"), std::string::npos)
        << text_of(outside);
    log_in_as(access::Role::Reader);
    EXPECT_EQ(story_in("diabetes-hba1c").status, 404) << "it may have been of any kind";
}

TEST_F(DefinitionsTest, ACheckDoubtsConditionsAboutWhatNobodyIsAsked) {
    const auto check = [this](std::string_view cql) {
        return text_of(ask(
            {.method = Method::Post,
             .target = "/api/v1/definitions/check",
             .body =
                 R"({"files":[{"path":"forms/about.yaml","text":)"
                 R"("form: about\ntitle: { en: About }\nquestions:\n)"
                 R"(  drink: { ask: { en: Drink }, answer: choice, choices: [tea, water] }\n"},)"
                 R"({"path":"cohorts/mine.yaml","text":"cohort: mine\ncql: |\n  )" +
                 std::string(cql) + R"(\n"}]})"}));
    };
    const std::string drinks = "exists ([Answer] A where A.name = 'drink' and A.value = 'tea')";
    EXPECT_NE(check(drinks).find(R"("doubts":[])"), std::string::npos) << check(drinks);
    const std::string other = check("exists ([Answer] A where A.name = 'drinks')");
    EXPECT_NE(other.find("no form asks"), std::string::npos) << other;
    EXPECT_NE(other.find("did you mean"), std::string::npos) << other;
    EXPECT_NE(other.find(R"("file":"cohorts/mine.yaml","line":3)"), std::string::npos) << other;
    const std::string never =
        check("exists ([Answer] A where A.name = 'drink' and A.value = 'te')");
    EXPECT_NE(never.find("nobody can answer"), std::string::npos) << never;
}

}  // namespace
}  // namespace parcours::http::api::testing
