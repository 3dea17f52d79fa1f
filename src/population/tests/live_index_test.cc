// A live index against one that was made at once of all that it took in: after every write, through
// layers that come, are taken into others and are folded.

#include "population/live_index.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.h"
#include "population/cohort.h"
#include "population/tests/cohort_records.h"
#include "population/tests/random_records.h"
#include "record/fact.h"

namespace parcours::population {
namespace {

/// All that one can ask of a fact, codes as words.
std::string words_of(const Fact& fact, const Dictionary& dictionary) {
    std::string out;
    const auto add = [&out](auto number) { out += std::to_string(number) + ' '; };
    add(static_cast<int>(fact.type));
    add(static_cast<int>(fact.status));
    add(static_cast<int>(fact.verification));
    add(static_cast<int>(fact.precision));
    add(fact.marks);
    add(fact.key);
    add(fact.position);
    for (const ConceptId id :
         {fact.code, fact.category, fact.reason, fact.value, fact.interpretation}) {
        for (const CodeId code : dictionary.concept_codes(id)) {
            out += dictionary.code(code).system + '|' + dictionary.code(code).code + ' ';
        }
        out += dictionary.own_text(id);
        out += ';';
    }
    out += dictionary.unit(fact.unit);
    add(fact.quantity);
    for (const Instant at : {fact.occurred, fact.recorded, fact.start, fact.end, fact.updated}) {
        add(at.time_since_epoch().count());
    }
    add(fact.encounter);
    for (const Key link : fact.links) {
        add(link);
    }
    return out;
}

/// What an index says of everybody, by key: of a live one and of a plain one the same way.
template <class AnyIndex>
std::map<Key, std::vector<std::string>> all_of(const AnyIndex& index) {
    std::map<Key, std::vector<std::string>> out;
    std::vector<Fact> facts;
    for (PatientNumber number = 0; number < index.patient_count(); ++number) {
        const PatientFact patient = index.patients().fact(number);
        auto& said = out[patient.key];
        said.push_back(std::string(index.patients().source_name(number)) + '/' +
                       std::string(index.patients().id(number)));
        said.push_back(std::to_string(patient.position) + ' ' +
                       std::to_string(patient.birth.time_since_epoch().count()) + ' ' +
                       std::to_string(patient.deceased.time_since_epoch().count()) + ' ' +
                       std::to_string(patient.replaced_by) + ' ' +
                       std::to_string(index.patients().counts(number)) + ' ' +
                       std::to_string(index.patients().key[index.patients().survivor[number]]));
        index.facts_of(number, facts);
        for (const Fact& fact : facts) {
            said.push_back(words_of(fact, index.dictionary()));
        }
    }
    return out;
}

/// Every row, also those of nobody, with whose it is.
std::multiset<std::string> rows_of(const LiveIndex& index) {
    std::multiset<std::string> out;
    for (const IndexLayer& layer : index.layers()) {
        for (const Table& table : layer.index->tables()) {
            layer.each_row(table, [&](std::uint32_t row) {
                const PatientNumber owner = layer.number_of(table.owner[row]);
                const Key key = owner == no_patient ? 0 : index.patients().key[owner];
                const bool nobodys = table.patient[row] == no_patient;
                out.insert(words_of(table.fact(row), index.dictionary()) + std::to_string(key) +
                           ' ' + std::to_string(nobodys));
            });
        }
    }
    return out;
}

std::string medicine(const std::string& id, const char* code) {
    return R"({"resourceType":"Medication","id":")" + id +
           R"(","code":{"coding":[{"system":"s","code":")" + code + "\"}]}}";
}

std::string prescription(const std::string& id, const std::string& patient,
                         const std::string& medication) {
    return R"({"resourceType":"MedicationRequest","id":")" + id +
           R"(","status":"active","intent":"order","subject":{"reference":"Patient/)" + patient +
           R"("},"authoredOn":"2014-02-03","medicationReference":{"reference":"Medication/)" +
           medication + "\"}}";
}

/// Records of few patients that correct, retract, move and merge one another, with Medications
/// that come before and after those who name them.
std::vector<LoggedBody> stream_of(std::uint64_t seed, std::size_t patients) {
    std::vector<LoggedBody> log;
    SeededRandom random(seed);
    const auto any = [&](const char* prefix, std::size_t count) {
        return prefix + std::to_string(random.below(count));
    };
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (LoggedBody& body : random_records(seed * 10 + round, patients, 5 * patients)) {
            log.push_back(std::move(body));
            switch (random.below(20)) {
                case 0:
                    log.push_back({"main", R"({"resourceType":"Patient","id":")" +
                                               any("p", patients) +
                                               R"(","link":[{"type":"replaced-by","other":)" +
                                               R"({"reference":"Patient/)" +
                                               any("p", patients + 3) + "\"}}]}"});
                    break;
                case 1:
                    log.push_back(
                        {"main", medicine(any("m", 4), random.below(2) == 0 ? "a" : "b")});
                    break;
                case 2:
                case 3:
                    log.push_back(
                        {"main", prescription(any("r", 9), any("p", patients), any("m", 4))});
                    break;
                default:
                    break;
            }
        }
    }
    return log;
}

/// Whether both say the same of everything.
void expect_same(const LiveIndex& live, const std::shared_ptr<const Index>& whole) {
    EXPECT_EQ(all_of(live), all_of(*whole));
    const LiveIndex plain(whole);
    EXPECT_EQ(rows_of(live), rows_of(plain));
    EXPECT_EQ(live.person_count(), whole->person_count());
    EXPECT_EQ(live.covers(), whole->covers());
    EXPECT_EQ(live.fact_count(), whole->fact_count());
    EXPECT_EQ(live.patients().sources, whole->patients().sources);
    EXPECT_EQ(live.merged().size(), whole->merged().size());
    for (const Table& table : whole->tables()) {
        std::vector<Key> keys = {7};
        for (std::uint32_t row = 0; row < table.row_count; ++row) {
            keys.push_back(table.key[row]);
        }
        const auto places = live.find_rows(table.type, keys);
        EXPECT_FALSE(places[0]);
        for (std::uint32_t row = 0; row < table.row_count; ++row) {
            ASSERT_TRUE(places[row + 1]);
            EXPECT_EQ(places[row + 1]->table->position[places[row + 1]->row], table.position[row]);
        }
    }
}

TEST(LiveIndex, SaysAtAnyTimeWhatAnIndexMadeAtOnceSays) {
    std::size_t layers_max = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const bool large = seed > 6;
        const auto log = stream_of(seed, large ? 60 : 20);
        SeededRandom random(seed);
        auto live = std::make_shared<const LiveIndex>();
        for (std::size_t taken = 0; taken < log.size();) {
            const std::size_t count = large && taken == 0 ? 450 : 1 + random.below(12);
            const std::size_t to = std::min(log.size(), taken + count);
            live = add_to(*live, log, taken, to);
            taken = to;
            layers_max = std::max(layers_max, live->layers().size());
            if (random.below(large ? 60 : 10) == 0) {
                live = *live->fold();
            }
            expect_same(*live, build_index(log, 0, taken, 1, nullptr));
            if (HasFailure()) {
                FAIL() << "seed " << seed << " after " << taken << " records";
            }
        }
    }
    EXPECT_GE(layers_max, 3U);
}

TEST(LiveIndex, AFoldCanBeStoppedBetweenAnyTwoOfItsSteps) {
    const auto log = stream_of(3, 60);
    auto live = std::make_shared<const LiveIndex>(build_index(log, 0, 200, 1, nullptr));
    live = add_to(*live, log, 200, log.size());
    std::size_t steps = 0;
    ASSERT_TRUE(live->fold(nullptr, [&steps] {
        ++steps;
        return false;
    }));
    EXPECT_GT(steps, 10U);
    for (std::size_t at = 1; at <= steps; ++at) {
        std::size_t asked = 0;
        const auto stopped = live->fold(nullptr, [&] { return ++asked >= at; });
        ASSERT_FALSE(stopped) << "stopped at step " << at;
        EXPECT_EQ(stopped.error().code, ErrorCode::Unavailable);
    }
    expect_same(*live, build_index(log, 0, log.size(), 1, nullptr));
}

TEST(LiveIndex, AnswersCohortsAsAnIndexMadeAtOnce) {
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}, {"s", "b"}});
    sets.add("z", {{"t", "z"}});
    sets.add("none", {});
    sets.add("over", {{"http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"}});
    std::size_t found = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const auto log = stream_of(seed, 25);
        SeededRandom random(seed);
        auto live = std::make_shared<const LiveIndex>();
        for (std::size_t taken = 0; taken < log.size();) {
            const std::size_t to = std::min(log.size(), taken + 1 + random.below(60));
            live = add_to(*live, log, taken, to);
            taken = to;
            const auto whole = build_index(log, 0, taken, 1, nullptr);
            CohortContext context;
            context.as_of = *parse_instant("2016-01-01T00:00:00Z");
            context.read_body = [&log](LogPosition position) -> Result<std::string> {
                return log[position - 1].json;
            };
            for (const std::string& text : random_expressions(seed + taken, 12)) {
                const auto expression = compile_cohort(text, sets);
                const auto right = evaluate(*expression, *whole, context);
                const auto answer = evaluate(*expression, *live, context);
                ASSERT_EQ(right.has_value(), answer.has_value()) << text;
                if (!right) {
                    continue;
                }
                std::set<Key> members;
                std::set<Key> wanted;
                answer->patients.for_each(
                    [&](std::size_t number) { members.insert(live->patients().key[number]); });
                right->patients.for_each(
                    [&](std::size_t number) { wanted.insert(whole->patients().key[number]); });
                ASSERT_EQ(members, wanted) << text << ", seed " << seed << ", " << taken;
                ASSERT_EQ(answer->count, right->count);
                found += answer->count;
            }
        }
    }
    EXPECT_GT(found, 100U);
}

TEST(LiveIndex, WhatGoesThroughEverybodysRecordsSeesAllLayers) {
    const auto log = stream_of(4, 30);
    TestTerminology sets;
    sets.add("ab", {{"s", "a"}, {"s", "b"}});
    std::size_t found = 0;
    for (const char* text :
         {"context Unfiltered define All: [Observation: \"ab\"] context Patient define X: "
          "Count([Observation: \"ab\"]) * 20 > Count(All)",
          "context Unfiltered define All: Max([Observation] O return O.effective as DateTime) "
          "context "
          "Patient define X: exists ([Observation] O where O.effective same year as All)"}) {
        const auto expression = compile_cohort(text, sets);
        auto live =
            std::make_shared<const LiveIndex>(build_index(log, 0, log.size() / 2, 1, nullptr));
        live = add_to(*live, log, log.size() / 2, log.size());
        ASSERT_GT(live->layers().size(), 1U);
        const auto whole = build_index(log);
        CohortContext context;
        context.as_of = *parse_instant("2019-06-01");
        context.read_body = [&](LogPosition position) -> Result<std::string> {
            return log[position - 1].json;
        };
        const auto answer = evaluate(*expression, *live, context);
        const auto right = evaluate(*expression, *whole, context);
        ASSERT_TRUE(answer) << answer.error().message;
        ASSERT_TRUE(right) << right.error().message;
        std::set<Key> members;
        std::set<Key> wanted;
        answer->patients.for_each(
            [&](std::size_t number) { members.insert(live->patients().key[number]); });
        right->patients.for_each(
            [&](std::size_t number) { wanted.insert(whole->patients().key[number]); });
        EXPECT_EQ(members, wanted) << text;
        found += wanted.size();
    }
    EXPECT_GT(found, 0U);
}

TEST(LiveIndex, NumbersOfPatientsStayUntilLayersAreFolded) {
    const auto log = stream_of(3, 30);
    auto live = std::make_shared<const LiveIndex>();
    std::map<Key, PatientNumber> numbers;
    for (std::size_t taken = 0; taken + 5 < log.size(); taken += 5) {
        live = add_to(*live, log, taken, taken + 5);
        for (PatientNumber number = 0; number < live->patient_count(); ++number) {
            const Key key = live->patients().key[number];
            EXPECT_EQ(numbers.try_emplace(key, number).first->second, number);
            EXPECT_EQ(live->find_patient(key), number);
        }
    }
    EXPECT_EQ(numbers.size(), live->patient_count());
}

TEST(LiveIndex, IsReadWhileOthersAddToItAndFoldIt) {
    const auto log = stream_of(5, 20);
    const std::shared_ptr<const LiveIndex> first =
        std::make_shared<const LiveIndex>(build_index(log, 0, 200, 1, nullptr));
    const auto before = all_of(*first);
    std::atomic<bool> end = false;
    std::vector<std::thread> readers;
    std::atomic<std::size_t> wrong = 0;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            do {
                wrong += all_of(*first) == before ? 0U : 1U;
                wrong += first->find_rows(fhir::ResourceType::Observation, std::array<Key, 1>{9})[0]
                             ? 1U
                             : 0U;
            } while (!end);
        });
    }
    auto live = first;
    for (std::size_t taken = 200; taken < log.size(); ++taken) {
        live = add_to(*live, log, taken, taken + 1);
        if (taken % 50 == 0) {
            live = *live->fold();
        }
    }
    end = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(wrong, 0U);
    expect_same(*live, build_index(log, 0, log.size(), 1, nullptr));
}

}  // namespace
}  // namespace parcours::population
