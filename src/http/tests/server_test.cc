#include "http/server.h"

#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/tests/client.h"
#include "http/tests/running_server.h"

namespace parcours::http {
namespace {

using testing::Client;
using testing::get;
using testing::post;
using testing::Received;
using testing::RunningServer;

TEST(Server, AnswersAndKeepsTheConnection) {
    const RunningServer server;
    Client client(server.port());
    for (int i = 0; i < 3; ++i) {
        client.send(get("/api/hello/Ada%20L"));
        const Received received = client.read();
        EXPECT_EQ(received.status, 200);
        EXPECT_EQ(received.body, "hello Ada L");
        EXPECT_EQ(received.headers.find("Cache-Control"), "no-store");
        EXPECT_EQ(received.headers.find("X-Content-Type-Options"), "nosniff");
        EXPECT_TRUE(received.headers.find("Date"));
        EXPECT_FALSE(received.headers.find("Strict-Transport-Security"));
        EXPECT_FALSE(received.headers.find("Connection"));
    }
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
    const RunningServer server;
    Client client(server.port());
    std::string all;
    for (int i = 0; i < 50; ++i) {
        all += i % 5 == 0 ? post("/api/echo", "hello " + std::to_string(i))
                          : get("/api/hello/" + std::to_string(i));
    }
    client.send(all);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(client.read().body, "hello " + std::to_string(i));
    }
}

TEST(Server, TakesARequestInSingleBytes) {
    const RunningServer server;
    Client client(server.port());
    for (const char c : post("/api/echo", "slow")) {
        client.send({&c, 1});
    }
    EXPECT_EQ(client.read().body, "slow");
}

TEST(Server, TakesChunksAndOldVersions) {
    const RunningServer server;
    Client client(server.port());
    client.send(
        "POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;why=not\r\nchun\r\n3\r\nked\r\n0\r\nX-Behind: 1\r\n\r\n");
    EXPECT_EQ(client.read().body, "chunked");
    client.send("GET http://elsewhere/api/hello/x HTTP/1.1\r\nHost: here\r\n\r\n");
    EXPECT_EQ(client.read().body, "hello x");
    client.send("GET /api/hello/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.read().headers.find("Connection"), "keep-alive");
    client.send("GET /api/hello/x HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.read().headers.find("Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, SaysContinueBeforeABody) {
    RunningServer server;
    Client client(server.port());
    client.send(
        "POST /api/large HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read(true).status, 100);
    client.send(std::string(100'000, 'x'));
    EXPECT_EQ(client.read().body.size(), 100'000U);
    EXPECT_EQ(server.authorised, 1);
    client.send(
        "POST /api/large HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\nX-Refuse: 1\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 401);
}

TEST(Server, AnswersHeadOptionsAndWhatIsNotThere) {
    const RunningServer server;
    Client client(server.port());
    client.send("HEAD /api/hello/x HTTP/1.1\r\nHost: h\r\n\r\n");
    const Received head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.find("Content-Length"), "7");
    client.send("DELETE /api/hello/x HTTP/1.1\r\nHost: h\r\n\r\n");
    const Received wrong = client.read();
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.find("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(wrong.headers.find("Content-Type"), "application/problem+json");
    client.send("OPTIONS /api/echo HTTP/1.1\r\nHost: h\r\n\r\n");
    const Received options = client.read();
    EXPECT_EQ(options.status, 204);
    EXPECT_FALSE(options.headers.find("Content-Length"));
    client.send(get("/api/nothing"));
    EXPECT_EQ(client.read().status, 404);
    client.send(get("/api/secret"));
    EXPECT_EQ(client.read().status, 401);
}

TEST(Server, SurvivesHandlersThatFail) {
    RunningServer server;
    Client client(server.port());
    client.send(get("/api/throw"));
    EXPECT_EQ(client.read().status, 500);
    client.send(get("/api/forget"));
    EXPECT_EQ(client.read().status, 500);
    client.send(get("/api/later"));
    EXPECT_EQ(client.read().body, "late");
    server.stop();
    EXPECT_EQ(server.defect, "broken");
}

TEST(Server, ServesFiles) {
    const RunningServer server;
    Client client(server.port());
    client.send(get("/patients/7"));
    EXPECT_EQ(client.read().body, "<p>page</p>");
    client.send(get("/assets/app-0a1b2c3d.js", "Accept-Encoding: br, gzip\r\n"));
    const Received packed = client.read();
    EXPECT_EQ(packed.body, "packed");
    EXPECT_EQ(packed.headers.find("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
    client.send(get("/assets/app-0a1b2c3d.js",
                    "If-None-Match: " + std::string(*packed.headers.find("ETag")) + "\r\n"));
    EXPECT_EQ(client.read().status, 304);
    client.send(get("/assets/app-0a1b2c3d.js", "Range: bytes=2-4\r\nAccept-Encoding: gzip\r\n"));
    const Received part = client.read();
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "234");
    EXPECT_EQ(part.headers.find("Content-Range"), "bytes 2-4/10");
    client.send(get("/assets/other.js"));
    EXPECT_EQ(client.read().status, 404);
    client.send(get("/api/long", "Accept-Encoding: gzip\r\n"));
    const Received small = client.read();
    EXPECT_LT(small.body.size(), 2'000U);
    EXPECT_EQ(small.headers.find("ETag"), "\"long-gzip\"");
    client.send(get("/api/long"));
    EXPECT_EQ(client.read().body.size(), 200'000U);
}

TEST(Server, StreamsEventsAndEndsThemWhenItStops) {
    RunningServer server;
    Client client(server.port());
    client.send(get("/api/events"));
    const Received head = client.read(true);
    EXPECT_EQ(head.headers.find("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.headers.find("Transfer-Encoding"), "chunked");
    server.events.publish({"moved", "{\"n\":1}"});
    std::string came;
    while (came.find("data: {\"n\":1}\n\n") == std::string::npos) {
        const std::string more = client.read_some(1);
        ASSERT_FALSE(more.empty());
        came += more;
    }
    server.stop();
    came += client.read_to_end();
    EXPECT_TRUE(came.ends_with("0\r\n\r\n"));

    RunningServer again;
    {
        Client gone(again.port());
        gone.send(get("/api/events"));
        EXPECT_EQ(gone.read(true).status, 200);
    }
    again.await_connections(0);
}

TEST(Server, FinishesWhatIsUnderWayBeforeItStops) {
    RunningServer server;
    Client idle(server.port());
    idle.send(get("/api/hello/x"));
    idle.read();
    Client busy(server.port());
    busy.send(get("/api/wait"));
    server.door.await_waiting(1);
    std::thread stopping([&server] { server.stop(); });
    EXPECT_EQ(idle.read_to_end(), "");
    server.door.open();
    const Received received = busy.read();
    EXPECT_EQ(received.body, "waited");
    EXPECT_EQ(received.headers.find("Connection"), "close");
    stopping.join();
    const Client late(server.port());
    EXPECT_FALSE(late.connected());
}

TEST(Server, CountsWhatItServed) {
    RunningServer server;
    Client client(server.port());
    client.send(get("/api/hello/x") + get("/nothing.txt"));
    client.read();
    client.read();
    server.stop();
    const std::string page = server.metrics.text();
    EXPECT_NE(page.find("requests_total{operation=\"hello\",method=\"GET\",status=\"2xx\"} 1"),
              std::string::npos);
    EXPECT_NE(page.find("requests_total{operation=\"none\",method=\"GET\",status=\"4xx\"} 1"),
              std::string::npos);
}

TEST(Server, SaysWhyItCannotListen) {
    const RunningServer server;
    const Metrics metrics;
    MetricsPage page(metrics);
    const SystemClock clock;
    ServerOptions options;
    options.port = server.port();
    const auto taken = Server::open(options, page, clock);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::Conflict);
    options.address = "here";
    const auto bad = Server::open(options, page, clock);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::InvalidInput);
}

}  // namespace
}  // namespace parcours::http
