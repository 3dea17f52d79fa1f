#pragma once

#include <cstdint>
#include <type_traits>

#include "base/hash.h"
#include "record/identity.h"

namespace parcours::engine {

/// An enrolment as the ledger keeps it: numbers alone. Texts are numbers of names, moments are
/// microseconds since 1970 UTC, links to rows are one more than their number, and 0 is none.
struct EnrolmentRow {
    enum Flag : std::uint32_t { Holdout = 1, DoneElsewhere = 2, HasDue = 4, Armed = 8 };

    Digest id;
    Key patient = 0;
    std::int64_t enrolled_at = 0;
    std::int64_t step_entered_at = 0;
    std::int64_t due = 0;
    std::int64_t ended_at = 0;
    std::uint32_t campaign = 0;
    std::uint32_t release = 0;
    std::uint32_t key = 0;
    std::uint32_t stratum = 0;
    std::uint32_t step = 0;
    std::uint32_t result = 0;
    std::uint32_t ended_because = 0;
    std::uint32_t round = 0;
    std::uint32_t occurrence = 0;
    std::uint32_t earlier = 0;  ///< the patient's enrolment before this one
    std::uint32_t path = 0;     ///< the step entered last
    std::uint32_t flags = 0;

    [[nodiscard]] bool is(Flag flag) const { return (flags & flag) != 0; }
    void set(Flag flag, bool on) { flags = on ? flags | flag : flags & ~std::uint32_t{flag}; }
    [[nodiscard]] bool ended() const { return result != 0; }
};
static_assert(sizeof(EnrolmentRow) == 104 && std::is_trivially_copyable_v<EnrolmentRow>);

/// One step entered.
struct PathRow {
    std::uint32_t before = 0;  ///< the step entered before this one
    std::uint32_t step = 0;
    std::uint32_t occurrence = 0;
    std::uint32_t because = 0;
};
static_assert(sizeof(PathRow) == 16);

}  // namespace parcours::engine
