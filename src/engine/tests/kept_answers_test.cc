#include "engine/kept_answers.h"

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>

#include "base/hash.h"
#include "base/time.h"

namespace parcours::engine {
namespace {

const Instant start = parse_instant("2026-03-02T10:00:00Z").value();

RequestAnswered answer(std::size_t number, Instant at, std::string body = "{}") {
    const std::string name = std::to_string(number);
    return {named_hash("key", {name}),
            named_hash("request", {name}),
            200,
            "application/json",
            std::move(body),
            at};
}

TEST(KeptAnswers, AreKnownForADayAndThenForgotten) {
    KeptAnswers kept;
    kept.apply(answer(1, start));
    const Digest key = named_hash("key", {"1"});
    ASSERT_NE(kept.find(key, start + std::chrono::hours(23)), nullptr);
    EXPECT_EQ(kept.find(key, start + std::chrono::hours(24)), nullptr);
    kept.apply(answer(2, start + std::chrono::hours(25)));
    EXPECT_EQ(kept.find(key, start), nullptr) << "it takes no room any more either";
}

TEST(KeptAnswers, TheFirstAnswerStays) {
    KeptAnswers kept;
    kept.apply(answer(1, start, "first"));
    kept.apply(answer(1, start + std::chrono::hours(1), "second"));
    EXPECT_EQ(kept.find(named_hash("key", {"1"}), start)->answer.body, "first");
}

TEST(KeptAnswers, OldBodiesMakeRoomButTheirChangesAreRemembered) {
    KeptAnswers kept;
    const std::string large(KeptAnswers::bytes_max / 2 + 1, 'x');
    kept.apply(answer(1, start, large));
    kept.apply(answer(2, start, large));
    const auto* const first = kept.find(named_hash("key", {"1"}), start);
    ASSERT_NE(first, nullptr);
    EXPECT_FALSE(first->has_body);
    EXPECT_TRUE(first->answer.body.empty());
    EXPECT_TRUE(kept.find(named_hash("key", {"2"}), start)->has_body);
}

TEST(KeptAnswers, ThereIsNoRoomForMoreThanSoManyOfOneDay) {
    KeptAnswers kept;
    for (std::size_t i = 0; i < KeptAnswers::count_max; ++i) {
        EXPECT_TRUE(kept.has_room(start));
        kept.apply(answer(i, start, {}));
    }
    EXPECT_FALSE(kept.has_room(start));
    EXPECT_TRUE(kept.has_room(start + std::chrono::hours(24)));
}

}  // namespace
}  // namespace parcours::engine
