#include <algorithm>
#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "fhirpath/nodes.h"
#include "view/view.h"
#include "view/write.h"

namespace parcours::view {
namespace {

/// The rows as JSON lines, or "error: …".
std::vector<std::string> rows_of(const JsonView& test) {
    const auto view = View::read(test["view"]);
    if (!view) {
        return {"error: " + view.error().message};
    }
    std::vector<std::string> rows;
    for (const JsonView& resource : test["resources"].elements()) {
        const auto done = (*view)->run(resource, *parse_instant("2026-01-01"), [&](Row row) {
            append_ndjson(rows.emplace_back(), (*view)->columns(), row);
        });
        if (!done) {
            return {"error: " + done.error().message};
        }
    }
    return rows;
}

/// The order of rows is free.
bool same_rows(const JsonView& wanted, std::vector<std::string> rows) {
    for (const JsonView& one : wanted.elements()) {
        const auto found = std::ranges::find_if(rows, [&](const std::string& row) {
            JsonDocument document;
            const auto parsed = document.parse(row);
            return parsed && fhirpath::same_json(*parsed, one);
        });
        if (found == rows.end()) {
            return false;
        }
        rows.erase(found);
    }
    return rows.empty();
}

TEST(Conformance, EveryCaseOfSqlOnFhir) {
    std::ifstream file(PARCOURS_SOURCE_DIR "/../shared/conformance/sql-on-fhir.jsonl");
    if (!file) {
        GTEST_SKIP() << "no conformance cases beside the project";
    }
    JsonDocument document;
    std::size_t passed = 0;
    std::size_t count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        const JsonView test = *document.parse(line);
        const auto rows = rows_of(test);
        const bool failed = rows.size() == 1 && rows[0].starts_with("error: ");
        const bool good =
            test["expectError"].exists() ? failed : !failed && same_rows(test["expect"], rows);
        passed += good ? 1 : 0;
        std::string all;
        for (const std::string& row : rows) {
            all += row;
        }
        EXPECT_TRUE(good) << test["group"].text() << " | " << test["name"].text() << "\nwanted "
                          << test["expect"].to_json() << "\ngot " << all;
    }
    std::printf("sql-on-fhir.jsonl: %zu of %zu pass\n", passed, count);
}

}  // namespace
}  // namespace parcours::view
