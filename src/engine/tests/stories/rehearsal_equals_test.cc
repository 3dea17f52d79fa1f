// A rehearsal says the same as the engine with a store does, event for event: over invented
// populations and campaigns, each named by its seed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/arrivals.h"
#include "engine/clinic.h"
#include "engine/cohort_calendar.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/import.h"
#include "engine/queues.h"
#include "engine/rehearsal.h"
#include "engine/rehearsal_report.h"
#include "engine/runner.h"
#include "engine/secret.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "engine/virtual_run.h"
#include "practice/folder.h"
#include "store/store.h"

namespace parcours::engine::testing {
namespace {

constexpr int patient_count = 60;
constexpr std::uint32_t seeds_end = 9;
const Instant from = *parse_instant("2026-01-10");
const Instant until = *parse_instant("2026-07-01");

/// Chance with a seed that a failure names.
class Dice {
  public:
    explicit Dice(std::uint32_t seed) : random_(seed) {}
    int below(int bound) { return static_cast<int>(random_.below(static_cast<unsigned>(bound))); }
    bool one_in(int count) { return below(count) == 0; }
    /// Of the half year before the rehearsal, of it, or a little later.
    std::string day() {
        const CivilDate first = CivilDate{std::chrono::days{20'270}};  // 2025-07-01
        return format_date(first + std::chrono::days{below(400)});
    }
    std::string moment() { return fmt::format("{}T{:02}:{:02}:00Z", day(), below(24), below(60)); }

  private:
    SeededRandom random_;
};

Lines invent_patient(int number, Dice& dice) {
    const std::string id = fmt::format("p{}", number);
    PatientRecord person = patient(id);
    person.born(fmt::format("{}-05-1{}", 1940 + dice.below(85), dice.below(10)));
    person.speaks(std::array{"en", "fr", "zh", "de"}.at(static_cast<std::size_t>(dice.below(4))));
    if (!dice.one_in(3)) {
        // Some of those who live together share what they have.
        person.email(dice.one_in(2) ? fmt::format("home{}@example.org", number / 4)
                                    : id + "@example.org");
    }
    if (!dice.one_in(3)) {
        const int home = 200 + number % 20;
        person.mobile(dice.one_in(2)   ? fmt::format("+1413555{:04}", 100 + number)
                      : dice.one_in(2) ? fmt::format("+1413555{:04}", home)
                                       : fmt::format("(413) 555-{:04}", home));
    }
    if (dice.one_in(3)) {
        person.lives_in(dice.one_in(2) ? "CA" : "HI");
    }
    const int departure = dice.below(8);
    if (departure == 0) {
        person.died(dice.day());
    } else if (departure == 1) {
        person.died(dice.day(), dice.day());  // written down later, or ahead of it
    } else if (departure == 2) {
        person.left(dice.day());
    }
    if (number > 0 && dice.one_in(15)) {
        person.merged_into(fmt::format("p{}", dice.below(number)));
    }
    Lines lines = {person};
    const auto name = [&](char kind) { return fmt::format("{}-{}{}", id, kind, lines.size()); };
    for (int i = dice.below(4); i > 0; --i) {
        lines.push_back(visit(name('v'), id, dice.day()));
    }
    if (dice.one_in(2)) {
        lines.push_back(condition(name('c'), id, diabetes, dice.day(), dice.day()));
    }
    for (int i = dice.below(3); i > 0; --i) {
        lines.push_back(hba1c(name('h'), id, dice.moment(), dice.moment()));
    }
    for (int i = dice.below(3); i > 0; --i) {
        lines.push_back(
            appointment(name('a'), id, dice.moment(), dice.one_in(5) ? "cancelled" : "booked"));
    }
    for (int i = dice.below(2); i > 0; --i) {
        lines.push_back(stool_test(name('s'), id, dice.moment(), dice.one_in(2) ? "N" : "A"));
    }
    if (dice.one_in(6)) {
        lines.push_back(procedure(name('o'), id, colonoscopy, dice.day()));
    }
    if (dice.one_in(5)) {
        lines.push_back(consent(name('n'), id, dice.one_in(2) ? "deny" : "permit",
                                dice.one_in(2) ? "sms" : "", "", dice.day()));
    }
    return lines;
}

struct Invention {
    std::uint32_t seed = 0;
    bool asks_of_messages = false;
    int household_per_day = 1;  ///< 0: no rule
    int sms_per_minute = 0;     ///< 0: as many as there are
    bool asks_of_everybody = false;
    bool turns_daily = false;  ///< who was never there is in the cohort every other day
};

/// Conditions of the record: what time moves, what an enrolment gives, what nobody knows.
std::string invent_exits(const Invention& invention) {
    constexpr std::array<std::string_view, 3> all = {
        "  - when: exists ([Condition] C where C.onset after Now() - 6 months and C.abatement is"
        " null)\n    as: newly-ill\n",
        "  - when: '([Encounter] E aggregate N starting 0: N + (if start of E.period after enrolled"
        " then 1 else 0)) >= 2'\n    as: seen-twice\n",
        "  - when: not (Patient.gender = 'female') and exists ([Observation] O where O.effective"
        " after Now() - 30 days)\n    as: measured\n"};
    std::string exits = "exit:\n  - left-care\n";
    for (std::size_t i = 0; i < all.size(); ++i) {
        exits += (invention.seed >> i & 1U) != 0 ? all.at(i) : "";
    }
    return exits;
}

/// A campaign that no clinic has: some waits and messages in a row.
practice::FileMap invent_campaign(Dice& dice, const Invention& invention) {
    practice::FileMap files = one_message("word", "by: [email, sms]", dice.below(100));
    std::string config = practice::built_in_files().at("practice.yaml");
    config += fmt::format(
        "household: {{ per-day: {} }}\n",
        invention.household_per_day == 0 ? "none" : std::to_string(invention.household_per_day));
    if (invention.sms_per_minute > 0) {
        const std::string_view line = "  sms: { adapter: sandbox }";
        config.replace(
            config.find(line), line.size(),
            fmt::format("  sms: {{ adapter: sandbox, per-minute: {} }}", invention.sms_per_minute));
    }
    files["practice.yaml"] = config;
    std::string steps;
    if (invention.asks_of_everybody) {
        files["libraries/Crowd.cql"] =
            "library Crowd\nusing FHIR version '4.0.1'\ncontext Unfiltered\n"
            "define \"All\": [Observation]\ndefine \"Odd\": Count(\"All\") mod 2 = 1\n"
            "define \"Gone\": [Patient] P where P.deceased is not null or not P.active\n"
            "define \"Even\": Count(\"Gone\") mod 2 = 0\n";
        steps =
            "  which:\n    branch:\n      - { if: 'include Crowd called Crowd define X: "
            "Crowd.\"Odd\"', then: w0 }\n    else: end\n";
    }
    const int count = 1 + dice.below(4);
    for (int i = 0; i < count; ++i) {
        steps += fmt::format(
            "  w{0}: {{ wait: {1} {2} }}\n  s{0}: {{ send: word, by: {3}{4} }}\n", i,
            1 + dice.below(20), dice.one_in(2) ? "hours" : "days",
            dice.one_in(2) ? "preferred" : "[sms, email]",
            // What is known of everybody's going differs from what was: a rehearsal asks both ways.
            invention.asks_of_everybody && i == 0
                ? ", still: 'include Crowd called Crowd define X: Crowd.\"Even\"'"
                : "");
    }
    files["cohorts/some.yaml"] = fmt::format(
        "cohort: some\ntitle: {{ en: Some, fr: Quelques, zh: 一些 }}\ncql: |\n  AgeInYears() >= {}"
        "{}{}{}\n",
        dice.below(60),
        invention.turns_daily ? " and (exists [Encounter] or (day from Today()) mod 2 = 0)" : "",
        std::array{"", " and Patient.deceased is null",
                   " and not exists ([Patient] P where not P.active)"}
            .at(invention.seed % 3),
        invention.asks_of_messages ? " and not exists ([Message] M where M.campaign = 'word')"
                                   : "");
    files["campaigns/invented.yaml"] = fmt::format(
        R"(campaign: invented
title: {{ en: Invented, fr: Inventée, zh: 虚构 }}
purpose: operations
concern: general
topic: news
priority: {}
enter: {{ cohort: some, again: after {} days }}
holdout: {} %
success: AgeInYears() >= 200
{}steps:
{}  end: {{ end: completed }}
)",
        dice.below(100), 10 + dice.below(60), dice.below(40), invent_exits(invention), steps);
    return files;
}

/// Everything of one invented clinic.
class Clinics {
  public:
    explicit Clinics(const Invention& invention) {
        std::string pattern = (std::filesystem::temp_directory_path() / "equal-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
        Dice dice(invention.seed);
        std::string text;
        for (int number = 0; number < patient_count; ++number) {
            for (std::string line : invent_patient(number, dice)) {
                std::ranges::replace(line, '\n', ' ');
                text += line + "\n";
            }
        }
        std::set<std::string> campaigns;
        for (const char* const name :
             {"appointment-reminder", "colorectal-screening", "diabetes-hba1c", "welcome"}) {
            if (!dice.one_in(4)) {
                campaigns.insert(name);
            }
        }
        auto made = make_clinic(practice_with(campaigns, invent_campaign(dice, invention)));
        EXPECT_TRUE(made) << made.error().to_text();
        clinic = std::move(*made);
        const SystemFiles files;
        EXPECT_TRUE(files.write(path_ + "/in.ndjson", text));
        auto opened = DataFolder::open(path_ + "/D", DataFolder::Mode::Create);
        EXPECT_TRUE(opened);
        folder = std::move(*opened);
        ImportOptions options;
        options.paths = {path_ + "/in.ndjson"};
        options.worker_count = 1;
        const VirtualClock clock(from);
        const auto report =
            import_files(*folder, files, clock, options, [](const ImportProgress&) {});
        EXPECT_TRUE(report && report->quarantined == 0);
    }
    ~Clinics() {
        folder.reset();
        std::filesystem::remove_all(path_);
    }
    /// As a program does that only reads.
    void reopen() {
        folder.reset();
        auto opened = DataFolder::open(path_ + "/D", DataFolder::Mode::Read);
        EXPECT_TRUE(opened);
        folder = std::move(*opened);
    }
    Clinics(const Clinics&) = delete;
    Clinics& operator=(const Clinics&) = delete;

    std::shared_ptr<const Clinic> clinic;
    std::unique_ptr<DataFolder> folder;

  private:
    std::string path_;
};

/// By patient, what the log holds of campaigns, in its order.
class Read final : public store::ScanVisitor {
  public:
    bool visit(const LogRecord& record) override {
        if (record.kind == RecordKind::Event) {
            const auto event = read_event(record.topic, record.payload);
            EXPECT_TRUE(event);
            if (event && event_patient(*event) != 0 &&
                !std::holds_alternative<CohortFlipped>(*event)) {
                of[event_patient(*event)].emplace_back(event_time(*event), write_event(*event));
            }
        }
        return true;
    }
    bool damaged(LogPosition, const Error& error) override {
        ADD_FAILURE() << error.message;
        return true;
    }
    std::map<Key, std::vector<std::pair<Instant, std::string>>> of;
};

const RehearsalProgress silent = [](double, std::uint64_t) {};

RehearsalOrder make_order(std::size_t workers, population::PatientNumber part_size) {
    RehearsalOrder order;
    order.from = from;
    order.until = until;
    order.workers = workers;
    order.part_size = part_size;
    return order;
}

class RehearsalEquals : public ::testing::TestWithParam<std::uint32_t> {
  protected:
    static void expect_equal(const Invention& invention) {
        const Clinics one(invention);
        SerialExecutor executor;
        const auto report = rehearse(*one.folder, one.clinic, make_order(1, 7), executor, silent);
        ASSERT_TRUE(report) << report.error().to_text();
        ThreadExecutor threads(3);
        EXPECT_EQ(*report, rehearse(*one.folder, one.clinic, make_order(3, 5), threads, silent));
        std::map<Key, Lines> rehearsed;
        const auto index = one.folder->index();
        for (population::PatientNumber number = 0; number < index->patient_count(); ++number) {
            const Key key = index->patients().key[number];
            const auto events =
                rehearse_patient(*one.folder, one.clinic, make_order(1, 7), key, executor);
            ASSERT_TRUE(events) << events.error().to_text();
            for (const Event& event : *events) {
                rehearsed[key].push_back(write_event(event));
            }
        }
        const auto runner =
            Runner::make(*one.folder, one.clinic, open_sandboxes(*one.clinic), virtual_secret());
        ASSERT_TRUE(runner);
        ASSERT_TRUE(run_virtually(**runner, from, until, [](double) {}));
        Read read;
        ASSERT_TRUE(one.folder->scan_events(read));
        EXPECT_FALSE(read.of.empty());
        std::map<Key, Lines> done;
        for (const auto& [key, events] : read.of) {
            std::ranges::copy(events | std::views::values, std::back_inserter(done[key]));
        }
        EXPECT_EQ(rehearsed, done);
        const Totals& totals = (*runner)->ledger().totals();
        EXPECT_EQ(report->entered, totals.enrolled);
        EXPECT_EQ(report->tasks, totals.tasks);
        EXPECT_EQ(report->withheld, totals.withheld);
        EXPECT_EQ(std::map(report->sent.begin(), report->sent.end()), totals.sent);
        EXPECT_EQ(std::map(report->not_sent.begin(), report->not_sent.end()), totals.not_sent);
    }
};

TEST_P(RehearsalEquals, WhatTheEngineDoesWithAStore) {
    expect_equal({.seed = GetParam()});
}

TEST_P(RehearsalEquals, AlsoWhereACohortAsksOfMessages) {
    expect_equal({.seed = GetParam(), .asks_of_messages = true});
}

TEST_P(RehearsalEquals, AlsoWhereNobodyWaitsForTheOthersAtHome) {
    expect_equal({.seed = GetParam(), .household_per_day = 0});
}

TEST_P(RehearsalEquals, AlsoWhereAllWaitForOneChannel) {
    expect_equal({.seed = GetParam(), .sms_per_minute = 1});
}

TEST_P(RehearsalEquals, AlsoWhereAChannelSufficesForAll) {
    expect_equal({.seed = GetParam(), .sms_per_minute = 5'000});
}

TEST_P(RehearsalEquals, AlsoWhereAConditionAsksOfEverybody) {
    expect_equal({.seed = GetParam(), .asks_of_everybody = true});
}

/// Who is in a cohort at each look, as the calendar has it and as the record has it.
TEST_P(RehearsalEquals, TheCalendarOfItsCohortsIsRightAtEachLook) {
    const Clinics one({.seed = GetParam(), .turns_daily = true});
    const auto runner =
        Runner::make_rehearsing(*one.folder, one.clinic, open_sandboxes(*one.clinic), nullptr);
    ASSERT_TRUE(runner);
    std::vector<const LoadedCampaign*> campaigns;
    for (const LoadedCampaign& campaign : one.clinic->campaigns) {
        if (campaign.cohort != nullptr) {
            campaigns.push_back(&campaign);
        }
    }
    std::vector<Instant> looks;
    for (Instant at = from; at < until; at += std::chrono::days{1}) {
        looks.push_back(at);
    }
    ThreadExecutor threads(3);
    const auto calendar =
        CohortCalendar::make(campaigns, (*runner)->conditions(), looks, threads, 3, [](double) {});
    ASSERT_TRUE(calendar) << calendar.error().to_text();
    SerialExecutor alone;
    const auto uncut =
        CohortCalendar::make(campaigns, (*runner)->conditions(), looks, alone, 1, [](double) {});
    ASSERT_TRUE(uncut) << uncut.error().to_text();
    const auto index = one.folder->index();
    std::size_t turns = 0;
    for (const LoadedCampaign* const campaign : campaigns) {
        const auto part = (*calendar)->part(campaign->definition.enter.name, all_patients(*index));
        const auto same = (*uncut)->part(campaign->definition.enter.name, all_patients(*index));
        EXPECT_EQ(part.first, same.first);
        EXPECT_TRUE(part.turns == same.turns) << "it hangs on the number of threads";
        std::set<Key> in;
        for (const population::PatientNumber number : part.first) {
            in.insert(index->patients().key[number]);
        }
        auto turn = part.turns.begin();
        for (std::uint32_t look = 0; look < looks.size(); ++look) {
            for (; turn != part.turns.end() && turn->look == look; ++turn, ++turns) {
                const Key key = index->patients().key[turn->patient];
                EXPECT_TRUE(turn->in ? in.insert(key).second : in.erase(key) == 1)
                    << "a turn that is none";
            }
            const auto members = (*runner)->conditions().members(*campaign->cohort, looks[look]);
            ASSERT_TRUE(members);
            EXPECT_EQ(in, std::set(members->begin(), members->end()))
                << campaign->definition.name << " at " << format_instant(looks[look]);
        }
        EXPECT_TRUE(turn == part.turns.end());
    }
    EXPECT_GT(turns, looks.size()) << "somebody turns at each look";
}

/// A run that is rehearsed from its middle on ends as it did.
TEST_P(RehearsalEquals, WhoeverIsThereGoesOn) {
    const Clinics one({.seed = GetParam()});
    const auto whole =
        Runner::make(*one.folder, one.clinic, open_sandboxes(*one.clinic), virtual_secret());
    ASSERT_TRUE(whole);
    const Instant middle = (*whole)->next_sweep(*parse_instant("2026-04-01"));
    ASSERT_TRUE(run_virtually(**whole, from, until, [](double) {}));
    Read read;
    ASSERT_TRUE(one.folder->scan_events(read));

    Clinics other({.seed = GetParam()});
    Totals before;
    std::size_t running = 0;
    {
        const auto half = Runner::make(*other.folder, other.clinic, open_sandboxes(*other.clinic),
                                       virtual_secret());
        ASSERT_TRUE(half && run_virtually(**half, from, middle, [](double) {}));
        before = (*half)->ledger().totals();
        running = (*half)->ledger().running().size();
    }
    other.reopen();
    RehearsalOrder order = make_order(1, 7);
    order.from = middle;
    order.with_present = true;
    SerialExecutor executor;
    const auto report = rehearse(*other.folder, other.clinic, order, executor, silent);
    ASSERT_TRUE(report) << report.error().to_text();
    EXPECT_EQ(report->entered + before.enrolled, (*whole)->ledger().totals().enrolled);
    EXPECT_EQ(report->present, running);
    EXPECT_GT(running, 0U);
    EXPECT_EQ(report->tasks + before.tasks, (*whole)->ledger().totals().tasks);
    std::size_t later = 0;
    for (const auto& [key, all] : read.of) {
        Lines expected;
        for (const auto& [at, event] : all) {
            if (at > middle) {
                expected.push_back(event);
            }
        }
        const auto events = rehearse_patient(*other.folder, other.clinic, order, key, executor);
        ASSERT_TRUE(events) << events.error().to_text();
        Lines rehearsed;
        for (const Event& event : *events) {
            rehearsed.push_back(write_event(event));
        }
        EXPECT_EQ(rehearsed, expected);
        later += expected.size();
    }
    EXPECT_GT(later, 0U);
}

TEST_P(RehearsalEquals, OutcomesThatAreAssumedAreTheSameInAllParts) {
    const Clinics one({.seed = GetParam()});
    RehearsalOrder order = make_order(1, 7);
    order.outcomes = {{"booked", 0.5}, {"declined", 0.2}};
    SerialExecutor executor;
    const auto report = rehearse(*one.folder, one.clinic, order, executor, silent);
    ASSERT_TRUE(report) << report.error().to_text();
    order.part_size = 1'000;
    EXPECT_EQ(*report, rehearse(*one.folder, one.clinic, order, executor, silent));
    const auto without = rehearse(*one.folder, one.clinic, make_order(1, 7), executor, silent);
    ASSERT_TRUE(without);
    EXPECT_THAT(without->outcomes, ::testing::IsEmpty());
    EXPECT_LE(sum(report->outcomes), report->tasks);
    EXPECT_EQ(report->outcomes.empty(), *report == *without) << "what is closed goes on";
}

/// Else what the others show of households would be empty words.
TEST(Rehearsals, OfTheseClinicsHaveHouseholdsThatWait) {
    SerialExecutor executor;
    const auto run = [&](int household_per_day) {
        const Clinics one({.seed = 1, .household_per_day = household_per_day});
        return *rehearse(*one.folder, one.clinic, make_order(1, 7), executor, silent);
    };
    EXPECT_NE(run(1), run(0));
}

/// Else conditions that always fail, or always say the same, would be equal everywhere, too.
TEST(Rehearsals, OfTheseClinicsAskOfEverybodyAndHearYesAndNo) {
    SerialExecutor executor;
    std::uint64_t asked = 0;
    std::uint64_t odd = 0;
    std::uint64_t said = 0;
    std::uint64_t withdrawn = 0;
    for (std::uint32_t seed = 1; seed < seeds_end; ++seed) {
        const Clinics one({.seed = seed, .asks_of_everybody = true});
        const auto report = rehearse(*one.folder, one.clinic, make_order(1, 7), executor, silent);
        ASSERT_TRUE(report) << report.error().to_text();
        EXPECT_FALSE(report->queues.contains(std::string(problems_queue))) << "seed " << seed;
        const auto campaign = report->campaigns.find("invented");
        ASSERT_TRUE(campaign != report->campaigns.end()) << "seed " << seed;
        const auto figures = [&](const std::string& step) {
            const auto found = campaign->second.steps.find(step);
            return found == campaign->second.steps.end() ? StepFigures{} : found->second.all;
        };
        asked += figures("which").entered;
        odd += figures("w0").entered;
        const StepFigures first = figures("s0");
        said += sum(first.sent);
        const auto untrue = first.not_sent.find("no-longer-true");
        withdrawn += untrue == first.not_sent.end() ? 0 : untrue->second;
    }
    EXPECT_GT(odd, 0U);
    EXPECT_GT(asked, odd);
    EXPECT_GT(said, 0U);
    EXPECT_GT(withdrawn, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RehearsalEquals, ::testing::Range(1U, seeds_end));

}  // namespace
}  // namespace parcours::engine::testing
