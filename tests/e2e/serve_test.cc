#include <csignal>
#include <cstdint>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "support/clinic.h"
#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

constexpr const char* password = "a walk along the river\n";

/// The real binary, serving a small clinic.
class Serve : public ::testing::Test {
  protected:
    Serve() {
        const std::string records = write_patients(folder, 20);
        EXPECT_EQ(run({"import", records, "--data", data}).code, 0);
        const Ended added =
            run({"user", "add", "ada", "--role", "administrator", "--data", data}, with(password));
        EXPECT_EQ(added.code, 0) << added.err;
    }

    static ProgramOptions with(const std::string& input) {
        ProgramOptions options;
        options.input = input;
        return options;
    }

    std::string add_token(const std::string& scope) {
        const Ended made = run({"token", "add", "test", "--scope", scope, "--data", data});
        EXPECT_EQ(made.code, 0) << made.err;
        return made.last_line();
    }

    static std::map<std::string, std::string> bearer(const std::string& token) {
        return {{"Authorization", "Bearer " + token}};
    }

    TemporaryFolder folder;
    std::string data = folder / "data";
    std::vector<std::string> serving = {"serve", "--data", data, "--listen", "127.0.0.1:0"};
};

TEST_F(Serve, AnswersHealthToAnybodyAndPatientsToNobody) {
    const Program server(serving);
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    EXPECT_EQ(http(port, "GET", "/healthz").status, 200);
    EXPECT_EQ(http(port, "GET", "/readyz").status, 200);
    const HttpAnswer refused = http(port, "GET", "/api/v1/patients");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(http(port, "GET", "/api/openapi.json").status, 200);
    EXPECT_EQ(http(port, "GET", "/patients/p1").status, 200) << "a place inside the console";
    EXPECT_EQ(http(port, "GET", "/api/v1/none").status, 404);
}

TEST_F(Serve, RefusesTheNetworkWithoutTls) {
    const Ended refused = run({"serve", "--data", data, "--listen", "0.0.0.0:0"});
    EXPECT_NE(refused.code, 0);
    EXPECT_NE(refused.err.find("--tls-certificate"), std::string::npos) << refused.err;
}

TEST_F(Serve, ShowsPatientsToATokenAndWritesItDown) {
    const std::string token = add_token("read");
    Program server(serving);
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    const HttpAnswer listed = http(port, "GET", "/api/v1/patients?limit=3", bearer(token));
    ASSERT_EQ(listed.status, 200) << listed.body;
    JsonDocument document;
    const JsonView answer = document.parse(listed.body).value();
    EXPECT_EQ(answer["total"].integer(), 20);
    const std::string id(answer["patients"].elements().front()["id"].text());
    EXPECT_EQ(http(port, "GET", "/api/v1/patients/" + id, bearer(token)).status, 200);
    EXPECT_EQ(http(port, "PUT", "/api/v1/cohorts/x", bearer(token), R"({"cql":"true"})").status,
              403)
        << "the token may only read";
    const Ended revoked = run({"token", "revoke", "test", "--data", data});
    EXPECT_EQ(revoked.code, 0) << "through the running server: " << revoked.err;
    EXPECT_EQ(http(port, "GET", "/api/v1/patients", bearer(token)).status, 401);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait().code, 0);
    const Ended verified = run({"audit", "verify", "--json", "--data", data});
    EXPECT_EQ(verified.code, 0) << verified.out;
}

TEST_F(Serve, LogsInByCookieAndOut) {
    const Program server(serving);
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    EXPECT_EQ(
        http(port, "POST", "/api/v1/session", {}, R"({"name":"ada","password":"something else"})")
            .status,
        401);
    const HttpAnswer opened = http(port, "POST", "/api/v1/session", {},
                                   R"({"name":"ada","password":"a walk along the river"})");
    ASSERT_EQ(opened.status, 200) << opened.body;
    const std::string set = opened.headers.at("set-cookie");
    EXPECT_NE(set.find("HttpOnly"), std::string::npos);
    EXPECT_NE(set.find("SameSite=Strict"), std::string::npos);
    const std::string cookie = set.substr(0, set.find(';'));
    JsonDocument document;
    const std::string csrf(document.parse(opened.body).value()["csrf"].text());
    EXPECT_EQ(http(port, "GET", "/api/v1/users", {{"Cookie", cookie}}).status, 200);
    EXPECT_EQ(http(port, "DELETE", "/api/v1/session", {{"Cookie", cookie}}).status, 403)
        << "a change needs the session's token";
    EXPECT_EQ(http(port, "DELETE", "/api/v1/session", {{"Cookie", cookie}, {"X-CSRF-Token", csrf}})
                  .status,
              204);
    EXPECT_EQ(http(port, "GET", "/api/v1/users", {{"Cookie", cookie}}).status, 401);
}

TEST_F(Serve, FindsAnEditedAndAShortenedAudit) {
    for (int i = 0; i < 3; ++i) {
        add_token("read");
    }
    const Ended head = run({"audit", "head", "--data", data});
    ASSERT_EQ(head.code, 0);
    const std::string kept = folder.write("head", head.out);
    ASSERT_EQ(run({"audit", "verify", "--head", kept, "--data", data}).code, 0);
    const std::string longer =
        folder.write("later", "parcours-audit 999 " + std::string(64, 'a') + "\n");
    const Ended cut = run({"audit", "verify", "--head", longer, "--data", data});
    EXPECT_NE(cut.code, 0) << "an audit that lacks the kept head was cut";
}

TEST_F(Serve, SurvivesWhatIsNoHttp) {
    const Program server(serving);
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    for (const std::string_view bytes : {"GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
                                         "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                                         "POST /api/v1/session HTTP/1.1\r\nHost: "
                                         "x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                                         "POST /api/v1/session HTTP/1.1\r\nHost: "
                                         "x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                                         "3\r\n\r\n0\r\n\r\n"}) {
        const std::string answer = http_raw(port, bytes);
        EXPECT_EQ(answer.find("root:"), std::string::npos);
        EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4") ||
                    answer.starts_with("HTTP/1.1 5"))
            << answer;
    }
    EXPECT_EQ(http(port, "GET", "/healthz").status, 200);
}

}  // namespace
}  // namespace parcours::testing
