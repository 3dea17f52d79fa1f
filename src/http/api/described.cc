#include "http/api/described.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "http/api/backend.h"
#include "http/api/idempotency.h"
#include "http/api/schema.h"
#include "http/api/system_routes.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

/// More would only be longer.
constexpr std::size_t told_faults_max = 50;

/// A parameter of the query or the path, read from the file once.
struct Parameter {
    std::string name;
    bool in_path = false;
    bool is_number = false;
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::optional<std::int64_t> length_max;
    std::vector<std::string> choice;
};

/// What the file says of an operation.
struct Described {
    std::vector<Parameter> parameters;
    JsonView body;  ///< the schema; nothing where it takes none
    bool takes_key = false;
    bool takes_others = false;  ///< whoever asks may add parameters of their own
};

/// The file, parsed once for the whole program; afterwards only read.
class Description {
  public:
    Description() : root_(document_.parse(openapi_json()).value_or(JsonView())), judge_(root_) {
        check(root_.is_object(), "the OpenAPI file is JSON");
        for (const auto& [path, methods] : root_["paths"].members()) {
            for (const auto& [method, operation] : methods.members()) {
                operations_.emplace(operation["operationId"].text(), read(operation));
            }
        }
    }

    [[nodiscard]] const Described* find(std::string_view operation) const {
        const auto found = operations_.find(operation);
        return found == operations_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const SchemaJudge& judge() const { return judge_; }

  private:
    [[nodiscard]] Described read(const JsonView& operation) const {
        Described described;
        for (const JsonView written : operation["parameters"].elements()) {
            const JsonView parameter = judge_.behind(written);
            if (parameter["in"].text() != "header") {
                described.parameters.push_back(read_parameter(parameter));
            } else if (parameter["name"].text() == "Idempotency-Key") {
                described.takes_key = true;
            }
        }
        described.body =
            judge_.behind(operation["requestBody"])["content"]["application/json"]["schema"];
        described.takes_others = operation["x-other-parameters"].boolean().value_or(false);
        return described;
    }

    [[nodiscard]] Parameter read_parameter(const JsonView& written) const {
        const JsonView schema = judge_.behind(written["schema"]);
        Parameter parameter;
        parameter.name = written["name"].text();
        parameter.in_path = written["in"].text() == "path";
        parameter.is_number = schema["type"].text() == "integer";
        parameter.minimum = schema["minimum"].integer();
        parameter.maximum = schema["maximum"].integer();
        parameter.length_max = schema["maxLength"].integer();
        for (const JsonView one : schema["enum"].elements()) {
            parameter.choice.emplace_back(one.text());
        }
        return parameter;
    }

    JsonDocument document_;
    JsonView root_;
    SchemaJudge judge_;
    std::map<std::string, Described, std::less<>> operations_;
};

const Description& description() {
    static const Description one;
    return one;
}

std::string number_words(const Parameter& parameter) {
    std::string words = "must be a whole number";
    if (parameter.minimum) {
        words += " of at least " + std::to_string(*parameter.minimum);
    }
    if (parameter.maximum) {
        words += (parameter.minimum ? " and at most " : " of at most ") +
                 std::to_string(*parameter.maximum);
    }
    return words;
}

/// What is wrong with a value; nothing where it fits. An empty one is as good as none.
std::optional<std::string> fault_of(const Parameter& parameter, std::string_view value) {
    if (value.empty()) {
        return std::nullopt;
    }
    if (parameter.is_number) {
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        const bool good = error == std::errc{} && end == value.data() + value.size() &&
                          number >= parameter.minimum.value_or(number) &&
                          number <= parameter.maximum.value_or(number);
        return good ? std::nullopt : std::optional(number_words(parameter));
    }
    if (!parameter.choice.empty() &&
        std::ranges::find(parameter.choice, value) == parameter.choice.end()) {
        std::string words = "must be one of: ";
        for (const std::string& one : parameter.choice) {
            words += (&one == parameter.choice.data() ? "" : ", ") + one;
        }
        return words;
    }
    if (parameter.length_max && length_of(value) > *parameter.length_max) {
        return "must have at most " + std::to_string(*parameter.length_max) + " characters";
    }
    return std::nullopt;
}

std::string known_parameters(const Described& described) {
    std::string known;
    for (const Parameter& parameter : described.parameters) {
        if (!parameter.in_path) {
            known += (known.empty() ? "" : ", ") + parameter.name;
        }
    }
    return known.empty() ? "none are known here" : "known: " + known;
}

std::vector<FieldProblem> parameter_faults(const Described& described, const Request& request) {
    std::vector<FieldProblem> faults;
    std::set<std::string_view> seen;
    for (const auto& [name, value] : request.query) {
        const auto known = std::ranges::find_if(described.parameters, [&](const Parameter& one) {
            return !one.in_path && one.name == name;
        });
        if (known == described.parameters.end() && described.takes_others) {
            continue;
        }
        if (known == described.parameters.end()) {
            faults.push_back({"?" + name, "is not known here; " + known_parameters(described)});
        } else if (!seen.insert(name).second) {
            faults.push_back({"?" + name, "comes twice"});
        } else if (auto fault = fault_of(*known, value)) {
            faults.push_back({"?" + name, std::move(*fault)});
        }
    }
    for (const Parameter& parameter : described.parameters) {
        if (parameter.in_path) {
            if (auto fault = fault_of(parameter, request.path_value(parameter.name))) {
                faults.push_back({"{" + parameter.name + "}", std::move(*fault)});
            }
        }
    }
    return faults;
}

/// The problem that names everything which is wrong, the first of it in its sentence.
Response refuse(int status, std::string_view what, std::vector<FieldProblem> faults) {
    if (faults.size() > told_faults_max) {
        faults.resize(told_faults_max);
    }
    const FieldProblem& first = faults.front();
    const std::string place = first.at.empty() ? std::string(what) : '"' + first.at + '"';
    return problem_response({.status = status,
                             .code = {},
                             .detail = place + ' ' + first.detail,
                             .cure = "see this operation in /api/openapi.json",
                             .errors = std::move(faults)});
}

std::optional<Response> judge_body(const JsonView& schema, const Request& request) {
    if (request.media_type() != "application/json") {
        return problem(415, "the body must be JSON", "send Content-Type: application/json");
    }
    JsonDocument document;
    const auto parsed = document.parse(request.body);
    if (!parsed) {
        return problem(
            Error{ErrorCode::InvalidInput, "the body is not JSON: " + parsed.error().message, {}});
    }
    auto faults = description().judge().judge(schema, *parsed);
    if (faults.empty()) {
        return std::nullopt;
    }
    return refuse(422, "the body", std::move(faults));
}

std::optional<Response> judge_request(const Described& described, const Request& request) {
    if (auto faults = parameter_faults(described, request); !faults.empty()) {
        return refuse(400, "a parameter", std::move(faults));
    }
    return described.body ? judge_body(described.body, request) : std::nullopt;
}

}  // namespace

void follow_description(Router& router, Backend& backend) {
    router.wrap([&backend](const Route& route, Handler handler) -> Handler {
        const Described* const described = description().find(route.operation);
        if (described == nullptr) {
            return handler;  // not of the API
        }
        if (described->takes_key) {
            handler = once_for_each_key(backend, std::move(handler));
        }
        return [described, handler = std::move(handler)](Request request, const Answer& answer) {
            if (auto refusal = judge_request(*described, request)) {
                answer(std::move(*refusal));
                return;
            }
            handler(std::move(request), answer);
        };
    });
}

}  // namespace parcours::http::api
