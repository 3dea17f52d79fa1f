#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "synth/calendar.h"
#include "synth/chance.h"
#include "synth/chart.h"
#include "synth/family.h"
#include "synth/life.h"
#include "synth/names.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

void append_name(Line& line, const Person& person, bool spelt_otherwise) {
    line.raw(R"([{"use":"official","family":")").raw(person.family.written);
    line.raw(R"(","given":[")").raw(person.given.written);
    line.raw(spelt_otherwise ? R"(","M."]})" : R"("]})");
    if (person.language == Language::Chinese) {
        line.raw(R"(,{"use":"usual","family":")").raw(person.family.ascii);
        line.raw(R"(","given":[")").raw(person.given.ascii).raw("\"]}");
    }
    line.raw("]");
}

/// The telecom list of a person; members that are empty are left out. True where any was written.
void append_telecom(Line& line, const Person& person) {
    bool first = true;
    const auto add = [&](std::string_view system, const std::string& value, std::string_view use) {
        if (value.empty()) {
            return;
        }
        line.raw(first ? R"(,"telecom":[{"system":")" : R"(,{"system":")");
        line.raw(system).raw(R"(","value":")").raw(value).raw(R"(","use":")").raw(use).raw("\"}");
        first = false;
    };
    add("phone", person.phone_mobile, "mobile");
    add("phone", person.phone_home, "home");
    add("email", person.email, "home");
    if (!first) {
        line.raw("]");
    }
}

void append_address(Line& line, const Family& family, const Person& person) {
    line.raw(R"(,"address":[{"use":"home","line":[")").raw(family.street);
    line.raw(R"("],"city":")").raw(family.town.city).raw("\"");
    if (!family.town.state.empty()) {
        line.text("state", family.town.state);
    }
    line.text("postalCode", family.town.postal_code).text("country", family.town.country);
    if (person.left) {
        line.raw(R"(,"period":{"end":")");
        append_day(line.out(), *person.left);
        line.raw("\"}");
    }
    line.raw("}]");
}

void append_language(Line& line, const Person& person) {
    constexpr std::array<std::string_view, 3> codes = {"en", "fr", "zh"};
    line.raw(R"(,"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":")");
    line.raw(codes[static_cast<std::size_t>(person.language)]).raw(R"("}]},"preferred":true}])");
}

void append_guardian(Line& line, const Person& guardian) {
    line.raw(
        R"(,"contact":[{"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"GUARD","display":"guardian"}]}],"name":{"family":")");
    line.raw(guardian.family.written).raw(R"(","given":[")").raw(guardian.given.written);
    line.raw("\"]}");
    append_telecom(line, guardian);
    line.raw("}]");
}

void append_links(Line& line, const Family& family, const Person& person, std::size_t member) {
    const auto link = [&](const Person& other, std::string_view kind) {
        line.raw(R"(,"link":[{"other":{"reference":"Patient/)").raw(other.id);
        line.raw(R"("},"type":")").raw(kind).raw("\"}]");
    };
    if (person.duplicate_of != nobody) {
        if (person.merged) {
            link(family.members[person.duplicate_of], "replaced-by");
        }
        return;
    }
    for (const Person& other : family.members) {
        if (other.duplicate_of == member && other.merged) {
            link(other, "replaces");
        }
    }
}

/// The moment the resource last changed: a death or move, else its registration.
Moment changed_at(const Person& person) {
    const Day day = person.died ? *person.died : person.left ? *person.left : person.from;
    return start_of(day) + 1200;
}

void consent(Chart& chart, bool deny, std::string_view system, std::string_view code, Moment when) {
    Line line = chart.about(Type::Consent, chart.new_id(), when, "patient");
    line.raw(
        R"(,"status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}])");
    line.moment("dateTime", when);
    line.raw(
        R"(,"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":")");
    line.raw(
        deny
            ? R"(OPTOUT"}]},"provision":{"type":"deny","code":[{"coding":[{"system":"https://parcours.example/fhir/CodeSystem/)"
            : R"(OPTIN"}]},"provision":{"type":"permit","code":[{"coding":[{"system":"https://parcours.example/fhir/CodeSystem/)");
    line.raw(system).raw(R"(","code":")").raw(code).raw("\"}]}]}").end();
}

}  // namespace

void write_patient(Sheet& sheet, const Setting& setting, const Family& family, std::size_t member) {
    const Person& person = family.members[member];
    const bool inactive = person.left.has_value() || person.merged;
    Line line(sheet, Type::Patient, patient_id(person.key), changed_at(person));
    line.raw(R"(,"identifier":[{"system":"https://alder-falls.example/mrn","value":"AF)");
    append_decimal(line.out(), static_cast<std::int64_t>(person.key % 1000000000U), 0);
    line.raw("\"}]");
    line.raw(inactive ? R"(,"active":false,"name":)" : R"(,"active":true,"name":)");
    append_name(line, person, person.duplicate_of != nobody);
    append_telecom(line, person);
    line.text("gender", person.female ? "female" : "male").day("birthDate", person.born);
    if (person.died && person.told == Person::Told::Undated) {
        line.raw(R"(,"deceasedBoolean":true)");
    } else if (person.died && person.told == Person::Told::Dated) {
        line.moment("deceasedDateTime", start_of(*person.died) + 540);
    }
    append_address(line, family, person);
    append_language(line, person);
    if (person.guardian != nobody) {
        append_guardian(line, family.members[person.guardian]);
    }
    line.reference("managingOrganization", Type::Organization, organization_id(setting.seed, 0));
    append_links(line, family, person, member);
    line.end();
}

void write_guardian(Chart& chart) {
    const Person& person = chart.person();
    if (person.guardian == nobody) {
        return;
    }
    const Person& guardian = chart.family().members[person.guardian];
    Line line =
        chart.about(Type::RelatedPerson, chart.new_id(), start_of(person.from) + 900, "patient");
    line.raw(
        R"(,"active":true,"relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":")");
    line.raw(guardian.female ? R"(MTH","display":"mother"}]},)" : R"(FTH","display":"father"}]},)");
    line.raw(
        R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"GUARD","display":"guardian"}]}],"name":)");
    append_name(line, guardian, false);
    append_telecom(line, guardian);
    line.text("gender", guardian.female ? "female" : "male").end();
}

void write_consents(Chart& chart) {
    const Person& person = chart.person();
    if (age_on(person.born, person.to) < 16) {
        return;
    }
    Chance& chance = chart.chance();
    const auto when = [&] {
        return start_of(chance.between(std::min(person.from + 3, person.to - 1), person.to - 1)) +
               950;
    };
    if (chance.holds(0.05)) {
        constexpr std::array<std::string_view, 5> channels = {"sms", "sms", "email", "voice",
                                                              "letter"};
        const std::string_view channel = chance.pick(channels);
        const Moment said = when();
        consent(chart, true, "channel", channel, said);
        if (channel == "sms" && !person.phone_mobile.empty()) {
            say_stop(chart, said);
        }
    }
    if (chance.holds(0.025)) {
        constexpr std::array<std::string_view, 4> topics = {"cancer-screening", "marketing",
                                                            "immunization", "mental-health"};
        consent(chart, true, "topic", chance.pick(topics), when());
    }
    if (chance.holds(0.12)) {
        consent(chart, false, "topic", "marketing", when());
    }
    if (chance.holds(0.08)) {
        consent(chart, false, "channel", chance.holds(0.6) ? "sms" : "email", when());
    }
}

}  // namespace parcours::synth
