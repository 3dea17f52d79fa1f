#include "access/oidc_log_in.h"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/fetch.h"
#include "access/secret_bytes.h"
#include "access/tests/identity_provider.h"
#include "base/random.h"
#include "base/time.h"

namespace parcours::access {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A provider that answers what a test lets it, and a browser that goes there and back.
class Provider : public ::testing::Test {
  protected:
    Provider() {
        OidcSettings settings;
        settings.name = "The hospital";
        settings.issuer = "https://id.example/";
        settings.client_id = "par:cours";
        settings.client_secret = "a secret/of ours";
        settings.redirect_uri = "https://clinic.example/back";
        settings.roles = {{"nurse", Role::Agent}};
        log_in = std::make_unique<OidcLogIn>(
            settings, [this](const FetchRequest& request) { return answer(request); }, random);
    }

    Result<FetchAnswer> answer(const FetchRequest& request) {
        asked.push_back(request);
        if (down) {
            return fail(ErrorCode::Unavailable, "no answer");
        }
        if (request.url.ends_with("/keys")) {
            return FetchAnswer{status, testing::key_set(published)};
        }
        if (request.url.ends_with("/token")) {
            return FetchAnswer{status, R"({"id_token":")" + token(nonce) + "\"}"};
        }
        return FetchAnswer{
            status,
            R"({"issuer":"https://id.example/","authorization_endpoint":"https://id.example/a",)"
            R"("token_endpoint":"https://id.example/token","jwks_uri":"https://id.example/keys"})"};
    }

    std::string token(const std::string& for_nonce) const {
        const auto since = now.time_since_epoch();
        const std::string second =
            std::to_string(std::chrono::duration_cast<seconds>(since).count());
        return signing.sign(R"({"iss":"https://id.example/","aud":"par:cours","sub":"s-1","iat":)" +
                            second + R"(,"exp":)" + second + R"(,"nonce":")" + for_nonce +
                            R"(","preferred_username":"carla","roles":["nurse"]})");
    }

    static std::string parameter(std::string_view url, std::string_view name) {
        const auto begin = url.find("&" + std::string(name) + "=") + name.size() + 2;
        return std::string(url.substr(begin, url.find('&', begin) - begin));
    }

    /// The browser leaves; the provider remembers what it must answer.
    OidcDeparture leave() {
        const auto departure = log_in->start("/tasks", now);
        EXPECT_TRUE(departure) << departure.error().message;
        nonce = parameter(departure->url, "nonce");
        return *departure;
    }

    Result<OidcArrival> come_back(const OidcDeparture& departure) {
        return log_in->finish(departure.cookie,
                              {"code-1", parameter(departure.url, "state"), "", ""}, "192.0.2.1",
                              now);
    }

    [[nodiscard]] long count_asked(std::string_view end) const {
        return std::ranges::count_if(
            asked, [end](const FetchRequest& one) { return one.url.ends_with(end); });
    }

    testing::ProviderKey signing = testing::ProviderKey::p256("k1");
    std::string published = signing.to_json();
    SeededRandom random{5};
    Instant now{seconds(1'790'000'000)};
    std::vector<FetchRequest> asked;
    std::string nonce;
    bool down = false;
    long status = 200;
    std::unique_ptr<OidcLogIn> log_in;
};

TEST_F(Provider, VouchesForSomebody) {
    const auto arrival = come_back(leave());
    ASSERT_TRUE(arrival) << arrival.error().message;
    EXPECT_EQ(arrival->identity.subject, "s-1");
    EXPECT_EQ(arrival->identity.role, Role::Agent);
    EXPECT_EQ(arrival->return_to, "/tasks");
    EXPECT_EQ(asked[0].url, "https://id.example/.well-known/openid-configuration");
    EXPECT_TRUE(asked[0].form.empty());
    EXPECT_TRUE(asked[1].form.starts_with("grant_type=authorization_code&code=code-1&"));
    EXPECT_EQ(asked[1].username, "par%3Acours");
    EXPECT_EQ(asked[1].password, "a%20secret%2Fof%20ours");
    EXPECT_TRUE(come_back(leave()));
    EXPECT_EQ(count_asked("openid-configuration"), 1) << "kept";
    EXPECT_EQ(count_asked("/keys"), 1) << "kept";
}

TEST_F(Provider, AnswersAnAttemptOnce) {
    const OidcDeparture departure = leave();
    ASSERT_TRUE(come_back(departure));
    EXPECT_EQ(come_back(departure).error().code, ErrorCode::NotFound);
    EXPECT_EQ(log_in->finish("", {"code-1", "", "", ""}, "p", now).error().code,
              ErrorCode::NotFound);
}

TEST_F(Provider, OtherStatesAndNoncesAreRefused) {
    const OidcDeparture one = leave();
    const OidcDeparture other = leave();
    EXPECT_EQ(come_back({one.url, other.cookie}).error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(count_asked("/token"), 0) << "the code does not leave";
    const OidcDeparture third = leave();
    nonce = "another";
    EXPECT_NE(come_back(third).error().message.find("nonce"), std::string::npos);
}

TEST_F(Provider, ChangesItsKeys) {
    ASSERT_TRUE(come_back(leave()));
    signing = testing::ProviderKey::p256("k2");
    published = signing.to_json();
    EXPECT_FALSE(come_back(leave())) << "fetched a moment ago";
    EXPECT_EQ(count_asked("/keys"), 1);
    now += minutes(1);
    EXPECT_TRUE(come_back(leave())) << "an unknown key makes them be fetched again";
    EXPECT_EQ(count_asked("/keys"), 2);
}

TEST_F(Provider, TakesAKeyBack) {
    ASSERT_TRUE(come_back(leave()));
    published = testing::ProviderKey::p256("k2").to_json();
    now += std::chrono::hours(1);
    EXPECT_FALSE(come_back(leave())) << "the old key signs still, but is published no more";
}

TEST_F(Provider, IsDownAndBack) {
    down = true;
    EXPECT_EQ(log_in->start("/", now).error().code, ErrorCode::Unavailable);
    down = false;
    EXPECT_EQ(log_in->start("/", now).error().code, ErrorCode::Limit) << "left in peace";
    EXPECT_EQ(asked.size(), 1U);
    now += seconds(5);
    const OidcDeparture departure = leave();
    down = true;
    EXPECT_EQ(come_back(departure).error().code, ErrorCode::Unavailable);
    down = false;
    status = 500;
    EXPECT_EQ(come_back(leave()).error().code, ErrorCode::Unavailable);
    status = 400;
    EXPECT_EQ(come_back(leave()).error().code, ErrorCode::InvalidInput);
    status = 200;
    EXPECT_TRUE(come_back(leave()));
}

TEST_F(Provider, FailuresOfAPeerSlowItDown) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(log_in->finish("", {}, "192.0.2.1", now).error().code, ErrorCode::NotFound);
    }
    const OidcDeparture departure = leave();
    EXPECT_EQ(come_back(departure).error().code, ErrorCode::Limit);
    EXPECT_EQ(log_in->finish("", {}, "192.0.2.2", now).error().code, ErrorCode::NotFound);
    now += seconds(1);
    EXPECT_TRUE(come_back(departure)) << "what was not judged can still be used";
}

TEST_F(Provider, ItsOwnFailuresSlowNobodyDown) {
    ASSERT_TRUE(come_back(leave()));
    for (int i = 0; i < 15; ++i) {
        const OidcDeparture departure = leave();
        down = true;
        EXPECT_EQ(come_back(departure).error().code, ErrorCode::Unavailable) << i;
        down = false;
    }
    EXPECT_TRUE(come_back(leave()));
}

TEST_F(Provider, IsAskedByTwoAtMost) {
    std::vector<ErrorCode> refusals;
    int depth = 0;
    OidcLogIn* inner = nullptr;
    OidcLogIn busy(
        log_in->settings(),
        [&](const FetchRequest&) -> Result<FetchAnswer> {
            ++depth;
            refusals.push_back(inner->start("/", now).error().code);
            return fail(ErrorCode::Unavailable, "slow");
        },
        random);
    inner = &busy;
    EXPECT_FALSE(busy.start("/", now));
    EXPECT_EQ(depth, 2);
    EXPECT_EQ(refusals, (std::vector{ErrorCode::Limit, ErrorCode::Unavailable}));
}

}  // namespace
}  // namespace parcours::access
