#include "quality/score.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cql/value.h"
#include "quality/measure.h"

namespace parcours::quality {
namespace {

using Kind = PopulationKind;

/// What is left of those above and below the line, by their counts.
std::pair<double, double> counted_parts(const Group& group, std::span<const std::uint64_t> counts) {
    double above = 0;
    double below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto count = static_cast<double>(counts[i]);
        switch (group.populations[i].kind) {
            case Kind::Numerator:
                above += count;
                break;
            case Kind::NumeratorExclusion:
                above -= count;
                break;
            case Kind::Denominator:
                below += count;
                break;
            case Kind::DenominatorExclusion:
            case Kind::DenominatorException:
                below -= count;
                break;
            default:
                break;
        }
    }
    return {above, below};
}

}  // namespace

std::optional<double> aggregate(Aggregate how, std::vector<double> numbers) {
    if (how == Aggregate::Count) {
        return static_cast<double>(numbers.size());
    }
    if (numbers.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(numbers);
    const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    const std::size_t half = numbers.size() / 2;
    switch (how) {
        case Aggregate::Sum:
            return sum;
        case Aggregate::Median:
            return numbers.size() % 2 == 1 ? numbers[half]
                                           : (numbers[half - 1] + numbers[half]) / 2;
        case Aggregate::Minimum:
            return numbers.front();
        case Aggregate::Maximum:
            return numbers.back();
        default:
            return sum / static_cast<double>(numbers.size());
    }
}

std::optional<double> score_of(const Group& group, std::span<const std::uint64_t> counts,
                               const std::vector<std::vector<double>>& observed) {
    if (group.scoring == Scoring::Cohort) {
        return std::nullopt;
    }
    const auto counted = counted_parts(group, counts);
    std::optional<double> above = counted.first;
    std::optional<double> below = counted.second;
    for (std::size_t i = 0; i < group.populations.size(); ++i) {
        const Population& population = group.populations[i];
        if (population.kind != Kind::MeasureObservation) {
            continue;
        }
        const auto one = aggregate(population.aggregate, observed[i]);
        if (group.scoring == Scoring::ContinuousVariable) {
            return one;
        }
        const auto of = group.observed_by(population);
        if (group.scoring == Scoring::Ratio && of) {
            (group.populations[*of].kind == Kind::Numerator ? above : below) = one;
        }
    }
    return above && below && *below > 0 ? std::optional(*above / *below) : std::nullopt;
}

void append_numbers(const cql::Value& value, std::vector<double>& out) {
    switch (value.kind()) {
        case cql::ValueKind::Integer:
            out.push_back(value.integer());
            break;
        case cql::ValueKind::Long:
            out.push_back(static_cast<double>(value.long_integer()));
            break;
        case cql::ValueKind::Decimal:
            out.push_back(value.decimal().to_double());
            break;
        case cql::ValueKind::Quantity:
            out.push_back(value.quantity().value.to_double());
            break;
        case cql::ValueKind::List:
            for (const cql::Value& element : value.elements()) {
                append_numbers(element, out);
            }
            break;
        default:
            break;
    }
}

}  // namespace parcours::quality
