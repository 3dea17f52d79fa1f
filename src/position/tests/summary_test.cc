#include <cstdint>
#include <gtest/gtest.h>
#include <memory>

#include "position/explain.h"
#include "position/standings.h"
#include "position/tests/story.h"

namespace parcours::position {
namespace {

/// Of so few that they are one part.
Standings take(StandingsBuilder& builder, Story& story, Instant as_of) {
    return {as_of, concern_names(story.clinic().map().map()),
            PatientStandings({std::make_shared<const StandingsPart>(builder.take())})};
}

Standings standings_at(Story& story, std::string_view as_of) {
    const Clinic& clinic = story.clinic();
    StandingsBuilder builder(clinic.map(), parse_instant(as_of).value());
    for (const auto& [id, patient] : clinic.patients()) {
        builder.add(patient.fact, patient.facts);
    }
    return take(builder, story, parse_instant(as_of).value());
}

StandingCounts summarise_at(Story& story, std::string_view as_of) {
    return count_standings(standings_at(story, as_of), std::nullopt);
}

std::uint64_t at(const MoveCounts& moves, Stage from, Stage to) {
    return moves.at(static_cast<std::size_t>(from)).at(static_cast<std::size_t>(to));
}

TEST(Summary, CountsMovesOfAWeekAndAMonth) {
    Story story;
    story.check_up("2019-01-01");
    story.condition("44054006", "Diabetes", "2019-05-10");
    const StandingCounts summary = summarise_at(story, "2019-06-01");
    EXPECT_EQ(summary.patients, 1U);
    EXPECT_EQ(at(summary.moves_30_days, Stage::Ongoing, Stage::Care), 1U);
    EXPECT_EQ(at(summary.moves_7_days, Stage::Ongoing, Stage::Care), 0U);
    EXPECT_EQ(at(summarise_at(story, "2019-05-12").moves_7_days, Stage::Ongoing, Stage::Care), 1U);
    EXPECT_EQ(at(summarise_at(story, "2019-08-12").moves_30_days, Stage::Ongoing, Stage::Care), 0U);
}

TEST(Summary, DatedEndsAreMovesToo) {
    Story story;
    story.procedure("180256009", "Subcutaneous immunotherapy", "2019-01-01");
    const StandingCounts summary = summarise_at(story, "2019-04-05");
    EXPECT_EQ(at(summary.moves_7_days, Stage::Treatment, Stage::Ongoing), 1U);
}

TEST(Summary, PatientsAreStagesAndThoseWhoLeft) {
    Story story("1960-01-01", R"(,"active":false)");
    story.clinic().add(R"({"resourceType":"Patient","id":"q","birthDate":"1990-01-01"})");
    story.clinic().add(R"({"resourceType":"Patient","id":"r","birthDate":"2030-01-01"})");
    const StandingCounts summary = summarise_at(story, "2019-06-01");
    EXPECT_EQ(summary.patients, 2U);
    EXPECT_EQ(summary.left, 1U);
    EXPECT_EQ(summary.registered, 1U);
    EXPECT_EQ(summary.stages.front().patients, 1U);
}

TEST(Summary, PartsAddUp) {
    Story story;
    story.check_up("2019-05-01");
    const Standings one = standings_at(story, "2019-06-01");
    StandingsBuilder both(story.clinic().map(), one.as_of);
    both.keep(one, 0);
    both.skip();
    both.keep(one, 0);
    const Standings all = take(both, story, one.as_of);
    ASSERT_EQ(all.patients.size(), 3U);
    EXPECT_TRUE(all.of(1).empty());
    EXPECT_EQ(all.of(2).front().stage, one.of(0).front().stage);
    const StandingCounts counts = count_standings(all, std::nullopt);
    EXPECT_EQ(counts.patients, 2U);
    std::uint64_t placed = 0;
    for (const StageCount& stage : counts.stages) {
        placed += stage.patients;
    }
    EXPECT_EQ(placed, 2U);
}

TEST(Summary, OneConcernCountsThoseInWhomItIsOpen) {
    Story story;
    story.check_up("2019-01-01");
    story.condition("44054006", "Diabetes", "2019-05-10");
    const Standings standings = standings_at(story, "2019-06-01");
    const StandingCounts counts =
        count_standings(standings, standings.find_concern("diabetes").value());
    EXPECT_EQ(counts.patients, 1U);
    const StageCount& care = counts.stages.at(static_cast<std::size_t>(Stage::Care));
    EXPECT_EQ(care.patients, 1U);
    EXPECT_EQ(care.median_days, 22);
    EXPECT_EQ(at(counts.moves_30_days, Stage::Ongoing, Stage::Care), 0U)
        << "the concern was not open before";
    EXPECT_EQ(flow_of(summarise_at(story, "2019-06-01").moves_30_days,
                      static_cast<std::size_t>(Stage::Care))
                  .in,
              1U);
    const auto heart = count_standings(standings, standings.find_concern("heart").value());
    EXPECT_EQ(heart.patients, 0U);
    EXPECT_FALSE(standings.find_concern("none"));
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
