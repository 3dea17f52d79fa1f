#include "record/patient_profile.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "record/engagement.h"

namespace parcours {
namespace {

constexpr std::string_view channel_system = "https://parcours.example/fhir/CodeSystem/channel";
constexpr std::string_view topic_system = "https://parcours.example/fhir/CodeSystem/topic";
constexpr std::string_view zone_extension = "http://hl7.org/fhir/StructureDefinition/timezone";
constexpr std::string_view patient_zone_extension =
    "http://hl7.org/fhir/StructureDefinition/tz-code";

std::optional<Instant> instant_of(const JsonView& value) {
    const auto parsed = parse_date_time(value.text());
    return parsed ? std::optional(parsed->start) : std::nullopt;
}

std::vector<ContactPoint> read_telecom(const JsonView& list) {
    std::vector<ContactPoint> points;
    for (const JsonView item : list.elements()) {
        ContactPoint point;
        point.system = item["system"].text();
        point.value = item["value"].text();
        point.use = item["use"].text();
        point.rank = static_cast<int>(item["rank"].integer().value_or(0));
        point.start = instant_of(item["period"]["start"]);
        // A period's end given as a date includes that day.
        if (const auto end = parse_date_time(item["period"]["end"].text())) {
            point.end = end->precision <= Precision::Day ? end->end() : end->start;
        }
        if (!point.value.empty()) {
            points.push_back(std::move(point));
        }
    }
    return points;
}

/// The official or usual name, else the first that is not old.
JsonView best_name(const JsonView& names) {
    JsonView best;
    int best_rank = 3;
    for (const JsonView name : names.elements()) {
        const std::string_view use = name["use"].text();
        const int rank = use == "usual" ? 0 : use == "official" ? 1 : use == "old" ? 3 : 2;
        if (!best || rank < best_rank) {
            best = name;
            best_rank = rank;
        }
    }
    return best;
}

std::string full_name(const JsonView& name) {
    std::string text(name["text"].text());
    if (!text.empty()) {
        return text;
    }
    for (const JsonView given : name["given"].elements()) {
        text += given.text();
        text += ' ';
    }
    text += name["family"].text();
    return text;
}

void read_name(const JsonView& names, PatientProfile& profile) {
    const JsonView name = best_name(names);
    profile.family = name["family"].text();
    const auto given = name["given"].elements();
    profile.given = given.empty() ? std::string() : std::string(given.front().text());
    profile.full_name = full_name(name);
}

std::string preferred_language(const JsonView& communications) {
    std::string found;
    for (const JsonView one : communications.elements()) {
        const auto codings = one["language"]["coding"].elements();
        const std::string_view code =
            codings.empty() ? std::string_view{} : codings.front()["code"].text();
        if (!code.empty() && (found.empty() || one["preferred"].boolean().value_or(false))) {
            found = code;
        }
    }
    return found;
}

bool is_guardian(std::string_view code) {
    return code == "GUARD" || code == "PRN" || code == "MTH" || code == "FTH" ||
           code == "guardian" || code == "parent";
}

std::vector<RelatedContact> read_contacts(const JsonView& list) {
    std::vector<RelatedContact> contacts;
    for (const JsonView item : list.elements()) {
        RelatedContact contact;
        contact.name = full_name(item["name"]);
        for (const JsonView relationship : item["relationship"].elements()) {
            for (const JsonView coding : relationship["coding"].elements()) {
                contact.relationships.emplace_back(coding["code"].text());
            }
        }
        contact.guardian = std::ranges::any_of(contact.relationships, is_guardian);
        contact.telecom = read_telecom(item["telecom"]);
        contacts.push_back(std::move(contact));
    }
    return contacts;
}

/// The home address, else the first that is not old.
void read_address(const JsonView& addresses, PatientProfile& profile) {
    JsonView best;
    for (const JsonView address : addresses.elements()) {
        const std::string_view use = address["use"].text();
        if (use == "old") {
            continue;
        }
        if (!best || use == "home") {
            best = address;
        }
    }
    profile.country = best["country"].text();
    profile.state = best["state"].text();
    profile.postal_code = best["postalCode"].text();
}

void read_zone(const JsonView& extensions, PatientProfile& profile) {
    for (const JsonView extension : extensions.elements()) {
        const std::string_view url = extension["url"].text();
        if (url == zone_extension || url == patient_zone_extension) {
            profile.time_zone = extension["valueCode"].text(extension["valueString"].text());
        }
    }
}

/// The codes of one system in `provision.code`.
std::vector<std::string> provision_codes(const JsonView& provision, std::string_view system) {
    std::vector<std::string> codes;
    for (const JsonView code_concept : provision["code"].elements()) {
        for (const JsonView coding : code_concept["coding"].elements()) {
            if (coding["system"].text() == system) {
                codes.emplace_back(coding["code"].text());
            }
        }
    }
    return codes;
}

}  // namespace

Result<PatientProfile> parse_patient_profile(std::string_view json) {
    JsonDocument document;
    const auto parsed = document.parse(json);
    if (!parsed) {
        return pass_on(parsed);
    }
    const JsonView root = *parsed;
    if (root["resourceType"].text() != "Patient") {
        return fail(ErrorCode::InvalidInput, "a Patient resource was expected");
    }
    PatientProfile profile;
    profile.id = root["id"].text();
    profile.gender = root["gender"].text();
    read_name(root["name"], profile);
    if (const auto birth = parse_date_time(root["birthDate"].text())) {
        profile.birth = utc_date(birth->start);
    }
    profile.active = root["active"].boolean().value_or(true);
    profile.deceased =
        root["deceasedBoolean"].boolean().value_or(false) || root["deceasedDateTime"].exists();
    profile.language = preferred_language(root["communication"]);
    profile.telecom = read_telecom(root["telecom"]);
    profile.contacts = read_contacts(root["contact"]);
    read_address(root["address"], profile);
    read_zone(root["extension"], profile);
    return profile;
}

Result<std::vector<ContactChoice>> parse_consent(std::string_view json) {
    JsonDocument document;
    const auto parsed = document.parse(json);
    if (!parsed) {
        return pass_on(parsed);
    }
    const JsonView root = *parsed;
    std::vector<ContactChoice> choices;
    const std::string_view type = root["provision"]["type"].text();
    if (root["resourceType"].text() != "Consent" || root["status"].text() != "active" ||
        (type != "deny" && type != "permit")) {
        return choices;
    }
    const JsonView provision = root["provision"];
    const Instant at = instant_of(root["dateTime"])
                           .value_or(instant_of(provision["period"]["start"]).value_or(Instant{}));
    auto topics = provision_codes(provision, topic_system);
    auto channels = provision_codes(provision, channel_system);
    if (topics.empty() && channels.empty()) {
        return choices;  // it speaks of something else than being contacted
    }
    topics.resize(std::max<std::size_t>(topics.size(), 1));
    channels.resize(std::max<std::size_t>(channels.size(), 1));
    for (const std::string& channel : channels) {
        for (const std::string& topic : topics) {
            choices.push_back({channel, topic, type == "permit", at,
                               "Consent/" + std::string(root["id"].text())});
        }
    }
    return choices;
}

}  // namespace parcours
