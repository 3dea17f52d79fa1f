// Behind a reverse proxy: who asks, and whether by TLS, is what the named proxy says.

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "support/clinic.h"
#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

class Proxy : public ::testing::Test {
  protected:
    Proxy() {
        EXPECT_EQ(run({"import", write_patients(folder, 2), "--data", data}).code, 0);
        ProgramOptions options;
        options.input = "a walk along the river\n";
        EXPECT_EQ(
            run({"user", "add", "ada", "--role", "administrator", "--data", data}, options).code,
            0);
    }

    static std::map<std::string, std::string> from(const std::string& address) {
        return {{"X-Forwarded-For", address}, {"X-Forwarded-Proto", "https"}};
    }

    static constexpr const char* right = R"({"name":"ada","password":"a walk along the river"})";

    TemporaryFolder folder;
    std::string data = folder / "data";
};

TEST_F(Proxy, IsBelievedWhereItIsNamed) {
    const Program server(
        {"serve", "--data", data, "--listen", "127.0.0.1:0", "--behind-proxy", "127.0.0.1"});
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    const HttpAnswer in = http(port, "POST", "/api/v1/session", from("203.0.113.5"), right);
    ASSERT_EQ(in.status, 200) << in.body;
    const std::string cookie = in.headers.at("set-cookie");
    EXPECT_TRUE(cookie.starts_with("__Host-parcours=")) << cookie;
    EXPECT_NE(cookie.find("; Secure"), std::string::npos);
    EXPECT_TRUE(in.headers.contains("strict-transport-security"));
    auto asked = from("203.0.113.5");
    asked["Cookie"] = cookie.substr(0, cookie.find(';'));
    const HttpAnswer sessions = http(port, "GET", "/api/v1/session/all", asked);
    EXPECT_NE(sessions.body.find(R"("peer":"203.0.113.5")"), std::string::npos) << sessions.body;
    auto plain = from("203.0.113.5");
    plain["X-Forwarded-Proto"] = "http";
    EXPECT_EQ(http(port, "POST", "/api/v1/session", plain, right).status, 403);
    EXPECT_EQ(http(port, "GET", "/healthz").status, 200);
}

TEST_F(Proxy, ThrottlesByTheAddressBehindIt) {
    const Program server(
        {"serve", "--data", data, "--listen", "127.0.0.1:0", "--behind-proxy", "127.0.0.1"});
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    // Unsigned callbacks: the cheapest of what is slowed down by address.
    const auto forge = [port](const std::string& address) {
        return http(port, "POST", "/callbacks/sms", from(address), "x").status;
    };
    int status = 403;
    for (int i = 0; i < 30 && status == 403; ++i) {
        status = forge("203.0.113.6");
    }
    EXPECT_EQ(status, 429);
    EXPECT_EQ(forge("203.0.113.7"), 403);
}

TEST_F(Proxy, IsNotBelievedWhereItIsNot) {
    const Program server({"serve", "--data", data, "--listen", "127.0.0.1:0"});
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    const HttpAnswer in = http(port, "POST", "/api/v1/session", from("203.0.113.5"), right);
    ASSERT_EQ(in.status, 200);
    EXPECT_TRUE(in.headers.at("set-cookie").starts_with("parcours="));
    const std::string cookie = in.headers.at("set-cookie");
    const HttpAnswer sessions =
        http(port, "GET", "/api/v1/session/all", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    EXPECT_NE(sessions.body.find(R"("peer":"127.0.0.1")"), std::string::npos) << sessions.body;
}

TEST_F(Proxy, MustBeNamedForANetworkWithoutTls) {
    const Ended refused = run({"serve", "--data", data, "--listen", "0.0.0.0:0"});
    EXPECT_NE(refused.code, 0);
    EXPECT_NE(refused.err.find("--behind-proxy"), std::string::npos) << refused.err;
    EXPECT_NE(
        run({"serve", "--data", data, "--listen", "0.0.0.0:0", "--behind-proxy", "proxy"}).code, 0);
}

}  // namespace
}  // namespace parcours::testing
