// How fast records become an index, and cohorts are counted over it.
//   cohort_bench FOLDER-OF-NDJSON          the folder: adding, merging, reading back
//   cohort_bench --patients N              N invented patients of 30 resources: cohorts, snapshot
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/json.h"
#include "cql/cql.h"
#include "cql/terminology.h"
#include "fhir/summary.h"
#include "inventor.h"
#include "population/builder.h"
#include "population/cohort.h"
#include "population/index.h"
#include "population/snapshot.h"
#include "usage.h"

namespace {

using namespace parcours;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::vector<std::string> read_lines(const std::filesystem::path& folder) {
    std::vector<std::string> lines;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".ndjson") {
            std::ifstream file(entry.path());
            for (std::string line; std::getline(file, line);) {
                lines.push_back(line);
            }
        }
    }
    return lines;
}

/// Parses and summarises every line, and adds it to `part` where there is one.
double read_all(const std::vector<std::string>& lines, const std::string& source,
                population::IndexPart* part) {
    const double begin = seconds();
    JsonDocument document;
    fhir::Summary summary;
    LogPosition position = 0;
    for (const std::string& line : lines) {
        const auto resource = document.parse(line);
        if (resource && fhir::summarise(*resource, summary) && part != nullptr) {
            part->add(source, summary, *resource, ++position);
        }
    }
    return seconds() - begin;
}

/// One set of all value sets: code 1 of "s".
class OneCode final : public cql::Terminology {
  public:
    [[nodiscard]] std::optional<cql::ValueSetId> find_value_set(std::string_view) const override {
        return cql::ValueSetId{0};
    }
    [[nodiscard]] bool contains(cql::ValueSetId, std::string_view,
                                std::string_view code) const override {
        return code == "1";
    }
    [[nodiscard]] std::vector<std::string> value_set_names() const override { return {}; }
};

std::shared_ptr<const population::Index> invent(std::size_t patients) {
    constexpr std::size_t batch = 100'000;
    bench::Inventor inventor({});
    std::shared_ptr<const population::Index> index;
    population::IndexPart part;
    ThreadExecutor threads(2);
    double merging = 0;
    for (std::size_t number = 0; number < patients; ++number) {
        inventor.add(part, number);
        if ((number + 1) % batch == 0 || number + 1 == patients) {
            const double begin = seconds();
            const population::IndexPart* const parts[] = {&part};
            index = *population::merge(parts, index.get(), &threads);
            merging += seconds() - begin;
            part.clear();
        }
    }
    fmt::print(
        "{} patients, {} facts, {:.1f} bytes a fact, built {:.0f} facts a second\n",
        index->person_count(), index->fact_count(),
        static_cast<double>(index->column_bytes()) / static_cast<double>(index->fact_count()),
        static_cast<double>(index->fact_count()) / merging);
    return index;
}

void count_cohorts(const population::Index& index) {
    const OneCode sets;
    cql::CompileContext compile_context;
    compile_context.terminology = &sets;
    ThreadExecutor threads(2);
    const SystemClock clock;
    population::CohortContext context;
    context.as_of = *parse_instant("2019-06-01");
    context.executor = &threads;
    context.clock = &clock;
    for (const char* text :
         {"true", "AgeInYears() >= 65", "exists [Condition: \"x\"]",
          "AgeInYears() >= 65 and not exists [Immunization]",
          "exists ([Observation: \"x\"] O where O.value > 8 '%')",
          "exists ([Observation: \"x\"] O where O.value > 8 '%' and O.effective after "
          "@2018-01-01)",
          "not exists ([Observation: \"x\"] O where O.effective after Today() - 6 months)",
          "exists ([Observation] O where O.value > 8 '%' and O.status = 'final')",
          "exists ([Encounter] E where E.period starts after Today() - 1 year)",
          "Count([Observation: \"x\"]) >= 2"}) {
        const auto expression = cql::compile(text, compile_context);
        if (!expression) {
            fmt::print("{}: {}\n", text, expression.error().to_text());
            continue;
        }
        for (const char* heat : {"first", "again"}) {
            const auto answer = population::evaluate(**expression, index, context);
            if (!answer) {
                fmt::print("{}: {}\n", text, answer.error().to_text());
                break;
            }
            fmt::print("{:7.2f} ms {}, {} patients, {} singly: {}\n", answer->seconds * 1e3, heat,
                       answer->count, answer->evaluated_singly, text);
        }
    }
}

void open_again(const population::Index& index) {
    double begin = seconds();
    const std::string bytes = population::snapshot_bytes(index, {1, 0});
    fmt::print("snapshot of {:.1f} MB written in {:.2f} s\n",
               static_cast<double>(bytes.size()) / 1e6, seconds() - begin);
    begin = seconds();
    const auto opened = population::open_snapshot(
        {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, nullptr, {1, UINT64_MAX});
    fmt::print("opened, every checksum verified, in {:.2f} s: {} patients\n", seconds() - begin,
               (*opened)->person_count());
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(argc, argv,
                                    "cohort_bench FOLDER-OF-NDJSON | --patients N\n"
                                    "How fast the folder's records become an index; or cohorts "
                                    "over N invented patients.")) {
        return 0;
    }
    if (argc < 2) {
        fmt::print(stderr, "usage: cohort_bench FOLDER-OF-NDJSON | --patients N\n");
        return 2;
    }
    if (std::string_view(argv[1]) == "--patients" && argc > 2) {
        const auto index = invent(static_cast<std::size_t>(std::atoll(argv[2])));
        count_cohorts(*index);
        open_again(*index);
        return 0;
    }
    const int times = 1;
    const auto lines = read_lines(argv[1]);
    read_all(lines, "main", nullptr);
    const double bare = read_all(lines, "main", nullptr);
    std::vector<population::IndexPart> parts(static_cast<std::size_t>(times));
    double added = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        added += read_all(lines, fmt::format("feed-{}", i), &parts[i]);
        for (std::size_t entry = 0; entry < parts[i].size(); ++entry) {
            parts[i].set_position(entry, i * lines.size() + entry + 1);
        }
    }
    const double each = added / times - bare;
    const double count = static_cast<double>(lines.size());
    fmt::print("read and summarised: {:.3f} s, {:.2f} µs a resource\n", bare, bare / count * 1e6);
    fmt::print("added to a part:     {:.3f} s, {:.2f} µs a resource\n", each, each / count * 1e6);
    std::vector<const population::IndexPart*> pointers;
    for (const auto& part : parts) {
        pointers.push_back(&part);
    }
    double begin = seconds();
    const auto index = population::merge(pointers, nullptr);
    const double merged = seconds() - begin;
    fmt::print("merged:              {:.3f} s, {:.0f} facts/s, {} patients, {:.1f} bytes a fact\n",
               merged, count * times / merged, (*index)->person_count(),
               static_cast<double>((*index)->column_bytes()) /
                   static_cast<double>((*index)->fact_count()));
    begin = seconds();
    std::vector<Fact> facts;
    std::size_t seen = 0;
    for (population::PatientNumber i = 0; i < (*index)->patient_count(); ++i) {
        (*index)->facts_of(i, facts);
        seen += facts.size();
    }
    fmt::print("facts by patient:    {:.0f} facts/s\n",
               static_cast<double>(seen) / (seconds() - begin));
    return 0;
}
