#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/clinic.h"
#include "http/api/backend.h"
#include "practice/folder.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t check_bytes_max = 8UL * 1024 * 1024;
constexpr std::size_t check_files_max = 200;

/// "campaign" of "campaigns/recall.yaml"; "practice" of a file at the top.
std::string_view kind_of(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) {
        return "practice";
    }
    const std::string_view folder = path.substr(0, slash);
    return folder == "valuesets"
               ? "value set"
               : folder.substr(0, folder.size() - (folder.ends_with('s') ? 1 : 0));
}

bool is_built_in(std::string_view path, std::string_view text) {
    const auto& files = practice::built_in_files();
    const auto found = files.find(path);
    return found != files.end() && found->second == text;
}

Result<Response> list_definitions(const Backend& backend) {
    const auto record = backend.service.published();
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("definitions").begin_array();
    for (const auto& [path, text] : record->clinic->folder.files) {
        json.begin_object()
            .member("path", path)
            .member("kind", kind_of(path))
            .member("built_in", is_built_in(path, text))
            .member("bytes", text.size())
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

Result<Response> get_definition(const Backend& backend, const Request& request) {
    const auto record = backend.service.published();
    const std::string_view path = request.path_value("path");
    const auto found = record->clinic->folder.files.find(path);
    if (found == record->clinic->folder.files.end()) {
        return fail(ErrorCode::NotFound,
                    "the practice folder has no such file; see /api/v1/definitions");
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("path", path)
        .member("kind", kind_of(path))
        .member("built_in", is_built_in(path, found->second))
        .member("text", found->second)
        .end_object();
    return Response::json(std::move(out));
}

/// The files of the request laid over those of the practice.
Result<practice::FileMap> read_files(const Backend& backend, const Request& request) {
    JsonDocument document;
    const auto parsed = document.parse(request.body);
    if (!parsed) {
        return pass_on(parsed);
    }
    practice::FileMap files;
    for (const JsonView file : (*parsed)["files"].elements()) {
        if (!file["path"].is_string() || !file["text"].is_string()) {
            return fail(ErrorCode::InvalidInput, "each of \"files\" must have a path and a text");
        }
        files.emplace(file["path"].text(), file["text"].text());
    }
    if (files.empty() || files.size() > check_files_max) {
        return fail(ErrorCode::InvalidInput, "\"files\" must hold 1 to 200 files");
    }
    return practice::overlay(backend.service.published()->clinic->folder.files, files);
}

Result<Response> check_definitions(const Backend& backend, const Request& request) {
    auto files = read_files(backend, request);
    if (!files) {
        return pass_on(files);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("mistakes").begin_array();
    for (const Error& error : engine::check_clinic(std::move(*files))) {
        json.begin_object()
            .member("file", error.where.file)
            .member("line", error.where.line)
            .member("column", error.where.column)
            .member("message", error.message)
            .end_object();
    }
    json.end_array().end_object();
    return Response::json(std::move(out));
}

}  // namespace

void add_definition_routes(Router& router, Backend& backend) {
    using access::Permission;
    router.add(reading(Method::Get, "/api/v1/definitions", "listDefinitions",
                       Permission::DefinitionRead,
                       [&backend](const Request&) { return list_definitions(backend); }));
    router.add(reading(
        Method::Get, "/api/v1/definitions/{path}", "getDefinition", Permission::DefinitionRead,
        [&backend](const Request& request) { return get_definition(backend, request); }));
    Route check = reading(
        Method::Post, "/api/v1/definitions/check", "checkDefinitions", Permission::DefinitionRead,
        [&backend](const Request& request) { return check_definitions(backend, request); });
    check.body_bytes_max = check_bytes_max;
    router.add(std::move(check));
}

}  // namespace parcours::http::api
