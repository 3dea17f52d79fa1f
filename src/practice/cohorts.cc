#include "practice/cohorts.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

void read_cohort(std::string name, const Node& node, std::vector<Cohort>& cohorts,
                 std::vector<Error>& errors) {
    Cohort cohort;
    cohort.name = std::move(name);
    cohort.where = node.where();
    if (const Node* title = node.find("title")) {
        auto titles = read_titles(*title, "title");
        if (titles) {
            cohort.title = *std::move(titles);
        } else {
            errors.push_back(titles.error());
        }
    }
    const Node* cql = node.find("cql");
    if (cql == nullptr || !cql->is_scalar()) {
        errors.push_back(error_at(
            cql == nullptr ? node : *cql,
            "the cohort \"" + cohort.name + "\" needs its expression: cql: 'exists [Condition]'"));
        return;
    }
    cohort.cql = cql->text();
    cohort.cql_where = cql->text_where();
    cohorts.push_back(std::move(cohort));
}

void read_many(const Node& map, std::vector<Cohort>& cohorts, std::vector<Error>& errors) {
    for (const Node::Entry& entry : map.entries()) {
        if (!is_name(entry.key)) {
            errors.push_back(
                {ErrorCode::InvalidInput,
                 "\"" + entry.key + "\" is no name; use lower-case letters, digits and hyphens",
                 entry.where});
            continue;
        }
        if (entry.value.is_scalar()) {
            cohorts.push_back(
                {entry.key, {}, entry.value.text(), entry.where, entry.value.text_where()});
            continue;
        }
        std::ranges::move(unknown_keys(entry.value, {"title", "cql", "note"}, "a cohort"),
                          std::back_inserter(errors));
        read_cohort(entry.key, entry.value, cohorts, errors);
    }
}

}  // namespace

std::vector<Cohort> read_cohorts(const Node& document, std::vector<Error>& errors) {
    std::vector<Cohort> cohorts;
    if (const Node* many = document.find("cohorts")) {
        std::ranges::move(unknown_keys(document, {"cohorts"}, "a file of cohorts"),
                          std::back_inserter(errors));
        read_many(*many, cohorts, errors);
        return cohorts;
    }
    const Node* name = document.find("cohort");
    if (name == nullptr || !is_name(name->text())) {
        errors.push_back(error_at(name == nullptr ? document : *name,
                                  "a cohort needs a name in lower-case letters, digits and "
                                  "hyphens: cohort: diabetes-due"));
        return cohorts;
    }
    std::ranges::move(unknown_keys(document, {"cohort", "title", "cql", "note"}, "a cohort"),
                      std::back_inserter(errors));
    read_cohort(name->text(), document, cohorts, errors);
    return cohorts;
}

}  // namespace parcours::practice
