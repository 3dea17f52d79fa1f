#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "faults/faults.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

const std::vector<std::string> cohorts = {
    R"(exists [Condition: code in "diabetes"])",
    R"(AgeInYears() >= 65 and not exists [Immunization])",
    R"(exists ([Observation] O where O.effective after @2024-01-01))",
};

/// `parcours quarantine` without the moment of the import.
std::string quarantine_of(const std::string& data) {
    const Ended list = run({"quarantine", "--data", data, "--json"});
    JsonDocument document;
    const auto parsed = document.parse(list.last_line());
    std::vector<std::string> entries;
    if (parsed) {
        for (const JsonView& entry : (*parsed)["entries"].elements()) {
            entries.push_back(fmt::format("{} {} {}", entry["file"].text(),
                                          entry["line"].integer().value_or(0),
                                          entry["reason"].text()));
        }
    }
    std::ranges::sort(entries);
    std::string text;
    for (const std::string& entry : entries) {
        text += entry + "\n";
    }
    return text;
}

/// Everything that must be the same, by its name.
std::map<std::string, std::string> observe(const std::string& data) {
    std::map<std::string, std::string> seen;
    seen["map"] = run({"map", "--data", data, "--as-of", "2025-06-01", "--json"}).last_line();
    for (const std::string& cohort : cohorts) {
        std::vector<std::string> ids;
        const std::string list =
            run({"cohort", "list", cohort, "--data", data, "--as-of", "2025-06-01"}).out;
        for (std::size_t from = 0; from < list.size();) {
            const std::size_t end = std::min(list.find('\n', from), list.size());
            ids.push_back(list.substr(from, end - from));
            from = end + 1;
        }
        std::ranges::sort(ids);
        std::string& text = seen[cohort];
        for (const std::string& id : ids) {
            text += id + "\n";
        }
    }
    seen["quarantine"] = quarantine_of(data);
    return seen;
}

class Importing {
  public:
    explicit Importing(const ImportFaults& faults) : faults_(faults), random_(faults.seed) {}

    FaultReport run_all() {
        prepare();
        while (report_.kills < faults_.kills) {
            const std::string data = folder_ / fmt::format("D{}", report_.kills);
            for (std::uint64_t left = 1 + random_.below(6); left > 0; --left) {
                kill_one(data);
            }
            compare(data);
        }
        return report_;
    }

  private:
    [[nodiscard]] Program start(const std::string& data) const {
        ProgramOptions options;
        options.program = faults_.program;
        if (!faults_.plant.empty()) {
            options.environment["PARCOURS_PLANT"] = faults_.plant;
        }
        return Program({"import", folder_ / "F", "--data", data, "--json"}, options);
    }

    void prepare() {
        const Ended made = run({"synth", "--patients", std::to_string(faults_.patients), "--seed",
                                "7", "--out", folder_ / "F"});
        check(made.code == 0, "the fault test can invent a practice");
        folder_.write("F/broken.ndjson",
                      "{\"resourceType\":\"Condition\n\n[1]\n"
                      "{\"resourceType\":\"Patient\"}\n");
        const auto began = std::chrono::steady_clock::now();
        Program whole = start(folder_ / "W");
        const Ended ended = whole.wait();
        check(ended.code == 0, "the fault test can import");
        duration_ = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - began);
        whole_ = observe(folder_ / "W");
        check(whole_["map"].find("\"patients\":") != std::string::npos, "the map can be drawn");
    }

    void kill_one(const std::string& data) {
        Program program = start(data);
        const auto most = static_cast<std::uint64_t>(duration_.count()) * 11 / 10;
        std::this_thread::sleep_for(std::chrono::microseconds{random_.below(most)});
        program.signal(SIGKILL);
        const Ended ended = program.wait();
        if (ended.signal != SIGKILL && ended.code != 0) {
            report_.broken.push_back("an import ended with " + ended.err);
        }
        ++report_.kills;
    }

    void compare(const std::string& data) {
        Program last = start(data);
        const Ended ended = last.wait();
        if (ended.code != 0) {
            report_.broken.push_back("the last import ended with " + ended.err);
            return;
        }
        for (const auto& [name, text] : observe(data)) {
            if (text != whole_[name]) {
                report_.broken.push_back(fmt::format("{} differs after kills:\n{}\nnot\n{}", name,
                                                     text.substr(0, 300),
                                                     whole_[name].substr(0, 300)));
            }
        }
        Program again = start(data);
        if (again.wait().last_line().find("\"stored\":0,") == std::string::npos) {
            report_.broken.push_back("importing once more stored something");
        }
    }

    ImportFaults faults_;
    SeededRandom random_;
    FaultReport report_;
    TemporaryFolder folder_;
    std::chrono::microseconds duration_{};
    std::map<std::string, std::string> whole_;
};

}  // namespace

FaultReport break_import(const ImportFaults& faults) {
    return Importing(faults).run_all();
}

}  // namespace parcours::testing
