#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scenario/phrase.h"

namespace parcours::scenario {

/// Somebody of a scenario: what their Patient resource says. Without more an adult of 1990 who
/// speaks English.
struct Person {
    struct Guardian {
        std::string name;
        std::string email;
        std::string mobile;
    };
    std::string id;
    std::string given;
    std::string family = "Example";
    std::string gender;
    std::string birth = "1990-04-02";
    std::string language = "en";
    std::vector<std::string> emails;
    std::vector<std::string> mobiles;
    std::vector<std::string> landlines;
    std::vector<Guardian> guardians;
    std::string country;
    std::string state;
    std::string postal_code;
    std::string zone;
    std::string died;  ///< a date, or "yes" where it is not known
    bool active = true;
    std::string merged_into;

    /// The resource, as the EHR sends it.
    [[nodiscard]] std::string resource() const;
    /// The first address for a channel; empty: none.
    [[nodiscard]] std::string address(std::string_view channel) const;
};

/// What can be said of somebody after "patient NAME:".
struct Trait {
    Phrase phrase;
    std::string_view help;
    std::function<void(Person&, const Slots&)> set;
};
[[nodiscard]] std::span<const Trait> traits();

/// Sets what is said of somebody, between commas. Errors, InvalidInput: what is not understood.
Result<> describe(Person& person, const Words& words);

}  // namespace parcours::scenario
