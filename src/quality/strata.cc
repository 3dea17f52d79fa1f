#include "quality/strata.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cql/operations.h"
#include "cql/value.h"
#include "population/bitmap.h"
#include "population/each_patient.h"
#include "quality/asking.h"
#include "quality/evaluate.h"
#include "quality/group_counts.h"
#include "quality/measure.h"
#include "quality/program.h"

namespace parcours::quality {
namespace {

using population::Bitmap;

constexpr std::size_t strata_max = 1'000;

}  // namespace

Result<StratifierResult> divide(const Stratifier& stratifier, const GroupCounts& counts,
                                const Asking& asking) {
    std::string tuple;
    for (std::size_t i = 0; i < stratifier.components.size(); ++i) {
        tuple += fmt::format("{}s{}: {}", i == 0 ? "" : ", ", i,
                             asking.program.text_of(stratifier.components[i].criteria));
    }
    const std::vector<Program::Define> asked{{"asked", "Tuple { " + tuple + " }"}};
    const auto compiled =
        asking.program.compile(asked, stratifier.components.front().criteria.where);
    if (!compiled) {
        return pass_on(compiled);
    }
    const auto values = population::evaluate_each(**compiled, asking.setting.index, asking.context,
                                                  counts.initial());
    if (!values) {
        return pass_on(values);
    }
    std::map<std::string, std::pair<std::vector<cql::Value>, Bitmap>> parts;
    for (const population::PatientValue& one : *values) {
        std::vector<cql::Value> of_patient;
        std::string name;
        for (std::size_t i = 0; i < stratifier.components.size(); ++i) {
            of_patient.push_back(one.value.tuple().find(fmt::format("s{}", i)));
            name += of_patient.back().to_text() + '\n';
        }
        auto& [part_values, patients] = parts[name];
        if (patients.size() == 0) {
            part_values = std::move(of_patient);
            patients = Bitmap(asking.setting.index.patient_count());
        }
        patients.set(one.patient);
        if (parts.size() > strata_max) {
            return fail(ErrorCode::Limit,
                        fmt::format("{}: more than {} strata",
                                    stratifier.components.front().criteria.where, strata_max));
        }
    }
    StratifierResult result{&stratifier, {}};
    for (auto& [name, part] : parts) {
        result.strata.push_back({std::move(part.first), counts.counts_within(&part.second),
                                 counts.score_within(&part.second)});
    }
    return result;
}

Result<SupplementalResult> tell_supplemental(const SupplementalData& data,
                                             const population::Bitmap& patients,
                                             const Asking& asking) {
    const std::vector<Program::Define> asked{{"asked", asking.program.text_of(data.criteria)}};
    const auto compiled = asking.program.compile(asked, data.criteria.where);
    if (!compiled) {
        return pass_on(compiled);
    }
    const auto values =
        population::evaluate_each(**compiled, asking.setting.index, asking.context, patients);
    if (!values) {
        return pass_on(values);
    }
    std::map<std::string, std::pair<cql::Value, std::uint64_t>> counts;
    const auto count = [&counts](const cql::Value& value) {
        auto& one = counts[value.to_text()];
        one.first = value;
        ++one.second;
    };
    for (const population::PatientValue& one : *values) {
        if (one.value.kind() != cql::ValueKind::List) {
            count(one.value);
            continue;
        }
        for (const cql::Value& element : one.value.elements()) {
            count(element);
        }
    }
    SupplementalResult result{&data, {}};
    for (auto& [text, counted] : counts) {
        result.values.push_back(std::move(counted));
    }
    return result;
}

}  // namespace parcours::quality
