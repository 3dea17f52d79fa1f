#include "scenario/play.h"

#include <memory>
#include <utility>

#include "base/error.h"
#include "engine/played_clinic.h"
#include "practice/folder.h"
#include "scenario/report.h"
#include "scenario/scenario.h"
#include "scenario/stage.h"
#include "store/memory/memory_store.h"

namespace parcours::scenario {

Result<Report> play(const Scenario& scenario, const practice::FileMap& under,
                    engine::PlayedClinic::OpenStore open_store) {
    const auto stage = Stage::make(scenario, under, std::move(open_store));
    return stage ? (*stage)->play() : pass_on(stage);
}

Result<Report> play(const Scenario& scenario, const practice::FileMap& under) {
    const auto disk = std::make_shared<store::MemoryDisk>();
    return play(scenario, under, [disk] { return store::open_memory_store(disk); });
}

}  // namespace parcours::scenario
