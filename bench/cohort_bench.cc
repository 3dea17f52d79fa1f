// How fast records become an index, and cohorts are counted over it.
//   cohort_bench FOLDER-OF-NDJSON [--times N]
// N repeats the population with new ids, for sizes the folder does not have.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "population/index.h"

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

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: cohort_bench FOLDER-OF-NDJSON [--times N]\n");
        return 2;
    }
    const int times = argc > 3 ? std::atoi(argv[3]) : 1;
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
