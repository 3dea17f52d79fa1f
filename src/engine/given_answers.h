#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "practice/folder.h"
#include "record/answer.h"
#include "record/identity.h"

namespace parcours::engine {

/// What somebody told about a patient: questions and answers, perhaps those of a form.
struct GivenAnswers {
    Key patient = 0;
    std::string form;  ///< of the practice; empty: single answers
    std::vector<std::pair<std::string, std::string>> answers;
    std::string source;  ///< "staff NAME", "program NAME"
};

/// The same as it is written down. Errors: NotFound (no such form), InvalidInput (a question that
/// is not the form's, a value that does not answer it, names of another form, nothing told).
[[nodiscard]] Result<std::vector<Answer>> make_answers(const practice::Folder& folder,
                                                       const GivenAnswers& given, Instant at);

}  // namespace parcours::engine
