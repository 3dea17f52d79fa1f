#include "engine/service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/fair_shared_mutex.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/holds.h"
#include "engine/import.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/standings.h"
#include "engine/tests/service_fixture.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "record/fact.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {
namespace {

Result<> pause_campaign(Service& service, const std::string& campaign, bool paused,
                        const std::string& by, const std::string& reason) {
    return service.act([&](Runner& runner, Instant now) {
        return pause_campaign(runner, campaign, paused, {by, reason}, now);
    });
}

class ServiceTest : public ServiceFixture {
  protected:
    /// Begins an import that waits until it is let, in the place of a long one.
    void begin_gated() {
        files.texts.files["more/a.ndjson"] = recall_patients(21, 30);
        files.texts.files["more/b.ndjson"] = recall_patients(31, 40);
        files.gated = "more/b.ndjson";
        ASSERT_TRUE(service->intake().begin_import(
            folder_in("more"), [](const ImportProgress&) {},
            [this](const Result<ImportReport>& given) { report = given; }));
        ASSERT_TRUE(service->work());
    }

    std::optional<Result<ImportReport>> report;
};

TEST_F(ServiceTest, WorkGoesOnWhileFilesAreImported) {
    begin_gated();
    EXPECT_TRUE(service->save_cohort("meanwhile", "true", "ada"));
    EXPECT_TRUE(pause_campaign(*service, "diabetes-hba1c", true, "ada", "a test"));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(service->work());
    }
    EXPECT_FALSE(report.has_value());
    EXPECT_TRUE(service->intake().busy());
    EXPECT_EQ(patient_count(), 20U) << "nothing of it is seen before all of it";
    files.let();
    work_all();
    ASSERT_TRUE(report && *report);
    EXPECT_EQ((*report)->patients, 40U);
    EXPECT_EQ(patient_count(), 40U);
    reopen();
    EXPECT_EQ(patient_count(), 40U);
    EXPECT_TRUE(service->ledger().ledger.cohorts().contains("meanwhile"))
        << "what was written between the steps of an import is as durable as ever";
}

TEST_F(ServiceTest, TheEngineGoesOnWithWhatItKnows) {
    const std::size_t enrolled = service->ledger().ledger.enrolments().size();
    ASSERT_GT(enrolled, 0U);
    begin_gated();
    files.let();
    work_all();
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), 2 * enrolled)
        << "the twenty who came are taken in, the others are not taken in again";
    const std::size_t running = service->ledger().ledger.running().size();
    reopen();
    EXPECT_EQ(service->ledger().ledger.running().size(), running)
        << "what was handed on is what the log gives";
}

TEST_F(ServiceTest, EverybodyIsTakenInThoughRecordsKeepComing) {
    const std::size_t of_twenty = service->ledger().ledger.enrolments().size();
    ASSERT_GT(of_twenty, 0U);
    files.texts.files["more/a.ndjson"] = recall_patients(21, 340);
    ASSERT_TRUE(service->intake().import(folder_in("more"), [](const ImportProgress&) {}));
    for (int i = 0; i < 60; ++i) {
        const std::string id = "other" + std::to_string(i);
        ASSERT_TRUE(service->intake().take_in(R"({"resourceType":"Patient","id":")" + id + R"("})",
                                              "main"));
        ASSERT_TRUE(service->work());
    }
    EXPECT_EQ(service->ledger().ledger.enrolments().size(), 17 * of_twenty);
}

TEST_F(ServiceTest, GoesOnAfterAChangeThatThrewBeforeItDidAnything) {
    service->note_break();
    EXPECT_TRUE(service->work());
    EXPECT_TRUE(service->save_cohort("after", "true", "ada"));
}

TEST_F(ServiceTest, EndsAfterAChangeThatThrewHalfway) {
    service->hold();
    ASSERT_TRUE(service->save_cohort("half", "true", "ada"));
    service->note_break();
    EXPECT_FALSE(service->is_sound());
    EXPECT_FALSE(service->work());
    EXPECT_FALSE(service->save_cohort("after", "true", "ada")) << "nothing more is written";
    EXPECT_THROW((void)service->ledger(), std::runtime_error);
    reopen();
    EXPECT_TRUE(service->ledger().ledger.cohorts().empty());
    EXPECT_TRUE(service->work());
}

TEST_F(ServiceTest, AStoppedImportGoesOnLater) {
    begin_gated();
    std::thread let([this] { files.let(); });
    service->intake().stop();
    let.join();
    ASSERT_TRUE(report.has_value());
    EXPECT_FALSE(*report);
    EXPECT_EQ(report->error().code, ErrorCode::Unavailable);
    EXPECT_TRUE(service->save_snapshots());
    files.gated.clear();
    reopen();
    const auto again = service->intake().import(folder_in("more"), [](const ImportProgress&) {});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->patients, 40U);
    EXPECT_EQ(again->stored + again->unchanged, 60U);
}

TEST_F(ServiceTest, WhatIsSentIsRefusedWhileFilesAreImported) {
    begin_gated();
    const auto sent = service->intake().begin_take_in(R"({"resourceType":"Patient","id":"p99"})",
                                                      "main", {}, [](const auto&) { FAIL(); });
    EXPECT_EQ(sent.error().code, ErrorCode::Unavailable);
    files.let();
    work_all();
    const auto taken =
        service->intake().take_in(R"({"resourceType":"Patient","id":"p99"})", "main");
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(patient_count(), 41U);
}

TEST_F(ServiceTest, AFailedImportIsToldAndEndsTheWait) {
    files.texts.files["bad/a.ndjson"] = recall_patients(50, 51);
    files.texts.unreadable.insert("bad/a.ndjson");
    const auto refused =
        service->intake().import(folder_in("nowhere"), [](const ImportProgress&) {});
    EXPECT_FALSE(refused);
    EXPECT_FALSE(service->intake().busy());
    EXPECT_TRUE(service->work());
}

TEST_F(ServiceTest, TellsWhatHasChangedWhoeverChangedIt) {
    (void)service->take_changes();
    ASSERT_TRUE(service->work());
    EXPECT_FALSE(service->take_changes().any());
    ASSERT_TRUE(pause_campaign(*service, "diabetes-hba1c", true, "ada", ""));
    const Changes paused = service->take_changes();
    EXPECT_TRUE(paused.campaigns);
    EXPECT_FALSE(paused.tasks || paused.record);
    ASSERT_TRUE(pause_campaign(*service, "diabetes-hba1c", false, "ada", ""));
    // Into the hours in which somebody may be written to, wherever the practice is; then weeks on.
    for (const auto later : {std::chrono::hours(6), std::chrono::hours(24 * 42)}) {
        clock.set(clock.now() + later);
        work_all();
    }
    const Changes worked = service->take_changes();
    EXPECT_TRUE(worked.campaigns) << "by the engine alone";
    EXPECT_TRUE(worked.record) << "standings were renewed";
}

/// Others read all the time while the one that writes does everything it can. Run under
/// ThreadSanitizer it finds what is not guarded (CONTRIBUTING.md).
TEST_F(ServiceTest, ReadersBesideTheWriter) {
    std::atomic<bool> ended = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!ended) {
                const auto record = service->published();
                std::vector<Key> keys;
                {
                    const auto reading = service->ledger();
                    for (const MessagePointer& state : reading.ledger.messages()) {
                        keys.push_back(state->message.patient);
                    }
                }
                EXPECT_TRUE(service->messages_of(keys));
                (void)service->standings_at(*record, clock.now());
                (void)service->find_unsubscriber("nobody's");
                (void)record->directory->search(*record->index, "test");
            }
        });
    }
    for (int round = 0; round < 4; ++round) {
        const std::string name = "round" + std::to_string(round);
        files.texts.files[name + "/a.ndjson"] =
            recall_patients(100 + round * 20, 119 + round * 20) + "{broken\n";
        ASSERT_TRUE(service->intake().begin_import(
            folder_in(name), [](const ImportProgress&) {}, [](const Result<ImportReport>&) {}));
        ASSERT_TRUE(pause_campaign(*service, "diabetes-hba1c", round % 2 == 0, "ada", ""));
        ASSERT_TRUE(service->save_cohort(name, "true", "ada"));
        work_all();
    }
    ended = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(patient_count(), 100U);
}

std::string observation(const std::string& id, const std::string& patient) {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},)"
           R"("subject":{"reference":"Patient/)" +
           patient +
           R"("},"effectiveDateTime":"2026-02-02","valueQuantity":{"value":9,)"
           R"("unit":"%","system":"http://unitsofmeasure.org","code":"%"}})";
}

/// The patients of whom everybody may read an Observation.
std::set<std::string> observed(const Published& record) {
    std::set<std::string> ids;
    std::vector<Fact> facts;
    for (population::PatientNumber number = 0; number < record.index->patient_count(); ++number) {
        record.index->facts_of(number, facts);
        if (std::ranges::find(facts, fhir::ResourceType::Observation, &Fact::type) != facts.end()) {
            ids.emplace(record.index->patients().id(number));
        }
    }
    return ids;
}

TEST_F(ServiceTest, WhatIsWrittenIsSeenAtOnceAndFoldedBesideReaders) {
    work_all();
    const auto base = service->published()->index->base();
    const std::string cql = R"(exists [Observation: code in "hba1c"])";
    ASSERT_TRUE(service->save_cohort("measured", cql, "ada"));
    work_all();
    ASSERT_TRUE(service->intake().take_in(observation("o1", "p1"), "main"));
    const auto first = service->published();
    EXPECT_EQ(observed(*first), std::set<std::string>({"p1"}));
    EXPECT_EQ(first->index->base(), base) << "nothing was merged";
    EXPECT_EQ(first->index->layers().size(), 2U);
    work_all();
    EXPECT_EQ(service->known_cohorts().find_count("measured"), 1U);

    clock.set(clock.now() + std::chrono::hours(2));
    ASSERT_TRUE(service->work());  // folding begins
    ASSERT_TRUE(service->intake().take_in(observation("o2", "new"), "main"));
    ASSERT_TRUE(service->intake().take_in(observation("o3", "p2"), "main"));
    const std::set<std::string> all = {"p1", "p2", "new"};
    while (service->published()->index->base() == base) {
        EXPECT_EQ(observed(*service->published()), all);
        ASSERT_TRUE(service->work());
        std::this_thread::yield();
    }
    work_all();
    EXPECT_EQ(observed(*service->published()), all);
    EXPECT_EQ(observed(*first), std::set<std::string>({"p1"})) << "who reads goes on undisturbed";
    EXPECT_EQ(service->known_cohorts().find_count("measured"), 2U)
        << "who only has a name does not count";
    EXPECT_EQ(service->published()->standings->patients.size(),
              service->published()->index->patient_count());
    reopen();
    EXPECT_EQ(observed(*service->published()), all);
}

TEST_F(ServiceTest, StandingsOfAPastMomentFollowWhatIsWritten) {
    const Instant past = parse_instant("2025-06-01T00:00:00Z").value();
    const auto before = service->standings_at(*service->published(), past);
    EXPECT_EQ(service->standings_at(*service->published(), past), before);
    ASSERT_TRUE(service->intake().take_in(
        R"({"resourceType":"Condition","id":"late","subject":{"reference":"Patient/p3"},)"
        R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"22298006"}]},)"
        R"("onsetDateTime":"2025-05-20"})",
        "main"));
    const auto record = service->published();
    const auto after = service->standings_at(*record, past);
    SerialExecutor executor;
    const auto anew = make_standings(*record->index, record->map(), past, executor);
    ASSERT_EQ(after->patients.parts().size(), anew->patients.parts().size());
    for (std::size_t i = 0; i < anew->patients.parts().size(); ++i) {
        EXPECT_EQ(*after->patients.parts()[i], *anew->patients.parts()[i]);
    }
    EXPECT_FALSE(*after->patients.parts()[0] == *before->patients.parts()[0])
        << "it says something";
}

TEST_F(ServiceTest, AStopThrowsAwayWhatIsBeingFolded) {
    ASSERT_TRUE(service->intake().take_in(observation("o1", "p1"), "main"));
    clock.set(clock.now() + std::chrono::hours(2));
    ASSERT_TRUE(service->work());  // folding begins
    const auto before = service->published();
    service->stop();
    EXPECT_TRUE(service->is_sound());
    ASSERT_TRUE(service->work());
    EXPECT_EQ(service->published()->index->layers().size(), before->index->layers().size());
    EXPECT_TRUE(service->save_snapshots());
    reopen();
    EXPECT_EQ(observed(*service->published()), std::set<std::string>({"p1"}));
    EXPECT_EQ(patient_count(), 20U);
}

TEST(SharedJournal, NobodySeesWhatIsNotDurable) {
    auto opened = store::open_memory_store(std::make_shared<store::MemoryDisk>(), true);
    ASSERT_TRUE(opened);
    auto folder = DataFolder::open(std::move(*opened), true);
    ASSERT_TRUE(folder);
    Ledger ledger;
    Journal journal(**folder, ledger);
    FairSharedMutex mutex;
    journal.share(mutex);
    const Instant now = parse_instant("2026-03-02T10:00:00Z").value();
    journal.add(CohortSaved{"a", "true", now, "ada"}, now);
    LogPosition seen_at = 0;
    std::thread reader([&] {
        const std::shared_lock lock(mutex);
        seen_at = ledger.cohorts().contains("a") ? (*folder)->end() : 0;
    });
    while (mutex.waiting() == 0) {
        std::this_thread::yield();  // a reader that is let in never waits, and this never ends
    }
    journal.add(CohortSaved{"b", "true", now, "ada"}, now);
    ASSERT_TRUE(journal.flush());
    reader.join();
    EXPECT_EQ(seen_at, 3U) << "both events were in the log when the first was seen";
}

}  // namespace
}  // namespace parcours::engine
