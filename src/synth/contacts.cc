#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "synth/life.h"

namespace parcours::synth {
namespace {

/// A call, message or web visit. Direction is told by the sender.
struct Contact {
    std::string_view medium;  ///< of v3-ParticipationMode
    std::string_view topic;   ///< of the local code system "contact"
    std::string_view text;
    bool from_patient = true;
};

constexpr std::array<Contact, 7> asked = {{
    {"PHONE", "booking", "Asks for an appointment"},
    {"PHONE", "symptom", "Calls about a new symptom"},
    {"PHONE", "prescription", "Asks for a repeat prescription"},
    {"EMAILWRIT", "clinical-question", "Asks whether a medicine can be stopped"},
    {"SMSWRIT", "reply", "YES"},
    {"ONLINEWRIT", "web-visit", "Read the page on check-ups"},
    {"PHONE", "abandoned", "Hung up before anyone answered"},
}};
constexpr std::array<Contact, 4> told = {{
    {"SMSWRIT", "reminder", "Reminder of your appointment", false},
    {"PHONE", "result", "Told the result of the blood test", false},
    {"MAILWRIT", "recall", "Invited to a check-up", false},
    {"EMAILWRIT", "information", "Sent the opening hours", false},
}};

void communicate(Chart& chart, const Contact& contact, Moment when) {
    Line line = chart.about(Type::Communication, chart.new_id(), when);
    line.raw(R"(,"status":"completed")");
    line.raw(R"(,"medium":[{"coding":[)");
    line.coding({System::ParticipationMode, contact.medium, ""}).raw("]}]");
    line.raw(R"(,"topic":{"coding":[)").coding({System::Local, contact.topic, ""}).raw("]}");
    line.moment("sent", when);
    line.raw(contact.from_patient ? R"(,"sender":{"reference":")" : R"(,"recipient":[{"reference":")");
    line.raw(chart.subject()).raw(contact.from_patient ? "\"}" : "\"}]");
    if (contact.from_patient) {
        line.references("recipient", Type::Organization, organization_id(chart.setting().seed, 0));
    } else {
        line.reference("sender", Type::Organization, organization_id(chart.setting().seed, 0));
    }
    line.raw(R"(,"payload":[{"contentString":")").raw(contact.text).raw("\"}]").end();
}

Moment moment_between(Chart& chart, Day from, Day to) {
    return start_of(chart.chance().between(from, std::max(from, to))) + 13 * 60 +
           chart.chance().between(0, 540);
}

void answer(Chart& chart, std::string_view questionnaire, Moment when, std::string_view link,
            std::int64_t value) {
    Line line = chart.about(Type::QuestionnaireResponse, chart.new_id(), when);
    line.raw(R"(,"questionnaire":"https://parcours.example/fhir/Questionnaire/)").raw(questionnaire);
    line.raw(R"(","status":"completed")").moment("authored", when);
    line.raw(R"(,"source":{"reference":")").raw(chart.subject());
    line.raw(R"("},"item":[{"linkId":")").raw(link).raw(R"(","answer":[{"valueInteger":)");
    append_decimal(line.out(), value, 0);
    line.raw("}]}]").end();
}

}  // namespace

void live_contacts(Chart& chart, const std::vector<Course>& courses) {
    const Person& person = chart.person();
    const bool child = age_on(person.born, person.to) < 16;
    const Day last = person.to - 1;
    const Day from = std::min(person.from + 2, last);
    if (person.never_seen) {
        // Known to the practice only by a call or a look at its pages.
        const Day recent = std::max(from, last - 300);
        communicate(chart, asked[chart.chance().holds(0.6) ? 0 : 5], moment_between(chart, recent, last));
        return;
    }
    const double years = static_cast<double>(person.to - person.from) / 365.0;
    const auto calls = static_cast<std::int64_t>(years * (courses.size() > 2 ? 0.30 : 0.16) *
                                                     std::min(2.5, 1.3 * chart.setting().volume) +
                                                 chart.chance().unit());
    for (std::int64_t i = 0; i < calls; ++i) {
        const bool from_patient = chart.chance().holds(0.55);
        const Contact& contact = from_patient ? chart.chance().pick(asked) : chart.chance().pick(told);
        communicate(chart, contact, moment_between(chart, from, last));
    }
    if (!child && chart.documented(0.12)) {
        answer(chart, "intake", start_of(from) + 900, "reason-in-own-words-length",
               chart.chance().between(3, 60));
    }
    if (!child && chart.documented(0.05)) {
        answer(chart, "self-check-diabetes", moment_between(chart, from, last), "findrisc-total",
               chart.chance().whole_around(9, 4, 0, 24));
    }
    for (const Course& course : courses) {
        const Day onset = std::max(course.affliction->onset, from);
        if (course.row->disease == Disease::Depression && onset + 60 < last && chart.documented(0.4)) {
            answer(chart, "phq-9", moment_between(chart, onset + 30, last), "phq9-total",
                   chart.chance().whole_around(8, 4, 0, 24));
        }
    }
}

void book(Chart& chart, std::string_view status, Moment start, Moment created, std::string_view kind,
          const Code* reason) {
    const Moment made = std::max(std::min(created, start == 0 ? created : start - 30),
                                 start_of(chart.person().from));
    const bool ahead = start == 0 || start > start_of(chart.setting().until);
    // An Appointment names its patient among the participants.
    Line line = chart.open(Type::Appointment, ahead ? made : start);
    line.text("status", status);
    line.raw(R"(,"appointmentType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0276","code":")");
    line.raw(kind).raw("\"}]}");
    if (reason != nullptr) {
        line.concepts("reasonCode", *reason);
    }
    if (start != 0) {
        line.moment("start", start).moment("end", start + 30);
    }
    line.moment("created", made);
    const bool sure = status != "proposed" && status != "waitlist";
    line.raw(R"(,"participant":[{"actor":{"reference":")").raw(chart.subject());
    line.raw(sure ? R"("},"status":"accepted"},{"actor":{"reference":"Practitioner/)"
                  : R"("},"status":"needs-action"},{"actor":{"reference":"Practitioner/)");
    append_id(line.out(), chart.doctor());
    line.raw(sure ? R"("},"status":"accepted"}])" : R"("},"status":"needs-action"}])").end();
}

void refer(Chart& chart, const Code& service, Moment authored, bool done, const Problem* reason) {
    Line line = chart.about(Type::ServiceRequest, chart.new_id(), authored);
    line.text("status", done ? "completed" : "active").raw(R"(,"intent":"order")");
    line.concepts("category", snomed("3457005", "Patient referral"));
    line.concept_of("code", service);
    line.moment("authoredOn", authored);
    line.reference("requester", Type::Practitioner, chart.doctor());
    if (reason != nullptr) {
        line.references("reasonReference", Type::Condition, reason->id);
    }
    line.end();
}

}  // namespace parcours::synth
