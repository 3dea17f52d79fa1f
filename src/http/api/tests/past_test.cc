#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/import_jobs.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"
#include "record/engagement.h"

namespace parcours::http::api::testing {
namespace {

/// What was shown yesterday is shown again when yesterday is asked for.
class Past : public ApiTest {
  protected:
    Past() {
        // Into the hours in which somebody may be written to, wherever the practice is.
        pass(std::chrono::hours(6));
        said = clock.now();
        pass(std::chrono::hours(24 * 7 * 10));
        close_tasks();
        pass(std::chrono::hours(1));
        log_in_as(access::Role::Coordinator);
    }

    void pass(std::chrono::hours hours) {
        clock.set(clock.now() + hours);
        do {
            service->intake().finish();
            ASSERT_TRUE(service->work());
        } while (service->idle_ms(1) == 0 || service->intake().busy());
    }

    /// So that enrolments end.
    void close_tasks() {
        std::vector<std::pair<Digest, std::string>> open;
        for (const engine::TaskPointer& state : service->ledger().ledger.tasks()) {
            if (state->open() && !state->task.outcomes.empty()) {
                open.emplace_back(state->task.id, state->task.outcomes.back());
            }
        }
        for (const auto& [id, outcome] : open) {
            ASSERT_TRUE(service->close_task(id, outcome, "ada"));
        }
    }

    JsonView patient(JsonDocument& document, Instant as_of) {
        const Response response = get("/api/v1/patients/p1?as_of=" + format_instant(as_of));
        EXPECT_EQ(response.status, 200) << text_of(response);
        texts_.push_back(text_of(response));
        return document.parse(texts_.back()).value();
    }

    /// The first of a list that is of the recall.
    static JsonView recall(const JsonView& list) {
        for (const JsonView one : list.elements()) {
            if (one["campaign"].text() == "diabetes-hba1c") {
                return one;
            }
        }
        return {};
    }

    std::int64_t count(const std::string& cql, Instant as_of) {
        const Response response =
            ask({.method = Method::Post,
                 .target = "/api/v1/cohorts/count",
                 .body = R"({"cql":")" + cql + R"(","as_of":")" + format_instant(as_of) + R"("})",
                 .headers = {}});
        EXPECT_EQ(response.status, 200) << text_of(response);
        JsonDocument document;
        return document.parse(text_of(response)).value()["patients"].integer().value_or(-1);
    }

    Instant begun = parse_instant("2026-03-02T10:00:00Z").value();
    Instant said;  ///< a moment at which the first message had left, and nothing more

  private:
    std::vector<std::string> texts_;
};

TEST_F(Past, APatientIsShownAsTheyWere) {
    JsonDocument before;
    const JsonView then = patient(before, begun + std::chrono::seconds(1));
    EXPECT_EQ(recall(then["enrolments"])["step"].text(), "write");
    EXPECT_EQ(recall(then["enrolments"])["result"].text(), "") << "it ended weeks later";
    EXPECT_TRUE(then["tasks"].elements().empty());
    EXPECT_EQ(recall(then["messages"])["status"].text(), "waiting") << "it left hours later";
    EXPECT_TRUE(recall(then["messages"])["attempts"].elements().empty());
    JsonDocument middle;
    const JsonView sent = patient(middle, said);
    EXPECT_EQ(recall(sent["messages"])["status"].text(), "captured");
    EXPECT_EQ(recall(sent["enrolments"])["result"].text(), "");
    JsonDocument after;
    const JsonView now = patient(after, clock.now());
    EXPECT_GT(now["messages"].elements().size(), sent["messages"].elements().size());
    EXPECT_NE(recall(now["enrolments"])["step"].text(), "write");
}

TEST_F(Past, ACohortCountsWhatWasThen) {
    const std::string sent = "exists [Message] M where M.status = 'sent'";
    EXPECT_EQ(count(sent, begun + std::chrono::seconds(1)), 0) << "planned, and not sent yet";
    EXPECT_GT(count(sent, said), 0);
    const std::string escaped = R"(exists [\"\\u004dessage\"] M where M.status = 'sent')";
    EXPECT_EQ(count(escaped, begun + std::chrono::seconds(1)), 0) << "however the type is written";
    EXPECT_EQ(count(escaped, said), count(sent, said));
    const std::string over = "exists [Enrolment] E where E.ended is not null";
    EXPECT_EQ(count(over, said), 0) << "they ended weeks later";
    EXPECT_GT(count(over, clock.now()), 0);
}

TEST(ImportJobs, NeverStayRunning) {
    ImportJobs jobs;
    const Instant now = parse_instant("2026-03-02T10:00:00Z").value();
    const auto first = jobs.begin("main", now);
    ASSERT_TRUE(first);
    EXPECT_EQ(jobs.begin("main", now).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(jobs.update(first->id, {.input_bytes_done = 50, .input_bytes_total = 100}));
    EXPECT_FALSE(jobs.update(first->id, {.input_bytes_done = 50, .input_bytes_total = 100}))
        << "no percent further";
    EXPECT_FALSE(jobs.update("unknown", {}));
    jobs.end(first->id, fail(ErrorCode::Internal, "broke off"));
    EXPECT_EQ(jobs.all().front().state, ImportJob::State::Failed);
    EXPECT_EQ(jobs.all().front().message, "broke off");
    const auto second = jobs.begin("main", now);
    ASSERT_TRUE(second);
    jobs.end(second->id, engine::ImportReport{.stored = 3});
    EXPECT_EQ(jobs.all().front().state, ImportJob::State::Done);
    EXPECT_EQ(jobs.all().size(), 2U);
}

TEST_F(ApiTest, AnImportThatFailsIsToldAndDoesNotBlockTheNext) {
    log_in_as(access::Role::Coordinator);
    const auto start = [this](const std::string& name) {
        return ask({.method = Method::Post,
                    .target = "/api/v1/imports",
                    .body = R"({"paths":[")" + name + R"("]})",
                    .headers = {}});
    };
    EXPECT_EQ(start("/etc").status, 400);
    EXPECT_EQ(start(import_folder() + "/nothing-there").status, 202);
    EXPECT_EQ(imports.all().front().state, ImportJob::State::Failed);
    EXPECT_EQ(start(import_folder()).status, 202);
    EXPECT_EQ(imports.all().front().state, ImportJob::State::Done);
}

}  // namespace
}  // namespace parcours::http::api::testing
