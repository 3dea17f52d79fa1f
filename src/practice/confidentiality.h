#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {

/// To whom messages about a topic go while a patient is a minor.
struct MinorRule {
    enum class To : std::uint8_t { Guardian, Patient, Nobody };
    To to = To::Guardian;
    int from = 0;  ///< with Patient: from this age on; of younger ones a person decides
};

/// What practice.yaml says of matters that not everybody may know of.
struct Confidentiality {
    /// By topic. A topic without a rule: a guardian, and nobody of what is sensitive.
    std::map<std::string, MinorRule, std::less<>> minors;
    /// Concerns and topics.
    std::vector<std::string> sensitive = {"mental-health", "sexual-health", "hiv", "substance-use"};

    [[nodiscard]] bool is_sensitive(std::string_view concern) const;
};

/// Reads `minors` and `sensitive-concerns`; mistakes are appended to `errors` with their place, and
/// whatever is mistaken goes to nobody.
Confidentiality read_confidentiality(const Node& document, std::vector<Error>& errors);
/// That of a folder, whose mistakes were told when it was read.
[[nodiscard]] Confidentiality confidentiality_of(const Folder& folder);

}  // namespace parcours::practice
