#include "fhir/summary.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/json_access.h"
#include "base/time.h"
#include "base/utf8.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"

namespace parcours::fhir {
namespace {

namespace dom = simdjson::dom;
using dom::element;

std::string_view text_of(const element& value) {
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

std::string_view text_at(const element& object, std::string_view name) {
    std::string_view text;
    return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

std::optional<DateTime> date_of(const element& value) {
    const auto parsed = parse_date_time(text_of(value));
    return parsed ? std::optional(*parsed) : std::nullopt;
}

std::optional<DateTime> date_at(const element& object, std::string_view name) {
    element value;
    return object[name].get(value) == simdjson::SUCCESS ? date_of(value) : std::nullopt;
}

/// Calls `use` for each element of an array, or once for a single value.
template <class Use>
void each(const element& value, Use use) {
    dom::array array;
    if (value.get(array) != simdjson::SUCCESS) {
        use(value);
        return;
    }
    for (const element item : array) {
        use(item);
    }
}

void add_coding(Codings& out, const element& coding) {
    const Coding found{text_at(coding, "system"), text_at(coding, "code"),
                       text_at(coding, "display")};
    if (!found.code.empty()) {
        out.codings.push_back(found);
    } else if (out.text.empty()) {
        out.text = found.display;
    }
}

/// A CodeableConcept, a Coding, a plain code, or a list of any of these.
void add_codings(Codings& out, const element& value) {
    each(value, [&out](const element& one) {
        if (one.is_string()) {
            out.codings.push_back({{}, text_of(one), {}});
            return;
        }
        element coding;
        if (one["coding"].get(coding) == simdjson::SUCCESS) {
            each(coding, [&out](const element& item) { add_coding(out, item); });
        } else if (one["code"].is_string()) {
            add_coding(out, one);
        }
        if (out.text.empty()) {
            out.text = text_at(one, "text");
        }
    });
}

std::string_view first_code(const element& concept_value) {
    Codings codings;
    add_codings(codings, concept_value);
    return codings.codings.empty() ? std::string_view{} : codings.codings.front().code;
}

void add_link(Summary& out, const element& reference) {
    const std::string_view text = text_at(reference, "reference");
    if (!text.empty()) {
        out.links.push_back(text);
    }
}

void set_patient(Summary& out, const element& reference) {
    const std::string_view text = text_at(reference, "reference");
    if (out.patient.empty() && !patient_id_of(text).empty()) {
        out.patient = text;
    }
}

/// Reads a date that dates the resource; one that does not exist is remembered as such.
std::optional<DateTime> dating(Summary& out, const element& value) {
    const auto date = date_of(value);
    out.date_unreadable = out.date_unreadable || !date;
    return date;
}

void set_start(Summary& out, const element& value) {
    if (const auto date = dating(out, value)) {
        out.span.start = date;
    }
}

/// A date that says less of when it was than the others of the same resource.
void set_start_if_none(Summary& out, const element& value) {
    if (!out.span.start) {
        set_start(out, value);
    }
}

void set_end(Summary& out, const element& value) {
    out.span.end = date_of(value);
}

void set_period(Summary& out, const element& period) {
    element value;
    if (period["start"].get(value) == simdjson::SUCCESS) {
        set_start(out, value);
    }
    if (period["end"].get(value) == simdjson::SUCCESS) {
        set_end(out, value);
        out.ends_period = out.span.end.has_value();
    }
}

void set_recorded(Summary& out, const element& value) {
    if (const auto date = dating(out, value)) {
        out.recorded = date;
    }
}

/// Days of a FHIR Duration in days, weeks or months (UCUM d, wk, mo); nothing for other units.
std::optional<double> days_of(const element& duration) {
    double amount = 0;
    if (duration["value"].get(amount) != simdjson::SUCCESS || amount <= 0 || amount > 3660) {
        return std::nullopt;
    }
    const std::string_view code = text_at(duration, "code");
    const std::string_view unit = code.empty() ? text_at(duration, "unit") : code;
    if (unit == "wk" || unit.starts_with("week")) {
        return amount * 7;
    }
    if (unit == "mo" || unit.starts_with("month")) {
        return amount * 30;
    }
    return unit == "d" || unit.starts_with("day") || unit.empty() ? std::optional(amount)
                                                                  : std::nullopt;
}

/// Keeps the supply's length for `finish`, as a moment counted from the epoch.
void set_supply(Summary& out, const element& dispense) {
    element duration;
    if (dispense["expectedSupplyDuration"].get(duration) != simdjson::SUCCESS) {
        return;
    }
    const auto days = days_of(duration);
    if (!days) {
        return;
    }
    std::int64_t repeats = 0;
    if (dispense["numberOfRepeatsAllowed"].get(repeats) != simdjson::SUCCESS || repeats < 0 ||
        repeats > 100) {
        repeats = 0;
    }
    const double total_days = *days * static_cast<double>(repeats + 1);
    out.supply_end = DateTime{
        Instant{std::chrono::microseconds{static_cast<std::int64_t>(total_days * 86'400e6)}},
        Precision::Day,
        {}};
}

void set_quantity(Summary& out, const element& quantity) {
    double number = 0;
    if (quantity["value"].get(number) != simdjson::SUCCESS) {
        return;
    }
    out.quantity = number;
    const std::string_view code = text_at(quantity, "code");
    out.unit = code.empty() ? text_at(quantity, "unit") : code;
}

void set_number(Summary& out, const element& value) {
    double number = 0;
    if (value.get(number) == simdjson::SUCCESS) {
        out.quantity = number;
    }
}

void add_participants(Summary& out, const element& participants) {
    each(participants, [&out](const element& participant) {
        element actor;
        if (participant["actor"].get(actor) == simdjson::SUCCESS) {
            set_patient(out, actor);
        }
    });
}

void add_diagnoses(Summary& out, const element& diagnoses) {
    each(diagnoses, [&out](const element& diagnosis) {
        for (const std::string_view name : {"condition", "diagnosisReference"}) {
            element reference;
            if (diagnosis[name].get(reference) == simdjson::SUCCESS) {
                add_link(out, reference);
            }
        }
    });
}

void add_patient_links(Summary& out, const element& links) {
    each(links, [&out](const element& link) {
        element other;
        if (text_at(link, "type") == "replaced-by" &&
            link["other"].get(other) == simdjson::SUCCESS) {
            out.replaced_by = text_at(other, "reference");
        }
    });
}

/// A medication given as a reference: to a contained resource, or to one of its own.
void set_medication(Summary& out, const element& reference, const element& resource) {
    const std::string_view target = text_at(reference, "reference");
    element contained;
    if (!target.starts_with('#') || resource["contained"].get(contained) != simdjson::SUCCESS) {
        add_link(out, reference);
        return;
    }
    each(contained, [&out, target](const element& one) {
        element code;
        if (text_at(one, "id") == target.substr(1) && one["code"].get(code) == simdjson::SUCCESS) {
            add_codings(out.code, code);
        }
    });
}

using Handler = void (*)(Summary&, const element&, const element& resource);

constexpr auto codes = [](Summary& s, const element& v, const element&) { add_codings(s.code, v); };
constexpr auto reasons = [](Summary& s, const element& v, const element&) {
    add_codings(s.reason, v);
};
constexpr auto links = [](Summary& s, const element& v, const element&) {
    each(v, [&s](const element& one) { add_link(s, one); });
};
constexpr auto period = [](Summary& s, const element& v, const element&) { set_period(s, v); };
constexpr auto start_if_none = [](Summary& s, const element& v, const element&) {
    set_start_if_none(s, v);
};
constexpr auto start = [](Summary& s, const element& v, const element&) { set_start(s, v); };
constexpr auto recorded = [](Summary& s, const element& v, const element&) { set_recorded(s, v); };
constexpr auto status = [](Summary& s, const element& v, const element&) {
    s.status = find_status(v.is_string() ? text_of(v) : first_code(v));
};
constexpr auto verification = [](Summary& s, const element& v, const element&) {
    s.verification = find_status(first_code(v));
};
constexpr auto patient = [](Summary& s, const element& v, const element&) { set_patient(s, v); };

struct Member {
    std::string_view name;
    Handler handle;
};

// In alphabetical order: found by binary search.
constexpr std::array members = {
    Member{"abatementDateTime", [](Summary& s, const element& v, const element&) { set_end(s, v); }},
    Member{"abatementPeriod",
           [](Summary& s, const element& v, const element&) { s.span.end = date_at(v, "start"); }},
    Member{"achievementStatus", verification},
    Member{"active",
           [](Summary& s, const element& v, const element&) {
               bool truth = true;
               if (v.get(truth) == simdjson::SUCCESS) {
                   s.active = truth;
               }
           }},
    Member{"addresses", links},
    Member{"applies", period},
    Member{"appointment", links},
    Member{"appointmentType",
           [](Summary& s, const element& v, const element&) { add_codings(s.category, v); }},
    Member{"authored", start},
    Member{"authoredOn", recorded},
    Member{"basedOn", links},
    Member{"beneficiary", patient},
    Member{"billablePeriod", period},
    Member{"birthDate",
           [](Summary& s, const element& v, const element&) { s.birth = date_of(v); }},
    Member{"category",
           [](Summary& s, const element& v, const element&) {
               add_codings(s.type == ResourceType::CarePlan ? s.code : s.category, v);
           }},
    Member{"class",
           [](Summary& s, const element& v, const element&) { add_codings(s.category, v); }},
    Member{"clinicalStatus", status},
    Member{"code", codes},
    Member{"collection",
           [](Summary& s, const element& v, const element&) {
               element when;
               if (v["collectedDateTime"].get(when) == simdjson::SUCCESS) {
                   set_start(s, when);
               } else if (v["collectedPeriod"].get(when) == simdjson::SUCCESS) {
                   set_period(s, when);
               }
           }},
    Member{"condition",
           [](Summary& s, const element& v, const element&) {
               each(v, [&s](const element& one) {
                   element code;
                   if (one["code"].get(code) == simdjson::SUCCESS) {
                       add_codings(s.code, code);
                   }
               });
           }},
    Member{"context",
           [](Summary& s, const element& v, const element&) {
               s.encounter = text_at(v, "reference");
           }},
    Member{"created", recorded},
    Member{"createdDateTime", start},
    Member{"createdPeriod", period},
    Member{"date", start_if_none},
    Member{"dateAsserted", recorded},
    Member{"dateTime", start},
    Member{"dateWritten", recorded},
    Member{"deceasedBoolean",
           [](Summary& s, const element& v, const element&) {
               bool truth = false;
               s.deceased_flag = s.deceased_flag || (v.get(truth) == simdjson::SUCCESS && truth);
           }},
    Member{"deceasedDateTime",
           [](Summary& s, const element& v, const element&) {
               s.deceased = date_of(v);
               // Whoever wrote a date of death, even an impossible one, wrote of somebody dead.
               s.deceased_flag = s.deceased_flag || (!s.deceased && !v.is_null());
           }},
    Member{"description",
           [](Summary& s, const element& v, const element&) {
               if (s.type == ResourceType::Goal) {
                   add_codings(s.code, v);
               }
           }},
    Member{"detected", start_if_none},
    Member{"diagnosis",
           [](Summary& s, const element& v, const element&) { add_diagnoses(s, v); }},
    Member{"dispenseRequest",
           [](Summary& s, const element& v, const element&) { set_supply(s, v); }},
    Member{"effectiveDateTime", start},
    Member{"effectiveInstant", start},
    Member{"effectivePeriod", period},
    Member{"encounter",
           [](Summary& s, const element& v, const element&) {
               s.encounter = text_at(v, "reference");
           }},
    Member{"end", [](Summary& s, const element& v, const element&) { set_end(s, v); }},
    Member{"enteredDate", recorded},
    Member{"executionPeriod", period},
    Member{"for", patient},
    Member{"gender", [](Summary& s, const element& v, const element&) { s.gender = text_of(v); }},
    Member{"goal", links},
    Member{"hospitalization",
           [](Summary& s, const element& v, const element&) {
               element disposition;
               if (v["dischargeDisposition"].get(disposition) == simdjson::SUCCESS) {
                   add_codings(s.value, disposition);
               }
           }},
    Member{"identifiedDateTime", start},
    Member{"identifiedPeriod", period},
    Member{"interpretation",
           [](Summary& s, const element& v, const element&) { add_codings(s.interpretation, v); }},
    Member{"issued", recorded},
    Member{"lifecycleStatus", status},
    Member{"link", [](Summary& s, const element& v, const element&) { add_patient_links(s, v); }},
    Member{"medicationCodeableConcept", codes},
    Member{"medicationReference", set_medication},
    Member{"medium",
           [](Summary& s, const element& v, const element&) { add_codings(s.category, v); }},
    Member{"meta",
           [](Summary& s, const element& v, const element&) {
               s.version = text_at(v, "versionId");
               s.last_updated = date_at(v, "lastUpdated");
           }},
    Member{"occurredDateTime", start},
    Member{"occurredPeriod", period},
    Member{"occurrenceDateTime", start},
    Member{"occurrencePeriod", period},
    Member{"onsetDateTime", start},
    Member{"onsetPeriod",
           [](Summary& s, const element& v, const element&) {
               element from;
               if (v["start"].get(from) == simdjson::SUCCESS ||
                   v["end"].get(from) == simdjson::SUCCESS) {
                   set_start(s, from);
               }
           }},
    Member{"participant",
           [](Summary& s, const element& v, const element&) {
               if (s.type == ResourceType::Appointment) {
                   add_participants(s, v);
               }
           }},
    Member{"patient", patient},
    Member{"performedDateTime", start},
    Member{"performedPeriod", period},
    Member{"period", period},
    Member{"questionnaire", codes},
    Member{"reasonCode", reasons},
    Member{"reasonReference", links},
    Member{"received", start_if_none},
    Member{"receivedTime", start_if_none},
    Member{"recipient",
           [](Summary& s, const element& v, const element&) {
               each(v, [&s](const element& one) { set_patient(s, one); });
           }},
    Member{"recorded", recorded},
    Member{"recordedDate", recorded},
    Member{"recordedOn", recorded},
    Member{"replaces", links},
    Member{"sender",
           [](Summary& s, const element& v, const element&) {
               const std::string_view who = split_reference(text_at(v, "reference")).type;
               s.from_patient = who == "Patient" || who == "RelatedPerson";
               set_patient(s, v);
           }},
    Member{"sent", start},
    Member{"servicePeriod", period},
    Member{"serviceType", [](Summary& s, const element& v, const element&) {
               if (s.type == ResourceType::Appointment) {
                   add_codings(s.code, v);
               }
           }},
    Member{"start", start},
    Member{"startDate", start},
    Member{"started", start},
    Member{"status", status},
    Member{"statusDate", start_if_none},
    Member{"subject", patient},
    Member{"timingDateTime", start},
    Member{"timingPeriod", period},
    Member{"topic", codes},
    Member{"type",
           [](Summary& s, const element& v, const element&) {
               if (!v.is_string()) {
                   add_codings(s.code, v);
               }
           }},
    Member{"vaccineCode", codes},
    Member{"valueCodeableConcept",
           [](Summary& s, const element& v, const element&) { add_codings(s.value, v); }},
    Member{"valueDecimal", [](Summary& s, const element& v, const element&) { set_number(s, v); }},
    Member{"valueInteger", [](Summary& s, const element& v, const element&) { set_number(s, v); }},
    Member{"valueQuantity",
           [](Summary& s, const element& v, const element&) { set_quantity(s, v); }},
    Member{"valueString",
           [](Summary& s, const element& v, const element&) { s.value.text = text_of(v); }},
    Member{"verificationStatus", verification},
    Member{"whenHandedOver", start},
    Member{"whenPrepared", start_if_none},
};

static_assert(std::ranges::is_sorted(members, {}, &Member::name));

bool begins_before(const std::optional<DateTime>& one, const std::optional<DateTime>& other) {
    return one && (!other || one->start < other->start);
}

/// When what lies ahead became known: when it was written down, however late it takes place.
std::optional<DateTime> planned_date(const Summary& of) {
    if (of.recorded) {
        return of.recorded;
    }
    if (of.span.start && begins_before(of.last_updated, of.span.start)) {
        return of.last_updated;
    }
    // An appointment has no clinical date of its own: known always, or nobody is reminded of it.
    return of.type == ResourceType::Appointment ? std::nullopt : of.span.start;
}

/// When it happened: its start; where only its end is known, not after that.
std::optional<DateTime> clinical_date(const Summary& of) {
    if (of.span.start) {
        return of.span.start;
    }
    if (of.ends_period && begins_before(of.span.end, of.recorded)) {
        return of.span.end;
    }
    if (of.recorded) {
        return of.recorded;
    }
    // A date that does not exist still says that there is one.
    return of.date_unreadable ? of.last_updated : std::nullopt;
}

/// The dates that follow from the others, once all members are read.
void finish(Summary& out) {
    const bool planned = out.type == ResourceType::Appointment ||
                         out.type == ResourceType::ServiceRequest || out.type == ResourceType::Task;
    out.occurred = planned ? planned_date(out) : clinical_date(out);
    if (!out.span.start) {
        out.span.start = out.occurred;
    }
    if (!out.recorded) {
        out.recorded = out.occurred;
    }
    if (out.supply_end) {
        const auto length = out.supply_end->start.time_since_epoch();
        out.supply_end = out.occurred;
        if (out.supply_end) {
            out.supply_end->start += length;
        }
    }
}

/// FHIR R4 allows A–Z, a–z, 0–9, "-" and ".", 64 at most. Real exports also use underscores and
/// longer ids; what would break a reference or a line of text is refused.
bool is_usable_id(std::string_view id) {
    return id.size() <= id_bytes_max && std::ranges::all_of(id, [](char c) {
               return c > ' ' && c <= '~' && c != '/' && c != '\\';
           });
}

}  // namespace

void Summary::clear() {
    Summary empty;
    // The vectors keep their memory: a summary is reused for millions of resources.
    for (const auto member : {&Summary::code, &Summary::category, &Summary::reason, &Summary::value,
                              &Summary::interpretation}) {
        (this->*member).clear();
        std::swap(empty.*member, this->*member);
    }
    links.clear();
    std::swap(empty.links, links);
    *this = std::move(empty);
}

Result<> summarise(const JsonView& resource, Summary& out) {
    out.clear();
    if (!resource.is_object()) {
        return fail(ErrorCode::InvalidInput,
                    "not a FHIR resource: a JSON object with a resourceType was expected");
    }
    const element root = JsonAccess::get(resource);
    const std::string_view type_name = text_at(root, "resourceType");
    if (type_name.empty()) {
        return fail(ErrorCode::InvalidInput, "not a FHIR resource: it has no resourceType");
    }
    const auto type = find_resource_type(type_name);
    if (!type) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("\"{}\" is not a resource type of FHIR R4; did you mean \"{}\"?",
                                cut_utf8(type_name, 64), nearest_resource_type(type_name)));
    }
    out.type = *type;
    out.id = text_at(root, "id");
    if (out.id.empty()) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("this {} has no id; every stored resource needs one", type_name));
    }
    if (!is_usable_id(out.id)) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the id of this {} cannot be used: an id has at most {} letters, "
                                "digits and signs of ASCII, without spaces and slashes",
                                type_name, id_bytes_max));
    }
    dom::object object;
    if (root.get(object) == simdjson::SUCCESS) {
        for (const auto field : object) {
            const auto found = std::ranges::lower_bound(members, field.key, {}, &Member::name);
            if (found != members.end() && found->name == field.key) {
                found->handle(out, field.value, root);
            }
        }
    }
    finish(out);
    return {};
}

}  // namespace parcours::fhir
