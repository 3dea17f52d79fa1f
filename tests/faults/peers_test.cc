// Gateways that are slow, break off or lie, on the real program: what may have been taken is not
// handed over again, the program answers meanwhile, and it stops when it is told to.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "faults/bad_peers.h"
#include "faults/faults.h"
#include "faults/promises.h"
#include "support/clinic.h"
#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

class Peers : public ::testing::Test {
  protected:
    void prepare(std::size_t patients) {
        practice_ = write_practice(folder_, provider_);
        write_patients(folder_, patients);
        ASSERT_EQ(run({"import", folder_ / "F", "--data", data_}).code, 0);
    }

    /// Stopping must take less than 30 s: what takes longer is killed, and fails.
    [[nodiscard]] Program serve() const {
        ProgramOptions options;
        options.limit = std::chrono::seconds{30};
        return Program(
            {"serve", "--data", data_, "--practice", practice_, "--listen", "127.0.0.1:0"},
            options);
    }

    static void stop(Program& server) {
        server.signal(SIGTERM);
        const Ended ended = server.wait();
        EXPECT_EQ(ended.signal, 0) << "it did not stop within 30 s";
        EXPECT_EQ(ended.code, 0) << ended.err;
    }

    /// Waits until something holds, and asks meanwhile whether the program answers.
    template <class Holds>
    void wait_answering(const Program& server, std::uint16_t port, Holds holds) {
        std::size_t rounds = 0;
        std::size_t asked = 0;
        EXPECT_TRUE(wait_until(
            [&] {
                if (rounds++ % 32 == 0) {
                    ++asked;
                    EXPECT_EQ(http(port, "GET", "/healthz").status, 200);
                }
                return holds();
            },
            std::chrono::seconds{60}))
            << server.err();
        EXPECT_GT(asked, 1U);
    }

    void expect_kept(FaultReport& report, std::size_t hand_overs_max = 1) {
        judge_messages(read_messages(data_), provider_.taken(), hand_overs_max, false, report);
        EXPECT_TRUE(report.broken.empty()) << report.to_text();
    }

    TemporaryFolder folder_;
    Provider provider_;
    std::string data_ = folder_ / "D";
    std::string practice_;
};

TEST_F(Peers, SlowAndLyingOnesGetNothingTwice) {
    const BadPeers bad(provider_);
    prepare(2 * BadPeers::sms_count);
    Program server = serve();
    const std::uint16_t port = served_port(server);
    ASSERT_NE(port, 0) << server.err();
    wait_answering(server, port, [&] {
        return bad.text_messages() >= 2 * BadPeers::sms_count &&
               bad.mails() >= 2 * BadPeers::mail_count && bad.mail_connections() > 4;
    });
    stop(server);
    FaultReport report;
    expect_kept(report);
    EXPECT_GE(report.unknown, 9U) << "those whose answers said nothing";
    EXPECT_GE(report.taken, 2 * BadPeers::sms_count);
}

TEST_F(Peers, StopsWhileAGatewaySaysNothing) {
    provider_.sms_conduct.answer = [](auto& connection, const auto&) {
        connection.stall();
        return true;
    };
    prepare(3);
    {
        Program server = serve();
        ASSERT_TRUE(wait_until([&] { return !provider_.taken().empty(); })) << server.err();
        stop(server);
    }
    Program again = serve();
    ASSERT_TRUE(wait_until([&] { return provider_.mails().size() == 3; })) << again.err();
    stop(again);
    FaultReport report;
    expect_kept(report);
    EXPECT_EQ(report.unknown, 3U);
}

TEST_F(Peers, WhatIsSafetyCriticalWaitsToBeHandedOverAgain) {
    const BadPeers bad(provider_);
    prepare(4);
    folder_.write("P/campaigns/ping.yaml", R"(campaign: ping
title: { en: Ping }
purpose: operations
concern: general
topic: ping
priority: 50
enter: { cohort: everyone, again: never }
steps:
  first:  { send: ping-first, by: [sms], safety-critical: true, then: done, else: done }
  done:   { end: completed }
)");
    Program server = serve();
    ASSERT_TRUE(wait_until([&] { return bad.text_messages() >= 4; })) << server.err();
    stop(server);
    constexpr std::size_t class_b_max = 3;
    FaultReport report;
    expect_kept(report, class_b_max);
    const auto messages = read_messages(data_);
    EXPECT_EQ(messages.size(), 4U);
    EXPECT_EQ(std::ranges::count_if(messages,
                                    [](const auto& one) { return one.second.status == "waiting"; }),
              2)
        << "the two that met a vice are tried again in some minutes";
}

TEST_F(Peers, ReceiptsThatLieChangeNothing) {
    prepare(3);
    Program server = serve();
    ASSERT_TRUE(wait_until([&] { return provider_.taken().size() == 6; })) << server.err();
    const auto before = read_messages(data_);
    const auto tell = [&](const std::string& id, const std::string& state) {
        return receive_reply(data_, practice_, make_receipt(id, state, phone_of(0)));
    };
    const auto gateway_id = [](const Provider::Got& got) { return "SM" + got.message; };
    const std::string known = gateway_id(provider_.taken().front());
    EXPECT_THAT(tell("SMnobody", "delivered").out, HasSubstr("\"unmatched\":1"));
    EXPECT_THAT(tell("SMnobody", "failed").out, HasSubstr("\"unmatched\":1"));
    EXPECT_THAT(tell(known, "delivered").out, HasSubstr("\"taken\":1"));
    EXPECT_THAT(tell(known, "delivered").out, HasSubstr("\"repeated\":1"));
    EXPECT_EQ(tell(known, "failed").code, 0);
    EXPECT_EQ(tell(known, "sent").code, 0);
    stop(server);
    const auto after = read_messages(data_);
    ASSERT_EQ(after.size(), before.size());
    for (const auto& [id, message] : after) {
        EXPECT_EQ(message.status, "sent") << id;
    }
    FaultReport report;
    expect_kept(report);
    EXPECT_EQ(provider_.taken().size(), 6U) << "nothing is sent again";
}

}  // namespace
}  // namespace parcours::testing
