#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "access/roles.h"
#include "engine/events.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"

namespace parcours::http::api::testing {
namespace {

class IdempotencyTest : public ApiTest {
  protected:
    IdempotencyTest() { log_in_as(access::Role::Administrator); }

    Ask save(const std::string& key, std::string_view cql = "true") const {
        Ask asked = {.method = Method::Put,
                     .target = "/api/v1/cohorts/mine",
                     .body = R"({"cql":")" + std::string(cql) + R"("})",
                     .headers = replacing("mine")};
        asked.headers["Idempotency-Key"] = key;
        return asked;
    }
    [[nodiscard]] std::size_t saved() const { return events_in_log(engine::CohortSaved::topic); }

    static bool is_replay(const Response& response) {
        return response.headers.find("Idempotency-Replayed").value_or("") == "true";
    }
    static bool has_code(const Response& response, std::string_view code) {
        return text_of(response).find("\"code\":\"" + std::string(code) + '"') != std::string::npos;
    }
};

TEST_F(IdempotencyTest, TheSameRequestUnderAKeyIsMadeOnceAndAnsweredAlike) {
    const Response first = ask(save("k1"));
    EXPECT_EQ(first.status, 200);
    EXPECT_FALSE(is_replay(first));
    const Response second = ask(save("k1"));
    EXPECT_EQ(second.status, 200);
    EXPECT_TRUE(is_replay(second));
    EXPECT_EQ(text_of(second), text_of(first));
    EXPECT_EQ(second.headers.find("Content-Type"), first.headers.find("Content-Type"));
    EXPECT_EQ(saved(), 1U);
}

/// The negative control: without keys, or with others, everything is made again.
TEST_F(IdempotencyTest, WithoutAKeyOrWithAnotherItIsMadeAgain) {
    for (int i = 0; i < 2; ++i) {
        Ask plain = save("k1");
        plain.headers.erase("Idempotency-Key");
        EXPECT_EQ(ask(plain).status, 200);
    }
    EXPECT_EQ(ask(save("k1")).status, 200);
    EXPECT_EQ(ask(save("k2")).status, 200);
    EXPECT_EQ(saved(), 4U);
}

TEST_F(IdempotencyTest, AnotherRequestUnderTheSameKeyIsRefused) {
    EXPECT_EQ(ask(save("k1")).status, 200);
    const Response other = ask(save("k1", "false"));
    EXPECT_EQ(other.status, 422);
    EXPECT_TRUE(has_code(other, "key-reused")) << text_of(other);
    Ask elsewhere = save("k1");
    elsewhere.target = "/api/v1/cohorts/other";
    EXPECT_EQ(ask(elsewhere).status, 422);
    EXPECT_EQ(saved(), 1U);
}

TEST_F(IdempotencyTest, EachCallerHasKeysOfTheirOwn) {
    EXPECT_EQ(ask(save("k1")).status, 200);
    log_in_as(access::Role::OutreachManager);
    const Response theirs = ask(save("k1", "false"));
    EXPECT_EQ(theirs.status, 200) << text_of(theirs);
    EXPECT_EQ(saved(), 2U);
}

TEST_F(IdempotencyTest, ARestartForgetsNothingAndADayEverything) {
    const std::string first = text_of(ask(save("k1")));
    restart();
    const Response again = ask(save("k1"));
    EXPECT_TRUE(is_replay(again));
    EXPECT_EQ(text_of(again), first);
    EXPECT_EQ(saved(), 1U);
    clock.set(clock.now() + std::chrono::hours(25));
    log_in_as(access::Role::Administrator);
    EXPECT_FALSE(is_replay(ask(save("k1"))));
    EXPECT_EQ(saved(), 2U);
}

/// A process that dies has made either the change and its answer, or neither.
TEST_F(IdempotencyTest, AChangeAndItsAnswerAreOneCommit) {
    service->hold();
    ASSERT_TRUE(service->save_cohort("mine", "true", "ada"));
    EXPECT_EQ(saved(), 0U);
    restart();  // before the commit
    EXPECT_EQ(saved(), 0U);
    EXPECT_EQ(ask(save("k1")).status, 200);
    EXPECT_EQ(saved(), 1U);
    EXPECT_EQ(events_in_log(engine::RequestAnswered::topic), 1U);
}

/// The bug that the single commit prevents, planted: the change is durable and its answer is not.
TEST_F(IdempotencyTest, AChangeCommittedWithoutItsAnswerWouldBeMadeTwice) {
    ASSERT_TRUE(service->save_cohort("mine", "true", "ada"));
    restart();
    EXPECT_FALSE(is_replay(ask(save("k1"))));
    EXPECT_EQ(saved(), 2U);
}

TEST_F(IdempotencyTest, ASecondRequestWaitsForTheFirstToEnd) {
    writer_waits = true;
    const auto first = ask_without_waiting(save("k1"));
    const auto second = ask_without_waiting(save("k1"));
    EXPECT_FALSE(*first);
    ASSERT_TRUE(*second);
    EXPECT_EQ((*second)->status, 409);
    EXPECT_TRUE(has_code(**second, "key-in-use"));
    EXPECT_EQ((*second)->headers.find("Retry-After"), "1");
    waiting.front()(*service);
    ASSERT_TRUE(*first);
    EXPECT_EQ((*first)->status, 200);
    writer_waits = false;
    waiting.clear();
    EXPECT_TRUE(is_replay(ask(save("k1"))));
    EXPECT_EQ(saved(), 1U);
}

TEST_F(IdempotencyTest, ARequestThatIsDroppedLetsGoOfItsKey) {
    writer_waits = true;
    {
        const auto dropped = ask_without_waiting(save("k1"));
    }
    waiting.clear();  // as a writer that stops
    writer_waits = false;
    EXPECT_EQ(ask(save("k1")).status, 200);
}

TEST_F(IdempotencyTest, AFailureThatChangedNothingIsNotKept) {
    const Ask wrong = save("k1", "1 +");
    EXPECT_EQ(ask(wrong).status, 422);
    EXPECT_EQ(ask(save("k1")).status, 200) << "the key is free for the mended request";
}

TEST_F(IdempotencyTest, StaffIsAddedOnce) {
    const Ask add = {.method = Method::Post,
                     .target = "/api/v1/users",
                     .body = R"({"name":"bo","role":"agent","password":"a walk along the sea"})",
                     .headers = {{"Idempotency-Key", "k1"}}};
    EXPECT_EQ(ask(add).status, 201);
    restart();
    const Response again = ask(add);
    EXPECT_EQ(again.status, 201);
    EXPECT_TRUE(is_replay(again));
}

/// The answer does not wait for the writer, but its key is not free before it is kept.
TEST_F(IdempotencyTest, AKeyIsHeldUntilTheAnswerIsKept) {
    const Ask add = {.method = Method::Post,
                     .target = "/api/v1/users",
                     .body = R"({"name":"bo","role":"agent","password":"a walk along the sea"})",
                     .headers = {{"Idempotency-Key", "k1"}}};
    const Ask import = {.method = Method::Post,
                        .target = "/api/v1/imports",
                        .body = R"({"paths":[")" + import_folder() + R"("]})",
                        .headers = {{"Idempotency-Key", "k2"}}};
    writer_waits = true;
    for (const auto& [asked, status] : {std::pair(add, 201), {import, 202}}) {
        const auto first = ask_without_waiting(asked);
        ASSERT_TRUE(*first) << asked.target;
        EXPECT_EQ((*first)->status, status) << text_of(**first);
        const auto second = ask_without_waiting(asked);
        ASSERT_TRUE(*second) << asked.target;
        EXPECT_EQ((*second)->status, 409);
        EXPECT_TRUE(has_code(**second, "key-in-use")) << text_of(**second);
    }
    writer_waits = false;
    for (const WriterJob& job : std::exchange(waiting, {})) {
        job(*service);
    }
    service->intake().finish();
    EXPECT_TRUE(is_replay(ask(add)));
    EXPECT_TRUE(is_replay(ask(import)));
}

TEST_F(IdempotencyTest, ARetryOfTheQuarantineIsMadeOnce) {
    const Ask retry = {.method = Method::Post,
                       .target = "/api/v1/quarantine/retry",
                       .headers = {{"Idempotency-Key", "k1"}}};
    const Response first = ask(retry);
    EXPECT_EQ(first.status, 200) << text_of(first);
    EXPECT_FALSE(is_replay(first));
    const Response again = ask(retry);
    EXPECT_TRUE(is_replay(again));
    EXPECT_EQ(text_of(again), text_of(first));
}

TEST_F(IdempotencyTest, TheAnswerIsAuditedAgainAndNotGivenWithoutAudit) {
    EXPECT_EQ(ask(save("k1")).status, 200);
    audited.clear();
    EXPECT_TRUE(is_replay(ask(save("k1"))));
    EXPECT_EQ(audited.size(), 1U);
    audit_works = false;
    EXPECT_EQ(ask(save("k1")).status, 503);
}

TEST_F(IdempotencyTest, KeysAreVisibleCharactersAndNotTooMany) {
    EXPECT_EQ(ask(save(std::string(101, 'k'))).status, 400);
    EXPECT_EQ(ask(save("two words")).status, 400);
    EXPECT_EQ(ask(save(std::string(100, 'k'))).status, 200);
}

}  // namespace
}  // namespace parcours::http::api::testing
