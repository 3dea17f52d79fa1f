#include "population/tests/cohort_records.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parcours::population {

Population::Population(std::vector<LoggedBody> log,
                       const std::map<std::string, std::string>& survivors)
    : log_(std::move(log)), index_(build_index(log_)) {
    for (std::size_t i = 0; i < log_.size(); ++i) {
        documents_.emplace_back();
        const auto view = documents_.back().parse(log_[i].json);
        fhir::Summary summary;
        if (!view || !fhir::summarise(*view, summary)) {
            continue;
        }
        const bool is_patient = summary.type == fhir::ResourceType::Patient;
        std::string who(is_patient ? summary.id : split_reference(summary.patient).id);
        if (const auto survivor = survivors.find(who); survivor != survivors.end()) {
            if (is_patient) {
                continue;
            }
            who = survivor->second;
        }
        auto& record = records_[who];
        // A later version takes the place of an earlier one.
        auto& newest = newest_[{static_cast<int>(summary.type), std::string(summary.id)}];
        if (newest.second != 0) {
            auto& old = records_[newest.first];
            old[newest.second - 1] = JsonView();
        }
        record.push_back(*view);
        numbers_[who].push_back(i);
        newest = {who, record.size()};
    }
    places_.resize(log_.size() + 1);
    for (std::size_t type = 0; type < fhir::resource_type_count; ++type) {
        const Table* const table = index_->find_table(static_cast<fhir::ResourceType>(type));
        for (std::uint32_t row = 0; table != nullptr && row < table->row_count; ++row) {
            places_[table->position[row]] = row;
        }
    }
}

std::vector<JsonView> Population::in_order(const std::string& who,
                                           const std::vector<JsonView>& record) const {
    const std::vector<std::size_t>& numbers = numbers_.at(who);
    std::vector<std::size_t> order(record.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {},
                      [&](std::size_t i) { return std::pair(places_[numbers[i] + 1], i); });
    std::vector<JsonView> out;
    for (const std::size_t i : order) {
        if (record[i].exists()) {
            out.push_back(record[i]);
        }
    }
    return out;
}

std::optional<std::set<std::string>> Population::naive(const cql::Expression& expression,
                                                       Instant as_of) const {
    std::set<std::string> members;
    const bool related = std::ranges::any_of(expression.retrieves, &cql::Retrieve::related);
    for (const auto& [who, source] : sources_at(as_of, expression.terminology, related)) {
        const auto value = cql::evaluate(expression, source, {as_of, {}});
        if (!value) {
            return std::nullopt;
        }
        if (value->is_true()) {
            members.insert(who);
        }
    }
    return members;
}

std::set<std::string> Population::indexed(const cql::Expression& expression, Instant as_of,
                                          std::size_t* singly) const {
    ThreadExecutor threads(2);
    CohortContext context;
    context.as_of = as_of;
    context.read_body = reader();
    context.executor = &threads;
    const auto answer = evaluate(expression, *index_, context);
    EXPECT_TRUE(answer) << answer.error().to_text();
    std::set<std::string> members;
    if (answer) {
        answer->patients.for_each([&](std::size_t number) {
            members.emplace(index_->patients().id(static_cast<PatientNumber>(number)));
        });
        EXPECT_EQ(members.size(), answer->count);
        if (singly != nullptr) {
            *singly = answer->evaluated_singly;
        }
    }
    return members;
}

std::optional<bool> Population::is_born(const std::vector<JsonView>& record, Instant as_of) {
    for (const JsonView& view : record) {
        fhir::Summary summary;
        if (view && fhir::summarise(view, summary) && summary.type == fhir::ResourceType::Patient) {
            return !summary.birth || summary.birth->start <= as_of;
        }
    }
    return std::nullopt;
}

std::vector<JsonView> Population::others_than(const std::string& who) const {
    std::vector<JsonView> out;
    for (const auto& [other, record] : records_) {
        if (other != who) {
            const std::vector<JsonView> views = in_order(other, record);
            out.insert(out.end(), views.begin(), views.end());
        }
    }
    return out;
}

const Population::Sources& Population::sources_at(Instant as_of, const cql::Terminology* sets,
                                                  bool related) const {
    const auto [known, added] = sources_.try_emplace({as_of, sets, related});
    for (const auto& [who, record] : records_) {
        if (!added || who.empty() || !is_born(record, as_of).value_or(false)) {
            continue;
        }
        known->second.try_emplace(who, in_order(who, record), as_of, sets,
                                  related ? others_than(who) : std::vector<JsonView>());
    }
    return known->second;
}

}  // namespace parcours::population
