#pragma once

#include <cstddef>

#include "base/executor.h"
#include "base/files.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/service.h"

namespace parcours::app {

/// The outside world as this program hands it in: the system's clock, files, chance, threads and
/// environment.
class SystemSurroundings {
  public:
    SystemSurroundings() = default;
    SystemSurroundings(const SystemSurroundings&) = delete;
    SystemSurroundings& operator=(const SystemSurroundings&) = delete;

    /// Borrows from this.
    [[nodiscard]] engine::Surroundings view();
    [[nodiscard]] const Clock& clock() const { return clock_; }
    [[nodiscard]] Random& random() { return random_; }

  private:
    static constexpr std::size_t thread_count = 2;

    SystemFiles files_;
    SystemClock clock_;
    SystemRandom random_;
    ThreadExecutor executor_{thread_count};
};

}  // namespace parcours::app
