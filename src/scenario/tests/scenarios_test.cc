// The scenarios of the repository, scenarios/*.scenario: each on a store in memory and on SQLite,
// with the same timeline on both.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/played_clinic.h"
#include "practice/folder.h"
#include "scenario/play.h"
#include "scenario/report.h"
#include "scenario/scenario.h"
#include "store/sqlite/sqlite_store.h"

namespace parcours::scenario {
namespace {

struct Case {
    std::string name;
    Result<Scenario> scenario;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.name;
}

std::string letters(const std::string& text) {
    std::string name;
    bool gap = true;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            name += gap ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        }
        gap = std::isalnum(static_cast<unsigned char>(c)) == 0;
    }
    return name;
}

std::vector<Case> load() {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path folder = std::string(PARCOURS_SOURCE_DIR) + "/scenarios";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".scenario") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::vector<Case> cases;
    std::set<std::string> names;
    for (const auto& file : files) {
        std::ifstream stream(file);
        const std::string text((std::istreambuf_iterator<char>(stream)), {});
        auto scenarios = read_scenarios(text, file.string());
        if (!scenarios) {
            cases.push_back({letters(file.stem().string()), pass_on(scenarios)});
            continue;
        }
        for (Scenario& scenario : *scenarios) {
            std::string name = letters(file.stem().string()) + "_" + letters(scenario.title);
            while (!names.insert(name).second) {
                name += "Again";
            }
            cases.push_back({std::move(name), std::move(scenario)});
        }
    }
    return cases;
}

/// A data folder that is removed at the end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "scenario-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::string data() const { return path_ + "/data"; }

  private:
    std::string path_;
};

std::vector<std::string> lines(const Report& report) {
    std::vector<std::string> texts;
    texts.reserve(report.timeline.size());
    for (const TimelineLine& line : report.timeline) {
        texts.push_back(line.text);
    }
    return texts;
}

class Scenarios : public ::testing::TestWithParam<Case> {};

TEST_P(Scenarios, Holds) {
    const auto& scenario = GetParam().scenario;
    ASSERT_TRUE(scenario) << scenario.error().to_text();
    const auto in_memory = play(*scenario);
    ASSERT_TRUE(in_memory) << in_memory.error().to_text();
    EXPECT_TRUE(in_memory->passed()) << explain(*in_memory);
    const TemporaryFolder folder;
    const auto on_disk = play(*scenario, {}, [&folder] {
        return store::open_sqlite_store(folder.data(), {store::Access::Write, true});
    });
    ASSERT_TRUE(on_disk) << on_disk.error().to_text();
    EXPECT_EQ(lines(*on_disk), lines(*in_memory)) << "both stores must tell the same";
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(load()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace parcours::scenario
