#include "engine/past_standings.h"

#include <chrono>
#include <cstddef>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/time.h"
#include "engine/clinic.h"
#include "engine/standings.h"
#include "population/live_index.h"
#include "position/standings.h"

namespace parcours::engine {
namespace {

class PastStandingsTest : public ::testing::Test {
  protected:
    std::shared_ptr<const position::Standings> ask(Instant as_of) {
        return past.find_or_make(index, clinic, as_of, [this](const EarlierStandings* before) {
            ++made;
            earlier = before == nullptr ? nullptr : &before->standings;
            return std::make_shared<const position::Standings>();
        });
    }

    PastStandings past;
    std::shared_ptr<const population::LiveIndex> index = std::make_shared<population::LiveIndex>();
    Instant day = parse_instant("2026-03-02T10:00:00Z").value();
    std::shared_ptr<const Clinic> clinic = std::make_shared<Clinic>();
    int made = 0;
    const position::Standings* earlier = nullptr;  ///< that the last were made after
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
    EXPECT_EQ(earlier, first.get()) << "the same moment, another record";
}

TEST_F(PastStandingsTest, OtherMomentsAreNoneToGoOnFrom) {
    ask(day);
    index = std::make_shared<population::LiveIndex>();
    ask(day + std::chrono::hours(1));
    EXPECT_EQ(earlier, nullptr);
}

TEST_F(PastStandingsTest, AnotherPracticeForgetsAll) {
    const auto first = ask(day);
    clinic = std::make_shared<Clinic>();
    EXPECT_NE(ask(day), first) << "its map may be another";
    EXPECT_EQ(earlier, nullptr);
}

TEST_F(PastStandingsTest, AFailureIsNotKept) {
    EXPECT_THROW(past.find_or_make(
                     index, clinic, day,
                     [](const EarlierStandings*) -> std::shared_ptr<const position::Standings> {
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
        slow = past.find_or_make(index, clinic, day, [&](const EarlierStandings*) {
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
