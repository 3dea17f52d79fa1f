#include "scenario/play.h"

#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/played_clinic.h"
#include "practice/folder.h"
#include "scenario/practice_files.h"
#include "scenario/report.h"
#include "scenario/scenario.h"
#include "scenario/stage.h"
#include "store/memory/memory_store.h"

namespace parcours::scenario {

namespace {

/// That the practice of a scenario is refused for what it says.
Result<Report> look_for_mistake(const Scenario& scenario, const practice::FileMap& under) {
    auto versions = make_versions(scenario.setting, scenario.where.file, under);
    if (!versions) {
        return pass_on(versions);
    }
    std::string found;
    for (Error mistake : engine::check_clinic(std::move((*versions)[""]))) {
        if (mistake.message.find(scenario.mistake) != std::string::npos) {
            return Report{};
        }
        mistake.where = place_in_scenario(scenario.setting, mistake.where);
        found += "\n        " + mistake.to_text();
    }
    Report report;
    report.misses.push_back(
        {scenario.mistake_where, Instant{},
         "a mistake of the practice with the words \"" + scenario.mistake + "\"",
         found.empty() ? "nothing is wrong with the practice" : found});
    return report;
}

}  // namespace

Result<Report> play(const Scenario& scenario, const practice::FileMap& under,
                    engine::PlayedClinic::OpenStore open_store) {
    if (!scenario.mistake.empty()) {
        return look_for_mistake(scenario, under);
    }
    const auto stage = Stage::make(scenario, under, std::move(open_store));
    return stage ? (*stage)->play() : pass_on(stage);
}

Result<Report> play(const Scenario& scenario, const practice::FileMap& under) {
    const auto disk = std::make_shared<store::MemoryDisk>();
    return play(scenario, under, [disk] { return store::open_memory_store(disk); });
}

}  // namespace parcours::scenario
