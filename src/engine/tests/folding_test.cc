#include "engine/folding.h"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/intake_lane.h"
#include "engine/published.h"
#include "engine/take_in.h"
#include "population/live_index.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {
namespace {

constexpr auto first_patient =
    R"({"resourceType": "Patient", "id": "p1", "birthDate": "1960-01-01"})";
constexpr auto measured = R"({"resourceType": "Observation", "id": "o1", "status": "final",
    "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2026-01-01",
    "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}]}})";

TEST(Folding, StartsFromWhatIsShownAndFromAnIndexThatKnowsAllOfIt) {
    auto opened = store::open_memory_store(std::make_shared<store::MemoryDisk>(), true);
    ASSERT_TRUE(opened);
    const auto folder = DataFolder::open(std::move(*opened), true);
    ASSERT_TRUE(folder);
    VirtualClock clock(parse_instant("2026-03-02T10:00:00Z").value());
    ASSERT_TRUE(take_in(**folder, clock, first_patient, "main"));
    ASSERT_TRUE(take_in(**folder, clock, measured, "main"));
    ASSERT_EQ((*folder)->index()->layers().size(), 2U);

    std::vector<std::string> order;
    auto shown = std::make_shared<Published>();
    shown->index = (*folder)->index();
    const Published* given = nullptr;
    Folding folding({[&] {
                         order.emplace_back("asked what is shown");
                         return shown;
                     },
                     [&](const std::shared_ptr<const population::LiveIndex>&,
                         const Published& before) -> Result<std::shared_ptr<const Published>> {
                         given = &before;
                         return std::shared_ptr<const Published>();
                     },
                     [&](IntakeLane::Task) -> Result<> {
                         order.emplace_back("put in line");
                         return {};
                     },
                     [](IntakeLane::Beside&, const population::LiveIndex*,
                        const Published*) -> Result<> { return {}; },
                     {}});
    folding.use(**folder);
    folding.work(clock.now());
    order.clear();
    const Published* const at_its_beginning = shown.get();
    const auto kept = shown;
    folding.work(clock.now() + std::chrono::hours(2));
    order.emplace_back("more is shown");
    shown = std::make_shared<Published>();
    while (order.back() != "put in line") {
        folding.work(clock.now() + std::chrono::hours(2));
        std::this_thread::yield();
    }
    EXPECT_EQ(given, at_its_beginning) << "what came since is not in the index that is folded";
    EXPECT_EQ(order.front(), "asked what is shown");
}

}  // namespace
}  // namespace parcours::engine
