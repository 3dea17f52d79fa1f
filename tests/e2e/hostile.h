#pragma once

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/http_client.h"
#include "support/program.h"

namespace parcours::testing {

using Fields = std::map<std::string, std::string>;

/// Somebody's open session.
struct Session {
    std::string cookie;
    std::string csrf;

    [[nodiscard]] Fields reading() const { return {{"Cookie", cookie}}; }
    [[nodiscard]] Fields writing() const { return {{"Cookie", cookie}, {"X-CSRF-Token", csrf}}; }
};

/// One server over a small clinic for all tests with hostile input; each leaves it as it was. In
/// the end it stops well, its audit is whole, and its log knows no patient. Staff: ada, an
/// administrator, and ray, a reader.
class Hostile : public ::testing::Test {
  protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite();
    ~Hostile() override;  ///< the server lives on

    static Session log_in(const std::string& name);
    /// A token for reading; `more` are options of `parcours token add`.
    static std::string add_token(const std::string& name,
                                 const std::vector<std::string>& more = {});
    /// The most memory that the server ever had.
    static std::size_t memory_max_mb();

    /// It was refused so, as a problem that knows no patient.
    static void expect_refused(const HttpAnswer& answer, int status, std::string_view what);
    /// It was refused for what the body is.
    static void expect_bad_body(const HttpAnswer& answer, std::string_view what);

    inline static std::uint16_t port = 0;

  private:
    static std::string data();

    inline static std::unique_ptr<TemporaryFolder> folder_;
    inline static std::unique_ptr<Program> server_;
};

[[nodiscard]] std::size_t count_of(std::string_view part, std::string_view text);

/// The beginning of these bytes, fit for a terminal.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace parcours::testing
