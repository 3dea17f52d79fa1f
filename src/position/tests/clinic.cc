#include "position/tests/clinic.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <sstream>
#include <utility>

#include "base/json.h"
#include "fhir/summary.h"
#include "position/care_state.h"
#include "position/explain.h"
#include "practice/yaml.h"
#include "record/identity.h"

namespace parcours::position {
namespace {

std::string read_text_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

practice::ValueSets read_sets() {
    std::vector<Error> errors;
    std::vector<practice::ValueSet> sets;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(PARCOURS_SOURCE_DIR) / "practice/valuesets")) {
        const std::string name = entry.path().filename();
        auto node = practice::parse_yaml(read_text_file(entry.path()), "valuesets/" + name);
        if (!node) {
            errors.push_back(node.error());
            continue;
        }
        sets.push_back(practice::read_value_set(*node, errors));
    }
    auto made = practice::ValueSets::make(std::move(sets), errors);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
    return made;
}

Instant moment(const std::optional<DateTime>& at) {
    return at ? at->start : no_time;
}

Fact make_fact(const fhir::Summary& summary, Dictionary& dictionary,
               std::deque<std::vector<Key>>& links) {
    Fact fact;
    fact.type = summary.type;
    fact.status = summary.status;
    fact.verification = summary.verification;
    fact.precision = summary.span.start ? summary.span.start->precision : Precision::Day;
    fact.key = resource_key("main", summary.type, summary.id);
    fact.code = dictionary.add_concept(summary.code);
    fact.category = dictionary.add_concept(summary.category);
    fact.reason = dictionary.add_concept(summary.reason);
    fact.value = dictionary.add_concept(summary.value);
    fact.quantity = summary.quantity.value_or(std::numeric_limits<double>::quiet_NaN());
    fact.occurred = moment(summary.occurred);
    fact.recorded = moment(summary.recorded);
    fact.start = moment(summary.span.start);
    fact.end = summary.supply_end ? summary.supply_end->start : moment(summary.span.end);
    fact.encounter = summary.encounter.empty() ? 0 : reference_key("main", summary.encounter);
    fact.marks = summary.from_patient ? Fact::mark_from_patient : 0;
    auto& keys = links.emplace_back();
    for (const std::string_view link : summary.links) {
        keys.push_back(reference_key("main", link));
    }
    fact.links = keys;
    return fact;
}

PatientFact make_patient(const fhir::Summary& summary) {
    PatientFact fact;
    fact.key = patient_key("main", summary.id);
    fact.position = 1;
    fact.birth = moment(summary.birth);
    fact.deceased = moment(summary.deceased);
    fact.deceased_flag = summary.deceased_flag;
    fact.active = summary.active;
    fact.replaced_by = summary.replaced_by.empty() ? 0 : reference_key("main", summary.replaced_by);
    fact.recorded = moment(summary.last_updated);
    return fact;
}

}  // namespace

const practice::ValueSets& built_in_sets() {
    static const practice::ValueSets sets = read_sets();
    return sets;
}

JourneyMap built_in_map() {
    const std::string path = std::string(PARCOURS_SOURCE_DIR) + "/practice/maps/default.yaml";
    auto node = practice::parse_yaml(read_text_file(path), "maps/default.yaml");
    if (!node) {
        ADD_FAILURE() << node.error().to_text();
        return {};
    }
    std::vector<Error> errors;
    JourneyMap map = read_journey_map(*node, errors);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
    return map;
}

void Clinic::add(std::string_view json) {
    JsonDocument document;
    const auto root = document.parse(json);
    fhir::Summary summary;
    if (!root || !fhir::summarise(*root, summary)) {
        ADD_FAILURE() << "no FHIR resource: " << json.substr(0, 200);
        return;
    }
    if (summary.type == fhir::ResourceType::Patient) {
        Patient& patient = patients_[std::string(summary.id)];
        patient.id = summary.id;
        patient.fact = make_patient(summary);
        return;
    }
    const std::string_view id = split_reference(summary.patient).id;
    if (!id.empty()) {
        patients_[std::string(id)].facts.push_back(make_fact(summary, dictionary_, links_));
    }
}

bool Clinic::add_file(const std::string& path) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        add(line);
    }
    return in.eof();
}

void Clinic::open() {
    auto map = CompiledMap::compile(built_in_map(), built_in_sets(), dictionary_);
    if (!map) {
        FAIL() << map.error().to_text();
    }
    map_ = std::make_unique<CompiledMap>(std::move(*map));
}

const Clinic::Patient& Clinic::patient(std::string_view id_prefix) const {
    const auto found = patients_.lower_bound(std::string(id_prefix));
    if (found == patients_.end() || !found->first.starts_with(id_prefix)) {
        ADD_FAILURE() << "no patient " << id_prefix;
        return patients_.begin()->second;
    }
    return found->second;
}

PatientPositions Clinic::fold(std::string_view id_prefix, std::string_view as_of) const {
    const Patient& who = patient(id_prefix);
    const Instant moment = parse_instant(as_of).value();
    PatientPositions answer = position::fold(*map_, who.fact, who.facts, moment);
    // Whatever story is told here: the short way to the care of a patient gives the same.
    if (is_plain(id_prefix)) {
        EXPECT_EQ(care_of_unmarked(who.fact, moment), care_of(answer)) << who.id << " " << as_of;
    }
    return answer;
}

bool Clinic::is_plain(std::string_view id_prefix) const {
    const Patient& who = patient(id_prefix);
    return who.fact.active && std::ranges::none_of(who.facts, [this](const Fact& fact) {
               return may_mark_care(*map_, fact.type, fact.code);
           });
}

std::string Clinic::stand(std::string_view id_prefix, std::string_view as_of) const {
    const PatientPositions answer = fold(id_prefix, as_of);
    std::string out;
    for (const ConcernPosition& position : answer.positions) {
        const std::string text =
            fmt::format("{} {}{}{}", concern_name(*map_, position), stage_name(position.stage),
                        position.overdue ? " overdue" : "", position.lost ? " lost" : "");
        out += (out.empty() ? "" : " | ") + (position.open ? text : "(" + text + ")");
    }
    return out;
}

std::string Clinic::why(std::string_view id_prefix, std::string_view as_of) const {
    const Patient& who = patient(id_prefix);
    const PatientPositions answer = fold(id_prefix, as_of);
    std::string out = fmt::format("{}{}{}\n", care_status_name(answer.status),
                                  answer.in_hospital ? " in-hospital" : "",
                                  answer.suspected_death ? " suspected-death" : "");
    std::size_t i = 0;
    for (const Position& position : positions_in_words(*map_, dictionary_, who.facts, answer)) {
        out += fmt::format(
            "  {} {} {} since {}{}{}{} [{}] {}\n", static_cast<int>(answer.positions[i++].rank),
            position.concern, stage_name(position.stage), format_date(position.since),
            position.open ? "" : " CLOSED", position.overdue ? " overdue" : "",
            position.lost ? " lost" : "", position.because.rule, position.because.text);
    }
    return out;
}

ConcernPosition Clinic::at(std::string_view id_prefix, std::string_view concern,
                           std::string_view as_of) const {
    for (const ConcernPosition& position : fold(id_prefix, as_of).positions) {
        if (concern_name(*map_, position) == concern) {
            return position;
        }
    }
    ADD_FAILURE() << "no position of " << concern << " in " << stand(id_prefix, as_of);
    return {};
}

}  // namespace parcours::position
