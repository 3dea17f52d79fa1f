// Cohorts under watch, in a service at work: records come, are corrected and merged, time passes.

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/changes.h"
#include "engine/events.h"
#include "engine/published.h"
#include "engine/service.h"
#include "engine/standings.h"
#include "engine/tests/service_fixture.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class CohortWatchTest : public ServiceFixture {
  protected:
    void SetUp() override {
        ASSERT_TRUE(service->save_cohort(
            "with-diabetes",
            "exists ([Condition: \"diabetes\"] C where C.verificationStatus in "
            "\"condition-confirmed\")",
            "ada"));
        ASSERT_TRUE(service->save_cohort(
            "seen-lately", "exists ([Encounter] E where E.period starts after Now() - 1 year)",
            "ada"));
        work_all();
        (void)service->take_changes();
    }

    void import(const std::string& name, const std::string& text) {
        files.texts.files[name + "/a.ndjson"] = text;
        const auto report = service->intake().import(folder_in(name), [](const ImportProgress&) {});
        ASSERT_TRUE(report) << report.error().message;
        work_all();
    }

    /// "+cohort" and "-cohort", the newest first, as the log has them of a patient.
    [[nodiscard]] std::vector<std::string> flips_of(const std::string& id) const {
        std::vector<std::string> out;
        EXPECT_TRUE(service->folder().visit_events_of(
            patient_key("main", id), [&out](const LogRecord& record) {
                const auto event = read_event(record.topic, record.payload);
                EXPECT_TRUE(event) << event.error().message;
                const auto* const flip = event ? std::get_if<CohortFlipped>(&*event) : nullptr;
                if (flip != nullptr) {
                    out.push_back((flip->entered ? "+" : "-") + flip->cohort);
                }
                return true;
            }));
        return out;
    }

    [[nodiscard]] std::optional<std::size_t> count(const std::string& cohort) const {
        return service->known_cohorts().find_count(cohort);
    }
};

TEST_F(CohortWatchTest, ASavedCohortIsCountedAtOnceAndNobodyFlips) {
    EXPECT_EQ(count("with-diabetes"), 20U);
    EXPECT_EQ(count("seen-lately"), 20U);
    EXPECT_EQ(count("palliative-care"), 0U) << "those of the practice too";
    EXPECT_EQ(count("nobody-saved-this"), std::nullopt);
    EXPECT_THAT(flips_of("p1"), IsEmpty());
}

TEST_F(CohortWatchTest, ItsMembersAreKnownUntilItIsSavedAnew) {
    const auto cql = service->ledger().ledger.cohorts().at("seen-lately").cql;
    const auto known = service->known_cohorts().find("seen-lately", cql);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->count, 20U);
    EXPECT_EQ(known->patients->count(), 20U);
    EXPECT_EQ(known->index, service->published()->index);
    EXPECT_FALSE(service->known_cohorts().find("seen-lately", "false")) << "not by this one";
    const auto other = service->known_cohorts().find(
        "with-diabetes", service->ledger().ledger.cohorts().at("with-diabetes").cql);
    ASSERT_TRUE(other);

    clock.set(*parse_instant("2026-03-04T09:00:00Z"));
    work_all();
    EXPECT_EQ(service->known_cohorts().find("seen-lately", cql)->patients->count(), 0U);
    EXPECT_EQ(known->patients->count(), 20U) << "what was given away stays as it was";
    EXPECT_EQ(service->known_cohorts().find("with-diabetes", other->expression->text)->patients,
              other->patients)
        << "what has not changed is not copied";
}

TEST_F(CohortWatchTest, WhoeverComesIsToldOfAndTakenInAtOnce) {
    import("more", recall_patients(21, 22));
    EXPECT_EQ(count("with-diabetes"), 22U);
    EXPECT_THAT(service->take_changes().cohorts, Contains(Pair("with-diabetes", true)));
    EXPECT_THAT(flips_of("p21"), Contains("+with-diabetes"));
    EXPECT_FALSE(service->ledger().ledger.enrolments_of(patient_key("main", "p21")).empty());
}

TEST_F(CohortWatchTest, ACorrectionFlipsBack) {
    import("wrong",
           R"({"resourceType":"Condition","id":"c1","meta":{"versionId":"2"},"subject":)"
           R"({"reference":"Patient/p1"},"code":{"coding":[{"system":"http://snomed.info/sct",)"
           R"("code":"44054006"}]},"verificationStatus":{"coding":[{"code":)"
           R"("entered-in-error"}]}})"
           "\n");
    EXPECT_EQ(count("with-diabetes"), 19U);
    EXPECT_THAT(service->take_changes().cohorts, Contains(Pair("with-diabetes", false)));
    EXPECT_THAT(flips_of("p1"), Contains("-with-diabetes"));
    EXPECT_THAT(flips_of("p2"), IsEmpty());
}

TEST_F(CohortWatchTest, TimeAloneFlipsAtItsMoment) {
    clock.set(*parse_instant("2026-03-04T08:59:59.999Z"));
    work_all();
    EXPECT_EQ(count("seen-lately"), 20U);
    clock.set(*parse_instant("2026-03-04T09:00:00Z"));
    work_all();
    EXPECT_EQ(count("seen-lately"), 0U);
    EXPECT_THAT(flips_of("p7"), Contains("-seen-lately"));
}

TEST_F(CohortWatchTest, SavedAgainItIsAnother) {
    ASSERT_TRUE(service->save_cohort("with-diabetes", "AgeInYears() < 3", "ada"));
    work_all();
    EXPECT_EQ(count("with-diabetes"), 0U);
    EXPECT_THAT(flips_of("p1"), IsEmpty());
}

TEST_F(CohortWatchTest, IsThereAgainAfterAStart) {
    import("more", recall_patients(21, 22));
    reopen();
    ASSERT_TRUE(service->start());
    work_all();
    EXPECT_EQ(count("with-diabetes"), 22U);
    import("later", recall_patients(23, 23));
    EXPECT_EQ(count("with-diabetes"), 23U);
    EXPECT_THAT(flips_of("p23"), Contains("+with-diabetes"));
}

/// Whoever's record stays is not folded again: the standings are those of folding everybody.
TEST_F(CohortWatchTest, StandingsStayThoseOfFoldingEverybody) {
    SerialExecutor serial;
    for (int step = 1; step < 40; ++step) {
        clock.set(clock.now() + std::chrono::hours(step * 7));
        if (step % 3 == 0) {
            import("step" + std::to_string(step), recall_patients(20 + step, 21 + step));
        }
        work_all();
        const auto record = service->published();
        const auto anew =
            make_standings(*record->index, record->map(), record->standings->as_of, serial);
        ASSERT_EQ(record->standings->patients, anew->patients) << step;
    }
}

TEST_F(CohortWatchTest, AMergeLeavesTheOneWhoSurvives) {
    import("merged",
           R"({"resourceType":"Patient","id":"p3","meta":{"versionId":"2"},"active":false,)"
           R"("link":[{"type":"replaced-by","other":{"reference":"Patient/p4"}}]})"
           "\n");
    EXPECT_EQ(count("with-diabetes"), 19U);
    EXPECT_THAT(flips_of("p3"), Contains("-with-diabetes"));
    EXPECT_THAT(flips_of("p4"), IsEmpty());
}

}  // namespace
}  // namespace parcours::engine
