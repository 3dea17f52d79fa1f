#include "http/api/access_settings.h"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace parcours::http::api {
namespace {

Result<AccessSettings> parse(std::string_view text) {
    return parse_access_settings(
        text, "access.yaml", [](const std::string& name) -> std::optional<std::string> {
            return name == "SECRET" ? std::optional<std::string>("s") : std::nullopt;
        });
}

TEST(AccessSettings, AreRead) {
    const auto read = parse(
        "public-url: https://parcours.example.org\n"
        "sessions: { idle: 10 minutes, whole: 8 hours }\n"
        "second-step-for: [administrator, compliance]\n"
        "provider:\n"
        "  name: The hospital\n"
        "  issuer: https://id.example.org/realms/clinic\n"
        "  client-id: parcours\n"
        "  client-secret: { env: SECRET }\n"
        "  role-claim: realm_access.roles\n"
        "  roles:\n"
        "    admins: administrator\n"
        "    nurses: agent\n"
        "  domains: [example.org]\n"
        "  add-people: yes\n"
        "  ca-file: /etc/ssl/ours.pem\n");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->options.session.idle, std::chrono::minutes(10));
    EXPECT_EQ(read->options.session.whole, std::chrono::hours(8));
    EXPECT_EQ(read->options.second_step_for.size(), 2U);
    ASSERT_TRUE(read->provider);
    EXPECT_EQ(read->provider->redirect_uri,
              "https://parcours.example.org/api/v1/session/provider/callback");
    EXPECT_EQ(read->provider->client_secret, "s");
    EXPECT_EQ(read->provider->roles.front().first, "admins");
    EXPECT_EQ(read->provider->roles.back().second, access::Role::Agent);
    EXPECT_TRUE(read->provider->add_people);
    EXPECT_EQ(read->provider_ca_file, "/etc/ssl/ours.pem");
}

TEST(AccessSettings, AreSafeWhereNothingIsSaid) {
    for (const char* const text : {"", "# nothing\n"}) {
        const auto read = parse(text);
        ASSERT_TRUE(read);
        EXPECT_FALSE(read->provider);
        EXPECT_EQ(read->options.session.idle, std::chrono::minutes(15));
    }
    const auto read = parse(
        "public-url: https://x.example\n"
        "provider: { name: X, issuer: https://id.example, client-id: p }\n");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_FALSE(read->provider->add_people);
    EXPECT_TRUE(read->provider->roles.empty());
}

TEST(AccessSettings, SayWhereTheyAreWrong) {
    for (const char* const text :
         {"[]", "sesions: {}\n", "sessions: { idle: 1 second }\n", "sessions: { idle: 2 days }\n",
          "sessions: { whole: 30 days }\n", "sessions: 5\n", "second-step-for: administrator\n",
          "second-step-for: [boss]\n",
          "provider: { name: X, issuer: https://id.example, client-id: p }\n",
          "public-url: http://x.example\n"
          "provider: { name: X, issuer: https://id.example, client-id: p }\n",
          "public-url: https://x.example\nprovider: { name: X, client-id: p }\n",
          "public-url: https://x.example\n"
          "provider: { name: X, issuer: http://id.example, client-id: p }\n",
          "public-url: https://x.example\n"
          "provider: { name: X, issuer: https://id.example, client-id: p, client-secret: s }\n",
          "public-url: https://x.example\nprovider: { name: X, issuer: https://id.example, "
          "client-id: p, client-secret: { env: NONE } }\n",
          "public-url: https://x.example\nprovider: { name: X, issuer: https://id.example, "
          "client-id: p, add-people: yes }\n",
          "public-url: https://x.example\nprovider: { name: X, issuer: https://id.example, "
          "client-id: p, roles: { a: boss } }\n"}) {
        const auto read = parse(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::InvalidInput) << text;
        EXPECT_GT(read.error().where.line, 0U) << text;
    }
}

}  // namespace
}  // namespace parcours::http::api
