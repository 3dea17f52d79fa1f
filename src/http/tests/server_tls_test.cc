#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "base/error.h"
#include "channel/tests/certificate.h"
#include "http/server.h"
#include "http/tests/client.h"
#include "http/tests/running_server.h"

namespace parcours::http {
namespace {

using testing::Client;
using testing::get;
using testing::post;
using testing::Received;
using testing::RunningServer;

ServerOptions with_tls(const channel::testing::TemporaryFolder& folder) {
    const auto files = channel::testing::make_certificate(folder.path());
    ServerOptions options;
    options.tls = TlsFiles{files.certificate_file, files.key_file};
    return options;
}

TEST(ServerTls, AnswersByHttp11) {
    const channel::testing::TemporaryFolder folder;
    const RunningServer server(with_tls(folder));
    Client client(server.port(), true);
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.protocol(), "http/1.1");
    client.send(get("/api/hello/x"));
    const Received received = client.read();
    EXPECT_EQ(received.body, "hello x");
    EXPECT_EQ(received.headers.find("Strict-Transport-Security"), "max-age=31536000");
    client.send(post("/api/large", std::string(500'000, 'x')));
    EXPECT_EQ(client.read().body.size(), 500'000U);
    client.send("nonsense\r\n\r\n");
    EXPECT_EQ(client.read().status, 400);
}

TEST(ServerTls, DoesNotMindOthersWhoSpeakPlainly) {
    const channel::testing::TemporaryFolder folder;
    const RunningServer server(with_tls(folder));
    Client plain(server.port());
    plain.send(get("/api/hello/x"));
    EXPECT_EQ(plain.read().status, 0);
    Client client(server.port(), true);
    client.send(get("/api/hello/x"));
    EXPECT_EQ(client.read().status, 200);
}

TEST(ServerTls, TakesANewCertificateAndKeepsTheOldWhereTheNewIsBroken) {
    const channel::testing::TemporaryFolder folder;
    const ServerOptions options = with_tls(folder);
    RunningServer server(options);
    Client before(server.port(), true);
    EXPECT_FALSE(channel::testing::make_certificate(folder.path()).key_file.empty());
    EXPECT_TRUE(server.server().reload_certificate());
    Client after(server.port(), true);
    for (Client* client : {&before, &after}) {
        client->send(get("/api/hello/x"));
        EXPECT_EQ(client->read().status, 200);
    }
    std::ofstream(options.tls->certificate) << "broken";
    const auto reloaded = server.server().reload_certificate();
    ASSERT_FALSE(reloaded);
    EXPECT_NE(reloaded.error().message.find("certificate.pem"), std::string::npos);
    Client still(server.port(), true);
    still.send(get("/api/hello/x"));
    EXPECT_EQ(still.read().status, 200);
}

TEST(ServerTls, RefusesAKeyThatIsNotTheCertificates) {
    const channel::testing::TemporaryFolder folder;
    const channel::testing::TemporaryFolder other;
    ServerOptions options = with_tls(folder);
    options.tls->key = channel::testing::make_certificate(other.path()).key_file;
    const Metrics metrics;
    MetricsPage page(metrics);
    const SystemClock clock;
    options.port = 0;
    const auto opened = Server::open(options, page, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::InvalidInput);
}

}  // namespace
}  // namespace parcours::http
