#pragma once

#include <string_view>

#include "access/access.h"
#include "base/time.h"
#include "http/site.h"

namespace parcours::http::api {

/// The cookie that holds a session.
inline constexpr std::string_view session_cookie = "parcours";
/// The header in which a page sends back its session's token with every change.
inline constexpr std::string_view csrf_header = "X-CSRF-Token";

/// The header by which a page says that it asks again by itself: "true".
inline constexpr std::string_view refetch_header = "Parcours-Refetch";

/// Knows who asks by API token or session, and lets through who has the route's permission; a
/// change by session needs its CSRF token. What a page asks for by itself does not keep its session
/// from ending. Borrows both.
[[nodiscard]] Site::Guard make_guard(access::Access& access, const Clock& clock);

}  // namespace parcours::http::api
