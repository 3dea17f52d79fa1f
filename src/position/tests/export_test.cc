#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <string>

#include "position/explain.h"
#include "position/standings.h"
#include "position/tests/clinic.h"

namespace parcours::position {
namespace {

const std::string real = std::string(PARCOURS_SOURCE_DIR) + "/../shared/data/synthea-150";
/// Another export to look at, in EXPORT.
const std::string data = std::getenv("EXPORT") == nullptr ? real : std::getenv("EXPORT");

/// The real export, read once.
const Clinic& clinic() {
    static const Clinic* const read = [] {
        auto* made = new Clinic;
        for (const auto& entry : std::filesystem::directory_iterator(data)) {
            const std::string name = entry.path().stem();
            if (name != "Claim" && name != "ExplanationOfBenefit") {
                EXPECT_TRUE(made->add_file(entry.path()));
            }
        }
        made->open();
        return made;
    }();
    return *read;
}

class RealExport : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(data)) {
            GTEST_SKIP() << "the real export is not here";
        }
    }
};

TEST_F(RealExport, Look) {
    const char* const who = std::getenv("WHO");
    const char* const as_of = std::getenv("AS_OF");
    if (who == nullptr) {
        GTEST_SKIP() << "set WHO (an id prefix, or ALL) and AS_OF to look at positions";
    }
    for (const auto& [id, patient] : clinic().patients()) {
        if (std::string(who) == "ALL" || id.starts_with(who)) {
            const std::string day = as_of == nullptr ? "2019-06-01" : as_of;
            if (clinic().fold(id, day).counted()) {
                std::cout << id << " " << clinic().why(id, day);
            }
        }
    }
}

/// Stage of a concern of a real patient, "closed" or "none".
std::string stage_of(std::string_view id, std::string_view concern, std::string_view as_of) {
    for (const ConcernPosition& position : clinic().fold(id, as_of).positions) {
        if (concern_name(clinic().map(), position) == concern) {
            return position.open ? std::string(stage_name(position.stage)) : "closed";
        }
    }
    return "none";
}

std::string headline(std::string_view id, std::string_view as_of) {
    const PatientPositions answer = clinic().fold(id, as_of);
    return concern_name(clinic().map(), answer.headline()) + " " +
           std::string(stage_name(answer.headline().stage));
}

TEST_F(RealExport, TheWorkedPatientsStandWhereTheMapSays) {
    EXPECT_EQ(headline("186ff984", "2017-11-01"), "injury treatment");
    EXPECT_EQ(stage_of("186ff984", "osteoporosis", "2017-11-01"), "treatment");
    EXPECT_EQ(stage_of("186ff984", "diabetes", "2017-11-01"), "ongoing");
    EXPECT_EQ(stage_of("186ff984", "injury", "2017-12-02"), "closed");
    EXPECT_EQ(headline("186ff984", "2017-12-02"), "osteoporosis treatment");
    EXPECT_EQ(headline("881f534f", "2019-06-01"), "pregnancy treatment");
    EXPECT_EQ(stage_of("881f534f", "diabetes", "2019-06-01"), "treatment");
    EXPECT_EQ(headline("881f534f", "2019-08-01"), "pregnancy treatment");
    EXPECT_EQ(stage_of("881f534f", "pregnancy", "2014-01-15"), "closed");
    EXPECT_EQ(headline("76bc2bcd", "2019-06-01"), "general ongoing");
    EXPECT_FALSE(clinic().fold("76bc2bcd", "2019-06-01").headline().overdue);
    EXPECT_EQ(headline("a9fb0d0f", "2015-06-01"), "cancer ongoing");
    EXPECT_EQ(clinic().fold("a9fb0d0f", "2018-06-01").status, CareStatus::Deceased);
}

TEST_F(RealExport, EveryLivingPatientHasOneHeadline) {
    StandingsBuilder builder(clinic().map(), parse_instant("2019-06-01").value());
    for (const auto& [id, patient] : clinic().patients()) {
        builder.add(patient.fact, patient.facts);
        EXPECT_FALSE(clinic().fold(id, "2019-06-01").positions.empty());
    }
    const Standings standings{
        parse_instant("2019-06-01").value(), concern_names(clinic().map().map()),
        PatientStandings({std::make_shared<const StandingsPart>(builder.take())})};
    const StandingCounts summary = count_standings(standings, std::nullopt);
    EXPECT_EQ(summary.patients, 118U);
    std::uint64_t placed = summary.left;
    for (const StageCount& stage : summary.stages) {
        placed += stage.patients;
    }
    EXPECT_EQ(placed, summary.patients);
}

TEST_F(RealExport, MostWithASeriousChronicDiseaseHeadlineIt) {
    const Instant as_of = parse_instant("2019-06-01").value();
    std::size_t patients = 0;
    std::size_t headlined = 0;
    for (const auto& [id, patient] : clinic().patients()) {
        ConcernMask serious = 0;
        for (const Fact& fact : patient.facts) {
            const ConceptInfo& info = clinic().map().info(fact.code);
            if (fact.type == fhir::ResourceType::Condition && fact.seen_at(as_of) &&
                info.serious_chronic && (fact.end == no_time || fact.end > as_of)) {
                serious |= info.concerns;
            }
        }
        const PatientPositions answer = fold(clinic().map(), patient.fact, patient.facts, as_of);
        if (serious == 0 || !answer.counted()) {
            continue;
        }
        ++patients;
        const bool hit = (serious >> answer.headline().concern & 1U) != 0;
        headlined += hit ? 1U : 0U;
        if (!hit) {
            std::cout << id << " " << clinic().stand(id, "2019-06-01") << "\n";
        }
    }
    std::cout << headlined << " of " << patients << " with a serious chronic disease headline it\n";
    EXPECT_GT(patients, 20U);
    EXPECT_GT(headlined * 10, patients * 8);
}

TEST_F(RealExport, NobodyIsPlacedBySilence) {
    // From one moment to the next, without a new fact, a stage moves only by a dated end, and only
    // at the moment that the earlier answer foretold.
    for (const auto& [id, patient] : clinic().patients()) {
        Instant at = parse_instant("2010-01-01").value();
        PatientPositions before = fold(clinic().map(), patient.fact, patient.facts, at);
        while (at < parse_instant("2020-01-01").value()) {
            const Instant next = at + std::chrono::days{37};
            const PatientPositions now = fold(clinic().map(), patient.fact, patient.facts, next);
            const bool quiet = std::ranges::none_of(patient.facts, [&](const Fact& fact) {
                const auto inside = [&](Instant moment) { return moment > at && moment <= next; };
                return inside(fact.occurred) || inside(fact.start) || inside(fact.end);
            });
            const bool foretold = before.next_change != no_time && before.next_change <= next;
            if (quiet && !foretold && before.counted() && now.counted()) {
                EXPECT_EQ(clinic().stand(id, format_instant(at)),
                          clinic().stand(id, format_instant(next)))
                    << id;
            }
            before = now;
            at = next;
        }
    }
}

TEST_F(RealExport, NoConcernIsNewWithoutEvidence) {
    // Prediabetes has plans for diabetes; nobody has diabetes by them.
    for (const auto& [id, patient] : clinic().patients()) {
        const bool has = std::ranges::any_of(patient.facts, [](const Fact& fact) {
            const auto concerns = clinic().map().info(fact.code).concerns;
            const auto diabetes = clinic().map().map().find_concern("diabetes");
            return (concerns >> *diabetes & 1U) != 0;
        });
        if (!has) {
            EXPECT_EQ(stage_of(id, "diabetes", "2021-01-01"), "none") << id;
        }
    }
}

}  // namespace
}  // namespace parcours::position
