#include "engine/releases.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
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

std::shared_ptr<const Clinic> KeptReleases::find(const Digest& release, const Clinic& current) {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find_if(kept_, [&](const auto& one) {
        return one.first == release && one.second->folder.imported == current.folder.imported;
    });
    if (found == kept_.end()) {
        return nullptr;
    }
    std::rotate(kept_.begin(), found, std::next(found));
    return kept_.front().second;
}

void KeptReleases::keep(const Digest& release, std::shared_ptr<const Clinic> clinic) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(kept_, [&](const auto& one) { return one.first == release; });
    kept_.emplace_front(release, std::move(clinic));
    if (kept_.size() > count_max) {
        kept_.pop_back();
    }
}

Result<const Clinic*> Releases::clinic_of(const std::string& campaign, const Digest& release) {
    const LoadedCampaign* const now = current_->find_campaign(campaign);
    if (now != nullptr && now->release == release) {
        return current_.get();
    }
    auto& older = older_[release];
    if (older == nullptr) {
        auto clinic = read(release);
        if (!clinic) {
            return pass_on(clinic);
        }
        older = std::move(*clinic);
    }
    return older.get();
}

Result<std::shared_ptr<const Clinic>> Releases::read(const Digest& release) const {
    if (kept_ != nullptr) {
        if (auto kept = kept_->find(release, *current_)) {
            return kept;
        }
    }
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
    std::shared_ptr<const Clinic> made = std::move(*clinic);
    if (kept_ != nullptr) {
        kept_->keep(release, made);
    }
    return made;
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
