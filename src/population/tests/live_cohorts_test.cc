// Live cohorts against the evaluation of everybody from scratch, after every step of random streams
// of records, corrections, retractions, merges and passing time.

#include "population/live_cohorts.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "population/cohort.h"
#include "population/index_changes.h"
#include "population/live_index.h"
#include "population/tests/cohort_records.h"
#include "population/tests/random_records.h"

namespace parcours::population {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;

Instant at(const char* text) {
    return *parse_instant(text);
}

TestTerminology terminology() {
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}, {"s", "b"}});
    sets.add("z", {{"t", "z"}});
    sets.add("none", {});
    sets.add("over", {{"http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"},
                      {"http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted"}});
    return sets;
}

/// Shapes in which time comes into an expression.
const std::vector<std::string>& timed_expressions() {
    static const std::vector<std::string> all = {
        "AgeInYears() between 3 and 9",
        "AgeInMonths() > 50",
        "AgeInDays() >= 1000",
        "AgeInWeeks() = 200",
        "AgeInYearsAt(Today()) >= 5",
        "AgeInYearsAt(Today() + 3 months) >= 5",
        "CalculateAgeInYearsAt(Patient.birthDate, Now()) in Interval(2, 6]",
        "years between Patient.birthDate and Today() >= 4",
        "difference in months between Patient.birthDate and Today() > 40",
        "Patient.birthDate before Today() - 7 years",
        "Patient.birthDate same month as Today() - 6 years",
        "Now() > @2016-02-29T12:00:00.0Z",
        "Today() same day or after @2015-06",
        "year from Today() >= 2017",
        "exists ([Observation: \"ab\"] X where X.effective after Now() - 6 months)",
        "exists ([Observation: \"ab\"] X where X.effective after Now() - 30 days)",
        "exists ([Observation: \"ab\"] X where X.effective after Now() - (if Today() >= "
        "@2016-06-01 then 2 years else 30 days))",
        "exists ([Observation: \"ab\"] X where X.effective after (if Today() < @2016-06-01 then "
        "Today() - 30 days else Today() - 2 years))",
        "exists ([Observation] X where X.effective on or before Now() - 200 days - 10 days)",
        "exists ([Encounter] X where X.period starts after Now() - 45 days)",
        "exists ([Encounter] X where X.period ends before Now() - 90 days)",
        "not exists ([Observation: \"ab\"] X where X.effective after Now() - 1 year)",
        "exists ([Observation: \"ab\"] X where X.effective during Interval[Now() - 2 years, "
        "Now()])",
        "exists ([Observation] X where X.effective 90 days or less before Today())",
        "exists ([Observation] X where X.effective same day as Today() - 3 months)",
        "Count([Observation] X where X.effective after Now() - 3 years) >= 2",
        "exists ([Condition] X where X.onset after Today() - 100 weeks and X.abatement is null)",
        "exists ([Condition] X where X.abatement is null and X.clinicalStatus ~ Code 'active' from "
        "\"clinical\")",
        "exists ([Condition: \"ab\"] X where X.abatement after Now() - 8 months)",
        "exists ([Encounter] X where X.period starts after Now() - 3 years)",
        "exists ([Encounter] X where X.period overlaps Interval[Now() - 1 year, Now()))",
        "exists ([Encounter] X where end of X.period 14 days or more before Now())",
        "exists ([Encounter] X where Now() during X.period)",
        "exists ([Observation: \"ab\"] X let cutoff: Now() - 18 months where X.effective after "
        "cutoff)",
        "exists ([Observation] X where days between X.effective and Now() <= 30)",
        "exists ([Condition] X with [Observation] Y such that Y.effective 1 year or less after "
        "X.onset where X.onset after Now() - 4 years)",
        "exists ([Observation: \"ab\"] X where X.value > 6 '%' and X.effective after Now() - 2 "
        "years) and AgeInYears() >= 3",
        "Patient.deceased is null and exists [Encounter]",
        "Patient.deceased before Now() - 1 year",
        "not exists ([Patient] X where X.deceased is not null)",
        "Patient.active and Patient.gender = 'female'",
        "exists ([Patient] X where not X.active) or Patient.deceased = true",
        "if exists [Condition: \"ab\"] then AgeInYears() > 5 else AgeInMonths() > 20",
        "Interval[Now() - 1 month, Now() + 1 month] contains @2016-06-01T00:00:00.0Z",
        "Interval[@2015-01-01T00:00:00.0Z, @2015-06-01T00:00:00.0Z] meets before Interval(Now(), "
        "Now() + 1 month]",
        "exists ([Procedure] X where X.performed before month of Today())",
        "define function Limit(): Now() - 6 months define X: exists ([Observation: \"ab\"] O where "
        "O.effective after Limit())",
        "define function Young(at DateTime): AgeInYearsAt(at) < 5 define X: Young(Now() + 1 month)",
        "Last([Observation: \"ab\"] X where X.effective after Now() - 2 years sort by effective)"
        ".status = 'final'",
        "First([Observation] X where X.effective before Now() - 1 year sort by effective desc)"
        ".effective after @2014-06-01",
        "month from Today() = 3",
        "hour from Now() < 12",
        "hour from (Now() - 6 hours) = 3 and exists [Encounter]",
        "Today() in { @2015-03-01, @2016-02-29 + 1 year, Today() - 1 day }",
        "exists ([Observation] X where month from X.effective = month from Now())",
        "exists ([Observation] X where X.effective after DateTime(2014, month from Today(), 1))",
        "exists ([Encounter] X where X.period starts before DateTime(year from Today(), 1, 1))",
        "AgeInYears() > day from Today()",
        "(if AgeInYears() > 3 then Today() else @2015-01-01) after @2015-06-01",
        "exists ([Observation] X let M: month from Today() where X.effective after Today() - 1 "
        "year and M > 6)",
        // Those that cannot be followed.
        "minute from Now() = 3",
        "TimeOfDay() after @T12:00",
    };
    return all;
}

TEST(LiveCohorts, OnePatientsErrorIsThatPatientsAlone) {
    const auto encounter = [](const std::string& who, const std::string& day) {
        return LoggedBody{"main", R"({"resourceType":"Encounter","id":"e)" + who +
                                      R"(","subject":{"reference":"Patient/)" + who +
                                      R"("},"period":{"start":")" + day + "\"}}"};
    };
    std::vector<LoggedBody> log;
    for (const std::string who : {"a", "b", "c", "d"}) {
        log.push_back({"main", R"({"resourceType":"Patient","id":")" + who + "\"}"});
    }
    log.push_back(encounter("a", "2012-01-01T00:00:00Z"));
    log.push_back(encounter("b", "2015-01-01T00:00:00Z"));
    const auto index = std::make_shared<const LiveIndex>(build_index(log));
    const TestTerminology sets = terminology();
    LiveCohorts live;
    const std::uint32_t cohort =
        live.add(compile_cohort("exists ([Encounter] X where Interval[start of X.period, "
                                "@2014-01-01T00:00:00.0Z] contains @2013-01-01T00:00:00.0Z)",
                                sets));
    const BodyReader reader = [&](LogPosition position) -> Result<std::string> {
        return log[position - 1].json;
    };
    live.start(std::make_unique<LiveRecord>(LiveSources{index, reader, nullptr, false},
                                            live.expressions(), at("2019-06-01")),
               at("2019-06-01"));
    EXPECT_EQ(live.count(cohort), 1U);
    ASSERT_TRUE(live.error(cohort));
    EXPECT_THAT(live.error(cohort)->message, ::testing::HasSubstr("patient b: the interval"));
    EXPECT_EQ(live.judged(), 0U) << "nobody was judged alone";
    live.look();
    EXPECT_EQ(live.judged(), 1U) << "who fails is asked again";
    EXPECT_EQ(live.count(cohort), 1U);
}

/// What is planted for the check to find.
enum class Fault : std::uint8_t {
    None,
    ForgetRows,
    ForgetPatients,
    ForgetTime,
    ForgetAppearances,
    ForgetWritesWhileFolding
};

/// Random bodies: each round of them corrects, retracts or moves those before.
std::vector<LoggedBody> random_stream(std::uint64_t seed) {
    std::vector<LoggedBody> log;
    SeededRandom random(seed);
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (LoggedBody& body : random_records(seed * 10 + round, 12, 70)) {
            log.push_back(std::move(body));
            if (random.below(25) == 0) {
                const std::string from = "p" + std::to_string(random.below(12));
                const std::string into = "p" + std::to_string(random.below(12));
                log.push_back({"main", R"({"resourceType":"Patient","id":")" + from +
                                           R"(","birthDate":"2012-06-15","link":[{"type":)" +
                                           R"("replaced-by","other":{"reference":"Patient/)" +
                                           into + "\"}}]}"});
            }
        }
    }
    return log;
}

/// Says of each Patient when it was last changed.
void date_patients(std::uint64_t seed, std::vector<LoggedBody>& log) {
    SeededRandom random(seed);
    for (LoggedBody& body : log) {
        if (body.json.contains(R"("resourceType":"Patient")") && random.below(5) != 0) {
            const Instant written = at("2011-06-01T08:00:00Z") + hours(random.below(24 * 4'000));
            body.json.replace(body.json.size() - 1, 1,
                              R"(,"meta":{"lastUpdated":")" + format_instant(written) + "\"}}");
        }
    }
}

/// By what is known today, or as it was written down.
enum class Knowledge : std::uint8_t { Today, AsRecorded };

class Stream {
  public:
    Stream(std::uint64_t seed, Fault fault, std::vector<std::string> texts,
           Knowledge knowledge = Knowledge::Today)
        : random_(seed),
          ways_(seed),
          fault_(fault),
          as_recorded_(knowledge == Knowledge::AsRecorded),
          log_(random_stream(seed)),
          sets_(terminology()) {
        if (as_recorded_) {
            date_patients(seed, log_);
        }
        for (const std::string& text : texts) {
            auto compiled = compile_cohort(text, sets_);
            if (fault == Fault::ForgetTime) {
                const_cast<cql::Expression&>(*compiled).uses_now = false;
            }
            live_.add(compiled);
            expressions_.push_back(std::move(compiled));
        }
        index_ = std::make_shared<const LiveIndex>();
        take(5);
        live_.start(record(), now_);
        follow();
    }

    /// Whether the step ends as an evaluation from scratch does.
    bool step() {
        switch (random_.below(4)) {
            case 0:
                take(1 + random_.below(3));
                renew();
                break;
            case 3:
                if (random_.below(3) == 0) {
                    fold();
                }
                break;
            case 1:
                now_ += milliseconds(random_.below(3'000));
                pass();
                break;
            default:
                now_ += hours(random_.below(random_.below(2) == 0 ? 30 : 24 * 40)) +
                        milliseconds(random_.below(1'000));
                pass();
        }
        live_.look();
        follow();
        return is_exact();
    }

    [[nodiscard]] bool at_end() const {
        return taken_ == log_.size() && now_ > at("2024-01-01T00:00:00Z");
    }
    [[nodiscard]] const std::string& difference() const { return difference_; }
    [[nodiscard]] std::size_t flips() const { return flips_; }
    [[nodiscard]] std::size_t folds() const { return folds_; }
    [[nodiscard]] const LiveCohorts& live() const { return live_; }

  private:
    [[nodiscard]] BodyReader reader() const {
        return
            [this](LogPosition position) -> Result<std::string> { return log_[position - 1].json; };
    }

    /// Moment by moment, or to where the step ends at once.
    void pass() {
        if (ways_.below(2) == 0) {
            live_.skip_to(now_);
        } else {
            live_.advance(now_);
        }
    }

    void take(std::size_t count) {
        const std::size_t to = std::min(taken_ + count, log_.size());
        index_ = add_to(*index_, log_, taken_, to);
        taken_ = to;
    }

    /// Folding takes a while, in which more may come; then what came is added again.
    void fold() {
        if (folding_ == nullptr) {
            folding_ = index_;
            return;
        }
        auto next = *folding_->fold();
        LiveIndex::Parts since(
            index_->parts().begin() + static_cast<std::ptrdiff_t>(folding_->parts().size()),
            index_->parts().end());
        if (fault_ == Fault::ForgetWritesWhileFolding &&
            next->patient_count() == index_->patient_count()) {
            since.clear();
        }
        index_ = since.empty() ? next : *LiveIndex::add(*next, std::move(since));
        folding_.reset();
        renew();
        ++folds_;
    }

    std::unique_ptr<LiveRecord> record() {
        const bool late = fault_ == Fault::ForgetAppearances;
        auto before = live_.record() == nullptr || late ? nullptr : live_.record()->findings();
        return std::make_unique<LiveRecord>(LiveSources{index_, reader(), nullptr, as_recorded_},
                                            live_.expressions(), late ? now_ + days(3000) : now_,
                                            before);
    }

    void renew() {
        IndexChanges changes = find_changes(live_.record()->index(), *index_);
        if (fault_ == Fault::ForgetRows && random_.below(3) == 0) {
            changes.rows.clear();
        }
        if (fault_ == Fault::ForgetPatients) {
            changes.patients.clear();
        }
        live_.renew(record(), changes, now_);
    }

    /// Who is told of every flip knows the members.
    void follow() {
        for (const Flip& flip : live_.take_flips()) {
            ++flips_;
            std::set<Key>& members = followed_[flip.cohort];
            const bool right = flip.entered ? members.insert(flip.patient).second
                                            : members.erase(flip.patient) == 1;
            EXPECT_TRUE(right) << "a flip that is none";
        }
        if (!begun_) {  // nobody flips at the start
            begun_ = true;
            for (std::uint32_t cohort = 0; cohort < expressions_.size(); ++cohort) {
                followed_[cohort] = keys(live_.members(cohort));
            }
        }
    }

    [[nodiscard]] std::set<Key> keys(const Bitmap& members) const { return keys(*index_, members); }

    template <class AnyIndex>
    static std::set<Key> keys(const AnyIndex& index, const Bitmap& members) {
        std::set<Key> out;
        members.for_each([&](std::size_t number) { out.insert(index.patients().key[number]); });
        return out;
    }

    /// One index of all that was taken.
    const std::shared_ptr<const Index>& scratch() {
        if (scratch_taken_ != taken_) {
            scratch_ = build_index(log_, 0, taken_, 1, nullptr);
            scratch_taken_ = taken_;
        }
        return scratch_;
    }

    bool is_exact() {
        for (std::uint32_t cohort = 0; cohort < expressions_.size(); ++cohort) {
            CohortContext context;
            context.as_of = now_;
            context.recorded_until = as_recorded_ ? now_ : Instant::max();
            context.read_body = reader();
            std::map<PatientNumber, Error>
                failing;  // run-time errors of CQL leave others as they are
            context.failing = &failing;
            const auto answer = evaluate(*expressions_[cohort], *scratch(), context);
            if (!answer) {
                difference_ = answer.error().message;
                return false;
            }
            const bool same = keys(*scratch(), answer->patients) == keys(live_.members(cohort)) &&
                              answer->count == live_.count(cohort) &&
                              followed_[cohort] == keys(live_.members(cohort));
            if (!same) {
                difference_ = expressions_[cohort]->text + " at " + format_instant(now_) +
                              " after " + std::to_string(taken_) +
                              " records: " + std::to_string(answer->count) + " from scratch, " +
                              std::to_string(live_.count(cohort)) + " live";
                return false;
            }
        }
        return true;
    }

    SeededRandom random_;
    SeededRandom ways_;  ///< in which time passes
    Fault fault_;
    bool as_recorded_;
    std::vector<LoggedBody> log_;
    TestTerminology sets_;
    std::vector<std::shared_ptr<const cql::Expression>> expressions_;
    std::shared_ptr<const LiveIndex> index_;
    std::shared_ptr<const LiveIndex> folding_;
    std::shared_ptr<const Index> scratch_;
    std::size_t scratch_taken_ = 0;
    std::size_t folds_ = 0;
    std::size_t taken_ = 0;
    Instant now_ = at("2012-03-01T07:30:00Z");
    LiveCohorts live_;
    std::map<std::uint32_t, std::set<Key>> followed_;
    std::size_t flips_ = 0;
    bool begun_ = false;
    std::string difference_;
};

std::vector<std::string> expressions_of(std::uint64_t seed) {
    std::vector<std::string> texts = random_expressions(seed, 12);
    SeededRandom random(seed);
    for (int i = 0; i < 12; ++i) {
        texts.push_back(timed_expressions()[random.below(timed_expressions().size())]);
    }
    return texts;
}

TEST(LiveCohorts, AlwaysEqualAnEvaluationFromScratch) {
    std::size_t steps = 0;
    std::size_t flips = 0;
    std::size_t folds = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Stream stream(seed, Fault::None, expressions_of(seed));
        while (!stream.at_end()) {
            ASSERT_TRUE(stream.step()) << "seed " << seed << ": " << stream.difference();
            ++steps;
        }
        flips += stream.flips();
        folds += stream.folds();
    }
    EXPECT_GT(folds, 100U);
    EXPECT_GT(steps, 3'000U);
    EXPECT_GT(flips, 1'000U);
}

TEST(LiveCohorts, AlsoWhereNothingIsSeenBeforeItWasWrittenDown) {
    std::size_t flips = 0;
    for (std::uint64_t seed = 201; seed <= 203; ++seed) {
        std::vector<std::string> texts = expressions_of(seed);
        std::ranges::copy_if(timed_expressions(), std::back_inserter(texts),
                             [](const std::string& text) { return text.contains("Patient."); });
        Stream stream(seed, Fault::None, texts, Knowledge::AsRecorded);
        while (!stream.at_end()) {
            ASSERT_TRUE(stream.step()) << "seed " << seed << ": " << stream.difference();
        }
        flips += stream.flips();
    }
    EXPECT_GT(flips, 300U);
}

TEST(LiveCohorts, EveryShapeOfTimeIsFollowed) {
    for (std::uint64_t seed = 101; seed <= 103; ++seed) {
        Stream stream(seed, Fault::None, timed_expressions());
        while (!stream.at_end()) {
            ASSERT_TRUE(stream.step()) << "seed " << seed << ": " << stream.difference();
        }
        for (std::uint32_t cohort = 0; cohort < timed_expressions().size(); ++cohort) {
            EXPECT_EQ(stream.live().is_restless(cohort), cohort + 2 >= timed_expressions().size())
                << timed_expressions()[cohort];
        }
    }
}

class PlantedFault : public ::testing::TestWithParam<Fault> {};

TEST_P(PlantedFault, IsFound) {
    bool found = false;
    for (std::uint64_t seed = 1; seed <= 6 && !found; ++seed) {
        Stream stream(seed, GetParam(), expressions_of(seed));
        while (!found && !stream.at_end()) {
            found = !stream.step();
        }
    }
    EXPECT_TRUE(found) << "a fault that was planted went unseen";
}

INSTANTIATE_TEST_SUITE_P(LiveCohorts, PlantedFault,
                         ::testing::Values(Fault::ForgetRows, Fault::ForgetPatients,
                                           Fault::ForgetTime, Fault::ForgetAppearances,
                                           Fault::ForgetWritesWhileFolding));

}  // namespace
}  // namespace parcours::population
