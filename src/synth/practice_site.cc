#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/chart.h"
#include "synth/family.h"
#include "synth/names.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

constexpr std::uint64_t practice_key = 0xC11A1CU;

void write_organization(Sheet& sheet, const Setting& setting, std::size_t number,
                        std::string_view name, Moment made) {
    Line line(sheet, Type::Organization, organization_id(setting.seed, number), made);
    line.raw(
        R"(,"active":true,"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/organization-type","code":"prov"}]}])");
    line.text("name", name);
    line.raw(
        R"(,"telecom":[{"system":"phone","value":"+1 413 555 0100"}],"address":[{"line":["1 Millrace Road"],"city":"Alder Falls","state":"MA","postalCode":"01099","country":"US"}])");
    line.end();
}

void write_practitioner(Sheet& sheet, const Setting& setting, std::size_t number, Moment made) {
    Chance chance(mixed(setting.seed, practice_key + 31 * number));
    const bool female = chance.holds(0.55);
    const auto language = static_cast<Language>(chance.weighted(std::array<int, 3>{70, 15, 15}));
    Line line(sheet, Type::Practitioner, practitioner_id(setting.seed, number), made);
    line.raw(R"(,"active":true,"name":[{"family":")");
    line.raw(chance.pick(family_names(language)).written).raw(R"(","given":[")");
    line.raw(chance.pick(given_names(language, female)).written).raw(R"("],"prefix":["Dr."]}])");
    line.text("gender", female ? "female" : "male");
    line.end();
}

}  // namespace

Id practitioner_id(std::uint64_t seed, std::size_t number) {
    return {mixed(seed ^ practice_key, 100000 + number)};
}

Id organization_id(std::uint64_t seed, std::size_t number) {
    return {mixed(seed ^ practice_key, 10 + number)};
}

Id location_id(std::uint64_t seed) {
    return {mixed(seed ^ practice_key, 5)};
}

void write_practice(Sheet& sheet, const Setting& setting) {
    const Moment made = start_of(setting.until - 3653);
    write_organization(sheet, setting, 0, "Alder Falls Family Practice", made);
    write_organization(sheet, setting, 1, "Quabbin Mills General Hospital", made);
    Line place(sheet, Type::Location, location_id(setting.seed), made);
    place.raw(
        R"(,"status":"active","name":"Alder Falls Family Practice, main building","mode":"instance","address":{"line":["1 Millrace Road"],"city":"Alder Falls","state":"MA","postalCode":"01099","country":"US"})");
    place.reference("managingOrganization", Type::Organization, organization_id(setting.seed, 0));
    place.end();
    for (std::size_t i = 0; i < setting.practitioners; ++i) {
        write_practitioner(sheet, setting, i, made);
    }
}

}  // namespace parcours::synth
