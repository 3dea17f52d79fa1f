#include "simulation/feed.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "simulation/machine.h"
#include "simulation/world.h"

namespace parcours::simulation {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

std::string meta(std::uint32_t version, Instant at) {
    return fmt::format(R"("meta":{{"versionId":"{}","lastUpdated":"{}"}})", version,
                       format_instant(std::chrono::floor<std::chrono::seconds>(at)));
}

}  // namespace

void Feed::begin(Instant until) {
    const std::uint64_t count = 4 + world_.random.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        new_person();
    }
    new_appointment();
    new_appointment();
    happen(until);
}

std::vector<std::string> Feed::patients() const {
    std::vector<std::string> ids;
    for (const Person& person : people_) {
        ids.push_back(person.id);
    }
    return ids;
}

void Feed::happen(Instant until) {
    if (world_.now > until) {
        return;
    }
    world_.in(world_.between(minutes{30}, hours{24}), [this, until] {
        const bool odd = world_.has(Fault::Feed);
        switch (world_.random.below(odd ? 10 : 5)) {
            case 0:
                new_person();
                break;
            case 1:
            case 2:
                new_appointment();
                break;
            case 3:
            case 4:
                change_appointment();
                break;
            case 5:
            case 6:
                change_person();
                break;
            case 7:
            case 8:
                repeat();
                break;
            default:
                consent();
        }
        happen(until);
    });
}

void Feed::new_person() {
    const auto number = static_cast<std::uint32_t>(people_.size());
    Person person;
    person.id = fmt::format("p{}", number);
    const bool shares = number > 0 && world_.chance(0.3);
    person.phone = shares ? people_[world_.random.below(number)].phone
                          : fmt::format("+1413555{:04}", 100 + number);
    person.email = world_.chance(0.7) ? fmt::format("p{}@example.org", number) : std::string();
    person.phone = world_.chance(0.1) ? std::string() : person.phone;
    person.language = world_.one_of({"en", "en", "fr", "zh"});
    people_.push_back(std::move(person));
    send_person(people_.back());
}

void Feed::send_person(Person& person) {
    std::string telecom;
    if (!person.email.empty()) {
        telecom = fmt::format(R"({{"system":"email","value":"{}"}})", person.email);
    }
    if (!person.phone.empty()) {
        telecom += fmt::format(R"({}{{"system":"phone","use":"mobile","value":"{}"}})",
                               telecom.empty() ? "" : ",", person.phone);
    }
    std::string more;
    if (!person.died.empty()) {
        more += fmt::format(R"(,"deceasedDateTime":"{}")", person.died);
    }
    if (!person.merged_into.empty()) {
        more += fmt::format(
            R"(,"link":[{{"type":"replaced-by","other":{{"reference":"Patient/{}"}}}}])",
            person.merged_into);
    }
    person.sent.push_back(fmt::format(
        R"({{"resourceType":"Patient","id":"{0}",{1},"active":{2},"birthDate":"1980-04-02",)"
        R"("name":[{{"given":["{0}"],"family":"Example"}}],"communication":[{{"language":)"
        R"({{"coding":[{{"code":"{3}"}}]}}}}],"telecom":[{4}]{5}}})",
        person.id, meta(++person.version, world_.now), person.active, person.language, telecom,
        more));
    send(person.sent.back());
}

void Feed::new_appointment() {
    const Person& person = people_[world_.random.below(people_.size())];
    Appointment appointment;
    appointment.id = fmt::format("a{}", appointments_.size());
    appointment.patient = person.id;
    appointment.start = std::chrono::floor<minutes>(world_.now + world_.between(hours{5}, days{9}));
    appointments_.push_back(std::move(appointment));
    send_appointment(appointments_.back());
}

void Feed::send_appointment(Appointment& appointment) {
    appointment.sent.push_back(fmt::format(
        R"({{"resourceType":"Appointment","id":"{}",{},"status":"{}","created":"2026-01-05",)"
        R"("start":"{}","participant":[{{"actor":{{"reference":"Patient/{}"}},)"
        R"("status":"accepted"}}]}})",
        appointment.id, meta(++appointment.version, world_.now), appointment.status,
        format_instant(appointment.start), appointment.patient));
    send(appointment.sent.back());
}

void Feed::change_appointment() {
    Appointment& appointment = appointments_[world_.random.below(appointments_.size())];
    switch (world_.random.below(world_.has(Fault::Feed) ? 4 : 2)) {
        case 0:
            appointment.start += world_.between(-hours{48}, hours{96});
            appointment.start = std::chrono::floor<minutes>(appointment.start);
            break;
        case 1:
            appointment.status = appointment.status == "booked" ? "cancelled" : "booked";
            break;
        case 2:
            appointment.status = "entered-in-error";
            break;
        default:
            appointment.status = "booked";
    }
    send_appointment(appointment);
}

void Feed::change_person() {
    const std::size_t number = world_.random.below(people_.size());
    Person& person = people_[number];
    switch (world_.random.below(7)) {
        case 0:
            person.phone = fmt::format("+1413555{:04}", 1000 + world_.random.below(40));
            break;
        case 1:
            person.email = fmt::format("q{}@example.org", world_.random.below(20));
            break;
        case 2:
            person.died = person.died.empty() ? format_date(world_.now - days{1}) : std::string();
            break;
        case 3:
            person.active = !person.active;
            break;
        case 4:
        case 5:
            // Merged into another, who is not merged themselves; or the merge is taken back.
            if (!person.merged_into.empty()) {
                person.merged_into.clear();
            } else if (const Person& other = people_[(number + 1) % people_.size()];
                       other.merged_into.empty() && other.id != person.id) {
                person.merged_into = other.id;
            }
            break;
        default:
            person.language = world_.one_of({"en", "fr", "zh", "tlh"});
    }
    send_person(person);
}

/// Something that was sent before: the same again, or a stale version.
void Feed::repeat() {
    const std::vector<std::string>& sent =
        world_.chance(0.5) ? people_[world_.random.below(people_.size())].sent
                           : appointments_[world_.random.below(appointments_.size())].sent;
    send(sent[world_.random.below(sent.size())]);
}

void Feed::consent() {
    const Person& person = people_[world_.random.below(people_.size())];
    send(
        fmt::format(R"({{"resourceType":"Consent","id":"c{}",{},"status":"active","patient":)"
                    R"({{"reference":"Patient/{}"}},"dateTime":"{}","provision":{{"type":"{}"}}}})",
                    consents_++, meta(1, world_.now), person.id, format_date(world_.now),
                    world_.one_of({"deny", "permit"})));
}

void Feed::send(const std::string& document) {
    // Some of it arrives late.
    const bool late = world_.strikes(Fault::Feed, 0.2);
    const Duration wait = late ? world_.between(hours{1}, hours{60}) : Duration{};
    world_.in(wait, [this, document] {
        if (machine_.take_in(document)) {
            world_.note("record " + document.substr(17, 40));
            machine_.work();
        } else {
            world_.in(world_.between(minutes{5}, minutes{60}),
                      [this, document] { send(document); });
        }
    });
}

}  // namespace parcours::simulation
