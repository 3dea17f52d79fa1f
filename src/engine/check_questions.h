#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "cql/cql.h"
#include "engine/clinic.h"
#include "practice/forms.h"

namespace parcours::engine {

/// What patients are asked, by name; null: it is written down without a form.
using KnownQuestions = std::map<std::string, const practice::Question*, std::less<>>;

/// Those of the practice's forms, those that campaigns write down, and the product's own.
[[nodiscard]] KnownQuestions known_questions(const Clinic& clinic);

/// What an expression asks of answers and nobody is ever asked, or could never answer. `origin` is
/// where its text begins.
[[nodiscard]] std::vector<Error> check_questions(const cql::Expression& expression,
                                                 const KnownQuestions& known,
                                                 const Location& origin);

}  // namespace parcours::engine
