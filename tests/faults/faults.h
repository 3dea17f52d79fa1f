#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parcours::testing {

/// Kills the program again and again while it sends, at moments that the seed chooses: at each
/// phase of a hand-off and in between. Some rounds take in a STOP and kill right after it was
/// acknowledged. In the end everything is let run to its end, and the promises are checked.
struct SendingFaults {
    std::string program;  ///< empty: the real binary
    std::string plant;    ///< the planted program's PARCOURS_PLANT
    std::uint64_t seed = 1;
    std::size_t kills = 50;
    std::size_t patients = 150;
};

/// What a run of faults found.
struct FaultReport {
    std::size_t kills = 0;
    std::size_t messages = 0;  ///< planned
    std::size_t taken = 0;     ///< by the provider
    std::size_t unknown = 0;
    std::size_t stops = 0;            ///< acknowledged
    std::vector<std::string> broken;  ///< each promise that did not hold

    [[nodiscard]] std::string to_text() const;
};

FaultReport break_sending(const SendingFaults& faults);

/// Kills imports, goes on, and compares the end with an import that nobody killed.
struct ImportFaults {
    std::string program;
    std::string plant;
    std::uint64_t seed = 1;
    std::size_t kills = 50;
    std::size_t patients = 700;
};

FaultReport break_import(const ImportFaults& faults);

}  // namespace parcours::testing
