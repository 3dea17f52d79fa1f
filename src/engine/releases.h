#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "record/engagement.h"

namespace parcours::engine {

/// Older releases that were read and compiled, the last few, for whoever looks at one in a moment
/// and lets it go: the answers of a server. Any thread.
class KeptReleases {
  public:
    /// Null where it is not kept, or was read with other imported value sets than those of
    /// `current`, with which it would mean something else.
    [[nodiscard]] std::shared_ptr<const Clinic> find(const Digest& release, const Clinic& current);
    /// Keeps it in the place of the one that was asked for longest ago.
    void keep(const Digest& release, std::shared_ptr<const Clinic> clinic);

  private:
    static constexpr std::size_t count_max = 8;

    std::mutex mutex_;
    std::deque<std::pair<Digest, std::shared_ptr<const Clinic>>> kept_;  ///< asked for last: first
};

/// The campaigns by release: people in flight stay in the release they were enrolled in.
class Releases {
  public:
    /// `kept`, where it is not null, is asked for older ones and given those that are read.
    Releases(const DataFolder& folder, std::shared_ptr<const Clinic> current,
             std::shared_ptr<KeptReleases> kept = nullptr)
        : folder_(folder), current_(std::move(current)), kept_(std::move(kept)) {}

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
    Result<std::shared_ptr<const Clinic>> read(const Digest& release) const;

    const DataFolder& folder_;
    std::shared_ptr<const Clinic> current_;
    std::shared_ptr<KeptReleases> kept_;
    std::map<Digest, std::shared_ptr<const Clinic>> older_;
};

/// What a release's definition is called in the log.
[[nodiscard]] std::string release_name(const Digest& release);

}  // namespace parcours::engine
