// What of patients is told to those who may look, and not to all of them.

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "access/roles.h"
#include "base/time.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"

namespace parcours::http::api::testing {
namespace {

using access::Role;

class DiscretionTest : public ApiTest {
  protected:
    /// Diabetes, of which all eight patients and their campaign are, becomes a sensitive matter.
    void make_sensitive() {
        log_in_as(Role::Administrator);
        Ask asked = {
            .method = Method::Post,
            .target = "/api/v1/definitions/publish",
            .body =
                R"({"note":"a test","files":[{"path":"practice.yaml","text":"name: T\nsensitive-concerns: [diabetes]\n"}]})"};
        asked.headers["If-Match"] =
            std::string(get("/api/v1/definitions").headers.find("ETag").value_or(""));
        const Response published = ask(asked);
        ASSERT_EQ(published.status, 200) << text_of(published);
        for (int i = 0; i < 100; ++i) {
            ASSERT_TRUE(service->work());
        }
    }
    std::string seen_by(Role role, const std::string& target) {
        log_in_as(role);
        return text_of(get(target));
    }
    /// The clock goes on, and the engine does what is due by then.
    void pass(std::chrono::hours hours) {
        clock.set(clock.now() + hours);
        do {
            ASSERT_TRUE(service->work());
        } while (service->idle_ms(1) == 0);
    }
    static bool has(const std::string& text, std::string_view words) {
        return text.find(words) != std::string::npos;
    }
};

TEST_F(DiscretionTest, ListsHaveNoSensitiveHeadlinesForWhoeverMustNotSeeThem) {
    EXPECT_TRUE(has(seen_by(Role::Reader, "/api/v1/patients"), R"("concern":"diabetes")"));
    make_sensitive();
    for (const Role role : {Role::Reader, Role::OutreachManager, Role::Compliance}) {
        const std::string list = seen_by(role, "/api/v1/patients");
        EXPECT_TRUE(has(list, R"("id":"p1")")) << list;
        EXPECT_FALSE(has(list, "iabetes")) << list;
        log_in_as(role);
        EXPECT_EQ(get("/api/v1/patients?concern=diabetes").status, 400);
        EXPECT_EQ(get("/api/v1/patients?campaign=diabetes-hba1c").status, 400);
    }
    for (const Role role : {Role::Agent, Role::Coordinator, Role::Administrator}) {
        EXPECT_TRUE(has(seen_by(role, "/api/v1/patients"), R"("concern":"diabetes")"));
    }
}

TEST_F(DiscretionTest, MessagesOfASensitiveCampaignSayNothing) {
    make_sensitive();
    const std::string open = seen_by(Role::Agent, "/api/v1/outbox");
    EXPECT_TRUE(has(open, "diabetes-hba1c")) << open;
    const std::string masked = seen_by(Role::Compliance, "/api/v1/outbox");
    EXPECT_TRUE(has(masked, R"("patient":"p1")")) << masked;
    EXPECT_FALSE(has(masked, "iabetes")) << masked;
    EXPECT_FALSE(has(masked, "hba1c")) << masked;
}

TEST_F(DiscretionTest, TasksOfASensitiveCampaignSayNothing) {
    for (const int hours : {6, 24 * 11, 24 * 3, 24 * 15}) {  // past both letters
        pass(std::chrono::hours(hours));
    }
    make_sensitive();
    const std::string list = seen_by(Role::Agent, "/api/v1/tasks?campaign=diabetes-hba1c");
    const std::size_t at = list.find(R"("id":")");
    ASSERT_NE(at, std::string::npos) << list;
    const std::string task =
        "/api/v1/tasks/" + list.substr(at + 6, list.find('"', at + 6) - at - 6);
    EXPECT_TRUE(has(seen_by(Role::Agent, task), "done-elsewhere"));
    EXPECT_FALSE(has(seen_by(Role::Reader, task), "done-elsewhere"));
    const std::string open = seen_by(Role::OutreachManager, task);
    EXPECT_TRUE(has(open, "done-elsewhere")) << "who closes it must be told by what: " << open;
    EXPECT_FALSE(has(open, "iabetes")) << open;
    const Response closed = ask(
        {.method = Method::Post, .target = task + "/close", .body = R"({"outcome":"declined"})"});
    ASSERT_EQ(closed.status, 200) << text_of(closed);
    const std::string answer = text_of(closed);
    EXPECT_TRUE(has(answer, R"("outcome":"a sensitive matter")")) << answer;
    EXPECT_FALSE(has(answer, "iabetes")) << answer;
    EXPECT_FALSE(has(answer, "hba1c")) << answer;
    EXPECT_TRUE(has(seen_by(Role::Agent, task), R"("outcome":"declined")"));
    EXPECT_FALSE(has(seen_by(Role::Reader, task), "declined"));
}

TEST_F(DiscretionTest, AStepIsAskedForWithItsCampaign) {
    make_sensitive();
    for (const std::string list : {"/api/v1/tasks", "/api/v1/patients"}) {
        log_in_as(Role::Reader);
        const Response refused = get(list + "?step=call");
        EXPECT_EQ(refused.status, 400) << list;
        EXPECT_TRUE(has(text_of(refused), "campaign=NAME&step=NAME")) << text_of(refused);
        EXPECT_TRUE(has(text_of(refused), "sensitive.read")) << text_of(refused);
        EXPECT_EQ(get(list + "?step=call&campaign=").status, 400) << list;
        EXPECT_EQ(get(list + "?step=call&campaign=diabetes-hba1c").status, 400) << list;
        EXPECT_EQ(get(list + "?step=one-day&campaign=appointment-reminder").status, 200) << list;
        EXPECT_EQ(get(list + "?step=").status, 200) << list;
        log_in_as(Role::Agent);
        EXPECT_EQ(get(list + "?step=call").status, 200) << list;
    }
    EXPECT_TRUE(has(text_of(get("/api/v1/patients?step=write")), R"("total":8)"));
    EXPECT_TRUE(has(text_of(get("/api/v1/patients?step=nowhere")), R"("total":0)"))
        << "a step that nobody stands at is not everybody";
}

TEST_F(DiscretionTest, MessagesDoNotTellTheAddressOfWhoeverIsNotSafe) {
    pass(std::chrono::hours(6));
    const std::string mine = R"("to":"p1@example.org")";
    const std::string others = R"("to":"p2@example.org")";
    EXPECT_TRUE(has(seen_by(Role::Compliance, "/api/v1/outbox"), mine));
    log_in_as(Role::Coordinator);
    ASSERT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/patients/p1/answers",
                   .body = R"({"answers":{"safe-contact":"sms"}})"})
                  .status,
              200);
    const std::string list = seen_by(Role::Compliance, "/api/v1/outbox");
    EXPECT_FALSE(has(list, mine)) << list;
    EXPECT_TRUE(has(list, others)) << list;
    EXPECT_FALSE(has(seen_by(Role::Compliance, "/api/v1/patients/p1"), mine));
    EXPECT_TRUE(has(seen_by(Role::Agent, "/api/v1/outbox"), mine));
}

TEST_F(DiscretionTest, TheAddressOfWhoeverIsNotSafeIsHidden) {
    // Phones alone: keys of the record are long numbers, too.
    const auto page = [this](Role role) {
        return has(seen_by(role, "/api/v1/patients/p1"), "+1 212 555 0101");
    };
    const auto list = [this](Role role) {
        return has(seen_by(role, "/api/v1/patients"), "••• 101");
    };
    EXPECT_TRUE(page(Role::Reader));
    EXPECT_TRUE(list(Role::Reader));
    log_in_as(Role::Coordinator);
    ASSERT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/patients/p1/answers",
                   .body = R"({"answers":{"safe-contact":"sms"}})"})
                  .status,
              200);
    EXPECT_FALSE(page(Role::Reader));
    EXPECT_FALSE(list(Role::Reader));
    EXPECT_TRUE(page(Role::Agent));
    EXPECT_TRUE(list(Role::Agent));
    EXPECT_TRUE(has(seen_by(Role::Reader, "/api/v1/patients/p1"), R"("addresses_hidden":true)"));
    EXPECT_FALSE(has(seen_by(Role::Agent, "/api/v1/patients/p1"), "addresses_hidden"));
    clock.set(clock.now() + std::chrono::minutes(1));
    log_in_as(Role::Coordinator);
    ASSERT_EQ(ask({.method = Method::Post,
                   .target = "/api/v1/patients/p1/answers",
                   .body = R"({"answers":{"safe-contact":"any"}})"})
                  .status,
              200);
    EXPECT_TRUE(page(Role::Reader)) << "taken back";
}

}  // namespace
}  // namespace parcours::http::api::testing
