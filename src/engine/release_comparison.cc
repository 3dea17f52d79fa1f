#include "engine/release_comparison.h"

#include <algorithm>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "campaign/compare.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/releases.h"
#include "practice/nearest.h"

namespace parcours::engine {
namespace {

void add(std::vector<KnownRelease>& known, const Digest& id, Instant launched_at, bool present) {
    if (std::ranges::find(known, id, &KnownRelease::id) == known.end()) {
        known.push_back({id, launched_at, 0, present});
    }
}

Result<Digest> find_release(const std::vector<KnownRelease>& known, const std::string& campaign,
                            const std::string& beginning) {
    std::vector<Digest> found;
    for (const KnownRelease& release : known) {
        if (release.id.to_hex().starts_with(beginning)) {
            found.push_back(release.id);
        }
    }
    if (found.size() > 1) {
        return fail(ErrorCode::Usage, "several releases of \"" + campaign + "\" begin with \"" +
                                          beginning + "\"; write more of it");
    }
    if (found.empty()) {
        std::string ids;
        for (const KnownRelease& release : known) {
            ids += (ids.empty() ? "" : ", ") + release.id.to_hex().substr(0, 12);
        }
        return fail(ErrorCode::NotFound,
                    "\"" + campaign + "\" has no release \"" + beginning + "\"; there are: " + ids);
    }
    return found.front();
}

/// … with the one that the clinic has now: it may not have been launched yet.
Result<> add_present(const Releases& releases, const std::string& campaign,
                     std::vector<KnownRelease>& known) {
    const LoadedCampaign* const now = releases.current().find_campaign(campaign);
    if (now != nullptr &&
        std::ranges::find(known, now->release, &KnownRelease::id) == known.end()) {
        known.insert(known.begin(), {now->release, no_time, 0, true});
    }
    if (known.empty()) {
        std::vector<std::string> names;
        for (const LoadedCampaign& each : releases.current().campaigns) {
            names.push_back(each.definition.name);
        }
        return fail(ErrorCode::NotFound, "the practice has no campaign \"" + campaign + "\"" +
                                             practice::suggest(campaign, names));
    }
    return {};
}

Result<campaign::ReleaseView> view(Releases& releases, const std::string& campaign,
                                   const Digest& release) {
    const auto found = releases.find(campaign, release);
    if (!found) {
        return pass_on(found);
    }
    const auto clinic = releases.clinic_of(campaign, release);
    if (!clinic) {
        return pass_on(clinic);
    }
    return campaign::ReleaseView{(*found)->definition, (*clinic)->folder};
}

}  // namespace

std::vector<KnownRelease> known_releases(const Ledger& ledger, const std::string& campaign) {
    std::vector<KnownRelease> known;
    if (const LaunchedCampaign* const launched = ledger.find_launched(campaign)) {
        add(known, launched->release, launched->at, true);
        for (const Launched& before : std::views::reverse(launched->before)) {
            add(known, before.release, before.at, false);
        }
    }
    for (const EnrolmentView one : ledger.enrolments()) {
        if (one.campaign() != campaign || one.ended()) {
            continue;
        }
        const auto found = std::ranges::find(known, one.release(), &KnownRelease::id);
        if (found != known.end()) {
            ++found->running;
        }
    }
    return known;
}

Result<ReleaseComparison> compare_releases(Releases& releases, std::vector<KnownRelease> known,
                                           const ComparisonOrder& order) {
    if (const auto added = add_present(releases, order.campaign, known); !added) {
        return pass_on(added);
    }
    const auto after = order.after.empty() ? Result<Digest>(known.front().id)
                                           : find_release(known, order.campaign, order.after);
    if (!after) {
        return pass_on(after);
    }
    const auto other = std::ranges::find_if(
        known, [&after](const KnownRelease& each) { return each.id != *after; });
    if (order.before.empty() && other == known.end()) {
        return fail(ErrorCode::NotFound, "\"" + order.campaign +
                                             "\" was published once only: there is no earlier "
                                             "release to compare with");
    }
    const auto before = order.before.empty() ? Result<Digest>(other->id)
                                             : find_release(known, order.campaign, order.before);
    if (!before) {
        return pass_on(before);
    }
    const auto earlier = view(releases, order.campaign, *before);
    const auto later = view(releases, order.campaign, *after);
    if (!earlier || !later) {
        return earlier ? pass_on(later) : pass_on(earlier);
    }
    auto differences = campaign::compare(*earlier, *later);
    if (!differences) {
        return pass_on(differences);
    }
    return ReleaseComparison{*before, *after, std::move(*differences)};
}

}  // namespace parcours::engine
