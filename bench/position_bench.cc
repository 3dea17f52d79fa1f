// How many patients' positions are folded in a second on one core, from scratch, beside a loop that
// only reads the same facts.
//   position_bench [--patients N]
// Each patient is the real-life mix of 30 facts of the default map: visits, conditions, medicines,
// tests, plans.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "position/compiled_map.h"
#include "position/fold.h"
#include "position/journey_map.h"
#include "position/standings.h"
#include "practice/folder.h"
#include "record/dictionary.h"
#include "record/fact.h"
#include "usage.h"

namespace {

using namespace parcours;

constexpr std::string_view snomed = "http://snomed.info/sct";

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

ConceptId add_code(Dictionary& dictionary, std::string_view system, std::string_view code,
                   std::string_view display) {
    fhir::Codings codings;
    codings.codings.push_back({system, code, display});
    return dictionary.add_concept(codings);
}

/// Thirty facts over ten years; `variant` shifts the days and leaves some diseases out.
std::vector<Fact> make_patient(Dictionary& dictionary, std::uint64_t variant) {
    const auto at = [&](int day) {
        return Instant{std::chrono::days{14000 + day + static_cast<int>(variant % 97)}};
    };
    std::vector<Fact> facts;
    const auto add = [&](fhir::ResourceType type, ConceptId code, int day, int days = -1) -> Fact& {
        Fact fact;
        fact.type = type;
        fact.code = code;
        fact.key = (variant << 8U) + facts.size() + 1;
        fact.occurred = fact.recorded = fact.start = at(day);
        fact.end = days < 0 ? no_time : at(day + days);
        facts.push_back(fact);
        return facts.back();
    };
    using enum fhir::ResourceType;
    const ConceptId ambulatory = add_code(
        dictionary, "http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", "ambulatory");
    const ConceptId check_up = add_code(dictionary, snomed, "185349003", "Check-up");
    const ConceptId symptom = add_code(dictionary, snomed, "185345009", "Encounter for symptom");
    const ConceptId cold = add_code(dictionary, snomed, "444814009", "Viral sinusitis");
    const ConceptId pressure =
        add_code(dictionary, "http://loinc.org", "55284-4", "Blood pressure");
    const ConceptId vaccine =
        add_code(dictionary, "http://hl7.org/fhir/sid/cvx", "140", "Influenza");
    if (variant % 3 != 0) {
        add(Condition, add_code(dictionary, snomed, "38341003", "Hypertension"), 10);
        add(MedicationRequest,
            add_code(dictionary, "http://www.nlm.nih.gov/research/umls/rxnorm", "316049",
                     "Hydrochlorothiazide 25 MG"),
            10);
    }
    if (variant % 5 == 0) {
        add(Condition, add_code(dictionary, snomed, "44054006", "Diabetes"), 400);
        add(CarePlan, add_code(dictionary, snomed, "698360004", "Diabetes self management plan"),
            400);
    }
    for (int year = 0; facts.size() < 30; ++year) {
        add(Encounter, check_up, 20 + year * 365, 0).category = ambulatory;
        add(Observation, pressure, 20 + year * 365);
        add(Immunization, vaccine, 20 + year * 365);
        if (year % 3 == 1) {
            add(Condition, cold, 200 + year * 365, 14);
            Fact& visit = add(Encounter, symptom, 200 + year * 365, 0);
            visit.category = ambulatory;
            visit.reason = cold;
        }
    }
    return facts;
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(
            argc, argv,
            "position_bench [--patients N]\n"
            "Positions folded in a second on one core, for 200,000 patients of 30 facts.")) {
        return 0;
    }
    std::size_t count = 200'000;
    if (argc == 3 && std::string_view(argv[1]) == "--patients") {
        count = std::strtoull(argv[2], nullptr, 10);
    }
    const auto folder = practice::open_folder(practice::built_in_files());
    if (!folder || folder->find_map("default") == nullptr) {
        fmt::print(stderr, "the built-in practice folder cannot be read\n");
        return 1;
    }
    std::vector<Error> errors;
    Dictionary dictionary;
    std::vector<std::vector<Fact>> patients;
    for (std::uint64_t variant = 0; variant < 1000; ++variant) {
        patients.push_back(make_patient(dictionary, variant));
    }
    const auto map = position::CompiledMap::compile(
        position::read_journey_map(folder->find_map("default")->root, errors), folder->value_sets,
        dictionary);
    if (!map || !errors.empty()) {
        fmt::print(stderr, "the default map cannot be read\n");
        return 1;
    }
    PatientFact who;
    who.birth = Instant{std::chrono::days{-3000}};
    const Instant as_of{std::chrono::days{18000}};
    double begin = seconds();
    std::uint64_t read = 0;
    for (std::size_t i = 0; i < count; ++i) {
        for (const Fact& fact : patients[i % patients.size()]) {
            read += fact.code + static_cast<std::uint64_t>(fact.occurred <= as_of);
        }
    }
    const double reading = seconds() - begin;
    position::Folder one(*map);
    begin = seconds();
    std::uint64_t open = 0;
    for (std::size_t i = 0; i < count; ++i) {
        open += one.fold(who, patients[i % patients.size()], as_of).positions.size();
    }
    const double folding = seconds() - begin;
    position::StandingsBuilder builder(*map, as_of);
    begin = seconds();
    for (std::size_t i = 0; i < count; ++i) {
        builder.add(who, patients[i % patients.size()]);
    }
    const double counting = seconds() - begin;
    const auto rate = [count](double time) { return static_cast<double>(count) / time; };
    fmt::print("{} patients of 30 facts on one core (check {} {})\n", count, read % 97, open % 97);
    fmt::print("  only reading the facts  {:>12.0f} patients/s\n", rate(reading));
    fmt::print("  folding to positions    {:>12.0f} patients/s, {:.2f} µs each\n", rate(folding),
               1e6 / rate(folding));
    fmt::print("  the map with its moves  {:>12.0f} patients/s, {:.2f} µs each\n", rate(counting),
               1e6 / rate(counting));
    return 0;
}
