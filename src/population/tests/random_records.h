#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "population/tests/records.h"

namespace parcours::population {

/// Small records with everything that makes real ones hard, the same for the same seed.
std::vector<LoggedBody> random_records(std::uint64_t seed, std::size_t patients,
                                       std::size_t resources);

/// Boolean expressions over such records; value sets "ab", "z" and "none", code system "S".
std::vector<std::string> random_expressions(std::uint64_t seed, std::size_t count);

/// Libraries over them, each twice: without functions, and with.
std::vector<std::pair<std::string, std::string>> random_functions(std::uint64_t seed,
                                                                  std::size_t count);

}  // namespace parcours::population
