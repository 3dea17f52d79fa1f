#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "record/patient_profile.h"

namespace parcours::outreach {

/// A moment on the wall clock of a place.
using LocalTime = std::chrono::local_time<Duration>;

/// A time zone of the IANA data that the system has. Cheap to copy; shared by threads.
class Zone {
  public:
    /// UTC.
    Zone() = default;
    /// Errors: NotFound for a name that the zone data does not have; Unavailable without any data.
    static Result<Zone> find(std::string_view name);

    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] LocalTime to_local(Instant instant) const;
    /// The day that it is there.
    [[nodiscard]] CivilDate to_date(Instant instant) const;
    /// The moment of a wall clock's reading. In a gap of daylight saving time the first valid
    /// moment after it, in a fold the first of the two.
    [[nodiscard]] Instant to_instant(LocalTime local) const;
    bool operator==(const Zone&) const = default;

  private:
    const void* zone_ = nullptr;  // of the zone data, which lives as long as the program
};

/// How a patient's zone was found, best first.
enum class ZoneSource : std::uint8_t { Recorded, Address, Phone, Clinic };

struct PatientZone {
    Zone zone;
    ZoneSource source = ZoneSource::Clinic;
};

/// The zone where a patient lives: recorded, else of the home address (country with state or postal
/// code; where a state spans two zones, the one where most people live), else of the country of the
/// phone number, else the clinic's. `clinic_country` (ISO 3166) stands for a missing country when
/// the state is a known one of it.
[[nodiscard]] PatientZone find_patient_zone(const PatientProfile& profile, const Zone& clinic,
                                            std::string_view clinic_country);

/// The zone name of an address; empty where it cannot be told. `country`: ISO 3166 code of two or
/// three letters, or the English name of a common one.
[[nodiscard]] std::string_view zone_of_address(std::string_view country, std::string_view state,
                                               std::string_view postal_code);

/// "FR" for "FRA", "France", "fr"; empty for an unknown country.
[[nodiscard]] std::string_view country_code(std::string_view country);

}  // namespace parcours::outreach
