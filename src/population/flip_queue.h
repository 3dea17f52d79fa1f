#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "base/time.h"
#include "population/column.h"

namespace parcours::population {

/// A cohort to be asked again about a patient at a moment.
struct Wake {
    Instant at;
    std::uint32_t cohort = 0;
    PatientNumber patient = 0;

    auto operator<=>(const Wake&) const = default;
};

/// What is to be asked again, by time. Only the present day is kept sorted, so that a million of
/// them cost nothing until theirs comes. A wake that has become needless stays: asking again does
/// no harm. One thread.
class FlipQueue {
  public:
    void add(const Wake& wake);
    /// Not before this moment is anything due; Instant::max() for nothing.
    [[nodiscard]] Instant next() const;
    /// Takes all that is due first, if by `limit`: in order, without doubles; empty for nothing.
    /// The answer is valid until the next call.
    std::span<const Wake> take(Instant limit);

    void clear();
    /// Takes out those of a cohort.
    void drop(std::uint32_t cohort);
    /// Patients are numbered anew: by old number.
    void renumber(std::span<const PatientNumber> numbers);
    [[nodiscard]] std::size_t size() const;

  private:
    using Day = std::chrono::sys_days;
    void each_list(const std::function<void(std::vector<Wake>&)>& use);
    void open_days(Instant limit);

    std::vector<Wake> near_;  ///< a heap, the first on top: up to `open_until_`
    Day open_until_ = Day::min();
    std::map<Day, std::vector<Wake>> far_;
    std::vector<Wake> taken_;
};

}  // namespace parcours::population
