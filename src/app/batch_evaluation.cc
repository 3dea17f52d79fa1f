#include "app/batch_evaluation.h"

#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/path_terminology.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "cql/cql.h"
#include "cql/json_source.h"
#include "fhirpath/failure.h"
#include "fhirpath/fhirpath.h"
#include "practice/folder.h"

namespace parcours::app {
namespace {

using fhirpath::Failure;
using fhirpath::FailureKind;
using fhirpath::Outcome;

constexpr std::size_t remembered_max = 4096;

std::unexpected<Failure> wrong_line(FailureKind kind, std::string message) {
    return std::unexpected(Failure{kind, {ErrorCode::InvalidInput, std::move(message), {}}});
}

std::string error_json(const Failure& failure) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("code", fhirpath::failure_name(failure.kind))
        .member("message", failure.error.message);
    if (!failure.error.where.file.empty()) {
        json.member("file", failure.error.where.file);
    }
    if (failure.error.where.line != 0) {
        json.member("line", failure.error.where.line).member("column", failure.error.where.column);
    }
    json.end_object();
    return out;
}

}  // namespace

const BatchEvaluation::FhirPath& BatchEvaluation::compiled_path(std::string_view text) {
    if (paths_.size() >= remembered_max) {
        paths_.clear();
    }
    const auto [found, added] =
        paths_.try_emplace(std::string(text), std::shared_ptr<const fhirpath::Expression>());
    if (added) {
        found->second = fhirpath::compile(text);
    }
    return found->second;
}

const BatchEvaluation::Cql& BatchEvaluation::compiled_cql(std::string_view text) {
    if (cqls_.size() >= remembered_max) {
        cqls_.clear();
    }
    const auto [found, added] =
        cqls_.try_emplace(std::string(text), std::shared_ptr<const cql::Expression>());
    if (added) {
        found->second = compile_cql(text);
    }
    return found->second;
}

BatchEvaluation::Cql BatchEvaluation::compile_cql(std::string_view text) {
    if (practice_ == nullptr && text.find("include") != std::string_view::npos) {
        auto folder = practice::open_folder(practice::built_in_files());
        if (!folder) {
            return pass_on(folder);
        }
        practice_ = std::make_shared<const practice::Folder>(std::move(*folder));
    }
    return cql::compile(
        text, practice_ == nullptr ? cql::CompileContext() : practice_->vocabulary().context());
}

Outcome<std::string> BatchEvaluation::path_result(const JsonView& question) {
    // Both are kept by value: looking up the second may forget the first.
    const FhirPath compiled = compiled_path(question["expression"].text());
    if (!compiled) {
        return std::unexpected(compiled.error());
    }
    std::vector<fhirpath::Variable> variables;
    for (const auto& [name, value] : question["variables"].members()) {
        variables.push_back({std::string(name), fhirpath::collection_of(value)});
    }
    const fhirpath::Collection root = fhirpath::collection_of(question["resource"]);
    fhirpath::Environment environment;
    environment.now = now_;
    environment.variables = variables;
    environment.resource = root.items();
    std::optional<PathTerminology> terminology;
    if (practice_ != nullptr) {
        environment.terminology = &terminology.emplace(practice_->value_sets);
    }
    if (const std::string_view path = question["context"].text(); !path.empty()) {
        const FhirPath start = compiled_path(path);
        if (!start) {
            return std::unexpected(start.error());
        }
        const auto context = fhirpath::evaluate(**start, root.items(), environment);
        if (!context) {
            return std::unexpected(context.error());
        }
        const auto answer = fhirpath::evaluate(**compiled, context->items.items(), environment);
        return answer ? Outcome<std::string>(fhirpath::to_json(answer->items.items()))
                      : std::unexpected(answer.error());
    }
    const auto answer = fhirpath::evaluate(**compiled, root.items(), environment);
    return answer ? Outcome<std::string>(fhirpath::to_json(answer->items.items()))
                  : std::unexpected(answer.error());
}

Outcome<std::string> BatchEvaluation::cql_result(const JsonView& question) {
    const std::string_view text = question["expression"].text();
    const Cql& compiled = compiled_cql(text);
    if (!compiled) {
        // What can be read but not compiled names or combines what does not fit.
        const FailureKind kind = cql::print(text) ? FailureKind::Type : FailureKind::Syntax;
        return std::unexpected(Failure{kind, compiled.error()});
    }
    const cql::JsonSource nobody({}, now_, nullptr);
    cql::EvaluationContext context;
    context.now = now_;
    const auto value = cql::evaluate(**compiled, nobody, context);
    if (!value) {
        return std::unexpected(Failure{FailureKind::Runtime, value.error()});
    }
    std::string out;
    JsonWriter(out).value(std::string_view(value->to_text()));
    return out;
}

Outcome<std::string> BatchEvaluation::result(const JsonView& question) {
    if (!question.is_object()) {
        return wrong_line(FailureKind::Runtime, "a line is a JSON object");
    }
    if (!question["expression"].is_string()) {
        return wrong_line(FailureKind::Runtime, "a line has an \"expression\", a text");
    }
    const std::string_view language = question["language"].text("fhirpath");
    if (language == "fhirpath") {
        return path_result(question);
    }
    if (language == "cql") {
        return cql_result(question);
    }
    return wrong_line(FailureKind::Runtime,
                      fmt::format("the language \"{}\" is not known; there are \"fhirpath\" and "
                                  "\"cql\"",
                                  language));
}

std::string BatchEvaluation::answer(std::string_view line) {
    const auto parsed = document_.parse(line, JsonDocument::Numbers::AsWritten);
    const JsonView question = parsed ? *parsed : JsonView{};
    const Outcome<std::string> outcome =
        parsed ? result(question) : std::unexpected(Failure{FailureKind::Runtime, parsed.error()});
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("id");
    const std::string id = parsed ? question["id"].to_json() : find_member(line, "id");
    if (id.empty()) {
        json.null();
    } else {
        json.raw(id);
    }
    if (outcome) {
        json.key("result").raw(*outcome);
    } else {
        json.key("error").raw(error_json(outcome.error()));
    }
    json.end_object();
    return out;
}

}  // namespace parcours::app
