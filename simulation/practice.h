#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/hash.h"
#include "engine/clinic.h"

namespace parcours::simulation {

/// Versions of the clinic's practice: as it begins; with steps renamed, taken away and put in;
/// without one of its campaigns.
inline constexpr std::size_t practice_count = 3;

/// Made once; the same for all runs.
[[nodiscard]] std::shared_ptr<const engine::Clinic> practice(std::size_t version);

/// The secret of the clinic's data folder, by which unsubscribe links are signed.
[[nodiscard]] const std::string& practice_secret();

/// Whether a step of a campaign, in whatever release, does nothing but let time pass.
[[nodiscard]] bool is_plain_wait(const std::string& campaign, const std::string& step);
/// A step that waits for some days and then for a time of the day, and for nothing else.
struct DailyWait {
    std::chrono::days days{};
    std::chrono::minutes at{};
};
[[nodiscard]] std::optional<DailyWait> find_daily_wait(const std::string& campaign,
                                                       const Digest& release,
                                                       const std::string& step);
/// Whether a step of a release waits for a reply.
[[nodiscard]] bool waits_for_reply(const std::string& campaign, const Digest& release,
                                   const std::string& step);
/// Whether a release of a campaign has a step.
[[nodiscard]] bool has_step(const std::string& campaign, const Digest& release,
                            const std::string& step);

}  // namespace parcours::simulation
