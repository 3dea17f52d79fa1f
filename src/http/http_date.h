#pragma once

#include <chrono>
#include <string>

namespace parcours::http {

/// "Sun, 22 Nov 2026 04:18:36 GMT" (IMF-fixdate of RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(std::chrono::sys_seconds moment);

}  // namespace parcours::http
