#include "scenario/person.h"

#include <algorithm>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "scenario/misfit.h"
#include "scenario/phrase.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

void write_point(JsonWriter& json, std::string_view system, std::string_view use,
                 std::string_view value) {
    json.begin_object().member("system", system);
    if (!use.empty()) {
        json.member("use", use);
    }
    json.member("value", value).end_object();
}

void write_coding(JsonWriter& json, std::string_view system, std::string_view code) {
    json.begin_object().key("coding").begin_array().begin_object();
    if (!system.empty()) {
        json.member("system", system);
    }
    json.member("code", code).end_object().end_array().end_object();
}

void write_telecom(JsonWriter& json, const Person& person) {
    json.key("telecom").begin_array();
    for (const std::string& email : person.emails) {
        write_point(json, "email", "", email);
    }
    for (const std::string& mobile : person.mobiles) {
        write_point(json, "phone", "mobile", mobile);
    }
    for (const std::string& landline : person.landlines) {
        write_point(json, "phone", "home", landline);
    }
    json.end_array();
}

void write_guardians(JsonWriter& json, const Person& person) {
    json.key("contact").begin_array();
    for (const Person::Guardian& guardian : person.guardians) {
        json.begin_object().key("relationship").begin_array();
        write_coding(json, "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "GUARD");
        json.end_array().key("name").begin_object().member("text", guardian.name).end_object();
        json.key("telecom").begin_array();
        if (!guardian.email.empty()) {
            write_point(json, "email", "", guardian.email);
        }
        if (!guardian.mobile.empty()) {
            write_point(json, "phone", "mobile", guardian.mobile);
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_place(JsonWriter& json, const Person& person) {
    if (!person.country.empty() || !person.state.empty() || !person.postal_code.empty()) {
        json.key("address").begin_array().begin_object().member("use", "home");
        for (const auto& [name, text] : {std::pair{"country", person.country},
                                         {"state", person.state},
                                         {"postalCode", person.postal_code}}) {
            if (!text.empty()) {
                json.member(name, text);
            }
        }
        json.end_object().end_array();
    }
    if (!person.zone.empty()) {
        json.key("extension").begin_array().begin_object();
        json.member("url", "http://hl7.org/fhir/StructureDefinition/timezone");
        json.member("valueCode", person.zone).end_object().end_array();
    }
}

/// How the life of the record ended, where it did.
void write_ending(JsonWriter& json, const Person& person) {
    if (!person.active) {
        json.member("active", false);
    }
    if (person.died == "yes") {
        json.member("deceasedBoolean", true);
    } else if (!person.died.empty()) {
        json.member("deceasedDateTime", person.died);
    }
    if (!person.merged_into.empty()) {
        json.key("link").begin_array().begin_object().member("type", "replaced-by");
        json.key("other").begin_object().member("reference", "Patient/" + person.merged_into);
        json.end_object().end_object().end_array();
    }
}

std::vector<Trait> make_traits() {
    using P = Person;
    using S = Slots;
    const auto add = [](std::vector<std::string>& list, const std::string& value) {
        if (std::ranges::find(list, value) == list.end()) {
            list.push_back(value);
        }
    };
    return {
        {Phrase("born {date}"), "Else 1990-04-02; only the year, or year and month, will do.",
         [](P& p, const S& s) { p.birth = s.text("date"); }},
        {Phrase("named {given} [{family}]"), "Else the given name is the name in the scenario.",
         [](P& p, const S& s) {
             p.given = s.text("given");
             p.family = s.has("family") ? s.text("family") : p.family;
         }},
        {Phrase("without a name"), "The record has no given name.",
         [](P& p, const S&) { p.given.clear(); }},
        {Phrase("speaks {language}"), "A code: en, fr, zh. Else English.",
         [](P& p, const S& s) { p.language = s.text("language"); }},
        {Phrase("language not known"), "The record has no language.",
         [](P& p, const S&) { p.language.clear(); }},
        {Phrase("email {address}"), "One more e-mail address.",
         [add](P& p, const S& s) { add(p.emails, s.text("address")); }},
        {Phrase("no email"), "The record has no e-mail address any more.",
         [](P& p, const S&) { p.emails.clear(); }},
        {Phrase("mobile {number}"), "One more mobile phone.",
         [add](P& p, const S& s) { add(p.mobiles, s.text("number")); }},
        {Phrase("no mobile"), "The record has no mobile phone any more.",
         [](P& p, const S&) { p.mobiles.clear(); }},
        {Phrase("landline {number}"), "A phone at home.",
         [add](P& p, const S& s) { add(p.landlines, s.text("number")); }},
        {Phrase("guardian {name} [email {address}] [mobile {number}]"),
         "Who is spoken to while the patient is a minor.",
         [](P& p, const S& s) {
             p.guardians.push_back({s.text("name"), s.text("address"), s.text("number")});
         }},
        {Phrase("lives in {country} [{state}] [postcode {code}]"),
         "ISO codes, such as US CA or FR; the address tells the time zone.",
         [](P& p, const S& s) {
             p.country = s.text("country");
             p.state = s.text("state");
             p.postal_code = s.text("code");
         }},
        {Phrase("time zone {zone}"), "As the record has it; goes before the address.",
         [](P& p, const S& s) { p.zone = s.text("zone"); }},
        {Phrase("died [on {day:moment}]"), "The death stands in the record.",
         [](P& p, const S& s) { p.died = s.has("day") ? s.text("day") : "yes"; }},
        {Phrase("alive"), "A death that was recorded by mistake is taken back.",
         [](P& p, const S&) { p.died.clear(); }},
        {Phrase("left the practice"), "The record is no longer active.",
         [](P& p, const S&) { p.active = false; }},
        {Phrase("back in the practice"), "The record is active again.",
         [](P& p, const S&) { p.active = true; }},
        {Phrase("merged into {other}"), "The record was one of two of the same person.",
         [](P& p, const S& s) { p.merged_into = s.text("other"); }},
    };
}

}  // namespace

std::string Person::resource() const {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("resourceType", "Patient").member("id", id);
    json.member("birthDate", birth);
    if (!gender.empty()) {
        json.member("gender", gender);
    }
    json.key("name").begin_array().begin_object();
    if (!given.empty()) {
        json.key("given").begin_array().value(given).end_array();
    }
    json.member("family", family).end_object().end_array();
    if (!language.empty()) {
        json.key("communication").begin_array().begin_object().key("language");
        write_coding(json, "", language);
        json.end_object().end_array();
    }
    write_telecom(json, *this);
    write_guardians(json, *this);
    write_place(json, *this);
    write_ending(json, *this);
    json.end_object();
    return text;
}

std::string Person::address(std::string_view channel) const {
    const auto first = [](const std::vector<std::string>& list) {
        return list.empty() ? std::string() : list.front();
    };
    if (channel == "email") {
        return emails.empty() && !guardians.empty() ? guardians.front().email : first(emails);
    }
    return mobiles.empty() && !guardians.empty() ? guardians.front().mobile : first(mobiles);
}

std::span<const Trait> traits() {
    static const std::vector<Trait> all = make_traits();
    return all;
}

Result<> describe(Person& person, const Words& words) {
    auto from = words.begin();
    while (from != words.end()) {
        const auto to =
            std::find_if(from, words.end(), [](const Word& word) { return word.is(","); });
        const Words part(from, to);
        if (part.empty()) {
            return fail(ErrorCode::InvalidInput, "something is missing between the commas",
                        from->where);
        }
        std::vector<Phrase::Fit> misfits;
        bool set = false;
        for (const Trait& trait : traits()) {
            Phrase::Fit fit = trait.phrase.fit(part);
            if (fit.whole) {
                trait.set(person, fit.slots);
                set = true;
                break;
            }
            misfits.push_back(std::move(fit));
        }
        if (!set) {
            return std::unexpected(misfit(part, misfits, "of a patient"));
        }
        from = to == words.end() ? to : to + 1;
    }
    return {};
}

}  // namespace parcours::scenario
