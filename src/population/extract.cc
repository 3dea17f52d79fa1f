#include "population/extract.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "population/part_rows.h"
#include "population/patients.h"
#include "population/table.h"
#include "record/fact.h"

namespace parcours::population {
namespace {

void extract_name(const Patients& patients, PatientNumber number, PartRows& out) {
    const Key key = patients.key[number];
    if (!out.name_of.add(key, static_cast<std::uint32_t>(out.names.size())).second) {
        return;
    }
    const std::string_view source = patients.source_name(number);
    auto found = std::ranges::find(out.sources, source);
    if (found == out.sources.end()) {
        out.sources.emplace_back(source);
        found = out.sources.end() - 1;
    }
    const std::string_view id = patients.id(number);
    out.names.push_back({key, static_cast<std::uint16_t>(found - out.sources.begin()),
                         static_cast<std::uint32_t>(out.ids.size()),
                         static_cast<std::uint32_t>(id.size())});
    out.ids += id;
}

void extract_person(const Patients& patients, PatientNumber number, PartRows& out) {
    PartPatient& patient = out.patients.emplace_back();
    patient.fact = patients.fact(number);
    patient.version = {patients.last_updated[number], patients.version[number],
                       patients.position[number]};
    patient.birth_precision = patients.birth_precision[number];
    patient.deceased_precision = patients.deceased_precision[number];
    patient.deceased_offset = patients.deceased_offset[number];
    constexpr std::uint8_t of_shape = Patients::flag_exact | Patients::flag_said_alive |
                                      Patients::flag_said_unknown | Patients::flag_said_active;
    patient.shape = patients.flags[number] & of_shape;
}

}  // namespace

void extract_patient(const Index& index, PatientNumber number, PartRows& out) {
    const Patients& patients = index.patients();
    extract_name(patients, number, out);
    if (patients.position[number] != 0) {  // else only referred to
        extract_person(patients, number, out);
    }
    for (const Table& table : index.tables()) {
        const auto [from, to] = table.rows_of(number);
        for (std::uint32_t row = from; row < to; ++row) {
            extract_row(index, table, row, out);
        }
    }
}

void extract_row(const Index& index, const Table& table, std::uint32_t row, PartRows& out) {
    PartRow& to = out.rows.emplace_back();
    to.fact = table.fact(row);
    to.fact.links = {};
    const PatientNumber owner = table.owner[row];
    to.owner = owner == no_patient ? 0 : index.patients().key[owner];
    const auto links = table.links_of(row);
    to.link_begin = static_cast<std::uint32_t>(out.links.size());
    to.link_count = static_cast<std::uint32_t>(links.size());
    out.links.insert(out.links.end(), links.begin(), links.end());
    to.version = {table.last_updated[row], table.version[row], table.position[row]};
    to.unit = table.unit[row];
    to.start_offset = table.start_offset[row];
    to.end_offset = table.end_offset[row];
    to.end_precision = table.end_precision[row];
    to.shape = table.shape[row];
}

Translation translation_of_extracts(const Dictionary& dictionary) {
    Translation same;
    same.concepts.resize(dictionary.concept_count());
    std::iota(same.concepts.begin(), same.concepts.end(), ConceptId{0});
    same.units.resize(dictionary.unit_count());
    std::iota(same.units.begin(), same.units.end(), UnitId{0});
    return same;
}

}  // namespace parcours::population
