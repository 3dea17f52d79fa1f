#include "access/throttle.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "base/time.h"

namespace parcours::access {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr ThrottleRule rule{.free_count = 3, .delay_max = minutes(1)};
const Instant start{std::chrono::hours(24 * 365 * 50)};

TEST(Throttle, DelaysDoubleUpToTheirBound) {
    Throttle throttle(rule);
    for (int i = 0; i < 2; ++i) {
        throttle.count("anna", start);
        EXPECT_EQ(throttle.wait("anna", start), Duration::zero());
    }
    for (const int delay : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
        throttle.count("anna", start);
        EXPECT_EQ(throttle.wait("anna", start), seconds(delay));
    }
    EXPECT_EQ(throttle.wait("anna", start + seconds(59)), seconds(1));
    EXPECT_EQ(throttle.wait("anna", start + seconds(60)), Duration::zero());
    EXPECT_EQ(throttle.wait("ben", start), Duration::zero());
    EXPECT_EQ(throttle.wait("anna", start - minutes(5)), seconds(60)) << "a clock that went back";
    for (int i = 0; i < 100; ++i) {
        throttle.count("anna", start);
    }
    EXPECT_EQ(throttle.wait("anna", start), seconds(60));
}

TEST(Throttle, AnHourForgets) {
    Throttle throttle(rule);
    for (int i = 0; i < 10; ++i) {
        throttle.count("anna", start);
    }
    const Instant later = start + minutes(61);
    throttle.count("anna", later);
    EXPECT_EQ(throttle.wait("anna", later), Duration::zero());
}

TEST(Throttle, WhatIsTakenBackDidNotHappen) {
    Throttle throttle(rule);
    for (int i = 0; i < 20; ++i) {
        throttle.count("anna", start);
        throttle.take_back("anna");
    }
    EXPECT_EQ(throttle.wait("anna", start), Duration::zero());
    EXPECT_EQ(throttle.key_count(), 0U);
    throttle.take_back("nobody");
    for (int i = 0; i < 5; ++i) {
        throttle.count("anna", start);
    }
    throttle.count("anna", start);
    throttle.take_back("anna");
    EXPECT_EQ(throttle.wait("anna", start), seconds(4)) << "earlier failures stay";
    throttle.forgive("anna");
    throttle.forgive("anna");
    EXPECT_EQ(throttle.wait("anna", start), Duration::zero());
}

TEST(Throttle, IsBounded) {
    Throttle throttle(rule);
    for (int i = 0; i < 5; ++i) {
        throttle.count("first", start);
    }
    for (std::size_t i = 0; i < 3 * Throttle::key_count_max; ++i) {
        const Instant now = start + seconds(1) + Duration(i);
        throttle.count(std::to_string(i), now);
        if (i == Throttle::key_count_max / 2) {
            throttle.count("first", now);
        }
    }
    EXPECT_EQ(throttle.key_count(), Throttle::key_count_max);
    EXPECT_EQ(throttle.wait("first", start + seconds(1)), Duration::zero()) << "the oldest goes";
}

}  // namespace
}  // namespace parcours::access
