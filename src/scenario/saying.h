#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scenario/phrase.h"

namespace parcours::scenario {

class Stage;

/// A sentence that a timeline may hold: its phrase, what it means, and what it does. A new one is
/// an entry in one of the lists below, with an example that is played as a test.
struct Saying {
    Phrase phrase;
    std::string_view help;
    std::string_view example;  ///< the sentence; anna and the campaign `ping` are there
    std::function<Result<>(Stage&, const Slots&)> act;
};

struct Sayings {
    std::string_view title;
    std::vector<Saying> all;
};

[[nodiscard]] std::vector<Saying> record_sayings();    ///< what the EHR sends
[[nodiscard]] std::vector<Saying> world_sayings();     ///< providers, patients, staff, the machine
[[nodiscard]] std::vector<Saying> order_sayings();     ///< what staff order; the clock
[[nodiscard]] std::vector<Saying> message_sayings();   ///< what must be sent, and what not
[[nodiscard]] std::vector<Saying> standing_sayings();  ///< tasks, and who stands where

/// All of them, in the order of the documentation.
[[nodiscard]] std::span<const Sayings> sayings();

/// The saying that a sentence is, with what stands in its places. Errors, InvalidInput: it is none.
struct Said {
    const Saying* saying = nullptr;
    Slots slots;
};
Result<Said> understand(const Words& sentence);

}  // namespace parcours::scenario
