#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "record/engagement.h"

namespace parcours::engine {

/// The campaigns by release: people in flight stay in the release they were enrolled in.
class Releases {
  public:
    Releases(const DataFolder& folder, std::shared_ptr<const Clinic> current)
        : folder_(folder), current_(std::move(current)) {}

    /// Errors: NotFound where the release's definition is not in the log.
    Result<const LoadedCampaign*> find(const std::string& campaign, const Digest& release);

    [[nodiscard]] const Clinic& current() const { return *current_; }
    /// The clinic a release was published with: its content and value sets.
    Result<const Clinic*> clinic_of(const std::string& campaign, const Digest& release);
    /// Of the campaign that sends it: who goes first.
    std::int32_t priority_of(const Message& message);
    /// Keeps what another one, which is done with, has read of older releases.
    void take_older(Releases& before);

  private:
    const DataFolder& folder_;
    std::shared_ptr<const Clinic> current_;
    std::map<Digest, std::shared_ptr<const Clinic>> older_;
};

/// What a release's definition is called in the log.
[[nodiscard]] std::string release_name(const Digest& release);

}  // namespace parcours::engine
