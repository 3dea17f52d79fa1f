#include "engine/task_sheet.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/outbox.h"
#include "engine/patient_view.h"
#include "engine/variables.h"
#include "engine/world.h"
#include "outreach/gate.h"
#include "outreach/plain_value.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

constexpr std::string_view script_channel = "worklist";

std::vector<std::string> values_of(const std::vector<ContactPoint>& telecom,
                                   std::string_view system, Instant now) {
    std::vector<std::string> values;
    for (const ContactPoint& point : telecom) {
        const bool over = point.use == "old" || (point.end && *point.end <= now);
        if (point.system == system && !point.value.empty() && !over) {
            values.push_back(outreach::plain_value(point.value));
        }
    }
    return values;
}

Callee make_callee(const std::string& name, const std::vector<ContactPoint>& telecom, Instant now) {
    Callee callee{outreach::plain_value(name), values_of(telecom, "phone", now),
                  values_of(telecom, "email", now)};
    for (std::string& number : values_of(telecom, "sms", now)) {
        callee.phones.push_back(std::move(number));
    }
    return callee;
}

}  // namespace

TaskPerson read_person(const DataFolder& folder, const population::LiveIndex& index, Key patient,
                       Instant now) {
    TaskPerson person;
    person.id = patient_name(index, patient);
    const auto number = index.find_patient(patient);
    const auto body = number ? folder.read_body(index.patients().position[*number])
                             : Result<std::string>(std::string());
    const auto profile =
        body ? parse_patient_profile(*body) : Result<PatientProfile>(pass_on(body));
    if (!profile) {
        return person;
    }
    person.patient = make_callee(profile->full_name, profile->telecom, now);
    person.birth = profile->birth;
    person.language = profile->language;
    for (const RelatedContact& contact : profile->contacts) {
        if (contact.guardian) {
            person.guardians.push_back(make_callee(contact.name, contact.telecom, now));
        }
    }
    return person;
}

bool is_overdue(const TaskState& state, Instant now) {
    return state.open() && state.task.due && *state.task.due < now;
}

Result<std::string> read_script(PatientReader& reader, const Enrolment* enrolment, const Task& task,
                                Instant now) {
    const Clinic& clinic = reader.clinic();
    const practice::Content* const content = clinic.folder.content.find(task.script);
    if (task.script.empty() || content == nullptr) {
        return task.script.empty()
                   ? Result<std::string>(std::string())
                   : fail(ErrorCode::NotFound, "the practice has no content \"" + task.script +
                                                   "\"; name the clinic's own folder: --practice");
    }
    const auto patient = reader.view(task.patient, now);
    if (!patient) {
        return pass_on(patient);
    }
    const std::string language(outreach::choose_language(
        *content, script_channel, (*patient)->profile.language, clinic.rules));
    const practice::Wording* const wording = content->find(language, script_channel);
    if (wording == nullptr) {
        return fail(ErrorCode::NotFound, "the script \"" + task.script +
                                             "\" is written neither in the patient's language nor "
                                             "in the clinic's");
    }
    const auto appointment =
        enrolment == nullptr ? std::nullopt : find_appointment(reader, *enrolment, **patient);
    const auto rendered = outreach::render(
        *wording, make_variables(reader, **patient, clinic.folder.config, appointment, language),
        {language, clinic.zone});
    if (!rendered) {
        return pass_on(rendered);
    }
    return rendered->text;
}

}  // namespace parcours::engine
