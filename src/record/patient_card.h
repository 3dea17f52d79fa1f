#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace parcours {

/// How staff know a person: what a search looks in and the head of a screen shows. Of the current
/// Patient resource; empty where it says nothing.
struct PatientCard {
    std::string name;       ///< as the record writes it, else given names and family
    std::string sort_name;  ///< "family given", without accents and case
    std::vector<std::string> other_names;
    std::vector<std::string> identifiers;  ///< their values, in the order of the record
    std::vector<std::string> phones;       ///< in use, as written; phone and sms
    std::vector<std::string> emails;
    std::string language;       ///< BCP 47
    std::string address;        ///< home, on one line
    bool confidential = false;  ///< its source marks the record as restricted (v3-Confidentiality)

    /// Everything a search may meet, folded: names, digits of phones, identifiers, e-mail; one a
    /// line.
    [[nodiscard]] std::string search_text() const;
};

/// Errors: InvalidInput (no JSON, or no Patient).
Result<PatientCard> parse_patient_card(std::string_view json);

/// A text without accents and case, every run of white space one space: "Lefèvre" and "LEFEVRE" are
/// the same. Chinese, and all that has no case, stays.
[[nodiscard]] std::string fold_for_search(std::string_view text);

/// The digits alone: "+33 6 12" is "33612".
[[nodiscard]] std::string digits_of(std::string_view text);

}  // namespace parcours
