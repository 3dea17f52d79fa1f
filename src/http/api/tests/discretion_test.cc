// What of patients is told to those who may look, and not to all of them.

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "access/roles.h"
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
