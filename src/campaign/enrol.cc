#include "campaign/enrol.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "record/identity.h"

namespace parcours::campaign {
namespace {

std::string key_text(Key key) {
    return fmt::format("{:016x}", key);
}

/// Adds a span in UTC; a day more or less does not matter for coming in again.
Instant add_in_utc(Instant from, const Span& span) {
    return Instant{add(LocalTime{from.time_since_epoch()}, span, 1).time_since_epoch()};
}

}  // namespace

Digest enrolment_id(Key patient, std::string_view campaign, std::string_view key,
                    std::uint32_t round) {
    return named_hash("enrolment", {key_text(patient), campaign, key, std::to_string(round)});
}

Digest message_id(const Digest& enrolment, std::string_view step, std::uint32_t occurrence,
                  std::string_view recipient) {
    return named_hash("message", {enrolment.to_hex(), step, std::to_string(occurrence), recipient});
}

Digest task_id(const Digest& enrolment, std::string_view step, std::uint32_t occurrence) {
    return named_hash("task", {enrolment.to_hex(), step, std::to_string(occurrence)});
}

Digest answer_id(const Digest& enrolment, std::string_view step, std::uint32_t occurrence) {
    return named_hash("answer", {enrolment.to_hex(), step, std::to_string(occurrence)});
}

Digest call_id(const Digest& enrolment, std::string_view step, std::uint32_t occurrence) {
    return named_hash("call", {enrolment.to_hex(), step, std::to_string(occurrence)});
}

std::optional<std::size_t> draw_way(const Campaign& campaign, const Step& step, Key patient) {
    const auto& split = std::get<SplitStep>(step.what);
    const std::string& salt = split.salt.empty() ? campaign.salt : split.salt;
    const double lot = hash_fraction("split", {key_text(patient), campaign.name, step.name, salt});
    constexpr double rounding = 1e-9;
    double sum = 0;
    for (std::size_t i = 0; i < split.arms.size(); ++i) {
        sum += split.arms[i].share;
        // Shares of thirds add up to nearly one.
        if (lot < sum || sum > 1 - rounding) {
            return i;
        }
    }
    return std::nullopt;
}

bool is_held_out_in_stratum(const Campaign& campaign, std::string_view stratum,
                            std::uint64_t before) {
    // The smallest block that the share divides without rest; at most so many.
    constexpr std::uint64_t block_max = 100;
    std::uint64_t block = 1;
    double held = campaign.holdout;
    constexpr double nearly_whole = 1e-6;
    while (block < block_max && std::abs(held - std::round(held)) > nearly_whole) {
        ++block;
        held = campaign.holdout * static_cast<double>(block);
    }
    const std::string number = std::to_string(before / block);
    const double turn = hash_fraction("stratum", {campaign.name, campaign.salt, stratum, number});
    const auto shift = static_cast<std::uint64_t>(turn * static_cast<double>(block));
    const std::uint64_t place = (before % block + shift) % block;
    return static_cast<double>(place) + 0.5 < std::round(held);
}

bool is_held_out(const Campaign& campaign, Key patient) {
    return campaign.holdout > 0 && hash_fraction("holdout", {key_text(patient), campaign.name,
                                                             campaign.salt}) < campaign.holdout;
}

Entry may_enter(const Campaign& campaign, std::string_view key,
                std::span<const EarlierEnrolment> earlier, Instant now) {
    Entry entry{true, 1, {}};
    bool in_before = false;
    Instant last_end = Instant::min();
    for (const EarlierEnrolment& one : earlier) {
        if (one.enrolment->key != key) {
            continue;
        }
        if (!one.enrolment->ended()) {
            return {false, one.enrolment->round, "is in this campaign already"};
        }
        entry.round = std::max(entry.round, one.enrolment->round + 1);
        if (one.enrolment->result == undone_result) {
            continue;
        }
        in_before = true;
        last_end = std::max(last_end, one.ended_at);
    }
    if (!in_before) {
        return entry;
    }
    switch (campaign.enter.again) {
        case Enter::Again::AfterExit:
            break;
        case Enter::Again::Never:
            entry.allowed = false;
            entry.reason = "was in this campaign before, and it is entered once only";
            break;
        case Enter::Again::PerKey:
            entry.allowed = false;
            entry.reason = "was in this campaign before for the same thing";
            break;
        case Enter::Again::AfterSpan:
            entry.allowed = add_in_utc(last_end, campaign.enter.again_after) <= now;
            if (!entry.allowed) {
                entry.reason = "was in this campaign too short a time ago";
            }
            break;
    }
    return entry;
}

Enrolment enrol(const Campaign& campaign, const Digest& release, Key patient, std::string_view key,
                std::uint32_t round, Instant now) {
    Enrolment enrolment;
    enrolment.id = enrolment_id(patient, campaign.name, key, round);
    enrolment.patient = patient;
    enrolment.campaign = campaign.name;
    enrolment.release = release;
    enrolment.key = std::string(key);
    enrolment.round = round;
    enrolment.enrolled_at = now;
    enrolment.holdout = campaign.strata.empty() && is_held_out(campaign, patient);
    return enrolment;
}

}  // namespace parcours::campaign
