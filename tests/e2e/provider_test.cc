// Logging in by a provider of OpenID Connect: the real binary, a provider on loopback, and a
// browser of which there are only its cookies.

#include <csignal>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "access/secret_bytes.h"
#include "access/tests/identity_provider.h"
#include "base/json.h"
#include "support/clinic.h"
#include "support/http_client.h"
#include "support/identity_provider.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

constexpr std::string_view begin = "/api/v1/session/provider";
constexpr std::string_view back = "/api/v1/session/provider/callback";

class Provider : public ::testing::Test {
  protected:
    Provider() {
        const std::string records = write_patients(folder, 3);
        EXPECT_EQ(run({"import", records, "--data", data}).code, 0);
        EXPECT_EQ(
            run({"user", "add", "carla", "--role", "agent", "--provider", "--data", data}).code, 0);
    }

    void serve(const std::string& more = {}) {
        const std::string settings =
            folder.write("access.yaml",
                         "public-url: http://127.0.0.1:8080\n"
                         "provider:\n"
                         "  name: The hospital\n"
                         "  issuer: " +
                             provider->issuer() +
                             "\n"
                             "  client-id: parcours\n"
                             "  client-secret: { env: PROVIDER_SECRET }\n" +
                             more);
        ProgramOptions options;
        options.environment = {{"PROVIDER_SECRET", "a client's secret"}};
        server =
            std::make_unique<Program>(std::vector<std::string>{"serve", "--data", data, "--access",
                                                               settings, "--listen", "127.0.0.1:0"},
                                      options);
        port = served_port(*server);
        ASSERT_NE(port, 0) << server->err();
    }

    /// The value of a cookie that an answer sets; empty where it does not, or takes it away.
    static std::string cookie(const HttpAnswer& answer, const std::string& name) {
        const auto set = answer.headers.find("set-cookie");
        const std::string all = set == answer.headers.end() ? "" : "\n" + set->second;
        const auto at = all.find("\n" + name + "=");
        const auto from = at + name.size() + 2;
        return at == std::string::npos ? "" : all.substr(from, all.find(';', from) - from);
    }

    HttpAnswer leave() { return http(port, "GET", std::string(begin) + "?to=/tasks"); }

    HttpAnswer come_back(const HttpAnswer& left, const std::string& query) {
        return http(port, "GET", std::string(back) + "?" + query,
                    {{"Cookie", "parcours-attempt=" + cookie(left, "parcours-attempt")}});
    }

    /// The whole way, and where it ends.
    std::string go() {
        const HttpAnswer left = leave();
        EXPECT_EQ(left.status, 303) << left.body;
        arrived = come_back(left, provider->agree(left.headers.at("location")));
        EXPECT_EQ(arrived.status, 303) << arrived.body;
        return arrived.headers["location"];
    }

    void expect_refused(const std::string& code) {
        EXPECT_EQ(go(), "/?log_in=" + code);
        EXPECT_EQ(cookie(arrived, "parcours"), "");
    }

    TemporaryFolder folder;
    std::string data = folder / "data";
    std::unique_ptr<IdentityProvider> provider = std::make_unique<IdentityProvider>();
    std::unique_ptr<Program> server;
    std::uint16_t port = 0;
    HttpAnswer arrived;
};

TEST_F(Provider, LogsIn) {
    serve();
    const HttpAnswer page = http(port, "GET", "/api/v1/session");
    EXPECT_NE(page.body.find(R"("name":"The hospital")"), std::string::npos) << page.body;
    const HttpAnswer left = leave();
    const std::string set = left.headers.at("set-cookie");
    EXPECT_NE(set.find("HttpOnly; SameSite=Lax"), std::string::npos) << set;
    EXPECT_EQ(go(), "/tasks");
    EXPECT_NE(arrived.headers.at("set-cookie").find("SameSite=Strict"), std::string::npos);
    const std::map<std::string, std::string> in{
        {"Cookie", "parcours=" + cookie(arrived, "parcours")}};
    const HttpAnswer session = http(port, "GET", "/api/v1/session", in);
    JsonDocument document;
    const JsonView said = document.parse(session.body).value();
    EXPECT_EQ(said["staff"]["role"].text(), "agent");
    EXPECT_EQ(http(port, "GET", "/api/v1/patients", in).status, 200);
    server->signal(SIGTERM);
    EXPECT_EQ(server->wait().code, 0);
    EXPECT_EQ(run({"audit", "verify", "--data", data}).code, 0);
}

TEST_F(Provider, AnAnswerCountsOnceAndInOneBrowserOnly) {
    serve();
    const HttpAnswer left = leave();
    const std::string query = provider->agree(left.headers.at("location"));
    EXPECT_EQ(http(port, "GET", std::string(back) + "?" + query).headers["location"],
              "/?log_in=attempt-over")
        << "another browser";
    EXPECT_EQ(come_back(left, query).headers["location"], "/tasks");
    EXPECT_EQ(come_back(left, query).headers["location"], "/?log_in=attempt-over") << "replayed";
    const HttpAnswer again = leave();
    EXPECT_EQ(come_back(again, query).headers["location"], "/?log_in=provider-refused")
        << "another's state";
    EXPECT_EQ(provider->tokens_asked, 1);
    const HttpAnswer denied = leave();
    const std::string agreed = provider->agree(denied.headers.at("location"));
    EXPECT_EQ(come_back(denied, agreed.substr(agreed.find('&') + 1) + "&error=access_denied")
                  .headers["location"],
              "/?log_in=provider-refused");
}

TEST_F(Provider, TokensThatSaySomethingElseAreRefused) {
    serve();
    provider->nonce = "another";
    expect_refused("provider-refused");
    provider->nonce.clear();
    provider->audience = "other";
    expect_refused("provider-refused");
    provider->audience = "parcours";
    provider->age_seconds = 600;
    expect_refused("provider-refused");
    provider->age_seconds = 0;
    EXPECT_EQ(go(), "/tasks");
}

TEST_F(Provider, TokensThatAreNotSignedAreRefused) {
    serve();
    const auto encoded = [](std::string_view text) { return access::to_base64url(text); };
    provider->forge = [&](const std::string& claims) {
        return encoded(R"({"alg":"none"})") + "." + encoded(claims) + ".";
    };
    expect_refused("provider-refused");
    // What is public as the secret of an HMAC.
    const std::string published = provider->keys();
    provider->forge = [&](const std::string& claims) {
        const std::string text = encoded(R"({"alg":"HS256","kid":"k1"})") + "." + encoded(claims);
        return text + "." + encoded(access::hmac_sha256(published, text).view());
    };
    expect_refused("provider-refused");
    provider->forge = [](const std::string& claims) {
        return access::testing::ProviderKey::rsa("k1").sign(claims);
    };
    expect_refused("provider-refused");
    provider->forge = nullptr;
    EXPECT_EQ(go(), "/tasks");
}

TEST_F(Provider, ChangesItsKey) {
    serve();
    provider->change_key("k2");
    EXPECT_EQ(go(), "/tasks");
    EXPECT_EQ(go(), "/tasks");
    EXPECT_EQ(provider->keys_asked, 1) << "kept";
    provider->change_key("k3");
    expect_refused("provider-refused");
    EXPECT_EQ(provider->keys_asked, 1) << "asked for a moment ago";
}

TEST_F(Provider, IsDown) {
    serve();
    const HttpAnswer left = leave();
    const std::string query = provider->agree(left.headers.at("location"));
    provider->fail_from_now_on();
    EXPECT_EQ(come_back(left, query).headers["location"], "/?log_in=provider-down");
    server.reset();
    serve();
    EXPECT_EQ(leave().headers["location"], "/?log_in=provider-down");
    EXPECT_EQ(http(port, "GET", "/healthz").status, 200);
}

TEST_F(Provider, StrangersStayOut) {
    provider->subject = "somebody else called carla";
    serve();
    EXPECT_EQ(go(), "/tasks") << "the first of that name is her";
    provider->subject = "s-2";
    expect_refused("no-access");
    server.reset();
    serve("  roles: { admins: administrator }\n");
    expect_refused("no-access");
}

TEST_F(Provider, AddsPeopleWhereItIsToldTo) {
    provider->subject = "s-9";
    provider->roles = R"(["admins","nurses"])";
    ASSERT_EQ(run({"user", "change", "carla", "--disable", "--data", data}).code, 0);
    serve("  roles: { nurses: reader }\n  add-people: yes\n  name-claim: sub\n");
    EXPECT_EQ(go(), "/tasks");
    const std::map<std::string, std::string> in{
        {"Cookie", "parcours=" + cookie(arrived, "parcours")}};
    EXPECT_EQ(http(port, "GET", "/api/v1/outbox", in).status, 403) << "a reader";
}

TEST_F(Provider, SettingsAreJudgedAtTheStart) {
    const auto refused = [&](const std::string& text) {
        const Ended ended = run({"serve", "--data", data, "--access",
                                 folder.write("wrong.yaml", text), "--listen", "127.0.0.1:0"});
        EXPECT_NE(ended.code, 0) << text;
        return ended.err;
    };
    EXPECT_NE(refused("provder: {}\n").find("provider"), std::string::npos) << "the nearest name";
    EXPECT_NE(refused("second-step-for: [boss]\n").find("wrong.yaml:1:19"), std::string::npos)
        << refused("second-step-for: [boss]\n");
    const std::string head = "public-url: https://x.example\nprovider:\n  name: X\n";
    EXPECT_NE(refused(head + "  client-id: p\n  issuer: http://x.example\n").find("https://"),
              std::string::npos);
    EXPECT_NE(refused(head + "  client-id: p\n  issuer: https://x.example\n"
                             "  client-secret: { env: NOT_SET_ANYWHERE }\n")
                  .find("NOT_SET_ANYWHERE"),
              std::string::npos);
}

}  // namespace
}  // namespace parcours::testing
