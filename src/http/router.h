#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "http/message.h"

namespace parcours::http {

/// Gives the answer, once; may be called later and from any thread. Where the last copy goes away
/// uncalled, the server answers 500.
using Answer = std::function<void(Response)>;

/// Answers a request on a worker thread.
using Handler = std::function<void(Request request, Answer answer)>;

/// Who may use a route: whoever has a permission, or everybody, and then why. There is no default.
class RouteAccess {
  public:
    static RouteAccess needs(access::Permission permission) { return {permission, {}}; }
    static RouteAccess open(std::string_view why) { return {std::nullopt, why}; }

    /// Nothing for open routes.
    [[nodiscard]] std::optional<access::Permission> permission() const { return permission_; }
    [[nodiscard]] std::string_view why_open() const { return why_open_; }

  private:
    RouteAccess(std::optional<access::Permission> permission, std::string_view why_open)
        : permission_(permission), why_open_(why_open) {}

    std::optional<access::Permission> permission_;
    std::string_view why_open_;
};

inline constexpr std::size_t body_bytes_max_default = 1024UL * 1024;

/// One operation. All text lives as long as the program.
struct Route {
    Method method = Method::Get;
    std::string_view path;       ///< a template: "/api/v1/patients/{id}"
    std::string_view operation;  ///< its name in the OpenAPI file, logs and metrics
    RouteAccess access;
    Handler handler;
    std::size_t body_bytes_max = body_bytes_max_default;
    /// Answered where the head is read, before any worker: must never wait. Open routes only.
    bool at_once = false;
    bool asked_by_pages = false;  ///< pages come back to it by themselves, and cannot say so
};

/// The table of operations. Filled at the start, then read by several threads. Where a fixed word
/// and a `{name}` both fit, the fixed word wins.
class Router {
  public:
    /// Stops the program for a route without a name, a handler or a word about access, and for two
    /// routes that the same request would reach.
    void add(Route route);

    /// Puts something around the handlers of all routes so far, such as a check of what is asked.
    void wrap(const std::function<Handler(const Route& route, Handler handler)>& around);

    /// The route of a request, which gets its `route` and `path_values`; or the answer: 404, 405
    /// with `Allow`, 204 with `Allow` for OPTIONS. HEAD is answered by GET's route.
    [[nodiscard]] std::optional<Response> match(Request& request) const;

    /// Whether any method of any route fits the path.
    [[nodiscard]] bool has_path(const Request& request) const;

    /// All routes: for the table of routes × roles and the contract test.
    [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

  private:
    /// The routes of one template.
    struct Place {
        std::vector<std::string_view> segments;
        std::vector<const Route*> routes;
    };
    [[nodiscard]] const Place* find_place(const std::vector<std::string>& segments) const;

    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<Place> places_;  // fixed words before names
};

/// A handler that answers at once. An exception becomes 500, as in any handler.
[[nodiscard]] Handler answering(std::function<Response(const Request&)> make);

}  // namespace parcours::http
