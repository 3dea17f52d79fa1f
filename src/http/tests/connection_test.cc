// A connection's limits of time, on a clock that stands until it is set.

#include "http/connection.h"

#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "http/application.h"
#include "http/link.h"
#include "http/message.h"
#include "http/receipts.h"

namespace parcours::http {
namespace {

using namespace std::chrono_literals;

class Echo final : public Application {
  public:
    Admission admit(Request& /*head*/) override { return {}; }
    std::optional<Response> authorise(Request& /*head*/) override { return std::nullopt; }
    void handle(Request request, Answer answer) override {
        receipts = request.receipts;
        for (std::size_t i = 0; i < awaited; ++i) {
            receipts->expect();
        }
        answer(Response::text(200, "text/plain", std::move(request.body)));
    }

    std::size_t awaited = 0;  ///< of the next answer
    std::shared_ptr<Receipts> receipts;
};

/// Works at once, in the calling thread.
class FakeHost final : public Host {
  public:
    explicit FakeHost(Application& echo) { application = &echo; }
    void post(std::function<void()> job) override { job(); }
    bool work(std::function<void()> job) override {
        job();
        return true;
    }
    [[nodiscard]] Time now() const override { return time; }
    std::string_view date_line() override { return "Date: now\r\n"; }
    std::string next_request_id() override { return "1"; }
    [[nodiscard]] bool draining() const override { return false; }
    [[nodiscard]] bool accepts_host(std::string_view /*host*/) const override { return true; }
    void forget(Connection& /*connection*/) override { forgotten = true; }

    Time time{};
    bool forgotten = false;
};

class FakeLink final : public Link {
  public:
    void start(std::shared_ptr<LinkUser> user) override { user->on_started(); }
    void read() override {}
    void write(std::string_view bytes, std::string_view rest) override {
        written += bytes;
        written += rest;
    }
    void finish() override {}
    void close() override { closed = true; }
    [[nodiscard]] const std::string& peer() const override { return peer_; }
    [[nodiscard]] bool secure() const override { return false; }

    std::string written;
    bool closed = false;

  private:
    std::string peer_ = "127.0.0.1";
};

class ConnectionTest : public ::testing::Test {
  protected:
    void SetUp() override { connection->start(); }
    void pass(Host::Time time) {
        host->time += time;
        connection->tick(host->time);
    }

    Echo echo;
    std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>(echo);
    std::shared_ptr<FakeLink> link = std::make_shared<FakeLink>();
    std::shared_ptr<Connection> connection = std::make_shared<Connection>(host, link);
};

TEST_F(ConnectionTest, ABodyHasTheTimeThatItsBytesEarn) {
    host->limits.body_bytes_per_second_min = 1000;
    connection->on_bytes("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n");
    for (int i = 0; i < 5; ++i) {
        pass(10s);
        connection->on_bytes(std::string(10'000, 'x'));
        EXPECT_EQ(link->written, "") << i;
    }
    pass(29s);  // 79 of 30 + 50 seconds
    EXPECT_EQ(link->written, "");
    pass(2s);
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 408"));
}

TEST_F(ConnectionTest, AHeadHasAFixedTimeHoweverItDrips) {
    connection->on_bytes("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 9; ++i) {
        pass(1s);
        connection->on_bytes("A: b\r\n");
        EXPECT_EQ(link->written, "");
    }
    pass(2s);
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 408"));
}

TEST_F(ConnectionTest, AnAnswerThatIsNotReadEndsTheConnection) {
    connection->on_bytes("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 200"));
    pass(29s);
    EXPECT_FALSE(link->closed);
    pass(2s);
    EXPECT_TRUE(link->closed);
    EXPECT_TRUE(host->forgotten);
}

TEST_F(ConnectionTest, TheNextRequestMayWaitALittleLonger) {
    connection->on_bytes("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    connection->on_written();
    EXPECT_TRUE(connection->idle_since());
    pass(59s);
    EXPECT_FALSE(link->closed);
    pass(2s);
    EXPECT_TRUE(link->closed);
}

TEST_F(ConnectionTest, AnAnswerWaitsUntilAllThatMustBeDurableIs) {
    echo.awaited = 2;
    connection->on_bytes("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(link->written, "");
    echo.receipts->settle({});
    EXPECT_EQ(link->written, "");
    echo.receipts->settle({});
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 200"));
}

TEST_F(ConnectionTest, AnAnswerWhoseAuditFailedNeverLeaves) {
    echo.awaited = 2;
    connection->on_bytes("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nsecret");
    echo.receipts->settle(Error{ErrorCode::Unavailable, "the disk is full", {}});
    EXPECT_EQ(link->written, "");
    echo.receipts->settle({});
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 503"));
    EXPECT_EQ(link->written.find("secret"), std::string::npos);
}

TEST_F(ConnectionTest, ABodyFollowsItsHeadWholeWhateverItsSize) {
    for (const std::size_t size : {0UL, 8191UL, 8192UL, 8193UL, 65536UL, 65537UL, 200'000UL}) {
        std::string body;
        for (std::size_t i = 0; i < size; ++i) {
            body += static_cast<char>('a' + i % 23);
        }
        connection->on_bytes(
            fmt::format("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", size, body));
        for (int i = 0; i < 5; ++i) {
            connection->on_written();
        }
        const std::string written = std::exchange(link->written, {});
        EXPECT_TRUE(written.ends_with("\r\n\r\n" + body)) << size;
        EXPECT_EQ(written.find("HTTP/1.1 200", 1), std::string::npos);
    }
}

TEST_F(ConnectionTest, OneAnswerIsWrittenAtATime) {
    connection->on_bytes("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string first = std::exchange(link->written, {});
    EXPECT_EQ(first.find("HTTP/1.1 200", 1), std::string::npos);
    connection->on_written();
    EXPECT_TRUE(link->written.starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace parcours::http
