// What the server does to those who send too much, too slowly or in two meanings.

#include <array>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
using namespace std::chrono_literals;

/// All limits of time short, so that a test that reaches one does not wait for long.
ServerOptions hasty() {
    ServerOptions options;
    options.limits.header_time = 50ms;
    options.limits.body_time = 50ms;
    options.limits.idle_time = 50ms;
    options.limits.linger_time = 50ms;
    options.limits.tick_time = 5ms;
    options.limits.body_bytes_per_second_min = 1'000'000;
    return options;
}

TEST(ServerLimits, RefusesWhatHasTwoMeanings) {
    struct Case {
        std::string_view request;
        int status;
    };
    constexpr auto cases = std::to_array<Case>({
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
         "\r\n0\r\n\r\n",
         400},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
         400},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
         501},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
         400},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n",
         400},
        {"POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
         "ffffffffffffffff1\r\nabc\r\n",
         400},
        {"GET /api/hello/x HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
        {"GET /api/hello/x HTTP/1.1\nHost: h\n\r\n\r\n", 400},
        {"GET /api/hello/x HTTP/1.1\r\n\r\n", 400},
        {"GET /../etc HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"GET /%2e%2e/etc HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        {"BREW /api/hello/x HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        {"GET /api/hello/x HTTP/2.0\r\nHost: h\r\n\r\n", 505},
    });
    const RunningServer server;
    for (const Case& wrong : cases) {
        Client client(server.port());
        client.send(wrong.request);
        const Received received = client.read();
        EXPECT_EQ(received.status, wrong.status) << wrong.request << received.body;
        EXPECT_EQ(received.headers.find("Connection"), "close") << wrong.request;
        EXPECT_EQ(received.headers.find("X-Content-Type-Options"), "nosniff");
    }
    Client client(server.port());
    client.send(get("/api/hello/still"));
    EXPECT_EQ(client.read().body, "hello still");
}

TEST(ServerLimits, RefusesWhatIsTooLarge) {
    ServerOptions options;
    options.limits.large_body_bytes = 64UL * 1024;
    const RunningServer server(options);
    const std::vector<std::pair<std::string, int>> cases{
        {get("/api/hello/x", "A: " + std::string(17'000, 'a') + "\r\n"), 431},
        {"GET /" + std::string(20'000, 'a'), 431},
        {get("/" + std::string(9'000, 'a')), 414},
        {post("/api/echo", std::string(65'537, 'x')), 413},
        {post("/api/large", std::string(4'194'305, 'x')), 413},
    };
    for (const auto& [request, status] : cases) {
        Client client(server.port());
        client.send(request);
        EXPECT_EQ(client.read().status, status) << request.substr(0, 30);
    }
    Client chunks(server.port());
    chunks.send("POST /api/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 70; ++i) {
        chunks.send("400\r\n" + std::string(1024, 'x') + "\r\n");
    }
    EXPECT_EQ(chunks.read().status, 413);
    Client whole(server.port());
    whole.send(post("/api/large", std::string(4'194'304, 'x')));
    EXPECT_EQ(whole.read().body.size(), 4'194'304U);
}

TEST(ServerLimits, WaitsForNobodyWhoIsSlow) {
    const RunningServer server(hasty());
    Client head(server.port());
    head.send("GET / HTTP/1.1\r\nHost:");
    Client body(server.port());
    body.send("POST /api/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    Client silent(server.port());
    Client idle(server.port());
    idle.send(get("/api/hello/x"));
    EXPECT_EQ(idle.read().status, 200);
    EXPECT_EQ(head.read().status, 408);
    EXPECT_EQ(body.read().status, 408);
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_EQ(idle.read_to_end(), "");
    server.await_connections(0);
}

TEST(ServerLimits, SaysWhenItHasTooMuchToDo) {
    ServerOptions options;
    options.worker_count = 1;
    options.limits.queue_max = 1;
    RunningServer server(options);
    Client first(server.port());
    first.send(get("/api/wait"));
    server.door.await_waiting(1);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        clients.back()->send(get("/api/hello/x"));
    }
    // One of them waits in the queue; static files and refusals need no worker.
    Client page(server.port());
    page.send(get("/"));
    EXPECT_EQ(page.read().status, 200);
    server.door.open();
    int busy = 0;
    for (const auto& client : clients) {
        const Received received = client->read();
        busy += received.status == 503 ? 1 : 0;
        EXPECT_EQ(received.headers.count("Retry-After"), received.status == 503 ? 1U : 0U);
    }
    EXPECT_EQ(busy, 2);
    EXPECT_EQ(first.read().body, "waited");
}

TEST(ServerLimits, ThousandsOfIdleConnectionsStopNobody) {
    const RunningServer server;
    std::vector<std::unique_ptr<Client>> idle;
    constexpr std::size_t count = 2000;
    for (std::size_t i = 0; i < count; ++i) {
        idle.push_back(std::make_unique<Client>(server.port()));
        ASSERT_TRUE(idle.back()->connected());
        if (i % 2 == 0) {
            idle.back()->send("GET / HTTP/1.1\r\nX-Slow");
        }
    }
    server.await_connections(count);
    Client client(server.port());
    for (int i = 0; i < 100; ++i) {
        client.send(get("/api/hello/x"));
        ASSERT_EQ(client.read().status, 200);
    }
}

TEST(ServerLimits, WhoAsksForMuchAndReadsNothingIsGivenLittle) {
    const RunningServer server;
    Client greedy(server.port());
    std::string much;
    for (int i = 0; i < 20; ++i) {
        much += get("/api/long");
    }
    greedy.send(much);
    Client other(server.port());
    for (int i = 0; i < 500; ++i) {
        other.send(get("/api/hello/x"));
        ASSERT_EQ(other.read().status, 200);
    }
    // 4 MB were asked for; what leaves lies in the windows of both sides.
    const std::string page = server.metrics.text();
    const std::string_view counter = "operation=\"long\",method=\"GET\",status=\"2xx\"} ";
    const std::size_t found = page.find(counter);
    const int answered =
        found == std::string::npos ? 0 : std::stoi(page.substr(found + counter.size()));
    EXPECT_LE(answered, 5);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(greedy.read().body.size(), 200'000U);
    }
}

TEST(ServerLimits, TheLongestIdleConnectionMakesRoom) {
    ServerOptions options;
    options.limits.connections_max = 3;
    const RunningServer server(options);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        clients.back()->send(get("/api/hello/x"));
        EXPECT_EQ(clients.back()->read().status, 200);
    }
    EXPECT_EQ(clients[0]->read_to_end(), "");
    clients[1]->send(get("/api/hello/x"));
    EXPECT_EQ(clients[1]->read().status, 200);
}

TEST(ServerLimits, AnswersOnlyForItsHosts) {
    ServerOptions options;
    options.hosts = {"here", "::1"};
    const RunningServer server(options);
    Client client(server.port());
    client.send(get("/api/hello/x"));
    EXPECT_EQ(client.read().status, 200);
    client.send("GET /api/hello/x HTTP/1.1\r\nHost: Here:8080\r\n\r\n");
    EXPECT_EQ(client.read().status, 200);
    client.send("GET /api/hello/x HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
    EXPECT_EQ(client.read().status, 421);
}

TEST(ServerLimits, HoldsNoMoreBodiesThanItMay) {
    ServerOptions options;
    options.limits.buffered_body_bytes_max = 100'000;
    const RunningServer server(options);
    Client one(server.port());
    one.send("POST /api/large HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n");
    one.send(std::string(150'000, 'x'));
    EXPECT_EQ(one.read().status, 503);
    Client two(server.port());
    two.send(post("/api/large", std::string(90'000, 'x')));
    EXPECT_EQ(two.read().status, 200);
    two.send(post("/api/large", std::string(90'000, 'x')));
    EXPECT_EQ(two.read().status, 200);
}

TEST(ServerLimits, ASilentStreamShowsSignsOfLife) {
    ServerOptions options;
    options.limits.heartbeat_time = 20ms;
    options.limits.tick_time = 5ms;
    const RunningServer server(options);
    Client client(server.port());
    client.send(get("/api/events"));
    EXPECT_EQ(client.read(true).status, 200);
    std::string came;
    while (came.find("3\r\n:\n\n\r\n") == std::string::npos) {
        const std::string more = client.read_some(1);
        ASSERT_FALSE(more.empty());
        came += more;
    }
}

TEST(ServerLimits, TheDrainEnds) {
    ServerOptions options;
    options.limits.drain_time = 20ms;
    options.limits.tick_time = 5ms;
    RunningServer server(options);
    Client client(server.port());
    client.send(get("/api/wait"));
    server.door.await_waiting(1);
    server.stop();
    EXPECT_EQ(client.read_to_end(), "");
}

}  // namespace
}  // namespace parcours::http
