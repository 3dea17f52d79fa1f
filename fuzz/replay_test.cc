// The targets over their seeds and a few mutations of each: they cannot rot unnoticed.

#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz/clinic.h"
#include "fuzz/target.h"
#include "http/message.h"

namespace parcours::fuzz {
namespace {

constexpr std::size_t mutations = 8;

class Replay : public ::testing::TestWithParam<Target> {};

TEST_P(Replay, HoldsForSeedsAndMutations) {
    const Target& target = GetParam();
    const auto seeds = read_seeds(target);
    EXPECT_GE(seeds.size(), 3U) << "fuzz/seeds/" << target.name << ".txt";
    for (const std::string& seed : seeds) {
        EXPECT_LE(seed.size(), target.bytes_max) << seed;
        SCOPED_TRACE(seed);
        target.feed(seed);
        for (std::size_t i = 0; i < mutations; ++i) {
            target.feed(mutate(seed, i));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, Replay, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& info) { return std::string(info.param.name); });

Outcome answering(int status, std::string_view type, std::string text) {
    Outcome outcome;
    outcome.response = http::Response::text(status, type, std::move(text));
    return outcome;
}

TEST(FindFault, FindsWhatIsPlanted) {
    EXPECT_NE(find_fault("", answering(500, "application/problem+json", "{}")), "");
    EXPECT_NE(find_fault("", answering(404, "text/plain", "no")), "");
    EXPECT_NE(find_fault("", answering(200, "application/json", "{")), "");
    EXPECT_NE(find_fault("", answering(200, "application/json", R"(["Zoë"])")), "")
        << "a name that was not audited";
    Outcome refused = answering(404, "application/problem+json", R"(["Zoë"])");
    refused.audited.emplace_back("patient.read", "p1");
    EXPECT_NE(find_fault("", refused), "") << "a name in a refusal";
}

TEST(FindFault, FindsNothingWhereAllIsWell) {
    Outcome shown = answering(200, "application/json", R"(["Zoë"])");
    shown.audited.emplace_back("patient.read", "p1");
    EXPECT_EQ(find_fault("", shown), "");
    EXPECT_EQ(find_fault("Zoë", answering(400, "application/problem+json", R"(["Zoë"])")), "");
}

TEST(Clinic, ReadsARouteByItsNumber) {
    const Clinic clinic;
    const WrittenRequest plain = clinic.read("PUT /x?a=b\nA: b\n\nbody\n\nmore");
    EXPECT_EQ(plain.method, "PUT");
    EXPECT_EQ(plain.target, "/x?a=b");
    EXPECT_EQ(plain.headers, "A: b\r\n");
    EXPECT_EQ(plain.body, "body\n\nmore");
    EXPECT_TRUE(clinic.read("#a one two").target.starts_with('/'));
    EXPECT_EQ(clinic.read("#a one two").target.find('{'), std::string::npos);
}

}  // namespace
}  // namespace parcours::fuzz
