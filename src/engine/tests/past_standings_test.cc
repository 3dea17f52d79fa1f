#include "engine/past_standings.h"

#include <chrono>
#include <cstddef>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/time.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {
namespace {

class PastStandingsTest : public ::testing::Test {
  protected:
    std::shared_ptr<const position::Standings> ask(Instant as_of) {
        return past.find_or_make(index, as_of, [this] {
            ++made;
            return std::make_shared<const position::Standings>();
        });
    }

    PastStandings past;
    std::shared_ptr<const population::LiveIndex> index = std::make_shared<population::LiveIndex>();
    Instant day = parse_instant("2026-03-02T10:00:00Z").value();
    int made = 0;
};

TEST_F(PastStandingsTest, AreMadeOnceForAMoment) {
    const auto first = ask(day);
    EXPECT_EQ(ask(day), first);
    EXPECT_EQ(made, 1);
    EXPECT_NE(ask(day + std::chrono::hours(1)), first);
    EXPECT_EQ(made, 2);
}

TEST_F(PastStandingsTest, KeepTheMomentsAskedForLately) {
    for (std::size_t i = 0; i < PastStandings::kept_max; ++i) {
        ask(day + std::chrono::hours(i));
    }
    ask(day);  // the oldest becomes the newest
    ask(day + std::chrono::hours(100));
    const int before = made;
    ask(day);
    EXPECT_EQ(made, before);
    ask(day + std::chrono::hours(1));
    EXPECT_EQ(made, before + 1) << "the one that nobody asked for gave way";
}

TEST_F(PastStandingsTest, AreThoseOfTheIndex) {
    const auto first = ask(day);
    index = std::make_shared<population::LiveIndex>();
    EXPECT_NE(ask(day), first);
    EXPECT_EQ(made, 2);
}

TEST_F(PastStandingsTest, AFailureIsNotKept) {
    EXPECT_THROW(past.find_or_make(index, day,
                                   []() -> std::shared_ptr<const position::Standings> {
                                       throw std::runtime_error("no memory");
                                   }),
                 std::runtime_error);
    EXPECT_NE(ask(day), nullptr);
}

TEST_F(PastStandingsTest, WhoComesMeanwhileWaitsForTheSame) {
    std::promise<void> begun;
    std::promise<void> go_on;
    std::shared_ptr<const position::Standings> slow;
    std::thread maker([&] {
        slow = past.find_or_make(index, day, [&] {
            begun.set_value();
            go_on.get_future().wait();
            return std::make_shared<const position::Standings>();
        });
    });
    begun.get_future().wait();
    std::shared_ptr<const position::Standings> waited;
    std::thread second([&] { waited = ask(day); });
    go_on.set_value();
    maker.join();
    second.join();
    EXPECT_EQ(waited, slow);
    EXPECT_EQ(made, 0) << "the second made none of its own";
}

}  // namespace
}  // namespace parcours::engine
