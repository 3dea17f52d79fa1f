// What it costs to keep cohorts: per event, per step of the clock, beside judging from scratch.
//   live_bench [--patients N] [--cohorts N]     invented patients of 30 resources, in memory
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "cql/cql.h"
#include "cql/terminology.h"
#include "inventor.h"
#include "population/builder.h"
#include "population/cohort.h"
#include "population/index.h"
#include "population/live_cohorts.h"
#include "population/live_index.h"
#include "usage.h"

namespace {

using namespace parcours;
using population::LiveCohorts;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Of this thread, whatever else the machine does.
double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr std::size_t concept_count = 100;

/// The value set "cN": code N of "s".
class OneCodeEach final : public cql::Terminology {
  public:
    [[nodiscard]] std::optional<cql::ValueSetId> find_value_set(
        std::string_view name) const override {
        return cql::ValueSetId{
            static_cast<std::uint32_t>(std::atoi(std::string(name.substr(1)).c_str()))};
    }
    [[nodiscard]] bool contains(cql::ValueSetId set, std::string_view,
                                std::string_view code) const override {
        return code == std::to_string(static_cast<std::uint32_t>(set));
    }
    [[nodiscard]] std::vector<std::string> value_set_names() const override { return {}; }
};

std::shared_ptr<const population::Index> invent(std::size_t patients) {
    constexpr std::size_t batch = 100'000;
    bench::Inventor inventor({.concepts = concept_count,
                              .some_are_common = true,
                              .conditions_end = true,
                              .births = {1930, 89},
                              .onsets = {2000, 19},
                              .visits = {2015, 4},
                              .vaccinations = {2010, 9}});
    std::shared_ptr<const population::Index> index;
    population::IndexPart part;
    for (std::size_t number = 0; number < patients; ++number) {
        inventor.add(part, number);
        if ((number + 1) % batch == 0 || number + 1 == patients) {
            const population::IndexPart* const parts[] = {&part};
            index = *population::merge(parts, index.get());
            part.clear();
        }
    }
    fmt::print("{} patients, {} facts\n", index->person_count(), index->fact_count());
    return index;
}

/// What clinics ask: gaps in care, ages, last values, values above a threshold, active conditions,
/// recent contacts, counts.
std::string cohort_text(std::size_t number, SeededRandom& random) {
    const auto code = [&] { return random.below(concept_count); };
    const auto age = [&] { return 18 + random.below(60); };
    switch (number % 8) {
        case 0:
            return fmt::format(
                R"(exists ([Condition: "c{}"] C where C.abatement is null) and not exists ()"
                R"([Observation: "c{}"] O where O.effective after Now() - {} months and O.status )"
                "= 'final')",
                code(), code(), 1 + random.below(24));
        case 1:
            return fmt::format(R"(AgeInYears() >= {} and not exists ([Immunization: "c{}"] I )"
                               "where I.occurrence 1 year or less before Today())",
                               age(), code());
        case 2:
            return fmt::format(
                R"(Last([Observation: "c{}"] O sort by start of effective).value >= {} '%')",
                code(), 6 + random.below(5));
        case 3:
            return fmt::format(
                R"(exists ([Observation: "c{}"] O where O.value > {} '%' and O.effective after )"
                "Now() - {} months)",
                code(), 6 + random.below(5), 3 + random.below(20));
        case 4:
            return fmt::format(R"(exists ([Condition: "c{}"] C where C.abatement is null) and )"
                               "AgeInYears() between {} and 80",
                               code(), age());
        case 5:
            return fmt::format(R"(exists ([Condition: "c{}"] C where C.onset after Now() - 2 )"
                               R"(years) or exists [Condition: "c{}"])",
                               code(), code());
        case 6:
            return fmt::format(R"(Count([Observation: "c{}"] O where O.effective after Now() - 1 )"
                               "year) >= {} and Patient.gender = 'female'",
                               code(), 1 + random.below(3));
        default:
            return fmt::format(R"(exists ([Encounter] E where E.period starts after Now() - {} )"
                               R"(days) and exists [Condition: "c{}"])",
                               30 + random.below(300), code());
    }
}

double scratch_seconds(const population::Index& index, const LiveCohorts& live, Instant now,
                       Executor& threads) {
    population::CohortContext context;
    context.as_of = now;
    context.executor = &threads;
    const double begin = seconds();
    for (const auto& expression : live.expressions()) {
        if (!population::evaluate(*expression, index, context)) {
            fmt::print(stderr, "{} cannot be evaluated\n", expression->text);
            std::exit(1);
        }
    }
    return seconds() - begin;
}

bool is_exact(const population::Index& index, const LiveCohorts& live, Instant now,
              Executor& threads) {
    population::CohortContext context;
    context.as_of = now;
    context.executor = &threads;
    std::uint32_t number = 0;
    for (const auto& expression : live.expressions()) {
        const auto answer = population::evaluate(*expression, index, context);
        if (!answer || answer->patients != live.members(number++)) {
            fmt::print("NOT EXACT: {}\n", expression->text);
            return false;
        }
    }
    return true;
}

/// Rows of the record change one after another, anybody's and of any type.
void events(const population::Index& index, LiveCohorts& live, double scratch) {
    constexpr std::size_t count = 200'000;
    SeededRandom random(11);
    std::vector<const population::Table*> tables;
    std::size_t rows = 0;
    for (const population::Table& table : index.tables()) {
        tables.push_back(&table);
        rows += table.row_count;
    }
    const std::uint64_t judged = live.judged();
    const double begin = processor_seconds();
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t row = random.below(rows);
        std::size_t table = 0;
        for (; row >= tables[table]->row_count; ++table) {
            row -= tables[table]->row_count;
        }
        const auto number = static_cast<std::uint32_t>(row);
        live.advance(live.now() + std::chrono::milliseconds(1));
        live.touch_row(tables[table]->patient[number], *tables[table], number);
        live.settle();
    }
    const double each = (processor_seconds() - begin) / count;
    fmt::print(
        "an event: {:.2f} µs, {:.1f} cohorts judged; all of them from scratch: {:.0f} ms, {:.0f} "
        "times as long\n",
        each * 1e6, static_cast<double>(live.judged() - judged) / count, scratch * 1e3,
        scratch / each);
}

/// Time passes in small steps, in which nobody flips, then in days.
void clock_steps(const population::Index& index, LiveCohorts& live, Executor& threads,
                 double scratch) {
    constexpr std::size_t count = 1'000'000;
    Instant now = live.now();
    const Instant quiet_until = std::min(live.next_change(), now + std::chrono::hours(12));
    const auto step = (quiet_until - now) / static_cast<std::int64_t>(count + 1);
    double begin = seconds();
    for (std::size_t i = 0; i < count; ++i) {
        now += step;
        live.advance(now);
    }
    const double each = (seconds() - begin) / count;
    fmt::print("a step of the clock in which nobody flips: {:.1f} ns; from scratch {:.2g} times\n",
               each * 1e9, scratch / each);
    (void)live.take_flips();
    const std::uint64_t judged = live.judged();
    begin = seconds();
    constexpr int days = 30;
    for (int day = 0; day < days; ++day) {
        now += std::chrono::days(1);
        live.advance(now);
    }
    const double passed = seconds() - begin;
    fmt::print("a day: {:.2f} ms, {} flips, {} judged; exact at its end: {}\n", passed * 1e3 / days,
               live.take_flips().size() / days, (live.judged() - judged) / days,
               is_exact(index, live, now, threads));
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(
            argc, argv,
            "live_bench [--patients N] [--cohorts N]\n"
            "What it costs to keep cohorts: 100,000 invented patients, 200 cohorts.")) {
        return 0;
    }
    std::size_t patients = 100'000;
    std::size_t cohorts = 200;
    for (int i = 1; i + 1 < argc; i += 2) {
        (std::string_view(argv[i]) == "--cohorts" ? cohorts : patients) =
            static_cast<std::size_t>(std::atoll(argv[i + 1]));
    }
    const auto index = invent(patients);
    const OneCodeEach sets;
    cql::CompileContext compiling;
    compiling.terminology = &sets;
    ThreadExecutor threads(2);
    LiveCohorts live(&threads);
    SeededRandom random(5);
    for (std::size_t i = 0; i < cohorts; ++i) {
        const auto expression = cql::compile(cohort_text(i, random), compiling);
        if (!expression) {
            fmt::print(stderr, "{}\n", expression.error().to_text());
            return 1;
        }
        live.add(*expression);
    }
    const Instant now = *parse_instant("2019-06-01T09:00:00Z");
    double begin = seconds();
    auto record = std::make_unique<population::LiveRecord>(
        population::LiveSources{
            std::make_shared<const population::LiveIndex>(index), {}, nullptr, false},
        live.expressions(), now);
    const double prepared = seconds() - begin;
    begin = seconds();
    live.start(std::move(record), now);
    std::size_t members = 0;
    for (std::uint32_t i = 0; i < cohorts; ++i) {
        members += live.count(i);
    }
    fmt::print(
        "{} cohorts of {} members on average: prepared in {:.2f} s, begun in {:.2f} s, {} wakes\n",
        cohorts, members / cohorts, prepared, seconds() - begin, live.wakes());
    const double scratch = scratch_seconds(*index, live, now, threads);
    events(*index, live, scratch);
    clock_steps(*index, live, threads, scratch);
    return 0;
}
