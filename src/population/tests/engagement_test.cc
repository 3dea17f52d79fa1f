#include "population/engagement.h"

#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cql/model/type_id.h"
#include "cql/value.h"
#include "population/cohort.h"
#include "population/tests/cohort_records.h"
#include "values/temporal.h"

namespace parcours::population {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Instant at(const char* text) {
    return *parse_instant(text);
}

std::string patient(const std::string& id, const std::string& birth) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","birthDate":")" + birth + "\"}";
}

// --- Contacts ---

/// A member of a Communication, or nothing.
using Choices = std::vector<std::string>;

const Choices senders = {"",
                         R"(,"sender":{"reference":"Patient/p"})",
                         R"(,"sender":{"reference":"RelatedPerson/r"})",
                         R"(,"sender":{"reference":"Organization/o"})",
                         R"(,"sender":{})",
                         R"(,"sender":"Patient/p")"};
const Choices times = {"",
                       R"(,"sent":"2019-05-25T10:00:00Z")",
                       R"(,"sent":"2019-05-10")",
                       R"(,"sent":"2019-02-30")",
                       R"(,"sent":"2019-07-01")",
                       R"(,"received":"2019-05-26T09:00:00+02:00")",
                       R"(,"received":"2019-01-01","sent":"2018-12-31")",
                       R"(,"sent":"2019-06")"};
const Choices media = {
    "",
    R"(,"medium":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"PHONE"}]}])",
    R"(,"medium":[{"text":"pigeon"},{"coding":[{"system":"s","code":"PHONE"},{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationMode","code":"SMSWRIT"}]}])"};
const Choices topics = {"",
                        R"(,"topic":{"coding":[{"system":"s","code":"a"}]},"status":"completed")",
                        R"(,"topic":{"text":"a"},"status":"odd")"};

/// One patient for every way to fill a Communication, named after the ways.
std::vector<LoggedBody> contacts_of_all_kinds() {
    std::vector<LoggedBody> log = {{"main", patient("silent", "1950-01-01")}};
    for (std::size_t i = 0; i < senders.size() * times.size() * media.size() * topics.size(); ++i) {
        std::size_t rest = i;
        const auto pick = [&rest](const Choices& from) -> const std::string& {
            const std::string& one = from[rest % from.size()];
            rest /= from.size();
            return one;
        };
        const std::string id = "p" + std::to_string(i);
        log.push_back({"main", patient(id, "1950-01-01")});
        std::string body = R"({"resourceType":"Communication","id":"c)" + id +
                           R"(","subject":{"reference":"Patient/)" + id + "\"}";
        body += pick(senders);
        body += pick(times);
        body += pick(media);
        body += pick(topics);
        log.push_back({"main", body + "}"});
    }
    return log;
}

TEST(Engagement, ContactsAreTheCommunicationsForTheIndexAsForTheNaiveEvaluation) {
    const Population population(contacts_of_all_kinds());
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}, {"s", "PHONE"}});
    for (const char* text :
         {"exists [Contact]",
          "not exists [Contact]",
          "Count([Contact]) = 1",
          "exists ([Contact] C where C.direction = 'in')",
          "exists ([Contact] C where C.direction = 'out')",
          "exists ([Contact] C where C.direction is null)",
          "exists ([Contact] C where not (C.direction = 'in'))",
          "exists ([Contact] C where C.direction = 'in' and C.at after Now() - 14 days)",
          "exists ([Contact] C where C.at is null)",
          "exists ([Contact] C where C.at is not null)",
          "exists ([Contact] C where C.at on or before @2019-01-01)",
          "exists ([Contact] C where C.at before @2019-01-01)",
          "exists ([Contact] C where C.sent is null)",
          "exists ([Contact] C where C.sent after @2019-05-20)",
          "exists ([Contact] C where C.received is not null)",
          "exists ([Contact] C where C.channel = 'voice')",
          "exists ([Contact] C where C.channel in { 'sms', 'email' })",
          "exists ([Contact] C where C.status = 'completed')",
          "exists ([Contact] C where C.status = 'odd' or C.status is null)",
          "exists ([Contact] C where C.topic in \"ab\")",
          "exists [Contact: topic in \"ab\"]",
          "exists [Contact: medium in \"ab\"]",
          "exists ([Contact: topic in \"ab\"] C where C.direction = 'in' and C.at before "
          "@2019-05-20)",
          "exists ([Contact] C with [Communication] D such that C.at same day as D.sent)",
          "exists ([Communication] C where C.sent after @2019-05-20)"}) {
        const auto expression = compile_cohort(text, sets);
        ASSERT_NE(expression, nullptr);
        for (const char* as_of : {"2019-06-01", "2019-05-15", "2020-01-01"}) {
            const auto naive = population.naive(*expression, at(as_of));
            ASSERT_TRUE(naive) << text;
            EXPECT_EQ(population.indexed(*expression, at(as_of)), *naive) << text << " " << as_of;
        }
    }
}

TEST(Engagement, AContactHasADirectionAMomentAndAChannel) {
    const auto communication = [](const std::string& id, const std::string& rest) {
        return LoggedBody{"main", R"({"resourceType":"Communication","id":"c)" + id +
                                      R"(","subject":{"reference":"Patient/)" + id + "\"}" + rest +
                                      "}"};
    };
    const Population population({{"main", patient("asked", "1950-01-01")},
                                 {"main", patient("told", "1950-01-01")},
                                 {"main", patient("relative", "1950-01-01")},
                                 communication("asked", senders[1] + times[1] + media[1]),
                                 communication("told", senders[3] + times[5] + media[2]),
                                 communication("relative", senders[2] + times[2])});
    const TestTerminology sets;
    const auto members = [&](const std::string& where) {
        const auto expression = compile_cohort("exists ([Contact] C where " + where + ")", sets);
        return population.indexed(*expression, at("2019-06-01"));
    };
    EXPECT_THAT(members("C.direction = 'in'"), ElementsAre("asked", "relative"));
    EXPECT_THAT(members("C.direction = 'out'"), ElementsAre("told"));
    EXPECT_THAT(members("C.direction = 'in' and C.at after Now() - 14 days"), ElementsAre("asked"));
    EXPECT_THAT(members("C.at = @2019-05-26T07:00:00.0Z"), ElementsAre("told"))
        << "when it was received, where nobody says when it was sent";
    EXPECT_THAT(members("C.channel = 'voice'"), ElementsAre("asked"));
    EXPECT_THAT(members("C.channel = 'sms'"), ElementsAre("told"));
    EXPECT_THAT(members("C.channel is null"), ElementsAre("relative"));
}

TEST(Engagement, WhoHasNoContactIsNotEvaluatedSingly) {
    std::vector<LoggedBody> log = {
        {"main", patient("a", "1950-01-01")},
        {"main", R"({"resourceType":"Communication","id":"c","sent":"2019-05-01",
            "subject":{"reference":"Patient/a"},"sender":{"reference":"Patient/a"}})"}};
    for (int i = 0; i < 50; ++i) {
        log.push_back({"main", patient("quiet" + std::to_string(i), "1950-01-01")});
    }
    const Population population(log);
    const TestTerminology sets;
    std::size_t singly = 99;
    EXPECT_THAT(
        population.indexed(*compile_cohort("exists ([Contact] C where C.direction = 'in')", sets),
                           at("2019-06-01"), &singly),
        ElementsAre("a"));
    EXPECT_EQ(singly, 1U);
    EXPECT_EQ(population
                  .indexed(*compile_cohort("exists ([Contact] C where C.at before @2019)", sets),
                           at("2019-06-01"), &singly)
                  .size(),
              0U);
    EXPECT_EQ(singly, 0U) << "the moment of what was sent is a column";
}

// --- Rows that are handed in ---

/// Positions by patient: concern and whether it is overdue. A message for whoever has none.
class FakeEngagement final : public Engagement {
  public:
    using Positions = std::vector<std::pair<std::string, bool>>;
    FakeEngagement(const Index& index, std::map<std::string, Positions> positions, Instant as_of)
        : index_(index), positions_(std::move(positions)), as_of_(as_of) {}

    [[nodiscard]] std::unique_ptr<PatientEngagement> of(PatientNumber number,
                                                        Instant as_of) const override {
        EXPECT_EQ(as_of, as_of_);
        const auto found = positions_.find(std::string(index_.patients().id(number)));
        return std::make_unique<OfPatient>(found == positions_.end() ? Positions() : found->second);
    }

  private:
    class OfPatient final : public PatientEngagement {
      public:
        explicit OfPatient(Positions positions) : positions_(std::move(positions)) {}
        void rows(cql::model::TypeId type, std::vector<std::uint32_t>& out) override {
            if (type == cql::model::position) {
                for (std::uint32_t i = 0; i < positions_.size(); ++i) {
                    out.push_back(i + 100);  // numbers of its own
                }
            } else if (type == cql::model::message && positions_.empty()) {
                out.push_back(7);
            }
        }
        cql::Value property(cql::model::TypeId type, std::uint32_t row,
                            std::string_view name) override {
            if (type == cql::model::message) {
                EXPECT_EQ(row, 7U);
                return name == "at" ? cql::Value(values::from_instant(at("2019-05-30")))
                                    : cql::Value();
            }
            const auto& [concern, overdue] = positions_.at(row - 100);
            return name == "concern"   ? cql::Value(concern)
                   : name == "overdue" ? cql::Value(overdue)
                                       : cql::Value();
        }

      private:
        Positions positions_;
    };

    const Index& index_;
    std::map<std::string, Positions> positions_;
    Instant as_of_;
};

class HandedIn : public ::testing::Test {
  protected:
    std::set<std::string> members(const std::string& text, bool handed_in = true) {
        const auto expression = compile_cohort(text, sets_);
        CohortContext context;
        context.as_of = at("2019-06-01");
        context.read_body = population_.reader();
        context.engagement = handed_in ? &engagement_ : nullptr;
        const auto answer = evaluate(*expression, population_.index(), context);
        EXPECT_TRUE(answer) << answer.error().to_text();
        std::set<std::string> ids;
        if (answer) {
            singly_ = answer->evaluated_singly;
            answer->patients.for_each([&](std::size_t number) {
                ids.emplace(population_.index().patients().id(static_cast<PatientNumber>(number)));
            });
        }
        return ids;
    }

    TestTerminology sets_;
    Population population_{{{"main", patient("ada", "1950-01-01")},
                            {"main", patient("bob", "2015-01-01")},
                            {"main", patient("cy", "1960-01-01")},
                            {"main", patient("dee", "1990-01-01")}}};
    FakeEngagement engagement_{population_.index(),
                               {{"ada", {{"diabetes", true}, {"heart", false}}},
                                {"bob", {{"child", false}}},
                                {"cy", {{"diabetes", false}, {"heart", true}}}},
                               at("2019-06-01")};
    std::size_t singly_ = 0;
};

TEST_F(HandedIn, RowsAreSeenLikeAnyOther) {
    EXPECT_THAT(members("exists [Position]"), ElementsAre("ada", "bob", "cy"));
    EXPECT_THAT(members("exists [Position] P where P.concern = 'diabetes' and P.overdue"),
                ElementsAre("ada"));
    EXPECT_THAT(members("exists [Position] P where P.overdue"), ElementsAre("ada", "cy"));
    EXPECT_THAT(members("not exists ([Position] P where P.overdue)"), ElementsAre("bob", "dee"));
    EXPECT_THAT(members("Count([Position]) = 2"), ElementsAre("ada", "cy"));
    EXPECT_THAT(members("exists [Position] P where P.stage is null and P.concern = 'child'"),
                ElementsAre("bob"));
    EXPECT_THAT(members("exists [Message] M where M.at after Now() - 3 days"), ElementsAre("dee"));
    EXPECT_THAT(members("exists [Message] M where M.at after Now() - 1 day"), IsEmpty());
    EXPECT_THAT(members("exists [Enrolment]"), IsEmpty());
    EXPECT_THAT(members("exists [Answer]"), IsEmpty());
}

TEST_F(HandedIn, OnlyWhomTheColumnsLeaveOpenAreAsked) {
    EXPECT_THAT(members("AgeInYears() >= 65 and exists [Position] P where P.overdue"),
                ElementsAre("ada"));
    EXPECT_EQ(singly_, 1U);
    EXPECT_THAT(members("AgeInYears() < 18 or exists [Position] P where P.concern = 'heart'"),
                ElementsAre("ada", "bob", "cy"));
    EXPECT_EQ(singly_, 3U);
}

TEST_F(HandedIn, WithoutASourceThereAreNoRows) {
    EXPECT_THAT(members("exists [Position] or exists [Message]", false), IsEmpty());
    EXPECT_THAT(members("not exists [Position]", false), ElementsAre("ada", "bob", "cy", "dee"));
}

TEST_F(HandedIn, APlainTextIsNotFilteredByAValueSet) {
    sets_.add("diabetes", {{"s", "a"}});
    cql::CompileContext context;
    context.terminology = &sets_;
    const auto plain = cql::compile("exists [Position: concern in \"diabetes\"]", context);
    ASSERT_FALSE(plain);
    EXPECT_THAT(plain.error().message, HasSubstr("[Position] X where X.concern = "));
    const auto bare = cql::compile("exists [Message: \"diabetes\"]", context);
    ASSERT_FALSE(bare);
    EXPECT_THAT(bare.error().message, HasSubstr("[Message] X where X.campaign = "));
    EXPECT_TRUE(cql::compile("exists [Contact: topic in \"diabetes\"]", context));
}

}  // namespace
}  // namespace parcours::population
