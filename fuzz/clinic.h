#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"
#include "http/site.h"

namespace parcours::fuzz {

/// A request as a seed writes it: "METHOD TARGET" or "#" and any byte (for a route by its number)
/// with the values of its names and a query; lines of headers; an empty line; the body.
struct WrittenRequest {
    std::string method;
    std::string target;
    std::string headers;  ///< each line ended by CR LF
    std::string body;
};

/// What came of a request.
struct Outcome {
    http::Response response;
    const http::Route* route = nullptr;
    std::vector<std::pair<std::string, std::string>> audited;  ///< while it was answered

    /// The body, but for streams.
    [[nodiscard]] std::string_view text() const;
};

/// A small clinic behind every route of the product: API, FHIR, callbacks and links in mails.
class Clinic : public http::facade::testing::FacadeTest {
  public:
    Clinic();
    void TestBody() override {}

    [[nodiscard]] WrittenRequest read(std::string_view bytes) const;
    /// Asks, as an administrator or as whoever the headers show; nothing where no server would
    /// read such a head. Then does the work that came of it.
    std::optional<Outcome> ask(const WrittenRequest& written, bool as_administrator);

    /// Of an administrator who is logged in, and of a token for reading.
    [[nodiscard]] const std::string& cookie() const { return cookie_; }
    [[nodiscard]] const std::string& csrf() const { return administrator_->csrf; }
    [[nodiscard]] const std::string& token() const { return token_; }

    /// How many requests may have changed it: after many, a new one is cheaper.
    [[nodiscard]] std::size_t changes() const { return changes_; }

  private:
    void add_all_routes();
    void enter();

    std::unique_ptr<http::Site> all_;
    std::shared_ptr<const access::Principal> administrator_;
    std::string cookie_;
    std::string token_;
    std::size_t changes_ = 0;
};

/// What is wrong with an answer; empty for nothing. `asked` are all bytes of the request.
[[nodiscard]] std::string find_fault(std::string_view asked, const Outcome& outcome);

}  // namespace parcours::fuzz
