#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/engagement.h"

namespace parcours {

/// A way to reach somebody, as the record has it: FHIR ContactPoint.
struct ContactPoint {
    std::string system;  ///< phone, email, sms, …
    std::string value;
    std::string use;  ///< home, work, mobile, old
    int rank = 0;     ///< 1 is preferred; 0: not said
    std::optional<Instant> start;
    std::optional<Instant> end;
    bool operator==(const ContactPoint&) const = default;
};

/// A guardian or other contact person: Patient.contact.
struct RelatedContact {
    std::string name;
    std::vector<std::string> relationships;  ///< codes: "N" next of kin, "GUARD", "PRN", …
    std::vector<ContactPoint> telecom;
    bool guardian = false;
    bool operator==(const RelatedContact&) const = default;
};

/// What a message to a person needs to know, of the current Patient resource. Read when a message
/// is considered; never kept in columns.
struct PatientProfile {
    std::string id;
    std::string family;
    std::string given;      ///< the first given name
    std::string full_name;  ///< as text, else given and family
    std::string gender;
    std::optional<CivilDate> birth;
    bool active = true;
    bool deceased = false;
    std::string language;  ///< BCP 47 of the preferred communication; empty: not recorded
    std::vector<ContactPoint> telecom;
    std::vector<RelatedContact> contacts;
    std::string country;  ///< of the home address, as written; empty: unknown
    std::string state;
    std::string postal_code;
    std::string time_zone;  ///< of the patient-timezone extension; empty: unknown
    bool operator==(const PatientProfile&) const = default;
};

/// Reads a profile from the bytes of a Patient resource. Errors: InvalidInput.
Result<PatientProfile> parse_patient_profile(std::string_view json);

/// Reads the choices of a Consent resource (docs/consent.md): status active and a provision of
/// type deny or permit; its codes name channels and topics. None for other consents.
Result<std::vector<ContactChoice>> parse_consent(std::string_view json);

}  // namespace parcours
