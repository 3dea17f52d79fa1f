#include <gtest/gtest.h>
#include <numeric>

#include "position/explain.h"
#include "position/map_summary.h"
#include "position/tests/story.h"

namespace parcours::position {
namespace {

MapSummary summarise_at(Story& story, std::string_view as_of) {
    const Clinic& clinic = story.clinic();
    MapCounter counter(clinic.map(), parse_instant(as_of).value());
    for (const auto& [id, patient] : clinic.patients()) {
        counter.add(patient.fact, patient.facts);
    }
    return counter.summary();
}

std::uint64_t at(const StageMoves& moves, Stage from, Stage to) {
    return moves.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to));
}

TEST(Summary, CountsMovesOfAWeekAndAMonth) {
    Story story;
    story.check_up("2019-01-01");
    story.condition("44054006", "Diabetes", "2019-05-10");
    const MapSummary summary = summarise_at(story, "2019-06-01");
    EXPECT_EQ(summary.patients, 1U);
    EXPECT_EQ(at(summary.moves_30_days, Stage::Ongoing, Stage::Care), 1U);
    EXPECT_EQ(at(summary.moves_7_days, Stage::Ongoing, Stage::Care), 0U);
    EXPECT_EQ(at(summarise_at(story, "2019-05-12").moves_7_days, Stage::Ongoing, Stage::Care), 1U);
    EXPECT_EQ(at(summarise_at(story, "2019-08-12").moves_30_days, Stage::Ongoing, Stage::Care), 0U);
}

TEST(Summary, DatedEndsAreMovesToo) {
    Story story;
    story.procedure("180256009", "Subcutaneous immunotherapy", "2019-01-01");
    const MapSummary summary = summarise_at(story, "2019-04-05");
    EXPECT_EQ(at(summary.moves_7_days, Stage::Treatment, Stage::Ongoing), 1U);
}

TEST(Summary, PatientsAreStagesAndThoseWhoLeft) {
    Story story("1960-01-01", R"(,"active":false)");
    story.clinic().add(R"({"resourceType":"Patient","id":"q","birthDate":"1990-01-01"})");
    story.clinic().add(R"({"resourceType":"Patient","id":"r","birthDate":"2030-01-01"})");
    const MapSummary summary = summarise_at(story, "2019-06-01");
    EXPECT_EQ(summary.patients, 2U);
    EXPECT_EQ(summary.left, 1U);
    EXPECT_EQ(summary.registered, 1U);
    EXPECT_EQ(summary.stages.front(), 1U);
}

TEST(Summary, PartsAddUp) {
    Story story;
    story.check_up("2019-05-01");
    const MapSummary one = summarise_at(story, "2019-06-01");
    MapSummary two = one;
    two.add(one);
    EXPECT_EQ(two.patients, 2U);
    EXPECT_EQ(std::accumulate(two.stages.begin(), two.stages.end(), std::uint64_t{0}), 2U);
}

TEST(Explain, APositionThatBeganOnNoKnownDayHasNoDay) {
    Clinic clinic;
    clinic.add(R"({"resourceType":"Patient","id":"p"})");
    clinic.open();
    const auto& who = clinic.patient("p");
    const auto answer = clinic.fold("p", "1960-01-01");
    const auto words = positions_in_words(clinic.map(), clinic.dictionary(), who.facts, answer);
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(words[0].since, no_time) << "neither 1970-01-01 nor any other";
}

TEST(Explain, SaysRuleDayAndWhatHappened) {
    Story story;
    const std::string sugar = story.condition("44054006", "Diabetes", "2019-05-10");
    const Clinic& clinic = story.clinic();
    const auto& who = clinic.patient("p");
    const auto answer = clinic.fold("p", "2019-06-01");
    const auto words = positions_in_words(clinic.map(), clinic.dictionary(), who.facts, answer);
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(words[0].because.rule, "diagnosis");
    EXPECT_EQ(words[0].because.text,
              "2019-05-10: Diabetes (was diagnosed); the next step is due by 2020-06-13.");
    EXPECT_EQ(words[0].because.evidence, std::vector<Key>{reference_key("main", sugar)});
    const auto rows = timeline_rows(clinic.map(), clinic.dictionary(), who.facts, answer,
                                    parse_instant("2019-06-01").value(), 10);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].deciding);
    EXPECT_EQ(rows[0].what, "Condition: Diabetes");
}

}  // namespace
}  // namespace parcours::position
