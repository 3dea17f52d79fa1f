#include "engine/releases.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/journal.h"
#include "engine/release_files.h"
#include "record/engagement.h"

namespace parcours::engine {

std::string release_name(const Digest& release) {
    return "release/" + release.to_hex();
}

Result<const Clinic*> Releases::clinic_of(const std::string& campaign, const Digest& release) {
    const LoadedCampaign* const now = current_->find_campaign(campaign);
    if (now != nullptr && now->release == release) {
        return current_.get();
    }
    auto& older = older_[release];
    if (older == nullptr) {
        const auto stored = find_definition(folder_, release_name(release));
        if (!stored) {
            return pass_on(stored);
        }
        const auto files = read_release_files(*stored);
        if (!files) {
            return pass_on(files);
        }
        auto clinic = make_clinic(*files, current_->folder.imported);
        if (!clinic) {
            return pass_on(clinic);
        }
        older = std::move(*clinic);
    }
    return older.get();
}

Result<const LoadedCampaign*> Releases::find(const std::string& campaign, const Digest& release) {
    const LoadedCampaign* const now = current_->find_campaign(campaign);
    if (now != nullptr && now->release == release) {
        return now;
    }
    const auto clinic = clinic_of(campaign, release);
    if (!clinic) {
        return pass_on(clinic);
    }
    const LoadedCampaign* const found = (*clinic)->find_campaign(campaign);
    if (found == nullptr) {
        return fail(ErrorCode::Damaged,
                    "the stored release does not hold its campaign \"" + campaign + "\"");
    }
    return found;
}

std::int32_t Releases::priority_of(const Message& message) {
    const auto campaign = find(message.campaign, message.release);
    return campaign ? (*campaign)->definition.priority : 0;
}

void Releases::take_older(Releases& before) {
    // With other imported value sets they would mean something else.
    if (before.current_->folder.imported == current_->folder.imported) {
        older_.merge(before.older_);
    }
}

}  // namespace parcours::engine
