// The only file that knows the date library.
#include "outreach/zones.h"

#include <chrono>
#include <date/date.h>
#include <date/tz.h>
#include <exception>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace parcours::outreach {
namespace {

const date::time_zone& zone_of(const void* zone) {
    return *static_cast<const date::time_zone*>(zone);
}

/// Zone data lists nearly six hundred names; those that name the same zone as UTC need no data.
bool is_utc(std::string_view name) {
    return name == "UTC" || name == "Etc/UTC" || name == "Z";
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
    Zone zone;
    if (is_utc(name)) {
        return zone;
    }
    // The library throws for an unknown name and where the system has no zone data at all.
    try {
        static_cast<void>(date::get_tzdb());
        try {
            zone.zone_ = date::locate_zone(name);
        } catch (const std::exception&) {
            return fail(ErrorCode::NotFound,
                        "there is no time zone \"" + std::string(name) +
                            "\"; name one as IANA does, such as Europe/Paris or America/New_York");
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::Unavailable,
                    std::string("the system's time zone data cannot be read (") + error.what() +
                        "); install the package tzdata");
    }
    return zone;
}

std::string_view Zone::name() const {
    return zone_ == nullptr ? std::string_view("UTC") : std::string_view(zone_of(zone_).name());
}

LocalTime Zone::to_local(Instant instant) const {
    if (zone_ == nullptr) {
        return LocalTime{instant.time_since_epoch()};
    }
    const date::sys_info info = zone_of(zone_).get_info(instant);
    return LocalTime{instant.time_since_epoch() + info.offset};
}

CivilDate Zone::to_date(Instant instant) const {
    return std::chrono::floor<std::chrono::days>(to_local(instant));
}

Instant Zone::to_instant(LocalTime local) const {
    if (zone_ == nullptr) {
        return Instant{local.time_since_epoch()};
    }
    const date::local_time<Duration> wall{local.time_since_epoch()};
    const date::local_info info = zone_of(zone_).get_info(wall);
    if (info.result == date::local_info::nonexistent) {
        return Instant{info.first.end.time_since_epoch()};
    }
    return Instant{local.time_since_epoch() - info.first.offset};
}

}  // namespace parcours::outreach
