#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/json.h"
#include "http/fhir/tests/facade_fixture.h"
#include "http/message.h"

namespace parcours::http::facade::testing {

/// Asks the operations on CQL over HTTP.
class CqlService : public FacadeTest {
  protected:
    CqlService() { log_in_as(access::Role::Administrator); }

    static std::string string_parameter(std::string_view name, std::string_view text) {
        std::string out = R"({"name":")" + std::string(name) + R"(","valueString":")";
        for (const char c : text) {
            out += c == '"' || c == '\\' ? std::string("\\") + c
                   : c == '\n'           ? "\\n"
                                         : std::string(1, c);
        }
        return out + "\"}";
    }

    /// Asks with these elements of `parameter`.
    Response ask_with(const std::string& target, const std::vector<std::string>& parameters) {
        std::string all;
        for (const std::string& one : parameters) {
            all += (all.empty() ? "" : ",") + one;
        }
        return send(Method::Post, target,
                    R"({"resourceType":"Parameters","parameter":[)" + all + "]}");
    }

    Response cql(std::string_view expression, std::vector<std::string> more = {}) {
        more.push_back(string_parameter("expression", expression));
        return ask_with("/fhir/$cql", more);
    }

    /// The elements "return" of an answer, without the extension that names their type.
    std::vector<std::string> returned(const Response& response) {
        EXPECT_EQ(response.status, 200) << text_of(response);
        std::vector<std::string> out;
        for (const JsonView element : read(response)["parameter"].elements()) {
            EXPECT_EQ(element["name"].text(), "return");
            for (const auto& [name, value] : element.members()) {
                if (name != "name" && name != "extension") {
                    out.push_back(std::string(name) + ":" + value.to_json());
                }
            }
        }
        return out;
    }

    std::string only(const Response& response) {
        const auto all = returned(response);
        return all.size() == 1 ? all.front() : fmt::format("{} of them", all.size());
    }

    /// The counts of a report's first group, by the code of the population.
    std::map<std::string, std::uint64_t> counts(const JsonView& group) {
        std::map<std::string, std::uint64_t> out;
        for (const JsonView one : group["population"].elements()) {
            out[std::string(one["code"]["coding"].elements()[0]["code"].text())] =
                one["count"].natural().value_or(999);
        }
        return out;
    }
};

}  // namespace parcours::http::facade::testing
