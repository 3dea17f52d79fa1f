#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/access.h"
#include "base/time.h"
#include "http/application.h"
#include "http/router.h"
#include "http/static_files.h"

namespace parcours::http::api {

/// The cookie that holds a session.
inline constexpr std::string_view session_cookie = "parcours";
/// The header in which a page sends back its session's token with every change.
inline constexpr std::string_view csrf_header = "X-CSRF-Token";

/// The product behind the server: the console's files, and the routes behind their guard. Whoever
/// asks is known by session or token; without the route's permission nothing of it runs; a change
/// by session needs its CSRF token.
class Site final : public Application {
  public:
    /// All are borrowed; `router` is complete.
    Site(const Router& router, StaticFiles files, access::Access& access, const Clock& clock)
        : router_(router), files_(files), access_(access), clock_(clock) {}

    [[nodiscard]] Admission admit(Request& head) override;
    [[nodiscard]] std::optional<Response> authorise(Request& head) override;
    void handle(Request request, Answer answer) override;

  private:
    [[nodiscard]] std::optional<Response> guard(Request& request);
    void identify(Request& request);

    const Router& router_;
    StaticFiles files_;
    access::Access& access_;
    const Clock& clock_;
};

}  // namespace parcours::http::api
