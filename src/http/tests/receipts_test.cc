#include "http/receipts.h"

#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "base/error.h"

namespace parcours::http {
namespace {

TEST(Receipts, LetTheAnswerLeaveWhenAllIsSettled) {
    Receipts receipts;
    receipts.expect();
    receipts.expect();
    std::vector<bool> left;
    receipts.settle({});
    receipts.then([&left](const Receipts::Outcome& outcome) { left.push_back(!outcome); });
    EXPECT_TRUE(left.empty());
    receipts.settle(Error{ErrorCode::Unavailable, "not written", {}});
    EXPECT_EQ(left, std::vector{false});
}

TEST(Receipts, NothingAwaitedLeavesAtOnce) {
    Receipts receipts;
    bool left = false;
    receipts.then([&left](const Receipts::Outcome& outcome) { left = !outcome; });
    EXPECT_TRUE(left);
}

TEST(ReceiptsDeathTest, WhatComesAfterTheAnswerIsADefect) {
    Receipts receipts;
    receipts.then([](const Receipts::Outcome&) {});
    EXPECT_DEATH(receipts.expect(), "known before it is given");
}

}  // namespace
}  // namespace parcours::http
