#pragma once

#include <string_view>

#include "access/access.h"
#include "base/error.h"
#include "base/time.h"
#include "http/message.h"

namespace parcours::app {

/// Writes that a request saw a patient's data. The request's answer waits until that is durable;
/// where nobody waits for it, so does this. Errors: Unavailable, the audit cannot be written.
Result<> record_read(access::Access& access, const Clock& clock, const http::Request& request,
                     std::string_view action, std::string_view patient, std::string_view detail);

}  // namespace parcours::app
