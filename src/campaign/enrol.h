#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::campaign {

/// named_hash("enrolment", patient, campaign, key, round); the patient as 16 hexadecimal digits.
[[nodiscard]] Digest enrolment_id(Key patient, std::string_view campaign, std::string_view key,
                                  std::uint32_t round);

/// named_hash("message", enrolment, step, occurrence, recipient): never a second one. `recipient`
/// is "patient", or the key of a guardian or proxy as 16 hexadecimal digits.
[[nodiscard]] Digest message_id(const Digest& enrolment, std::string_view step,
                                std::uint32_t occurrence, std::string_view recipient);

/// named_hash("task", enrolment, step, occurrence).
[[nodiscard]] Digest task_id(const Digest& enrolment, std::string_view step,
                             std::uint32_t occurrence);

/// The same with "answer" and "call": what an update writes, what a webhook tells.
[[nodiscard]] Digest answer_id(const Digest& enrolment, std::string_view step,
                               std::uint32_t occurrence);
[[nodiscard]] Digest call_id(const Digest& enrolment, std::string_view step,
                             std::uint32_t occurrence);

/// What begins the reason why somebody is on a way of a split; its label follows.
inline constexpr std::string_view by_lot = "split: ";

/// Which way of a split the patient goes, as an index of its arms; nothing for whom the shares
/// leave over. A hash of patient, campaign, step and salt (the step's, else the campaign's).
[[nodiscard]] std::optional<std::size_t> draw_way(const Campaign& campaign, const Step& step,
                                                  Key patient);

/// Whether the next one of a stratum is held out, where `before` of it came in earlier: in each
/// block of people the share is kept exactly, and who of them it is follows from the salt.
[[nodiscard]] bool is_held_out_in_stratum(const Campaign& campaign, std::string_view stratum,
                                          std::uint64_t before);

/// Whether the patient is in the share deliberately not contacted: a hash of patient, campaign
/// and the author's salt, so that a new release changes nobody's side.
[[nodiscard]] bool is_held_out(const Campaign& campaign, Key patient);

/// The result of an enrolment whose campaign's launch was undone: as if it had not been, but that
/// what was said was said.
inline constexpr std::string_view undone_result = "undone";

/// Whether the patient may come in now, and which round it would be. `earlier` are all of the
/// patient's enrolments in any release of this campaign, with the moment each ended; a running
/// one for the same key always refuses.
struct EarlierEnrolment {
    const Enrolment* enrolment = nullptr;
    Instant ended_at;  ///< meaningless while it runs
};
struct Entry {
    bool allowed = false;
    std::uint32_t round = 1;
    std::string_view reason;  ///< why not, in plain words
};
[[nodiscard]] Entry may_enter(const Campaign& campaign, std::string_view key,
                              std::span<const EarlierEnrolment> earlier, Instant now);

/// A new enrolment, before its first step: `advance` it with `Started`. Where the campaign's
/// holdout has strata its side is for the caller to say.
[[nodiscard]] Enrolment enrol(const Campaign& campaign, const Digest& release, Key patient,
                              std::string_view key, std::uint32_t round, Instant now);

}  // namespace parcours::campaign
