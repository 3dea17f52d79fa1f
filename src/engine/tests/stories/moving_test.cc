// People in flight go over to a new release, or stay, or stop; nobody is lost.

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/migration.h"
#include "engine/played_clinic.h"
#include "engine/release_comparison.h"
#include "engine/releases.h"
#include "engine/stepper.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "practice/folder.h"
#include "store/memory/memory_store.h"

namespace parcours::engine::testing {
namespace {

/// A campaign for every adult that waits in `step` and then says something.
std::shared_ptr<const Clinic> clinic_waiting(const std::string& step, const std::string& wait) {
    practice::FileMap files = one_message("news", "by: [email]");
    std::string& campaign = files["campaigns/news.yaml"];
    const std::string_view steps = "steps:\n";
    campaign.insert(campaign.find(steps) + steps.size(),
                    "  " + step + ": { wait: " + wait + " }\n");
    auto made = make_clinic(practice_with({}, files));
    EXPECT_TRUE(made) << made.error().to_text();
    return made.value_or(nullptr);
}

class Moving : public ::testing::Test {
  protected:
    Moving() {
        const auto disk = std::make_shared<store::MemoryDisk>();
        auto opened = PlayedClinic::open([disk] { return store::open_memory_store(disk, true); },
                                         clinic_waiting("pause", "10 days"),
                                         parse_instant("2026-03-02T00:00:00Z").value());
        EXPECT_TRUE(opened);
        clinic = std::move(*opened);
        clinic->record(patient("anna").email("anna@example.org"));
        clinic->record(patient("bert").email("bert@example.org"));
        run_until("2026-03-03T12:00:00Z");
    }

    void run_until(std::string_view moment) {
        EXPECT_TRUE(clinic->run_until(parse_instant(moment).value()));
    }

    [[nodiscard]] std::uint64_t in_present_release() const {
        std::uint64_t count = 0;
        for (const EnrolmentView state : clinic->ledger().enrolments()) {
            const auto* const present = clinic->clinic().find_campaign("news");
            count += !state.ended() && state.release() == present->release ? 1 : 0;
        }
        return count;
    }

    [[nodiscard]] std::set<std::string> results() const {
        std::set<std::string> all;
        for (const EnrolmentView state : clinic->ledger().enrolments()) {
            all.emplace(state.result());
        }
        return all;
    }

    std::unique_ptr<PlayedClinic> clinic;
    std::shared_ptr<const Clinic> clinic_now;
};

TEST_F(Moving, ThoseInFlightStayUntilTheyAreMoved) {
    ASSERT_EQ(in_present_release(), 2U);
    ASSERT_TRUE(clinic->publish(clinic_waiting("pause", "3 days")));
    EXPECT_EQ(in_present_release(), 0U);
    const auto plan = clinic->plan_moves("news", {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->moving(), 2U);
    ASSERT_EQ(plan->rows.size(), 1U);
    EXPECT_TRUE(plan->rows.front().move.goes_on);
    EXPECT_EQ(in_present_release(), 0U) << "a plan moves nobody";

    const auto moved = clinic->move_people({"news", {}, WithoutEquivalent::Refuse, "Ann"});
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->moved, 2U);
    EXPECT_EQ(in_present_release(), 2U);
    run_until("2026-03-07T12:00:00Z");
    EXPECT_EQ(results(), std::set<std::string>({"completed"}))
        << "three days from when the wait began, not ten";
}

TEST_F(Moving, NobodyIsMovedWhereSomebodyHasNoEquivalent) {
    ASSERT_TRUE(clinic->publish(clinic_waiting("rest", "3 days")));
    const auto refused = clinic->move_people({"news", {}, WithoutEquivalent::Refuse, "Ann"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    EXPECT_EQ(in_present_release(), 0U);

    const auto finishing = clinic->move_people({"news", {}, WithoutEquivalent::Finish, "Ann"});
    ASSERT_TRUE(finishing);
    EXPECT_EQ(finishing->finishing, 2U);
    EXPECT_EQ(in_present_release(), 0U);
    EXPECT_EQ(results(), std::set<std::string>({""})) << "they go on where they are";

    const auto mapped =
        clinic->move_people({"news", {{"pause", "rest"}}, WithoutEquivalent::Refuse, "Ann"});
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->moved, 2U);
    EXPECT_EQ(in_present_release(), 2U);
}

TEST_F(Moving, OrTheyStop) {
    ASSERT_TRUE(clinic->publish(clinic_waiting("rest", "3 days")));
    const auto stopped = clinic->move_people({"news", {}, WithoutEquivalent::Stop, "Ann"});
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->stopped, 2U);
    EXPECT_EQ(results(), std::set<std::string>({"stopped"}));
}

TEST_F(Moving, IsRememberedByTheLog) {
    ASSERT_TRUE(clinic->publish(clinic_waiting("pause", "3 days")));
    ASSERT_TRUE(clinic->move_people({"news", {}, WithoutEquivalent::Refuse, "Ann"}));
    ASSERT_TRUE(clinic->restart());
    EXPECT_EQ(in_present_release(), 2U);
}

TEST_F(Moving, AMisspeltStepIsSaidWithTheNearest) {
    ASSERT_TRUE(clinic->publish(clinic_waiting("rest", "3 days")));
    const auto plan = clinic->plan_moves("news", {{"pause", "rset"}});
    ASSERT_FALSE(plan);
    EXPECT_NE(plan.error().message.find("rest"), std::string::npos);
    EXPECT_FALSE(clinic->plan_moves("noise", {}));
}

TEST_F(Moving, ReleasesAreComparedSideBySide) {
    const auto compare = [&](const ComparisonOrder& order) {
        Releases releases(clinic->folder(), clinic_now);
        return compare_releases(releases, known_releases(clinic->ledger(), "news"), order);
    };
    clinic_now = clinic_waiting("pause", "10 days");
    EXPECT_EQ(compare({"news", "", ""}).error().code, ErrorCode::NotFound) << "there is but one";
    EXPECT_EQ(compare({"noise", "", ""}).error().code, ErrorCode::NotFound);

    clinic_now = clinic_waiting("pause", "3 days");
    ASSERT_TRUE(clinic->publish(clinic_now));
    const auto found = compare({"news", "", ""});
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->differences.size(), 1U);
    EXPECT_EQ(found->differences.front().name, "pause");
    EXPECT_NE(found->differences.front().before.find("10 days"), std::string::npos);
    EXPECT_NE(found->differences.front().after.find("3 days"), std::string::npos);

    const auto known = known_releases(clinic->ledger(), "news");
    ASSERT_EQ(known.size(), 2U);
    EXPECT_TRUE(known.front().is_present);
    EXPECT_EQ(known.front().running, 0U);
    EXPECT_EQ(known.back().running, 2U);
    EXPECT_EQ(known.back().id, found->before);

    const auto back =
        compare({"news", known.front().id.to_hex().substr(0, 12), known.back().id.to_hex()});
    ASSERT_TRUE(back);
    EXPECT_NE(back->differences.front().after.find("10 days"), std::string::npos);
    EXPECT_EQ(compare({"news", "zz", ""}).error().code, ErrorCode::NotFound);
    EXPECT_EQ(compare({"news", known.front().id.to_hex(), ""})->differences.size(), 0U);
}

TEST_F(Moving, AnOlderReleaseThatIsKeptIsCompiledOnce) {
    clinic_now = clinic_waiting("pause", "3 days");
    ASSERT_TRUE(clinic->publish(clinic_now));
    const Digest older = known_releases(clinic->ledger(), "news").back().id;
    const auto kept = std::make_shared<KeptReleases>();
    const auto find = [&](const std::shared_ptr<const Clinic>& present,
                          const std::shared_ptr<KeptReleases>& where) {
        Releases releases(clinic->folder(), present, where);
        const auto found = releases.clinic_of("news", older);
        EXPECT_TRUE(found);
        return found.value_or(nullptr);
    };
    const Clinic* const first = find(clinic_now, kept);
    EXPECT_EQ(find(clinic_now, kept), first);
    EXPECT_EQ(kept->find(older, *clinic_now).get(), first);
    const auto other =
        make_clinic(clinic_now->folder.files, std::make_shared<const practice::FileMap>());
    ASSERT_TRUE(other);
    EXPECT_EQ(kept->find(older, **other), nullptr) << "other value sets came with the records";
    for (std::uint8_t i = 0; i < 8; ++i) {
        kept->keep(named_hash("release", {std::to_string(i)}), clinic_now);
    }
    EXPECT_EQ(kept->find(older, *clinic_now), nullptr) << "others were asked for since";
}

}  // namespace
}  // namespace parcours::engine::testing
