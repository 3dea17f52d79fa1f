// How many times in a second of processor time an expression is evaluated on parsed resources.
//   fhirpath_bench EXPRESSIONS FOLDER-OF-NDJSON LIMIT
// For each line of EXPRESSIONS: evaluations per second, items of one pass, the expression.
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "fhirpath/fhirpath.h"
#include "usage.h"

namespace {

using namespace parcours;

/// Of this processor's work, so that what else runs counts less.
double seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Resources {
    std::vector<JsonDocument> documents;
    std::vector<fhirpath::Item> items;
};

Resources load(const std::string& path, std::size_t limit) {
    Resources all;
    std::ifstream file(path);
    for (std::string line; all.items.size() < limit && std::getline(file, line);) {
        const auto parsed =
            all.documents.emplace_back().parse(line, JsonDocument::Numbers::AsWritten);
        if (parsed) {
            all.items.push_back(fhirpath::item_of(*parsed));
        }
    }
    return all;
}

std::size_t pass(const fhirpath::Expression& expression, const Resources& resources,
                 const fhirpath::Environment& environment) {
    std::size_t items = 0;
    for (const fhirpath::Item& resource : resources.items) {
        const auto answer = fhirpath::evaluate(expression, {&resource, 1}, environment);
        if (!answer) {
            fmt::print(stderr, "{}\n", answer.error().error.message);
            std::exit(1);
        }
        items += answer->items.size();
    }
    return items;
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(argc, argv,
                                    "fhirpath_bench EXPRESSIONS FOLDER-OF-NDJSON LIMIT\n"
                                    "Evaluations a second of each line of EXPRESSIONS; "
                                    "bench/fhirpath.sh sets fhirpath.js beside.")) {
        return 0;
    }
    if (argc != 4) {
        fmt::print(stderr, "usage: fhirpath_bench EXPRESSIONS FOLDER-OF-NDJSON LIMIT\n");
        return 2;
    }
    const std::string folder = argv[2];
    std::map<std::string, Resources> loaded;
    fhirpath::Environment environment;
    environment.now = *parse_instant("2026-01-01");
    std::ifstream file(argv[1]);
    for (std::string line; std::getline(file, line);) {
        const std::size_t tab = line.find('\t');
        if (line.starts_with('#') || tab == std::string::npos) {
            continue;
        }
        const std::string type = line.substr(0, tab);
        if (!loaded.contains(type)) {
            loaded.emplace(type, load(folder + "/" + type + ".ndjson",
                                      static_cast<std::size_t>(std::atol(argv[3]))));
        }
        const Resources& resources = loaded.at(type);
        const auto expression = fhirpath::compile(line.substr(tab + 1));
        if (!expression || resources.items.empty()) {
            fmt::print(stderr, "{}: cannot be run\n", line);
            return 1;
        }
        const std::size_t items = pass(**expression, resources, environment);
        std::size_t count = 0;
        const double begin = seconds();
        double took = 0;
        while (took < 1) {
            pass(**expression, resources, environment);
            count += resources.items.size();
            took = seconds() - begin;
        }
        fmt::print("{:.0f}\t{}\t{}\n", static_cast<double>(count) / took, items,
                   line.substr(tab + 1));
    }
    return 0;
}
