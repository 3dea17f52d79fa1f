// $cql and Library/$evaluate: CQL for one patient, over the record or what came with the request.

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "cql/cql.h"
#include "cql/outline.h"
#include "cql/tree.h"
#include "cql/type.h"
#include "cql/value.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/fhir/cql_run.h"
#include "http/fhir/cql_values.h"
#include "http/fhir/library_shelf.h"
#include "http/fhir/operation.h"
#include "http/fhir/outcome.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "practice/nearest.h"
#include "quality/evaluate.h"
#include "values/text.h"

namespace parcours::http::facade {
namespace {

/// Records come in `data`.
constexpr std::size_t input_bytes_max = 16UL * 1024 * 1024;
constexpr std::size_t cql_bytes_max = 100'000;

constexpr std::string_view no_data_endpoint =
    "no other server is asked for data; send the resources in \"data\"";
constexpr std::string_view no_content_endpoint =
    "libraries are those of the practice and of the record; import the Library";
constexpr std::string_view no_terminology_endpoint =
    "value sets are those of the practice and of the record; import the ValueSet";

constexpr auto cql_known =
    std::to_array<OperationInput::Known>({{"subject"},
                                          {"expression"},
                                          {"parameters"},
                                          {"library"},
                                          {"useServerData"},
                                          {"data"},
                                          {"prefetchData"},
                                          {"dataEndpoint", no_data_endpoint},
                                          {"contentEndpoint", no_content_endpoint},
                                          {"terminologyEndpoint", no_terminology_endpoint}});
constexpr auto evaluate_known = std::to_array<OperationInput::Known>(
    {{"library"},
     {"url"},
     {"subject"},
     {"expression"},
     {"parameters"},
     {"useServerData"},
     {"data"},
     {"prefetchData"},
     {"includePrivate", "what a library keeps private is not told"},
     {"dataEndpoint", no_data_endpoint},
     {"contentEndpoint", no_content_endpoint},
     {"terminologyEndpoint", no_terminology_endpoint}});

/// A library as an expression calls it.
struct Included {
    quality::LibraryName name;
    std::string alias;
};

/// `include "A"."B" version '1' called "B"`.
std::string include_line(const Included& included) {
    std::string name;
    std::string_view rest = included.name.name;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
        name += values::quote(rest.substr(0, dot), '"') + ".";
        rest.remove_prefix(dot + 1);
    }
    name += values::quote(rest, '"');
    return fmt::format("include {} called {}\n", name, values::quote(included.alias, '"'));
}

/// The text that asks for `asked`, and how many lines stand before it.
struct Text {
    std::string cql;
    std::size_t lines_before = 0;
};

Text text_for(const std::vector<Included>& libraries, std::string_view asked) {
    Text out{"using FHIR version '4.0.1'\n", 3};
    for (const Included& included : libraries) {
        out.cql += include_line(included);
        ++out.lines_before;
    }
    out.cql += "context Patient\ndefine \"return\":\n";
    out.cql += asked;
    return out;
}

/// What libraries declare as parameters, with those that they include.
void collect_parameters(const LibraryShelf& shelf, const quality::LibraryName& name,
                        std::set<std::string>& seen,
                        std::vector<cql::LibraryOutline::Parameter>& out) {
    const auto text = shelf.find_library(name.name, name.version);
    const auto outline = text ? cql::read_outline(*text) : Result<cql::LibraryOutline>();
    if (!text || !outline || !seen.insert(name.name).second) {
        return;
    }
    out.insert(out.end(), outline->parameters.begin(), outline->parameters.end());
    for (const auto& include : outline->includes) {
        collect_parameters(shelf, {include.library, include.version}, seen, out);
    }
}

/// One request, from what was asked to its Parameters.
class CqlOperation {
  public:
    CqlOperation(const api::Backend& backend, const Request& request, OperationInput input)
        : backend_(backend),
          request_(request),
          input_(std::move(input)),
          record_(backend.service.published()),
          shelf_(backend, *record_),
          run_(backend, record_) {}

    /// $cql
    Result<Response> evaluate_expression() {
        const auto expression = input_.text("expression");
        if (!expression || expression->empty() || expression->size() > cql_bytes_max) {
            return fail(
                ErrorCode::Usage,
                fmt::format("\"expression\" must be CQL of at most {} bytes", cql_bytes_max));
        }
        const auto libraries = read_libraries();
        if (!libraries) {
            return pass_on(libraries);
        }
        // Without libraries it is compiled as it came: an error's place is one in it.
        const Text text =
            libraries->empty() ? Text{*expression, 0} : text_for(*libraries, *expression);
        if (const auto opened = open(*libraries); !opened) {
            return pass_on(opened);
        }
        if (const auto ready = prepare(text, *expression); !ready) {
            return pass_on(ready);
        }
        const auto value = evaluate(text, expression_->root());
        if (!value) {
            return pass_on(value);
        }
        return answer([&](JsonWriter& json) {
            return write_parameter(json, "return", *value, expression_->type(), resources());
        });
    }

    /// Library/$evaluate
    Result<Response> evaluate_library(const Result<quality::LibraryName>& name) {
        if (!name) {
            return pass_on(name);
        }
        const auto source = shelf_.find_library(name->name, name->version);
        const auto outline = source ? cql::read_outline(*source)
                                    : fail(ErrorCode::NotFound, "there is no such library");
        if (!outline) {
            return pass_on(outline);
        }
        const auto names = asked_defines(*outline);
        if (!names) {
            return pass_on(names);
        }
        const std::vector<Included> libraries{{*name, "Evaluated"}};
        if (const auto opened = open(libraries); !opened) {
            return pass_on(opened);
        }
        std::string tuple;
        for (std::size_t i = 0; i < names->size(); ++i) {
            tuple += fmt::format("{}r{}: \"Evaluated\".{}", i == 0 ? "" : ", ", i,
                                 values::quote((*names)[i], '"'));
        }
        const Text text = text_for(libraries, "Tuple { " + tuple + " }");
        if (const auto ready = prepare(text, name->name); !ready) {
            return pass_on(ready);
        }
        return run_.has_subject() ? tell_of_subject(text, *names) : tell_of_nobody(text, *names);
    }

    [[nodiscard]] const OperationInput& input() const { return input_; }
    [[nodiscard]] const LibraryShelf& shelf() const { return shelf_; }

  private:
    Result<std::vector<Included>> read_libraries() const {
        std::vector<Included> out;
        for (const JsonView& element : input_.elements("library")) {
            std::string url;
            std::string alias;
            for (const JsonView& part : element["part"].elements()) {
                const auto value = value_of(part);
                std::string& into = part["name"].text() == "name" ? alias : url;
                into = value ? std::string(value->second.text()) : std::string();
            }
            auto name = shelf_.find_by_canonical(url);
            if (!name) {
                return pass_on(name);
            }
            alias = alias.empty() ? name->name.substr(name->name.rfind('.') + 1) : alias;
            out.push_back({std::move(*name), std::move(alias)});
        }
        return out;
    }

    Result<std::vector<std::string>> asked_defines(const cql::LibraryOutline& outline) const {
        std::vector<std::string> all;
        for (const auto& define : outline.defines) {
            if (!define.is_private) {
                all.push_back(define.name);
            }
        }
        const auto asked = input_.texts("expression");
        for (const std::string& one : asked) {
            if (std::ranges::find(all, one) == all.end()) {
                return fail(ErrorCode::NotFound,
                            fmt::format("the library {} has no expression \"{}\"{}", outline.name,
                                        one, practice::suggest(one, all)));
            }
        }
        if (asked.empty() && all.empty()) {
            return fail(ErrorCode::InvalidInput,
                        fmt::format("the library {} has no expression to evaluate", outline.name));
        }
        return asked.empty() ? all : asked;
    }

    Result<> open(const std::vector<Included>& libraries) {
        std::vector<cql::LibraryOutline::Parameter> declared;
        std::set<std::string> seen;
        for (const Included& included : libraries) {
            collect_parameters(shelf_, included.name, seen, declared);
        }
        auto parameters = read_parameters(input_.resource("parameters"), declared);
        if (!parameters) {
            return pass_on(parameters);
        }
        parameters_ = std::move(*parameters);
        if (const auto checked = check_prefetch_keys(declared); !checked) {
            return checked;
        }
        return run_.open(request_, input_);
    }

    /// A key may name a parameter of a library, which records cannot be handed to here.
    [[nodiscard]] Result<> check_prefetch_keys(
        const std::vector<cql::LibraryOutline::Parameter>& declared) const {
        for (const JsonView& item : input_.elements("prefetchData")) {
            for (const JsonView& part : item["part"].elements()) {
                const auto key = part["name"].text() == "key" ? value_of(part) : std::nullopt;
                if (key &&
                    std::ranges::find(declared, key->second.text(),
                                      &cql::LibraryOutline::Parameter::name) != declared.end()) {
                    return fail(ErrorCode::Usage,
                                fmt::format("the key \"{}\" of \"prefetchData\" names a parameter "
                                            "of the library; hand its value in \"parameters\", and "
                                            "records without a key",
                                            key->second.text()));
                }
            }
        }
        return {};
    }

    /// All of them at once: what they share is found once.
    Result<Response> tell_of_subject(const Text& text, const std::vector<std::string>& names) {
        const auto value = evaluate(text, expression_->root());
        if (!value) {
            return pass_on(value);
        }
        std::vector<std::optional<cql::Value>> values;
        for (std::size_t i = 0; i < names.size(); ++i) {
            values.emplace_back(value->tuple().find(fmt::format("r{}", i)));
        }
        return answer([&](JsonWriter& json) { return write_defines(json, names, values); });
    }

    /// What is the same for everybody. Where all definitions were asked for, those about one
    /// patient are named in an OperationOutcome; by its name, one is an error.
    Result<Response> tell_of_nobody(const Text& text, const std::vector<std::string>& names) {
        const bool by_name = !input_.texts("expression").empty();
        std::vector<std::optional<cql::Value>> values;
        std::vector<std::string> refused;
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto value = evaluate(text, *expression_->root().children[i]);
            if (value) {
                values.emplace_back(std::move(*value));
                continue;
            }
            Error error = value.error();
            if (error.code != ErrorCode::Usage) {
                return std::unexpected(std::move(error));
            }
            error.message = fmt::format("\"{}\": {}", names[i], error.message);
            refused.push_back(error.message);
            if (by_name || refused.size() == names.size()) {
                return std::unexpected(std::move(error));
            }
            values.emplace_back(std::nullopt);
        }
        return answer([&](JsonWriter& json) -> Result<> {
            if (const auto written = write_defines(json, names, values); !written) {
                return written;
            }
            write_refused(json, refused);
            return {};
        });
    }

    static void write_refused(JsonWriter& json, const std::vector<std::string>& refused) {
        if (refused.empty()) {
            return;
        }
        json.begin_object().member("name", "evaluation error").key("resource").begin_object();
        json.member("resourceType", "OperationOutcome").key("issue").begin_array();
        for (const std::string& why : refused) {
            json.begin_object().member("severity", "error").member("code", "required");
            json.member("diagnostics", why).end_object();
        }
        json.end_array().end_object().end_object();
    }

    Result<> prepare(const Text& text, std::string_view question) {
        if (const auto audited = api::audit_question(backend_, request_, "fhir.cql", question,
                                                     run_.audited_patient());
            !audited) {
            return pass_on(audited);
        }
        cql::CompileContext context = record_->clinic->folder.vocabulary().context();
        context.libraries = &shelf_;
        for (const quality::Parameter& parameter : parameters_) {
            context.parameters.push_back({parameter.name, parameter.type});
        }
        const auto compiled = cql::compile(text.cql, context);
        if (!compiled) {
            return std::unexpected(moved(compiled.error(), text));
        }
        expression_ = *compiled;
        return run_.prepare(expression_, parameters_);
    }

    Result<cql::Value> evaluate(const Text& text, const cql::Node& part) const {
        auto value = run_.evaluate(part);
        return value ? std::move(value) : std::unexpected(moved(value.error(), text));
    }

    /// To where it stands in what was sent.
    static Error moved(Error error, const Text& text) {
        if (error.where.file.empty() && error.where.line > text.lines_before) {
            error.where.line -= text.lines_before;
        }
        return error;
    }

    [[nodiscard]] ResourceOfRow resources() const {
        return [this](cql::Row row) { return run_.resource_of(row); };
    }

    Result<> write_defines(JsonWriter& json, const std::vector<std::string>& names,
                           const std::vector<std::optional<cql::Value>>& values) const {
        const cql::Type& type = expression_->type();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!values[i]) {
                continue;
            }
            const auto written =
                write_parameter(json, names[i], *values[i], type.arguments[i], resources());
            if (!written) {
                return written;
            }
        }
        return {};
    }

    template <class Write>
    static Result<Response> answer(Write write) {
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("resourceType", "Parameters").key("parameter").begin_array();
        if (const auto written = write(json); !written) {
            return pass_on(written);
        }
        json.end_array().end_object();
        return fhir_json(std::move(out));
    }

    const api::Backend& backend_;
    const Request& request_;
    OperationInput input_;
    std::shared_ptr<const engine::Published> record_;
    LibraryShelf shelf_;
    CqlRun run_;
    std::vector<quality::Parameter> parameters_;
    std::shared_ptr<const cql::Expression> expression_;
};

Result<Response> evaluate_cql(const api::Backend& backend, const Request& request) {
    auto input = OperationInput::read(request, cql_known);
    return input ? CqlOperation(backend, request, std::move(*input)).evaluate_expression()
                 : pass_on(input);
}

Result<Response> evaluate_library(const api::Backend& backend, const Request& request) {
    auto input = OperationInput::read(request, evaluate_known);
    if (!input) {
        return pass_on(input);
    }
    CqlOperation operation(backend, request, std::move(*input));
    if (const auto id = request.path_value("id"); !id.empty()) {
        return operation.evaluate_library(operation.shelf().find_by_id(id));
    }
    auto canonical = operation.input().text("library");
    canonical = canonical ? canonical : operation.input().text("url");
    if (!canonical) {
        return fail(ErrorCode::Usage, "\"library\" must be the canonical of a library");
    }
    return operation.evaluate_library(operation.shelf().find_by_canonical(*canonical));
}

}  // namespace

void add_cql_routes(Router& router, api::Backend& backend) {
    const auto access = RouteAccess::needs(access::Permission::FhirRead);
    const auto cql = answering_cql(
        [&backend](const Request& request) { return evaluate_cql(backend, request); });
    const auto library = answering_cql(
        [&backend](const Request& request) { return evaluate_library(backend, request); });
    router.add({Method::Post, "/fhir/$cql", "fhirCql", access, cql, input_bytes_max});
    router.add({Method::Get, "/fhir/Library/$evaluate", "fhirEvaluateLibrary", access, library});
    router.add({Method::Post, "/fhir/Library/$evaluate", "fhirEvaluateLibraryByPost", access,
                library, input_bytes_max});
    router.add(
        {Method::Get, "/fhir/Library/{id}/$evaluate", "fhirEvaluateOneLibrary", access, library});
    router.add({Method::Post, "/fhir/Library/{id}/$evaluate", "fhirEvaluateOneLibraryByPost",
                access, library, input_bytes_max});
}

}  // namespace parcours::http::facade
