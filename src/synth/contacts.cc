#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synth/calendar.h"
#include "synth/chart.h"
#include "synth/codes.h"
#include "synth/diseases.h"
#include "synth/life.h"
#include "synth/sheet.h"

namespace parcours::synth {
namespace {

/// Words in English, French and Chinese, in the order of `Language`.
using Words = std::array<std::string_view, 3>;

/// A call, message or web visit. Direction is told by the sender.
struct Contact {
    std::string_view medium;  ///< of v3-ParticipationMode
    std::string_view topic;   ///< of the local code system "contact"
    Words words;
    bool from_patient = true;
};

constexpr std::array<Contact, 9> asked = {{
    {"PHONE", "booking", {"Asks for an appointment", "Demande un rendez-vous", "要求预约"}},
    {"PHONE", "symptom", {"Dizzy for three days", "Vertiges depuis trois jours", "头晕三天了"}},
    {"PHONE", "symptom", {"Cough that does not go away", "Toux qui ne passe pas", "咳嗽一直不好"}},
    {"PHONE",
     "prescription",
     {"Asks for a repeat prescription", "Demande un renouvellement d'ordonnance", "要求续开处方"}},
    {"EMAILWRIT",
     "clinical-question",
     {"Can I stop the tablets when I feel well?", "Puis-je arrêter les comprimés si je vais bien ?",
      "感觉好了可以停药吗？"}},
    {"SMSWRIT", "reply", {"YES", "OUI", "好"}},
    {"SMSWRIT",
     "reply",
     {"Chest pain since this morning", "Douleur dans la poitrine depuis ce matin", "今早开始胸痛"}},
    {"ONLINEWRIT",
     "web-visit",
     {"Read the page on check-ups", "A lu la page sur les bilans", "浏览了体检页面"}},
    {"PHONE",
     "abandoned",
     {"Hung up before anyone answered", "A raccroché avant la réponse", "接通前已挂断"}},
}};
constexpr const Contact& booking = asked[0];
constexpr const Contact& web_visit = asked[7];

constexpr std::array<Contact, 4> told = {{
    {"SMSWRIT",
     "reminder",
     {"Reminder of your appointment", "Rappel de votre rendez-vous", "预约提醒"},
     false},
    {"PHONE",
     "result",
     {"Told the result of the blood test", "Résultat de la prise de sang donné", "已告知验血结果"},
     false},
    {"MAILWRIT", "recall", {"Invited to a check-up", "Invitation à un bilan", "邀请体检"}, false},
    {"EMAILWRIT",
     "information",
     {"Sent the opening hours", "Horaires d'ouverture envoyés", "已发送开放时间"},
     false},
}};

constexpr Contact stop{"SMSWRIT", "stop", {"STOP", "ARRET", "退订"}};

constexpr std::array<Words, 4> reasons = {{
    {"I am tired all the time", "Je suis tout le temps fatigué", "总是很累"},
    {"My knee hurts on the stairs", "Mon genou fait mal dans l'escalier", "上楼梯膝盖疼"},
    {"I want a check-up", "Je voudrais un bilan", "想做体检"},
    {"I sleep badly", "Je dors mal", "睡不好"},
}};

std::string_view in_language(const Chart& chart, const Words& words) {
    return words[static_cast<std::size_t>(chart.person().language)];
}

void communicate(Chart& chart, const Contact& contact, Moment when) {
    Line line = chart.about(Type::Communication, chart.new_id(), when);
    line.raw(R"(,"status":"completed")");
    line.raw(R"(,"medium":[{"coding":[)");
    line.coding({System::ParticipationMode, contact.medium, ""}).raw("]}]");
    line.raw(R"(,"topic":{"coding":[)").coding({System::Local, contact.topic, ""}).raw("]}");
    line.moment("sent", when);
    line.raw(contact.from_patient ? R"(,"sender":{"reference":")"
                                  : R"(,"recipient":[{"reference":")");
    line.raw(chart.subject()).raw(contact.from_patient ? "\"}" : "\"}]");
    if (contact.from_patient) {
        line.references("recipient", Type::Organization, organization_id(chart.setting().seed, 0));
    } else {
        line.reference("sender", Type::Organization, organization_id(chart.setting().seed, 0));
    }
    line.raw(R"(,"payload":[{"contentString":")")
        .raw(in_language(chart, contact.words))
        .raw("\"}]")
        .end();
}

Moment moment_between(Chart& chart, Day from, Day to) {
    return start_of(chart.chance().between(from, std::max(from, to))) + 780 +
           chart.chance().between(0, 540);
}

/// One answer; `value` is JSON with the name of its type before it.
void answer(Chart& chart, std::string_view questionnaire, Moment when, std::string_view link,
            const std::string& value) {
    Line line = chart.about(Type::QuestionnaireResponse, chart.new_id(), when);
    line.raw(R"(,"questionnaire":"https://parcours.example/fhir/Questionnaire/)")
        .raw(questionnaire);
    line.raw(R"(","status":"completed")").moment("authored", when);
    line.raw(R"(,"source":{"reference":")").raw(chart.subject());
    line.raw(R"("},"item":[{"linkId":")").raw(link).raw(R"(","answer":[{)").raw(value);
    line.raw("}]}]").end();
}

std::string number(std::int64_t value) {
    return R"("valueInteger":)" + std::to_string(value);
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
        communicate(chart, chart.chance().holds(0.6) ? booking : web_visit,
                    moment_between(chart, recent, last));
        return;
    }
    const double years = static_cast<double>(person.to - person.from) / 365.0;
    const auto calls = static_cast<std::int64_t>(years * (courses.size() > 2 ? 0.30 : 0.16) *
                                                     std::min(2.5, 1.3 * chart.setting().volume) +
                                                 chart.chance().unit());
    for (std::int64_t i = 0; i < calls; ++i) {
        const bool from_patient = chart.chance().holds(0.55);
        const Contact& contact =
            from_patient ? chart.chance().pick(asked) : chart.chance().pick(told);
        communicate(chart, contact, moment_between(chart, from, last));
    }
    if (!child && chart.documented(0.12)) {
        const std::string_view words = in_language(chart, chart.chance().pick(reasons));
        answer(chart, "intake", start_of(from) + 900, "reason",
               R"("valueString":")" + std::string(words) + "\"");
    }
    if (!child && chart.documented(0.05)) {
        answer(chart, "self-check-diabetes", moment_between(chart, from, last), "findrisc-total",
               number(chart.chance().whole_around(9, 4, 0, 24)));
    }
    for (const Course& course : courses) {
        const Day onset = std::max(course.affliction->onset, from);
        if (course.row->disease == Disease::Depression && onset + 60 < last &&
            chart.documented(0.4)) {
            answer(chart, "phq-9", moment_between(chart, onset + 30, last), "phq9-total",
                   number(chart.chance().whole_around(8, 4, 0, 24)));
        }
    }
}

void say_stop(Chart& chart, Moment when) {
    communicate(chart, stop, when);
}

void book(Chart& chart, std::string_view status, Moment start, Moment created,
          std::string_view kind, const Code* reason) {
    const Moment made = std::max(std::min(created, start == 0 ? created : start - 30),
                                 start_of(chart.person().from));
    const bool ahead = start == 0 || start > start_of(chart.setting().until);
    // An Appointment names its patient among the participants.
    Line line = chart.open(Type::Appointment, ahead ? made : start);
    line.text("status", status);
    line.raw(
        R"(,"appointmentType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0276","code":")");
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
