#pragma once

#include "base/time.h"

namespace parcours::simulation {

/// The rules of time zones that the computer has: those of the system, or as if all places had
/// moved their clocks for good. What is installed holds from the next start of the program; the
/// linker leads the product's zones here (CMakeLists.txt).
class ZoneData {
  public:
    ~ZoneData() { forget(); }
    /// All wall clocks show so much more from then on.
    void install(Duration ahead) { installed_ = ahead; }
    /// The program starts.
    void load() const;

  private:
    static void forget();
    Duration installed_{};
};

}  // namespace parcours::simulation
