#include "population/cohort_trace.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "cql/data_source.h"
#include "cql/model/model.h"
#include "cql/tree.h"
#include "cql/value.h"
#include "population/index.h"
#include "population/truth.h"

namespace parcours::population {

namespace {

/// `[Condition: "diabetes"]`, as one would write it.
std::string words_of(const cql::Retrieve& retrieve) {
    std::string words = "[" + cql::model::get_type(retrieve.type).name;
    const char* between = ": ";
    for (const std::string& name : retrieve.value_set_names) {
        words += between + ('"' + name + '"');
        between = ", ";
    }
    for (const cql::Code& code : retrieve.codes) {
        words += between + code.code;
        between = ", ";
    }
    return words + "]";
}

/// A compiled tree names retrieves by their numbers alone.
std::string text_of(const cql::Expression& expression, const cql::Node& node) {
    if (!node.written.empty()) {
        return node.written;
    }
    std::string text = cql::to_text(node);
    for (const cql::Retrieve& retrieve : expression.retrieves) {
        const std::string number = "[" + std::to_string(retrieve.number) + "]";
        const std::string words = words_of(retrieve);
        for (std::size_t at = text.find(number); at != std::string::npos;
             at = text.find(number, at + words.size())) {
            text.replace(at, number.size(), words);
        }
    }
    return text;
}

}  // namespace

namespace {

std::string_view join_of(cql::NodeKind kind) {
    switch (kind) {
        case cql::NodeKind::And:
            return "and";
        case cql::NodeKind::Or:
            return "or";
        case cql::NodeKind::Xor:
            return "xor";
        case cql::NodeKind::Implies:
            return "implies";
        default:
            return {};
    }
}

/// Whether a part says nothing that the one around it does not say.
bool merges(cql::NodeKind around, cql::NodeKind kind) {
    const bool in_a_row =
        around == kind && (kind == cql::NodeKind::And || kind == cql::NodeKind::Or);
    return in_a_row || (around == cql::NodeKind::Not && join_of(kind).empty());
}

}  // namespace

void CohortTrace::leave() {
    depth_ -= inside_.back()->merged_ ? 0 : 1;
    inside_.pop_back();
}

CohortTrace::Counter& CohortTrace::enter(const cql::Expression& expression, const cql::Node& node) {
    if (next_ < counters_.size()) {
        Counter& known = counters_[next_++];
        depth_ += known.merged_ ? 0 : 1;
        inside_.push_back(&known);
        return known;
    }
    ++next_;
    Counter& counter = counters_.emplace_back();
    counter.text_ = text_of(expression, node);
    counter.place_ = node.place;
    counter.kind_ = node.kind;
    counter.merged_ = !inside_.empty() && merges(inside_.back()->kind_, node.kind);
    counter.depth_ = depth_;
    depth_ += counter.merged_ ? 0 : 1;
    inside_.push_back(&counter);
    return counter;
}

void CohortTrace::Counter::count(const Index& index, Instant as_of, PatientNumber first,
                                 Asked asked, std::span<const Truth> truths) {
    const Patients& patients = index.patients();
    std::uint64_t all = 0;
    std::uint64_t held = 0;
    std::uint64_t open = 0;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        const auto number = static_cast<PatientNumber>(first + i);
        if (asked[i] == 0 || !patients.counts(number) || patients.birth[number] > as_of) {
            continue;  // nobody whom an answer could name
        }
        ++all;
        held += truths[i] == Truth::True ? 1U : 0U;
        open += truths[i] == Truth::Open ? 1U : 0U;
    }
    asked_ += all;
    held_ += held;
    open_ += open;
}

void CohortTrace::Counter::took(Duration time) {
    time_us_ += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

std::vector<CohortStep> CohortTrace::steps() const {
    std::vector<CohortStep> steps;
    for (const Counter& counter : counters_) {
        if (!counter.merged_) {
            steps.push_back({counter.text_, counter.place_, counter.depth_, join_of(counter.kind_),
                             counter.way, counter.asked_, counter.held_, counter.open_,
                             counter.time_us_});
        }
    }
    return steps;
}

}  // namespace parcours::population
