#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "campaign/check.h"
#include "campaign/conditions.h"
#include "practice/cohorts.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/nearest.h"
#include "practice/scalar.h"

namespace parcours::campaign {
namespace {

void check_predicate(const std::string& text, const Location& where, const practice::Folder& folder,
                     std::vector<Error>& errors) {
    if (auto compiled = compile_predicate(text, where, folder.vocabulary()); !compiled) {
        errors.push_back(std::move(compiled.error()));
    }
}

void check_not_for(const practice::Condition& condition, const practice::Folder& folder,
                   std::vector<Error>& errors) {
    if (folder.find_cohort(condition.text) != nullptr) {
        return;
    }
    if (practice::is_name(condition.text)) {
        errors.push_back({ErrorCode::InvalidInput,
                          "there is no cohort \"" + condition.text + "\"" +
                              practice::suggest(condition.text, folder.cohort_names()) +
                              "; define it in cohorts/" + condition.text + ".yaml, or write CQL",
                          condition.where});
        return;
    }
    check_predicate(condition.text, condition.where, folder, errors);
}

}  // namespace

std::vector<Error> check_cohorts(const practice::Folder& folder) {
    std::vector<Error> errors;
    for (const practice::Cohort& cohort : folder.cohorts) {
        check_predicate(cohort.cql, cohort.cql_where, folder, errors);
    }
    for (const auto& [name, content] : folder.content.all()) {
        for (const practice::Condition& condition : content.not_for) {
            check_not_for(condition, folder, errors);
        }
    }
    return errors;
}

}  // namespace parcours::campaign
