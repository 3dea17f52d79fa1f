// What the parts of a rehearsal share: whether it would have sufficed for all of them together.

#include "engine/shared_means.h"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/tests/stories/story.h"
#include "practice/folder.h"

namespace parcours::engine::testing {
namespace {

class SharedMeansTest : public ::testing::Test {
  protected:
    /// One text a part, which took its share of a flow that lets one pass each so long.
    SharedMeans part_with_text(std::string_view at) const {
        SharedMeans part(*clinic);
        const Instant moment = *parse_instant(at);
        Decided decided;
        decided.decision.at = moment;
        decided.paced.push_back({"sms", moment + std::chrono::seconds{30}});
        part.see(Event(decided));
        Attempted attempt;
        attempt.channel = "sms";
        attempt.at = moment;
        part.see(Event(attempt));
        part.end_part();
        return part;
    }

    static std::shared_ptr<const Clinic> make(std::string_view sms) {
        practice::FileMap files = practice::built_in_files();
        std::string& config = files["practice.yaml"];
        const std::string_view line = "  sms: { adapter: sandbox }";
        config.replace(config.find(line), line.size(), sms);
        return *make_clinic(files);
    }

    std::shared_ptr<const Clinic> clinic =
        make("  sms: { adapter: sandbox, per-minute: 2, per-day: 4 }");
    SharedMeans all{*clinic};
};

TEST_F(SharedMeansTest, TwoAtOneMomentAreWhatAMinuteTakes) {
    all.add(part_with_text("2026-03-03T15:00:00Z"));
    all.add(part_with_text("2026-03-03T15:00:00Z"));
    EXPECT_TRUE(all.suffice());
    all.add(part_with_text("2026-03-03T15:00:00Z"));
    EXPECT_FALSE(all.suffice()) << "the third would have waited";
    EXPECT_FALSE(all.did_wait());
}

TEST_F(SharedMeansTest, WhoComesLaterFindsRoomAgain) {
    all.add(part_with_text("2026-03-03T15:01:00Z"));
    all.add(part_with_text("2026-03-03T15:00:00Z"));
    all.add(part_with_text("2026-03-03T15:00:00Z"));
    EXPECT_TRUE(all.suffice());
}

TEST_F(SharedMeansTest, ADaysNumberIsCountedByTheClinicsDay) {
    for (const char* const at : {"2026-03-03T15:00:00Z", "2026-03-03T16:00:00Z",
                                 "2026-03-03T17:00:00Z", "2026-03-03T18:00:00Z"}) {
        all.add(part_with_text(at));
    }
    EXPECT_TRUE(all.suffice());
    all.add(part_with_text("2026-03-04T05:30:00Z"));
    EXPECT_TRUE(all.suffice()) << "it is the next day in New York";
    all.add(part_with_text("2026-03-04T04:30:00Z"));
    EXPECT_FALSE(all.suffice()) << "and this is not";
}

TEST_F(SharedMeansTest, WhoHadToWaitWithinAPartDoesSoAmongAll) {
    SharedMeans part(*clinic);
    Decided decided;
    decided.decision.checks.push_back(
        {"channel-rate", CheckResult::Verdict::Wait, "channel-busy", {}, {}});
    part.see(Event(decided));
    all.add(std::move(part));
    EXPECT_TRUE(all.did_wait());
    EXPECT_FALSE(all.suffice());
}

}  // namespace
}  // namespace parcours::engine::testing
