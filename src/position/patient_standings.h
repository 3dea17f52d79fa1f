#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/time.h"
#include "population/column.h"
#include "record/engagement.h"

namespace parcours::position {

/// "Did not stand anywhere then": not born yet, not in care, the concern not open.
inline constexpr std::int8_t no_stage = -1;
inline constexpr std::int32_t no_day = INT32_MIN;

/// Where a patient stands with one open concern.
struct ConcernStanding {
    std::uint8_t concern = 0;  ///< place in `Standings::concerns`
    Stage stage = Stage::Awareness;
    bool overdue = false;
    bool lost = false;
    std::int8_t week_ago = no_stage;   ///< its stage 7 days before
    std::int8_t month_ago = no_stage;  ///< … 30 days before
    std::int32_t since_day = no_day;   ///< days since 1970-01-01 (UTC)

    bool operator==(const ConcernStanding&) const = default;
};

/// A patient at the moment of the standings. Positions are kept for those who count and have not
/// left; the first is the headline.
struct PatientStanding {
    std::uint32_t from = 0;  ///< of its positions
    std::uint32_t to = 0;
    CareStatus status = CareStatus::Registered;
    bool counted = false;  ///< born, not dead, not merged away
    bool in_hospital = false;
    bool suspected_death = false;
    bool deceased = false;
    std::int8_t week_ago = no_stage;  ///< stage of the headline 7 days before
    std::int8_t month_ago = no_stage;
    /// Until then it stays as it is, unless the patient's record changes.
    Instant fresh_until = Instant::max();

    bool operator==(const PatientStanding&) const = default;
};

/// The standings of some patients with neighbouring numbers. Immutable: those of two moments may
/// share it.
struct StandingsPart {
    std::vector<PatientStanding> patients;
    std::vector<ConcernStanding> positions;
    Instant fresh_until = Instant::max();  ///< of the first of them

    bool operator==(const StandingsPart&) const = default;
};

/// Patients by number, in parts of `part_size`, the last as large as is left.
class PatientStandings {
  public:
    static constexpr std::size_t part_size = 1024;
    using Parts = std::vector<std::shared_ptr<const StandingsPart>>;

    PatientStandings() = default;
    explicit PatientStandings(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] std::size_t size() const {
        return parts_.empty() ? 0
                              : (parts_.size() - 1) * part_size + parts_.back()->patients.size();
    }
    [[nodiscard]] const PatientStanding& operator[](population::PatientNumber number) const {
        return parts_[number / part_size]->patients[number % part_size];
    }
    [[nodiscard]] const Parts& parts() const { return parts_; }
    bool operator==(const PatientStandings& other) const {
        return std::ranges::equal(parts_, other.parts_,
                                  [](const auto& one, const auto& two) { return *one == *two; });
    }

  private:
    Parts parts_;
};

}  // namespace parcours::position
