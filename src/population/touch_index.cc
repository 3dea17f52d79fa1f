#include "population/touch_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cql/functions/function.h"
#include "cql/model/type_id.h"
#include "cql/tree.h"
#include "population/engagement.h"
#include "population/source.h"

namespace parcours::population {
namespace {

using cql::Node;
using cql::NodeKind;

bool reads_patient(const Node& node);

bool reads_patient(const cql::NodePtr& node) {
    return node && reads_patient(*node);
}

bool reads_patient(const cql::Query& query) {
    const auto of_source = [](const auto& one) { return reads_patient(one.expression); };
    return std::ranges::any_of(query.sources, of_source) ||
           std::ranges::any_of(query.lets, of_source) ||
           std::ranges::any_of(query.sort, of_source) ||
           std::ranges::any_of(query.relationships,
                               [](const cql::Query::Relationship& one) {
                                   return reads_patient(one.source.expression) ||
                                          reads_patient(one.condition);
                               }) ||
           reads_patient(query.where) || reads_patient(query.returns) ||
           (query.aggregate &&
            (reads_patient(query.aggregate->start) || reads_patient(query.aggregate->expression)));
}

bool reads_patient(const Node& node) {
    return node.kind == NodeKind::Patient || node.kind == NodeKind::PatientProperty ||
           (node.kind == NodeKind::Call && node.function->name.starts_with("AgeIn")) ||
           (node.query && reads_patient(*node.query)) ||
           std::ranges::any_of(node.children,
                               [](const cql::NodePtr& child) { return reads_patient(child); });
}

bool reads_patient(const cql::Expression& expression) {
    return !expression.functions.empty() ||  // their bodies are not looked into
           std::ranges::any_of(
               expression.defines,
               [](const cql::Definition& one) { return reads_patient(one.root); }) ||
           std::ranges::any_of(expression.retrieves, [](const cql::Retrieve& what) {
               return what.type == cql::model::type_id(fhir::ResourceType::Patient);
           });
}

void add_once(std::vector<std::uint32_t>& list, std::uint32_t cohort) {
    if (list.empty() || list.back() != cohort) {
        list.push_back(cohort);
    }
}

}  // namespace

TouchIndex::TouchIndex(std::span<const std::shared_ptr<const PreparedRetrieves>> cohorts) {
    for (std::uint32_t cohort = 0; cohort < cohorts.size(); ++cohort) {
        if (cohorts[cohort] != nullptr) {
            add_cohort(cohort, *cohorts[cohort]);
        }
    }
}

void TouchIndex::add_cohort(std::uint32_t cohort, const PreparedRetrieves& retrieves) {
    all_.push_back(cohort);
    if (reads_patient(retrieves.expression())) {
        of_patient_.push_back(cohort);
    }
    for (const cql::Retrieve& what : retrieves.expression().retrieves) {
        add_retrieve(cohort, retrieves, what);
    }
}

void TouchIndex::add_retrieve(std::uint32_t cohort, const PreparedRetrieves& retrieves,
                              const cql::Retrieve& what) {
    if (is_engagement(what.type)) {
        add_once(engagement_[static_cast<std::uint32_t>(what.type)], cohort);
        if (what.type == cql::model::position) {  // folded from all that is known
            add_once(of_positions_, cohort);
            add_once(of_patient_, cohort);
        }
        return;
    }
    const bool contact = what.type == cql::model::contact;
    const auto type =
        contact ? fhir::ResourceType::Communication : cql::model::resource_type(what.type);
    ByType& rows = types_[static_cast<std::size_t>(type)];
    const RetrieveAccess& access = retrieves.access(what);
    if (access.sought != RetrieveAccess::Way::Concepts) {
        add_once(rows.any, cohort);
        return;
    }
    auto found = std::ranges::find(rows.by_code, access.column, &ByCode::column);
    if (found == rows.by_code.end()) {
        rows.by_code.push_back({access.column, {}});
        found = rows.by_code.end() - 1;
    }
    for (const ConceptId concept_id : access.concepts) {
        add_once(found->cohorts[concept_id], cohort);
    }
}

void TouchIndex::add_row(const Table& table, std::uint32_t row,
                         std::vector<std::uint32_t>& out) const {
    const ByType& rows = types_[static_cast<std::size_t>(table.type)];
    out.insert(out.end(), rows.any.begin(), rows.any.end());
    out.insert(out.end(), of_positions_.begin(), of_positions_.end());
    for (const ByCode& by_code : rows.by_code) {
        const auto found = by_code.cohorts.find((table.*by_code.column)[row]);
        if (found != by_code.cohorts.end()) {
            out.insert(out.end(), found->second.begin(), found->second.end());
        }
    }
}

std::span<const std::uint32_t> TouchIndex::of_engagement(cql::model::TypeId type) const {
    const auto found = engagement_.find(static_cast<std::uint32_t>(type));
    return found == engagement_.end() ? std::span<const std::uint32_t>() : found->second;
}

}  // namespace parcours::population
