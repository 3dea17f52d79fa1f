#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "cql/cql.h"
#include "practice/vocabulary.h"

namespace parcours::campaign {

/// What the expressions of a campaign may name beside the record, in this order: `enrolled`, the
/// DateTime of enrolment; and, where enrolments are keyed, the key ("appointment") as the resource
/// it is. `EvaluationContext::parameters` follows the same order.
[[nodiscard]] std::vector<cql::ParameterDeclaration> condition_parameters(const Campaign& campaign);

/// CQL that stands in a bigger file, ready to be evaluated: `where` is its first letter. Lines of a
/// YAML block are taken to be indented as its first one. Errors, InvalidInput: at line and column
/// of the file, or of that of a library it includes.
Result<std::shared_ptr<const cql::Expression>> compile_text(
    std::string_view text, const Location& where, const practice::Vocabulary& vocabulary,
    std::vector<cql::ParameterDeclaration> parameters, std::optional<cql::Type> expected);

/// What is asked of a patient: as above, and gives a Boolean.
Result<std::shared_ptr<const cql::Expression>> compile_predicate(
    std::string_view text, const Location& where, const practice::Vocabulary& vocabulary);

/// A condition (kind Cql) ready to be evaluated; it gives a Boolean. Errors, InvalidInput: at the
/// line and column of the campaign's file. The value sets must outlive the answer.
Result<std::shared_ptr<const cql::Expression>> compile_condition(
    const Campaign& campaign, const Condition& condition, const practice::Vocabulary& vocabulary);

/// One of the campaign's `dates`; it gives a Date or a DateTime. Errors as above.
Result<std::shared_ptr<const cql::Expression>> compile_date(const Campaign& campaign,
                                                            const Condition& definition,
                                                            const practice::Vocabulary& vocabulary);

/// Every CQL condition of the campaign, in the order of the file: success, exits, entry, steps.
/// `success` and `not success` are left out, dates too.
[[nodiscard]] std::vector<const Condition*> conditions_of(const Campaign& campaign);

}  // namespace parcours::campaign
