#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campaign/check.h"
#include "campaign/read.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::campaign {

/// A practice folder just big enough to check campaigns against, and its files.
inline practice::FileMap small_practice() {
    return {
        {"practice.yaml", "name: Small Practice\nlanguages: [en, fr]\nlanguage: en\n"},
        {"cohorts/due.yaml", "cohort: due\ntitle: Due\ncql: 'exists [Condition: \"diabetes\"]'\n"},
        {"valuesets/diabetes.yaml",
         "valueset: diabetes\ntitle: Diabetes\ncodes:\n  - system: SNOMED\n    codes: "
         "[44054006]\n"},
        {"valuesets/hba1c.yaml",
         "valueset: hba1c\ntitle: HbA1c\ncodes:\n  - system: LOINC\n    codes: [4548-4]\n"},
        {"content/letter.en.md",
         "---\npurpose: operations\ntopic: diabetes\nchannels: [email, sms]\nsubject: Hello\n---\n"
         "Hello\n"},
        {"content/letter.fr.md", "---\nsubject: Bonjour\n---\nBonjour\n"},
        {"content/half.en.md",
         "---\npurpose: operations\ntopic: diabetes\nsubject: Half\n---\nHalf\n"},
        {"content/care.en.md",
         "---\npurpose: direct-care\ntopic: diabetes\nsubject: Care\n---\nCare\n"},
        {"content/care.fr.md", "---\nsubject: Soin\n---\nSoin\n"},
    };
}

/// A campaign's head of seven lines; its steps begin on line 8.
inline std::string with_steps(std::string_view steps,
                              std::string_view enter = "enter: { cohort: due }") {
    return "campaign: try\n"
           "title: { en: Try, fr: Essai }\n"
           "purpose: operations\n"
           "concern: diabetes\n" +
           std::string(enter) +
           "\n"
           "success: 'exists [Observation: \"hba1c\"] O where O.effective after enrolled'\n"
           "steps:\n" +
           std::string(steps);
}

/// All mistakes of a campaign's text: of form, else of sense. `flow_only` leaves the folder out.
inline std::vector<Error> mistakes_of(const std::string& text) {
    const Result<practice::Node> root = practice::parse_yaml(text, "campaigns/try.yaml");
    if (!root) {
        return {root.error()};
    }
    std::vector<Error> errors;
    const Campaign campaign = read_campaign(*root, errors);
    if (!errors.empty()) {
        return errors;
    }
    std::vector<Error> folder_errors;
    static const practice::Folder folder = practice::read_folder(small_practice(), folder_errors);
    return check(campaign, folder);
}

}  // namespace parcours::campaign
