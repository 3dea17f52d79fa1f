#include "engine/variables.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "engine/patient_view.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "outreach/joining.h"
#include "outreach/render.h"
#include "practice/config.h"
#include "record/fact.h"

namespace parcours::engine {
namespace {

using outreach::VariableType;

/// The name of a language in itself and in the others that the product speaks.
std::string language_name(std::string_view spoken, std::string_view reader) {
    static const std::map<std::pair<std::string_view, std::string_view>, std::string_view> names = {
        {{"en", "en"}, "English"}, {{"en", "fr"}, "anglais"},  {{"en", "zh"}, "英语"},
        {{"fr", "en"}, "French"},  {{"fr", "fr"}, "français"}, {{"fr", "zh"}, "法语"},
        {{"zh", "en"}, "Chinese"}, {{"zh", "fr"}, "chinois"},  {{"zh", "zh"}, "中文"}};
    const auto found = names.find({spoken.substr(0, 2), reader.substr(0, 2)});
    return found == names.end() ? std::string() : std::string(found->second);
}

double count_points(const PatientView& patient, std::string_view system) {
    return static_cast<double>(
        std::ranges::count_if(patient.profile.telecom, [system](const ContactPoint& point) {
            return point.system == system && point.use != "old";
        }));
}

double count_active(const PatientReader& patients, const PatientView& patient,
                    fhir::ResourceType type) {
    return static_cast<double>(std::ranges::count_if(
        patients.facts(patient, type, fhir::Status::Active), [&patient](const Fact& fact) {
            const bool ended = fact.end != no_time && fact.end <= patient.now;
            return !ended && fact.verification != fhir::Status::Refuted &&
                   fact.verification != fhir::Status::EnteredInError;
        }));
}

void set_text(outreach::Variables& variables, std::string_view name, std::string text) {
    if (!text.empty()) {
        variables.emplace(name, std::move(text));
    }
}

}  // namespace

const outreach::KnownVariables& known_variables() {
    static const outreach::KnownVariables all = {
        {"given_name", VariableType::Text},
        {"full_name", VariableType::Text},
        {"clinic_name", VariableType::Text},
        {"clinic_phone", VariableType::Text},
        {"clinic_address", VariableType::Text},
        {"emergency_number", VariableType::Text},
        {"language_name", VariableType::Text},
        {"phone_count", VariableType::Number},
        {"email_count", VariableType::Number},
        {"allergy_count", VariableType::Number},
        {"medicine_count", VariableType::Number},
        {"appointment_date", VariableType::Date},
        {std::string(outreach::parts_variable), VariableType::Text}};
    return all;
}

outreach::Variables make_variables(const PatientReader& patients, const PatientView& patient,
                                   const practice::Config& config,
                                   std::optional<Instant> appointment, std::string_view language) {
    outreach::Variables variables;
    set_text(variables, "given_name", patient.profile.given);
    set_text(variables, "full_name", patient.profile.full_name);
    set_text(variables, "clinic_name", config.sender.empty() ? config.name : config.sender);
    set_text(variables, "clinic_phone", config.phone);
    set_text(variables, "clinic_address", config.address);
    set_text(variables, "emergency_number", config.emergency_number);
    const std::string& spoken = patient.profile.language;
    set_text(variables, "language_name",
             language_name(spoken.empty() ? language : std::string_view(spoken), language));
    variables["phone_count"] = count_points(patient, "phone");
    variables["email_count"] = count_points(patient, "email");
    variables["allergy_count"] =
        count_active(patients, patient, fhir::ResourceType::AllergyIntolerance);
    variables["medicine_count"] =
        count_active(patients, patient, fhir::ResourceType::MedicationRequest);
    if (appointment) {
        variables["appointment_date"] = *appointment;
    }
    return variables;
}

}  // namespace parcours::engine
