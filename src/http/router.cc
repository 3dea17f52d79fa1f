#include "http/router.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http {
namespace {

bool is_name(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

std::vector<std::string_view> split(std::string_view path) {
    check(path.starts_with('/'), "the template of a route begins with \"/\"");
    std::vector<std::string_view> segments;
    path.remove_prefix(1);
    while (true) {
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) {
            return segments;
        }
        path.remove_prefix(slash + 1);
    }
}

/// Two templates that fit the same paths in every place.
bool same_shape(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
    return std::ranges::equal(a, b, [](std::string_view x, std::string_view y) {
        return is_name(x) ? is_name(y) : x == y;
    });
}

/// Fixed words first, from the left.
bool goes_before(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
    return std::ranges::lexicographical_compare(
        a, b, [](std::string_view x, std::string_view y) { return is_name(x) < is_name(y); });
}

bool fits(const std::vector<std::string_view>& shape, const std::vector<std::string>& segments) {
    return std::ranges::equal(shape, segments, [](std::string_view known, const std::string& came) {
        return is_name(known) ? !came.empty() : known == came;
    });
}

template <class Routes>
std::string allowed_methods(const Routes& routes) {
    std::string allowed;
    for (const Route* route : routes) {
        allowed += (allowed.empty() ? "" : ", ") + std::string(method_name(route->method));
        if (route->method == Method::Get) {
            allowed += ", HEAD";
        }
    }
    return allowed + ", OPTIONS";
}

}  // namespace

void Router::add(Route route) {
    check(!route.operation.empty() && route.handler != nullptr,
          "a route has an operation's name and a handler");
    check(route.access.permission() || !route.access.why_open().empty(),
          "a route names its permission, or says why it needs none");
    check(!route.at_once || !route.access.permission(), "nobody is asked who they are at once");
    auto segments = split(route.path);
    const Route* const added =
        routes_.emplace_back(std::make_unique<Route>(std::move(route))).get();
    const auto same = std::ranges::find_if(
        places_, [&](const Place& place) { return same_shape(place.segments, segments); });
    if (same != places_.end()) {
        check(std::ranges::none_of(same->routes,
                                   [&](const Route* r) { return r->method == added->method; }),
              "a method of a path has one route");
        same->routes.push_back(added);
        return;
    }
    const auto at = std::ranges::find_if(
        places_, [&](const Place& place) { return goes_before(segments, place.segments); });
    places_.insert(at, Place{std::move(segments), {added}});
}

void Router::wrap(const std::function<Handler(const Route& route, Handler handler)>& around) {
    for (const auto& route : routes_) {
        Handler handler = std::move(route->handler);
        route->handler = around(*route, std::move(handler));
    }
}

const Router::Place* Router::find_place(const std::vector<std::string>& segments) const {
    const auto found = std::ranges::find_if(
        places_, [&](const Place& place) { return fits(place.segments, segments); });
    return found == places_.end() ? nullptr : &*found;
}

bool Router::has_path(const Request& request) const {
    return find_place(request.segments) != nullptr;
}

std::optional<Response> Router::match(Request& request) const {
    const Place* const place = find_place(request.segments);
    if (place == nullptr) {
        return problem(404, "there is nothing at this path", "see /api/openapi.json");
    }
    const Method wanted = request.method == Method::Head ? Method::Get : request.method;
    for (const Route* const route : place->routes) {
        if (route->method != wanted) {
            continue;
        }
        request.route = route;
        // The names may differ between routes of one shape.
        const auto shape = split(route->path);
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (is_name(shape[i])) {
                request.path_values.emplace_back(shape[i].substr(1, shape[i].size() - 2),
                                                 request.segments[i]);
            }
        }
        return std::nullopt;
    }
    const std::string allowed = allowed_methods(place->routes);
    Response response =
        request.method == Method::Options
            ? Response::empty()
            : problem(405, "this path does not take this method; it takes " + allowed);
    response.headers.set("Allow", allowed);
    return response;
}

Handler answering(std::function<Response(const Request&)> make) {
    return [make = std::move(make)](const Request& request, const Answer& answer) {
        answer(make(request));
    };
}

}  // namespace parcours::http
