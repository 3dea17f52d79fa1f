#include "engine/engagement_rows.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/hash.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/model/type_id.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "population/cohort.h"
#include "population/live_index.h"
#include "population/tests/records.h"
#include "position/compiled_map.h"
#include "position/explain.h"
#include "position/fold.h"
#include "practice/folder.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

using population::LoggedBody;
using population::PatientNumber;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant at(const char* text) {
    return *parse_instant(text);
}

const Clinic& clinic() {
    static const auto made = make_clinic(practice::built_in_files());
    EXPECT_TRUE(made) << made.error().to_text();
    return **made;
}

std::shared_ptr<const cql::Expression> compile(const std::string& text) {
    cql::CompileContext context;
    context.terminology = &clinic().folder.value_sets;
    const auto compiled = cql::compile(text, context);
    EXPECT_TRUE(compiled) << text << ": " << compiled.error().to_text();
    return compiled ? *compiled : nullptr;
}

std::vector<LoggedBody> records() {
    return {{"main", R"({"resourceType":"Patient","id":"ada","birthDate":"1950-01-01"})"},
            {"main", R"({"resourceType":"Patient","id":"bob","birthDate":"1960-01-01"})"},
            {"main", R"({"resourceType":"Patient","id":"copy","birthDate":"1950-01-01","link":[
                {"type":"replaced-by","other":{"reference":"Patient/ada"}}]})"},
            {"main", R"({"resourceType":"Condition","id":"d","subject":{"reference":"Patient/ada"},
                "clinicalStatus":{"coding":[{"code":"active"}]},"onsetDateTime":"2018-03-01",
                "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006",
                "display":"Diabetes mellitus type 2"}]}})"}};
}

Enrolment enrolment_of(Key patient, const char* campaign, const char* enrolled_at) {
    Enrolment enrolment;
    enrolment.id = named_hash("enrolment", {campaign, std::to_string(patient)});
    enrolment.patient = patient;
    enrolment.campaign = campaign;
    enrolment.release = content_hash(campaign);
    enrolment.enrolled_at = at(enrolled_at);
    enrolment.step = "write";
    enrolment.step_entered_at = enrolment.enrolled_at;
    return enrolment;
}

/// A campaign entered and a message planned; sent two days later; ended after a week.
std::vector<Event> a_campaign(Key patient, const char* campaign, const char* begin) {
    const Instant start = at(begin);
    Transition first;
    first.enrolment = enrolment_of(patient, campaign, begin);
    first.at = start;
    Message message;
    message.id = named_hash("message", {campaign, std::to_string(patient)});
    message.patient = patient;
    message.enrolment = first.enrolment.id;
    message.campaign = campaign;
    message.step = "write";
    message.content = "hba1c-due";
    message.topic = "diabetes";
    message.ladder = {"sms"};
    message.planned_at = start;
    first.messages = {message};
    const Instant sent = start + std::chrono::hours(48);
    Attempted attempted;
    attempted.message = message.id;
    attempted.patient = patient;
    attempted.channel = "sms";
    attempted.to = "+12015550123";
    attempted.at = sent;
    AttemptEnded ended;
    ended.message = message.id;
    ended.patient = patient;
    ended.outcome = AttemptEnded::Outcome::Accepted;
    ended.at = sent;
    Transition last;
    last.enrolment = first.enrolment;
    last.enrolment.step.clear();
    last.enrolment.result = "completed";
    last.at = start + std::chrono::hours(24 * 7);
    return {first, attempted, ended, last};
}

class Rows : public ::testing::Test {
  protected:
    std::set<std::string> members(const std::string& text, const char* as_of = "2019-06-01") {
        const auto expression = compile(text);
        const EngagementRows engagement(*index_, *map_, ledger_);
        ThreadExecutor threads(2);
        population::CohortContext context;
        context.as_of = at(as_of);
        context.executor = &threads;
        context.engagement = &engagement;
        const auto answer = population::evaluate(*expression, *index_, context);
        EXPECT_TRUE(answer) << answer.error().to_text();
        std::set<std::string> ids;
        if (answer) {
            answer->patients.for_each([&](std::size_t number) {
                ids.emplace(index_->patients().id(static_cast<PatientNumber>(number)));
            });
        }
        return ids;
    }
    [[nodiscard]] Key key(const char* id) const {
        return index_->patients().key[index_->find_patients(id).front()];
    }
    void apply(const std::vector<Event>& events, std::size_t count = SIZE_MAX) {
        for (std::size_t i = 0; i < events.size() && i < count; ++i) {
            ledger_.apply(events[i]);
        }
    }

    std::shared_ptr<const population::LiveIndex> index_ =
        std::make_shared<const population::LiveIndex>(population::build_index(records()));
    Result<position::CompiledMap> map_ = position::CompiledMap::compile(
        clinic().map, clinic().folder.value_sets, index_->dictionary());
    Ledger ledger_;
};

TEST_F(Rows, PositionsAreThoseOfTheFoldAtTheMoment) {
    ASSERT_TRUE(map_);
    EXPECT_THAT(members("exists [Position] P where P.concern = 'diabetes'"), ElementsAre("ada"));
    EXPECT_THAT(members("exists [Position] P where P.concern = 'diabetes'", "2018-02-01"),
                IsEmpty())
        << "not known yet";
    EXPECT_THAT(members("exists [Position]"), ElementsAre("ada", "bob")) << "awareness at least";
    EXPECT_THAT(members("exists [Position]", "1955-01-01"), ElementsAre("ada"));
    EXPECT_THAT(members("Count([Position] P where P.headline) = 1"), ElementsAre("ada", "bob"));
    EXPECT_THAT(members("exists [Position] P where P.since = @2018-03-01T00:00:00.0Z"),
                ElementsAre("ada"));
    for (const char* as_of : {"2018-03-02", "2019-06-01", "2035-01-01"}) {
        const PatientNumber ada = index_->find_patients("ada").front();
        std::vector<Fact> facts;
        index_->facts_of(ada, facts);
        const auto folded = position::fold(*map_, index_->patients().fact(ada), facts, at(as_of));
        for (std::size_t i = 0; i < folded.positions.size(); ++i) {
            const position::ConcernPosition& one = folded.positions[i];
            const auto flag = [](const char* name, bool value) {
                return std::string(value ? " and P." : " and not P.") + name;
            };
            EXPECT_THAT(members("exists [Position] P where P.concern = '" +
                                    position::concern_name(*map_, one) + "' and P.stage = '" +
                                    std::string(stage_name(one.stage)) + "'" +
                                    flag("open", one.open) + flag("overdue", one.overdue) +
                                    flag("lost", one.lost) + flag("headline", i == 0) +
                                    (one.expected == no_time ? " and P.expected is null"
                                                             : " and P.expected is not null"),
                                as_of),
                        ::testing::Contains("ada"))
                << as_of << " " << i;
        }
    }
    EXPECT_THAT(
        members("exists [Position] P where P.concern = 'diabetes' and P.overdue", "2035-01-01"),
        ElementsAre("ada"));
}

TEST_F(Rows, EnrolmentsAreThoseOfTheLedger) {
    const auto events = a_campaign(key("bob"), "welcome", "2019-05-01T08:00:00Z");
    apply(events, 1);
    EXPECT_THAT(members("exists [Enrolment] E where E.campaign = 'welcome' and E.step = 'write' "
                        "and E.ended is null and E.result is null and not E.holdout "
                        "and E.enrolled = @2019-05-01T08:00:00.0Z and E.key is null"),
                ElementsAre("bob"));
    EXPECT_THAT(members("exists [Enrolment]", "2019-04-30"), IsEmpty());
    apply(events);
    EXPECT_THAT(members("exists [Enrolment] E where E.step is null and E.result = 'completed' "
                        "and E.ended = @2019-05-08T08:00:00.0Z"),
                ElementsAre("bob"));
    EXPECT_THAT(members("exists [Enrolment] E where E.ended is null"), IsEmpty());
}

TEST_F(Rows, MessagesTellWhatBecameOfThem) {
    const auto events = a_campaign(key("bob"), "welcome", "2019-05-01T08:00:00Z");
    apply(events, 1);
    EXPECT_THAT(members("exists [Message] M where M.status = 'waiting' and M.channel is null and "
                        "M.content = 'hba1c-due' and M.topic = 'diabetes' and "
                        "M.purpose = 'operations' and M.at = @2019-05-01T08:00:00.0Z"),
                ElementsAre("bob"));
    ledger_.apply(events[1]);
    EXPECT_THAT(members("exists [Message] M where M.status = 'attempting'"), ElementsAre("bob"));
    ledger_.apply(events[2]);
    EXPECT_THAT(members("exists [Message] M where M.status = 'sent' and M.channel = 'sms' and "
                        "M.planned = @2019-05-01T08:00:00.0Z and M.at = @2019-05-03T08:00:00.0Z"),
                ElementsAre("bob"));
    EXPECT_THAT(members("exists [Answer]"), IsEmpty());
}

TEST_F(Rows, OfALedgerThatGoesOnEachPatientIsCopied) {
    apply(a_campaign(key("ada"), "recall", "2019-05-02T08:00:00Z"));
    int looks = 0;
    bool inside = false;
    const EngagementRows rows(*index_, *map_, [&](const EngagementRows::See& see) {
        ++looks;
        inside = true;
        see(ledger_);
        inside = false;
    });
    const auto patient = rows.of(index_->find_patients("ada").front(), at("2019-07-01"));
    std::vector<std::uint32_t> found;
    patient->rows(cql::model::message, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(inside);
    const auto before = patient->property(cql::model::message, 0, "campaign");
    ledger_ = Ledger();
    EXPECT_EQ(patient->property(cql::model::message, 0, "campaign").to_text(), before.to_text());
    EXPECT_EQ(looks, 1) << "once for each kind";
}

TEST_F(Rows, PositionsAloneNeedNoLedger) {
    const EngagementRows rows(*index_, *map_);
    const auto patient = rows.of(index_->find_patients("ada").front(), at("2019-07-01"));
    std::vector<std::uint32_t> found;
    patient->rows(cql::model::message, found);
    EXPECT_TRUE(found.empty());
}

TEST_F(Rows, WhatWasSaidToAMergedPatientWasSaidToItsSurvivor) {
    apply(a_campaign(key("copy"), "welcome", "2019-05-01T08:00:00Z"));
    apply(a_campaign(key("ada"), "recall", "2019-05-02T08:00:00Z"));
    EXPECT_THAT(members("Count([Message]) = 2 and Count([Enrolment]) = 2"), ElementsAre("ada"));
    EXPECT_THAT(members("First([Enrolment]).campaign = 'welcome'"), ElementsAre("ada"))
        << "the oldest first";
}

/// A data folder of its own that goes when the test does.
class ReplayedFolder : public ::testing::Test {
  protected:
    ReplayedFolder() {
        path_ = std::filesystem::temp_directory_path() /
                ("parcours-engagement-" +
                 std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(path_);
    }
    ~ReplayedFolder() override {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path path_;
};

TEST_F(ReplayedFolder, TheLedgerStandsAsItDidAtTheMoment) {
    auto folder = DataFolder::open(path_.string(), DataFolder::Mode::Create);
    ASSERT_TRUE(folder) << folder.error().to_text();
    const auto events = a_campaign(7, "welcome", "2019-05-01T08:00:00Z");
    Ledger ledger;
    Journal journal(**folder, ledger);
    for (const Event& event : events) {
        journal.add(event, event_time(event));
    }
    journal.add(CohortSaved{"mine", "true", at("2019-06-01"), "ada"}, at("2019-06-01"));
    ASSERT_TRUE(journal.flush());
    const auto stood_at = [&](const char* moment) {
        Ledger then;
        std::vector<Damage> damages;
        EXPECT_TRUE(replay(**folder, then, damages, at(moment)));
        EXPECT_TRUE(damages.empty());
        EXPECT_TRUE(then.cohorts().contains("mine")) << "saved later, and still a name";
        return then;
    };
    EXPECT_TRUE(stood_at("2019-04-30").enrolments_of(7).empty());
    const Ledger waiting = stood_at("2019-05-02");
    ASSERT_EQ(waiting.messages_of(7).size(), 1U);
    EXPECT_EQ(waiting.messages_of(7)[0]->status, MessageState::Status::Waiting);
    const Ledger sent = stood_at("2019-05-03T08:00:00Z");
    EXPECT_EQ(sent.messages_of(7)[0]->status, MessageState::Status::Accepted);
    EXPECT_FALSE(sent.enrolments_of(7)[0]->enrolment.ended());
    EXPECT_TRUE(stood_at("2019-05-09").enrolments_of(7)[0]->enrolment.ended());
}

}  // namespace
}  // namespace parcours::engine
