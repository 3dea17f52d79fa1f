#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/hash.h"
#include "base/time.h"
#include "outreach/zones.h"
#include "practice/config.h"
#include "record/engagement.h"

namespace parcours::outreach {

/// A message that a patient got.
struct SentMessage {
    Instant at;
    Purpose purpose = Purpose::Operations;
    Digest message{};  ///< which one; several may leave at the same moment
};

/// How much of a contact budget is used, and when there is room again.
struct BudgetAnswer {
    /// Whose budget it is that decides; none: that of all messages together.
    std::optional<Purpose> purpose;
    std::uint32_t today = 0;         ///< messages of this calendar day
    std::uint32_t this_week = 0;     ///< of the 7 days that end today
    std::uint32_t this_month = 0;    ///< of the 30 days that end today
    std::optional<Instant> free_at;  ///< none: there is room now

    [[nodiscard]] bool has_room() const { return !free_at.has_value(); }
};

/// Whether one more message of `purpose` may be sent: by the budget of all messages together,
/// unless its purpose is exempt from that, and by that of its purpose; of both the one that is
/// free last. Counts messages in calendar days of the patient's zone. `sent` are the patient's, in
/// any order; those after `now` count as today's. There is room again at the local midnight at
/// which enough of them have left every window.
[[nodiscard]] BudgetAnswer ask_budget(const practice::ContactBudget& budget,
                                      std::span<const SentMessage> sent, Purpose purpose,
                                      Instant now, const Zone& zone);

/// The first moment from `now` on that lies within the contact hours of the zone; `now` itself
/// where it does.
[[nodiscard]] Instant next_contact_time(const practice::ContactHours& hours, Instant now,
                                        const Zone& zone);

}  // namespace parcours::outreach
