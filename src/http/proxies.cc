#include "http/proxies.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "http/listen_rule.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http {
namespace {

constexpr std::string_view address_field = "X-Forwarded-For";
constexpr std::string_view scheme_field = "X-Forwarded-Proto";

Response misconfigured(int status, std::string detail) {
    return problem_response({.status = status,
                             .code = "proxy",
                             .detail = std::move(detail),
                             .cure = "let the proxy be reached by TLS only, and send "
                                     "X-Forwarded-For and X-Forwarded-Proto",
                             .errors = {}});
}

}  // namespace

Result<Proxies> Proxies::parse(std::span<const std::string> addresses) {
    Proxies proxies;
    for (const std::string& address : addresses) {
        auto bytes = address_bytes(address);
        if (!bytes) {
            return fail(ErrorCode::InvalidInput,
                        "\"" + address +
                            "\" is no address of a proxy; write it as 127.0.0.1, "
                            "10.0.0.7 or ::1");
        }
        proxies.addresses_.push_back(std::move(*bytes));
    }
    return proxies;
}

bool Proxies::has(std::string_view address) const {
    const auto bytes = addresses_.empty() ? std::nullopt : address_bytes(address);
    return bytes && std::ranges::find(addresses_, *bytes) != addresses_.end();
}

std::optional<Response> Proxies::apply(Request& request) const {
    if (!has(request.peer)) {
        return std::nullopt;
    }
    const auto scheme = request.headers.find(scheme_field);
    const auto named = request.headers.find(address_field);
    if (!scheme && !named &&
        (is_loopback(request.peer) || request.path == "/healthz" || request.path == "/readyz")) {
        return std::nullopt;
    }
    if (!scheme || request.headers.count(scheme_field) != 1 || *scheme != "https") {
        return misconfigured(403,
                             "patients' records are shown by TLS only, and the proxy was "
                             "reached without it, or does not say");
    }
    if (!named || request.headers.count(address_field) != 1) {
        return misconfigured(400, "the proxy does not say for whom it asks");
    }
    // From the end: what stands further in front may be invented by whoever asks.
    std::string_view rest = *named;
    while (true) {
        const auto comma = rest.rfind(',');
        const auto last =
            trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1), " \t");
        if (!address_bytes(last)) {
            return misconfigured(400, "the proxy does not say for whom it asks");
        }
        if (!has(last) || comma == std::string_view::npos) {
            request.peer = last;
            request.secure = true;
            return std::nullopt;
        }
        rest = rest.substr(0, comma);
    }
}

}  // namespace parcours::http
