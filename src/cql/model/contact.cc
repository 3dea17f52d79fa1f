#include "cql/model/contact.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "cql/model/read_json.h"
#include "cql/value.h"
#include "fhir/resource_type.h"
#include "fhir/summary.h"

namespace parcours::cql::model {
namespace {

/// HL7 v3-ParticipationMode, as far as it names a channel.
constexpr auto channels =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"PHONE", "voice"},
                                                                  {"VERBAL", "voice"},
                                                                  {"SMSWRIT", "sms"},
                                                                  {"EMAILWRIT", "email"},
                                                                  {"MAILWRIT", "letter"},
                                                                  {"ONLINEWRIT", "web"}});

constexpr std::string_view participation_mode =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode";

Value direction(const JsonView& communication) {
    if (!communication["sender"].is_object()) {
        return {};
    }
    fhir::Summary summary;  // the one rule of who counts as the patient's side
    if (!fhir::summarise(communication, summary)) {
        return {};
    }
    return summary.from_patient ? "in" : "out";
}

Value moment(const JsonView& communication) {
    Value sent = read_value(communication["sent"], "dateTime");
    return sent.is_null() ? read_value(communication["received"], "dateTime") : sent;
}

Value channel(const JsonView& communication) {
    for (const JsonView& medium : communication["medium"].elements()) {
        for (const JsonView& coding : medium["coding"].elements()) {
            if (coding["system"].text() != participation_mode) {
                continue;
            }
            for (const auto& [code, name] : channels) {
                if (coding["code"].text() == code) {
                    return name;
                }
            }
        }
    }
    return {};
}

}  // namespace

std::optional<Value> read_contact(const JsonView& communication, std::string_view property) {
    if (property == "direction") {
        return direction(communication);
    }
    if (property == "at") {
        return moment(communication);
    }
    if (property == "channel") {
        return channel(communication);
    }
    return std::nullopt;
}

}  // namespace parcours::cql::model
