// Live work against local peers: messages leave, come back, stop.

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

class Live : public ::testing::Test {
  protected:
    void SetUp() override {
        practice = write_practice(folder, provider);
        write_patients(folder, patient_count);
        ASSERT_EQ(run({"import", folder / "F", "--data", data}).code, 0);
    }

    [[nodiscard]] std::vector<std::string> work() const {
        return {"work", "--data", data, "--practice", practice, "--json"};
    }

    /// How many messages of the outbox have a status, with a reason where one is named.
    std::size_t count(const std::string& status, const std::string& reason = {},
                      const std::string& step = {}) {
        const Ended outbox = run({"outbox", "--data", data, "--json"});
        EXPECT_EQ(outbox.code, 0) << outbox.err;
        JsonDocument document;
        const auto parsed = document.parse(outbox.last_line());
        if (!parsed) {
            return 0;
        }
        const auto messages = (*parsed)["messages"].elements();
        return static_cast<std::size_t>(std::ranges::count_if(messages, [&](JsonView one) {
            return one["status"].text() == status &&
                   (reason.empty() || one["reason"].text() == reason) &&
                   (step.empty() || one["step"].text() == step);
        }));
    }

    void stop(Program& program) {
        program.signal(SIGTERM);
        const Ended ended = program.wait();
        EXPECT_EQ(ended.code, 0) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr("everything is written down"));
    }

    static constexpr std::size_t patient_count = 4;
    TemporaryFolder folder;
    Provider provider;
    std::string data = folder / "D";
    std::string practice;
};

TEST_F(Live, SendsByBothProtocolsAndStopsForThoseWhoSayStop) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }))
        << program.err();
    EXPECT_EQ(provider.mails().size(), patient_count);
    EXPECT_THAT(provider.mails().front(), HasSubstr("List-Unsubscribe: <mailto:unsubscribe+"));
    EXPECT_THAT(provider.mails().front(), HasSubstr("text/html"));

    // One says STOP, then goes on talking; another only talks.
    const Ended stopped = receive_reply(data, practice, make_reply(0, "SM1", "STOP"));
    EXPECT_EQ(stopped.code, 0) << stopped.err;
    EXPECT_THAT(stopped.out, HasSubstr("\"taken\":1"));
    EXPECT_EQ(receive_reply(data, practice, make_reply(0, "SM2", "hello?")).code, 0);
    EXPECT_EQ(receive_reply(data, practice, make_reply(1, "SM3", "hello")).code, 0);
    ASSERT_TRUE(wait_until([&] { return provider.count(phone_of(1)) == 2; })) << program.err();
    ASSERT_TRUE(wait_until([&] { return count("not-sent", "", "second") == 1; }));
    EXPECT_EQ(provider.count(phone_of(0)), 1U) << "nothing after STOP";
    EXPECT_EQ(count("not-sent", "opted-out", "second") + count("not-sent", "suppressed", "second"),
              1U);

    // What a provider repeats is taken once; what is forged is refused.
    EXPECT_THAT(receive_reply(data, practice, make_reply(1, "SM3", "hello")).out,
                HasSubstr("\"repeated\":1"));
    Callback forged = make_reply(2, "SM4", "STOP");
    forged.signature[3] = forged.signature[3] == 'A' ? 'B' : 'A';
    EXPECT_EQ(receive_reply(data, practice, forged).code, exit_code(ErrorCode::Conflict));
    stop(program);
    EXPECT_EQ(count("sent"), 2 * patient_count + 1);
}

TEST_F(Live, UnsubscribesByMail) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.mails().size() == patient_count; }))
        << program.err();
    const std::string mail = provider.mails().front();
    const std::size_t begin = mail.find("<mailto:") + 8;
    const std::string address = mail.substr(begin, mail.find('>', begin) - begin);
    ProgramOptions options;
    options.input = "From: p@example.org\nTo: " + address +
                    "\nMessage-ID: <m1@example.org>\nSubject: unsubscribe\n\n";
    const Ended ended = run({"receive", "email", "--data", data, "--practice", practice}, options);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("\"taken\":1"));
    options.input = "From: p@example.org\nTo: unsubscribe+" + std::string(48, 'a') +
                    "@practice.example.org\nMessage-ID: <m2@example.org>\nSubject: x\n\n";
    const Ended forged = run({"receive", "email", "--data", data, "--practice", practice}, options);
    EXPECT_EQ(forged.code, 0) << forged.err;
    EXPECT_THAT(run({"task", "--data", data, "--json"}).out, HasSubstr("asked to stop"))
        << "a token that nobody gave out stops no patient, but a person looks";
    stop(program);
}

TEST_F(Live, GoesOnAfterAStopWithoutRepeating) {
    {
        Program program(work());
        ASSERT_TRUE(wait_until([&] { return !provider.taken().empty(); }));
        stop(program);
    }
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    stop(program);
    std::vector<std::string> ids;
    for (const auto& got : provider.taken()) {
        ids.push_back(got.message);
    }
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
    EXPECT_EQ(count("sent"), 2 * patient_count);
}

TEST_F(Live, NeverRepeatsWhatMayHaveBeenTaken) {
    provider.answer = [](const auto&) { return std::string(); };
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    stop(program);
    EXPECT_EQ(count("unknown", "unknown-result"), patient_count);
    Program again(work());
    ASSERT_TRUE(wait_until([&] { return again.err().find("at work") != std::string::npos; }));
    stop(again);
    EXPECT_EQ(provider.taken().size(), 2 * patient_count);
}

TEST_F(Live, DrainsInTimeWhenTheProviderIsSlow) {
    // Each hand-off stalls until its time-out; a stop waits for one of them, not for all.
    provider.at = [](Provider::Phase phase, const Provider::Got&) {
        if (phase == Provider::Phase::Request) {
            for (int i = 0; i < 150; ++i) {
                pause_a_little();
            }
        }
    };
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return !provider.taken().empty(); }));
    stop(program);
    EXPECT_LT(provider.taken().size(), 2 * patient_count);
    EXPECT_EQ(count("attempting"), 0U);
}

TEST_F(Live, KeepsVirtualAndLiveWorkApart) {
    const std::vector<std::string> virtually = {"work",    "--data",     data,     "--practice",
                                                practice,  "--virtual",  "--from", "2025-01-01",
                                                "--until", "2025-02-01", "--json"};
    TemporaryFolder other;
    ASSERT_EQ(run({"import", folder / "F", "--data", other / "D"}).code, 0);
    {
        Program program(work());
        ASSERT_TRUE(wait_until([&] { return !provider.taken().empty(); }));
        const Ended beside = run(virtually);
        EXPECT_EQ(beside.code, exit_code(ErrorCode::Locked)) << beside.err;
        stop(program);
    }
    EXPECT_EQ(run(virtually).code, exit_code(ErrorCode::Conflict));

    std::vector<std::string> elsewhere = virtually;
    elsewhere[2] = other / "D";
    const std::size_t before = provider.taken().size();
    EXPECT_EQ(run(elsewhere).code, 0);
    EXPECT_EQ(provider.taken().size(), before) << "a virtual run opens no connection";
    const Ended live = run({"work", "--data", other / "D", "--practice", practice});
    EXPECT_EQ(live.code, exit_code(ErrorCode::Conflict));
    // Nothing leaves by the back door either.
    const Ended received = receive_reply(other / "D", practice, make_reply(1, "SM9", "hello"));
    EXPECT_EQ(received.code, exit_code(ErrorCode::Conflict));
    EXPECT_EQ(provider.taken().size(), before);
}

TEST_F(Live, ImportsWhileItWorks) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    write_patients(folder, patient_count + 1);
    const Ended imported = run({"import", folder / "F", "--data", data, "--json"});
    EXPECT_EQ(imported.code, 0) << imported.err;
    EXPECT_THAT(imported.last_line(), HasSubstr("\"stored\":1,\"unchanged\":4"));
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count + 2; }))
        << program.err();
    EXPECT_THAT(run({"map", "--data", data, "--json"}).last_line(), HasSubstr("\"patients\":5"));
    stop(program);
}

TEST_F(Live, TellsOfAnImportByTheWorkerInTheWordsOfAnyOther) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    const Ended imported = run({"import", folder / "F", "--data", data});
    EXPECT_EQ(imported.code, 0) << imported.err;
    EXPECT_THAT(imported.out, HasSubstr("4 resources read: 0 stored, 4 unchanged."));
    EXPECT_EQ(imported.out.find('{'), std::string::npos) << imported.out;
    stop(program);
}

TEST_F(Live, TriesTheQuarantineAgainWhileItWorks) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    const std::string file = folder.write("G/Patient.ndjson", "{\"resourceType\":\"Patient\"\n");
    ASSERT_EQ(run({"import", file, "--data", data}).code, 0);
    EXPECT_THAT(run({"quarantine", "--data", data}).out, HasSubstr("1 in quarantine"));
    folder.write("G/Patient.ndjson",
                 "{\"resourceType\":\"Patient\",\"id\":\"mended\",\"birthDate\":\"2020-01-01\"}\n");
    const Ended retried = run({"quarantine", "--retry", "--data", data, "--practice", practice});
    EXPECT_EQ(retried.code, 0) << retried.err;
    EXPECT_THAT(retried.out, HasSubstr("1 tried again, 1 could be read and is stored."));
    EXPECT_EQ(run({"why", "mended", "--data", data}).code, 0);
    stop(program);
}

TEST_F(Live, SurvivesAPathThatVanishesDuringItsImport) {
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
    const Ended refused = run({"import", folder / "nowhere", "--data", data});
    EXPECT_EQ(refused.code, exit_code(ErrorCode::NotFound)) << refused.err;
    stop(program);
}

TEST_F(Live, ReceivesWithoutSendingWhenNobodyWorks) {
    {
        Program program(work());
        ASSERT_TRUE(wait_until([&] { return provider.taken().size() == 2 * patient_count; }));
        stop(program);
    }
    EXPECT_EQ(receive_reply(data, practice, make_reply(1, "SM3", "hello")).code, 0);
    EXPECT_EQ(provider.taken().size(), 2 * patient_count);
    Program program(work());
    ASSERT_TRUE(wait_until([&] { return provider.count(phone_of(1)) == 2; })) << program.err();
    stop(program);
}

}  // namespace
}  // namespace parcours::testing
