// Disks that are full, read-only or damaged; folders that are locked or too new; and an import that
// is the same however it is read.

#include <algorithm>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string read_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream out(path, std::ios::binary);
    out << bytes;
}

/// Whether this test may mount: a private namespace needs root.
bool may_mount() {
    ProgramOptions options;
    options.program = "unshare";
    return run({"-m", "true"}, options).code == 0;
}

class Disk : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(run({"synth", "--patients", "200", "--seed", "7", "--out", folder / "F"}).code,
                  0);
    }

    [[nodiscard]] Ended import(const std::string& data) const {
        return run({"import", folder / "F", "--data", data, "--json"});
    }

    /// The answers that must not change.
    static std::string answers(const std::string& data) {
        const Ended map = run({"map", "--data", data, "--as-of", "2025-06-01", "--json"});
        const Ended list = run({"cohort", "list", "exists [Condition: code in \"diabetes\"]",
                                "--data", data, "--as-of", "2025-06-01"});
        EXPECT_EQ(map.code, 0) << map.err;
        EXPECT_EQ(list.code, 0) << list.err;
        return map.last_line() + "\n" + list.out;
    }

    /// Runs a line of the shell in a mount namespace of its own; P is the program.
    [[nodiscard]] Ended in_namespace(const std::string& script) const {
        ProgramOptions options;
        options.program = "unshare";
        options.folder = folder.path();
        return run({"-m", "bash", "-c", std::string("P=") + PARCOURS_PROGRAM + "; " + script},
                   options);
    }

    TemporaryFolder folder;
};

TEST_F(Disk, RebuildsDamagedAndMissingSnapshots) {
    const std::string data = folder / "D";
    ASSERT_EQ(import(data).code, 0);
    const std::string whole = answers(data);
    for (const std::string blob : {"index", "identity", "marks"}) {
        const std::string path = data + "/blobs/" + blob + ".blob";
        ASSERT_TRUE(fs::exists(path));
        const std::string bytes = read_bytes(path);
        for (std::size_t part = 0; part < 8; ++part) {
            std::string broken = bytes;
            broken[bytes.size() * part / 8] ^= 0x40;
            write_bytes(path, broken);
            EXPECT_EQ(answers(data), whole) << blob << ", flipped at eighth " << part;
            const Ended again = import(data);
            EXPECT_THAT(again.last_line(), HasSubstr("\"stored\":0,")) << blob << " " << part;
            write_bytes(path, bytes);
        }
        write_bytes(path, bytes.substr(0, bytes.size() / 2));
        EXPECT_EQ(answers(data), whole) << blob << " cut in half";
        fs::remove(path);
        EXPECT_EQ(answers(data), whole) << blob << " gone";
        EXPECT_THAT(import(data).last_line(), HasSubstr("\"stored\":0,"));
        EXPECT_EQ(answers(data), whole) << blob << " made anew";
        write_bytes(path, bytes);
    }
}

TEST_F(Disk, NamesDamagedRecordsAndNeverSendsOnThem) {
    const std::string data = folder / "D";
    ASSERT_EQ(import(data).code, 0);
    const std::string path = data + "/parcours.db";
    std::string bytes = read_bytes(path);
    // In the middle of the file stand the sealed bodies.
    for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 60'000; at += 4'096) {
        bytes[at] ^= 0x01;
    }
    write_bytes(path, bytes);
    fs::remove_all(data + "/blobs");
    const Ended map = run({"map", "--data", data, "--json"});
    if (map.code == 0) {
        EXPECT_THAT(map.err, HasSubstr("warning: ")) << "damage is named";
        EXPECT_THAT(map.last_line(), HasSubstr("\"patients\":"));
    } else {
        EXPECT_EQ(map.code, exit_code(ErrorCode::Damaged)) << map.err;
    }
    const Ended work =
        run({"work", "--data", data, "--virtual", "--from", "2025-01-01", "--until", "2025-02-01"});
    EXPECT_EQ(work.code, exit_code(ErrorCode::Damaged)) << work.err;
    EXPECT_THAT(work.err, HasSubstr("backup"));
}

TEST_F(Disk, WaitsForTheOneWhoWrites) {
    const std::string data = folder / "D";
    ASSERT_EQ(import(data).code, 0);
    const std::string whole = answers(data);
    const int lock = ::open((data + "/lock").c_str(), O_RDWR);
    ASSERT_EQ(::flock(lock, LOCK_EX), 0);
    const Ended refused = import(data);
    EXPECT_EQ(refused.code, exit_code(ErrorCode::Locked)) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("is being written by process"));
    EXPECT_EQ(answers(data), whole) << "reading goes on beside it";
    ::close(lock);
    EXPECT_EQ(import(data).code, 0);
}

TEST_F(Disk, RefusesAFolderOfANewerProgram) {
    const std::string data = folder / "D";
    ASSERT_EQ(import(data).code, 0);
    // The format is SQLite's user_version: bytes 60 to 63 of the file, big-endian.
    std::string bytes = read_bytes(data + "/parcours.db");
    bytes[63] = 99;
    write_bytes(data + "/parcours.db", bytes);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"map", "--data", data},
          std::vector<std::string>{"import", folder / "F", "--data", data}}) {
        const Ended ended = run(command);
        EXPECT_EQ(ended.code, exit_code(ErrorCode::NewerFormat)) << ended.err;
        EXPECT_THAT(ended.err, HasSubstr("use the newer program"));
    }
    EXPECT_EQ(read_bytes(data + "/parcours.db"), bytes) << "it is left as it was";
}

TEST_F(Disk, GoesOnAfterAFullDisk) {
    if (!may_mount()) {
        GTEST_SKIP() << "needs a mount namespace";
    }
    const Ended ended = in_namespace(
        "mkdir m && mount -t tmpfs -o size=1500k none m && $P import F --data m/D; echo \"code "
        "$?\";"
        "mount -o remount,size=100m m && $P import F --data m/D --json && cp -r m/D D");
    EXPECT_THAT(ended.out, HasSubstr("code " + std::to_string(exit_code(ErrorCode::NoSpace))));
    EXPECT_THAT(ended.err, HasSubstr("free some space"));
    ASSERT_EQ(ended.code, 0) << ended.err;
    ASSERT_EQ(import(folder / "E").code, 0);
    EXPECT_EQ(answers(folder / "D"), answers(folder / "E"));
}

TEST_F(Disk, ReadsAReadOnlyFolderAndRefusesToWrite) {
    if (!may_mount()) {
        GTEST_SKIP() << "needs a mount namespace";
    }
    ASSERT_EQ(import(folder / "m/D").code, 0);
    const Ended ended = in_namespace(
        "mount --bind m m && mount -o remount,ro,bind m m;"
        "$P import F --data m/D; echo \"import $?\"; $P import F --data m/E; echo \"new $?\";"
        "$P map --data m/D --json > /dev/null; echo \"map $?\"");
    const std::string code = std::to_string(exit_code(ErrorCode::ReadOnly));
    EXPECT_THAT(ended.out, HasSubstr("import " + code));
    EXPECT_THAT(ended.out, HasSubstr("new " + code));
    EXPECT_THAT(ended.out, HasSubstr("map 0"));
    EXPECT_THAT(ended.err, HasSubstr("cannot be written to"));
}

TEST_F(Disk, ImportsTheSameFromPlainAndGzipAndInAnyOrder) {
    ASSERT_EQ(import(folder / "A").code, 0);
    ASSERT_EQ(
        run({"synth", "--patients", "200", "--seed", "7", "--gzip", "--out", folder / "G"}).code,
        0);
    ASSERT_EQ(run({"import", folder / "G", "--data", folder / "B"}).code, 0);
    std::vector<std::string> backwards = {"import"};
    for (const auto& entry : fs::directory_iterator(folder / "F")) {
        backwards.push_back(entry.path().string());
    }
    std::ranges::sort(backwards.begin() + 1, backwards.end(), std::greater<>());
    backwards.insert(backwards.end(), {"--data", folder / "C"});
    ASSERT_EQ(run(backwards).code, 0);
    EXPECT_EQ(answers(folder / "A"), answers(folder / "B"));
    const std::string in_order = answers(folder / "A");
    const std::string reversed = answers(folder / "C");
    EXPECT_EQ(in_order.substr(0, in_order.find('\n')), reversed.substr(0, reversed.find('\n')));
    EXPECT_THAT(run({"import", folder / "G", "--data", folder / "A", "--json"}).last_line(),
                HasSubstr("\"stored\":0,"));
}

TEST_F(Disk, RunsTheSameTwice) {
    ASSERT_EQ(import(folder / "D").code, 0);
    const std::vector<std::string> work = {"work",      "--data",     folder / "D",
                                           "--virtual", "--from",     "2025-06-01",
                                           "--until",   "2025-12-01", "--json"};
    const auto without_seconds = [](const Ended& ended) {
        return ended.last_line().substr(0, ended.last_line().find("\"seconds\""));
    };
    const Ended first = run(work);
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_THAT(first.last_line(), HasSubstr("\"enrolled\":"));
    const std::string outbox = run({"outbox", "--data", folder / "D", "--json"}).last_line();
    EXPECT_EQ(without_seconds(run(work)), without_seconds(first));
    EXPECT_EQ(run({"outbox", "--data", folder / "D", "--json"}).last_line(), outbox);
    ASSERT_EQ(import(folder / "E").code, 0);
    std::vector<std::string> elsewhere = work;
    elsewhere[2] = folder / "E";
    EXPECT_EQ(without_seconds(run(elsewhere)), without_seconds(first)) << "also in another folder";
}

}  // namespace
}  // namespace parcours::testing
