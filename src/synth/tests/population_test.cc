#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <signal.h>
#include <string>
#include <sys/resource.h>
#include <zlib.h>

#include "base/error.h"
#include "synth/synth.h"
#include "synth/tests/export_reader.h"

namespace parcours::synth {
namespace {

using testing::population;
using testing::read_folder;
using testing::Scratch;

Options options_of(std::uint64_t patients, std::uint64_t seed) {
    Options options;
    options.patients = patients;
    options.seed = seed;
    return options;
}

std::string gunzip(const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    std::string text;
    char block[65536];
    int got = 0;
    while ((got = gzread(file, block, sizeof block)) > 0) {
        text.append(block, static_cast<std::size_t>(got));
    }
    EXPECT_EQ(got, 0) << path;
    gzclose(file);
    return text;
}

TEST(SynthPopulation, SameSeedSameBytesWithAnyThreads) {
    Options options = options_of(600, 7);
    options.threads = 1;
    const auto one = population(options);
    options.threads = 2;
    const auto two = population(options);
    options.threads = 5;
    const auto five = population(options);
    EXPECT_GE(one.size(), 20U);
    EXPECT_TRUE(one == two);
    EXPECT_TRUE(one == five);
}

TEST(SynthPopulation, OtherSeedOtherPeople) {
    const auto first = population(options_of(50, 1));
    const auto second = population(options_of(50, 2));
    EXPECT_NE(first.at("Patient.ndjson"), second.at("Patient.ndjson"));
    EXPECT_NE(first.at("Observation.ndjson"), second.at("Observation.ndjson"));
}

TEST(SynthPopulation, SummaryCountsWhatWasWritten) {
    const Scratch scratch;
    Options options = options_of(301, 3);
    options.out = scratch.path("deep/folder");
    std::uint64_t last = 0;
    const auto done = write_population(options, [&](std::uint64_t patients) {
        EXPECT_GE(patients, last);
        last = patients;
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(done->patients, 301U);
    EXPECT_EQ(last, 301U);
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    for (const auto& [name, text] : read_folder(options.out)) {
        const auto count = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
        EXPECT_EQ(done->by_type.at(name.substr(0, name.find('.'))), count);
        bytes += text.size();
        lines += count;
    }
    EXPECT_EQ(done->bytes, bytes);
    EXPECT_EQ(done->resources, lines);
    EXPECT_EQ(done->by_type.at("Patient"), 301U);
}

TEST(SynthPopulation, WritesGzipThatHoldsTheSame) {
    const Scratch scratch;
    Options options = options_of(400, 5);
    options.gzip = true;
    options.out = scratch.path("packed");
    const auto done = write_population(options, {});
    ASSERT_TRUE(done);
    options.gzip = false;
    const auto plain = population(options);
    for (const auto& [name, text] : plain) {
        EXPECT_EQ(gunzip(options.out + "/" + name + ".gz"), text) << name;
    }
    const auto packed = read_folder(options.out);
    EXPECT_EQ(packed.size(), plain.size());
    // One member only: readers that stop at the first see everything.
    const std::string& bytes = packed.at("Patient.ndjson.gz");
    EXPECT_EQ(bytes.find(std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00", 8), 1), std::string::npos);
    std::uint64_t total = 0;
    for (const auto& [name, packed_bytes] : packed) {
        total += packed_bytes.size();
    }
    EXPECT_EQ(done->bytes, total);
}

TEST(SynthPopulation, EndsHistoryWhereItIsTold) {
    Options options = options_of(200, 9);
    options.until = CivilDate{std::chrono::year{2019} / 6 / 1};
    const testing::Export read(population(options));
    for (const auto& one : read.of("Encounter")) {
        EXPECT_LT(one.when(), "2019-06-03") << one.text("id");
        EXPECT_GT(one.when(), "2009-05-20") << one.text("id");
    }
}

TEST(SynthPopulation, RefusesAFolderWithFiles) {
    const Scratch scratch;
    std::ofstream(scratch.path("note.txt")) << "mine";
    Options options = options_of(5, 1);
    options.out = scratch.path("");
    const auto refused = write_population(options, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_NE(refused.error().message.find("holds files"), std::string::npos);
    EXPECT_EQ(read_folder(scratch.path("")).size(), 1U);
}

TEST(SynthPopulation, RefusesAFileForAFolder) {
    const Scratch scratch;
    std::ofstream(scratch.path("out")) << "a file";
    Options options = options_of(5, 1);
    options.out = scratch.path("out");
    const auto refused = write_population(options, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    options.out = scratch.path("out/below");
    EXPECT_FALSE(write_population(options, {}));
}

TEST(SynthPopulation, RefusesOptionsOutOfRange) {
    const Scratch scratch;
    const auto refuse = [&](auto change) {
        Options options = options_of(5, 1);
        options.out = scratch.path("never");
        change(options);
        const auto refused = write_population(options, {});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Usage);
        EXPECT_FALSE(std::filesystem::exists(scratch.path("never")));
    };
    refuse([](Options& o) { o.patients = 0; });
    refuse([](Options& o) { o.density = 1; });
    refuse([](Options& o) { o.density = 1000; });
    refuse([](Options& o) { o.threads = 0; });
    refuse([](Options& o) { o.out.clear(); });
    refuse([](Options& o) { o.until = CivilDate{std::chrono::year{1500} / 1 / 1}; });
}

/// Holds the process to small files for as long as it lives: a disk that is full.
class SmallDisk {
  public:
    SmallDisk() {
        previous_ = ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &limit_);
        rlimit small = limit_;
        small.rlim_cur = 200'000;
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        ::signal(SIGXFSZ, previous_);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

  private:
    rlimit limit_{};
    void (*previous_)(int) = nullptr;
};

TEST(SynthPopulation, SaysWhenItCannotWrite) {
    const Scratch scratch;
    Options options = options_of(3000, 1);
    options.out = scratch.path("out");
    const SmallDisk disk;
    const auto refused = write_population(options, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_NE(refused.error().message.find(".ndjson"), std::string::npos)
        << refused.error().message;
}

TEST(SynthPopulation, KeepsToTheDensity) {
    for (const double density : {10.0, 30.0, 60.0}) {
        const Scratch scratch;
        Options options = options_of(2000, 77);
        options.density = density;
        options.out = scratch.path("out");
        const auto started = std::chrono::steady_clock::now();
        const auto done = write_population(options, {});
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        ASSERT_TRUE(done);
        const double each = static_cast<double>(done->resources) / 2000.0;
        EXPECT_NEAR(each, density, density * 0.15);
        std::printf("density %.0f: %.1f resources a patient, %.0f bytes each, %.0f a second\n",
                    density, each,
                    static_cast<double>(done->bytes) / static_cast<double>(done->resources),
                    static_cast<double>(done->resources) / took.count());
    }
}

TEST(SynthPopulation, FitsAMillionIntoFifteenGigabytes) {
    const Scratch scratch;
    Options options = options_of(5000, 13);
    options.out = scratch.path("out");
    const auto done = write_population(options, {});
    ASSERT_TRUE(done);
    EXPECT_LT(static_cast<double>(done->bytes) * 200, 15.0e9);
}

}  // namespace
}  // namespace parcours::synth
