#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "http/byte_stream.h"

namespace parcours::access {
struct Principal;
}

namespace parcours::http {

struct Route;
class Receipts;

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };
[[nodiscard]] std::string_view method_name(Method method);
[[nodiscard]] std::optional<Method> find_method(std::string_view name);

/// Whether two texts are the same but for ASCII upper and lower case.
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

/// Named values in their order, as in a query, a path or cookies.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The first value of a name, if any.
[[nodiscard]] std::optional<std::string_view> find_value(const Pairs& pairs, std::string_view name);

/// Header fields in their order; names are told apart without regard to case.
class Headers {
  public:
    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }
    /// Replaces what has this name.
    void set(std::string_view name, std::string value);
    /// The first value of a name, if any.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] const Pairs& fields() const { return fields_; }

  private:
    Pairs fields_;
};

/// A change that its caller gave a key, so that it can be repeated without being made twice.
struct KeyedRequest {
    Digest key;         ///< of the caller and the key
    Digest request;     ///< of what is asked
    bool kept = false;  ///< the answer stands in the log
};

/// A request as the server read it: all of it has passed the rules of `head_rules.h`.
struct Request {
    Method method = Method::Get;
    std::string target;                 ///< as it was received
    std::string path;                   ///< decoded; begins with "/", is UTF-8
    std::vector<std::string> segments;  ///< of the path, each decoded: an encoded "/" stays inside
    Pairs query;                        ///< decoded
    Headers headers;
    Pairs cookies;
    std::string body;
    std::string peer;          ///< the address that the connection came from, without port
    bool secure = false;       ///< came by TLS
    bool is_http_1_0 = false;  ///< of HTTP/1.0, not 1.1
    std::string id;            ///< of this request, as in logs and `X-Request-Id`

    const Route* route = nullptr;  ///< set by the router
    Pairs path_values;             ///< of the template's names; set by the router
    std::shared_ptr<const access::Principal> caller;  ///< who asks; set by the guard
    bool authorised = false;                          ///< the guard has let it pass already
    bool is_refetch = false;  ///< a page asks again by itself, nobody did; set by the guard
    /// What must be durable before the answer leaves; set by the server, null where a handler must
    /// wait itself.
    std::shared_ptr<Receipts> receipts;
    std::shared_ptr<KeyedRequest> keyed;  ///< where the caller gave a key

    [[nodiscard]] std::optional<std::string_view> find_query(std::string_view name) const {
        return find_value(query, name);
    }
    /// Nothing also where a name comes with several values: somebody else may have planted one.
    [[nodiscard]] std::optional<std::string_view> find_cookie(std::string_view name) const;
    /// The value of `{name}` in the route's template; empty where it has none.
    [[nodiscard]] std::string_view path_value(std::string_view name) const;
    /// The media type of the body in lower case, without parameters; empty where none is given.
    [[nodiscard]] std::string media_type() const;
};

/// Bytes that live as long as the program, and the same compressed (or empty).
struct StaticBytes {
    std::string_view plain;
    std::string_view gzip;
};

using Body = std::variant<std::string, StaticBytes, std::shared_ptr<ByteStream>>;

/// An answer as a handler gives it. The server adds lengths, dates, compression, security headers
/// and, where there is no `Cache-Control`, "no-store".
struct Response {
    int status = 200;
    Headers headers;
    Body body;
    bool ranges = false;  ///< parts may be asked for (`Range`)
    /// Why it failed, for the operator's log alone: nothing of it leaves.
    std::string defect;

    /// With a body of this media type, such as "text/plain; charset=utf-8".
    static Response text(int status, std::string_view media_type, std::string body);
    /// With a body that is JSON already.
    static Response json(std::string body, int status = 200);
    /// 204.
    static Response empty();
    /// To another place: 303 unless told otherwise.
    static Response redirect(std::string location, int status = 303);
};

/// Whether a cookie comes along when another site sends the browser here: never, or with a link.
enum class SameSite : std::uint8_t { Strict, Lax };

/// A `Set-Cookie` value: HttpOnly, SameSite, Path=/, and Secure with the `__Host-` prefix where
/// `secure`. `seconds_max` of 0 removes it; nothing makes it end with the browser's session.
[[nodiscard]] std::string cookie_text(std::string_view name, std::string_view value, bool secure,
                                      std::optional<std::int64_t> seconds_max = {},
                                      SameSite same_site = SameSite::Strict);
/// The name under which `cookie_text` sets it: "__Host-" before it where `secure`.
[[nodiscard]] std::string cookie_name(std::string_view name, bool secure);

/// "Not Found" for 404; "Status" for what has no phrase.
[[nodiscard]] std::string_view status_phrase(int status);

}  // namespace parcours::http
