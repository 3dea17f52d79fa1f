#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/api/tests/clinic_fixture.h"
#include "http/message.h"

namespace parcours::http::facade::testing {

/// The clinic of the API's tests behind /fhir, with more of all kinds in it: dates of every
/// precision, periods with an open end, codes of several systems, what was entered in error, what
/// belongs to nobody, somebody who was merged.
class FacadeTest : public api::testing::ApiTest {
  protected:
    FacadeTest();

    /// As JSON; lives until the test ends.
    JsonView read(const Response& response);
    JsonView search(const std::string& target) { return read(get("/fhir/" + target)); }
    /// The ids of the matches of all pages, in their order.
    std::vector<std::string> all_ids(const std::string& target);
    /// Sent as FHIR by whoever is logged in.
    Response send(Method method, const std::string& target, const std::string& body,
                  std::map<std::string, std::string> headers = {});

    /// The resources that were added, as they were sent.
    std::vector<std::string> added;

  private:
    std::deque<JsonDocument> documents_;
};

/// The ids of a Bundle's entries with this search mode.
std::vector<std::string> ids_of(const JsonView& bundle, std::string_view mode = "match");

}  // namespace parcours::http::facade::testing
