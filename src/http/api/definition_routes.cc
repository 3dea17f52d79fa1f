#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/left_behind.h"
#include "engine/practice_versions.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/rows.h"
#include "http/entity_tag.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"
#include "practice/folder.h"

namespace parcours::http::api {
namespace {

constexpr std::size_t check_bytes_max = 8UL * 1024 * 1024;

/// "campaign" of "campaigns/recall.yaml"; "practice" of a file at the top.
std::string_view kind_of(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) {
        return "practice";
    }
    const std::string_view folder = path.substr(0, slash);
    if (folder == "libraries") {
        return "library";
    }
    return folder == "valuesets"
               ? "value set"
               : folder.substr(0, folder.size() - (folder.ends_with('s') ? 1 : 0));
}

bool is_built_in(std::string_view path, std::string_view text) {
    const auto& files = practice::built_in_files();
    const auto found = files.find(path);
    return found != files.end() && found->second == text;
}

Result<engine::PracticeVersions> versions_of(const Backend& backend) {
    return engine::PracticeVersions::load(backend.service.folder().store());
}

Response with_tag(Response response, const Digest& digest) {
    response.headers.set("ETag", quoted_tag(digest.to_hex()));
    return response;
}

Result<Response> list_definitions(const Backend& backend) {
    const auto record = backend.service.published();
    const auto versions = versions_of(backend);
    if (!versions) {
        return pass_on(versions);
    }
    const Digest digest = engine::practice_digest(record->clinic->folder.files);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("digest", digest.to_hex()).key("version");
    if (versions->all().empty()) {
        json.null();
    } else {
        json.value(versions->all().back().number);
    }
    json.key("definitions").begin_array();
    for (const auto& [path, text] : record->clinic->folder.files) {
        json.begin_object()
            .member("path", path)
            .member("kind", kind_of(path))
            .member("built_in", is_built_in(path, text))
            .member("bytes", text.size())
            .end_object();
    }
    json.end_array().end_object();
    return with_tag(Response::json(std::move(out)), digest);
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

/// Reads the files of a body that fits its description.
Result<engine::PracticeChange> read_change(const Request& request) {
    JsonDocument document;
    const auto parsed = document.parse(request.body);
    if (!parsed) {
        return pass_on(parsed);
    }
    engine::PracticeChange change;
    for (const JsonView file : (*parsed)["files"].elements()) {
        std::string path(file["path"].text());
        if (change.files.contains(path) || change.removed.contains(path)) {
            return fail(ErrorCode::InvalidInput, "the file \"" + path + "\" comes twice");
        }
        if (file["text"].is_null()) {
            change.removed.insert(std::move(path));
        } else {
            change.files.emplace(std::move(path), file["text"].text());
        }
    }
    change.note = (*parsed)["note"].text();
    return change;
}

/// The files of the request laid over those of the practice.
Result<practice::FileMap> read_files(const Backend& backend, const Request& request) {
    const auto change = read_change(request);
    if (!change) {
        return pass_on(change);
    }
    const practice::FileMap& running = backend.service.published()->clinic->folder.files;
    const auto own = engine::change_files(engine::own_files(running), *change);
    if (!own) {
        return pass_on(own);
    }
    return practice::overlay(practice::built_in_files(), *own);
}

void write_found(JsonWriter& json, std::string_view name, const std::vector<Error>& found) {
    json.key(name).begin_array();
    for (const Error& error : found) {
        json.begin_object()
            .member("file", error.where.file)
            .member("line", error.where.line)
            .member("column", error.where.column)
            .member("message", error.message)
            .end_object();
    }
    json.end_array();
}

Result<Response> check_definitions(const Backend& backend, const Request& request) {
    auto files = read_files(backend, request);
    if (!files) {
        return pass_on(files);
    }
    std::vector<Error> doubts;
    const std::vector<Error> mistakes =
        engine::check_clinic(std::move(*files), nullptr, backend.service.clock().now(), &doubts);
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    write_found(json, "mistakes", mistakes);
    write_found(json, "doubts", doubts);
    json.end_object();
    return Response::json(std::move(out));
}

/// The digest that If-Match names; nothing where it is none of ours.
std::optional<Digest> read_tag(std::string_view tag) {
    return digest_from_hex(core_of_tag(tag));
}

void write_version(
    JsonWriter& json, const engine::PracticeVersion& version,
    const std::function<void(JsonWriter&)>& write_more = [](JsonWriter&) {}) {
    json.begin_object()
        .member("version", version.number)
        .member("digest", version.digest.to_hex())
        .member("at", format_instant(version.at))
        .member("by", version.by)
        .member("note", version.note)
        .member("files", version.files);
    write_more(json);
    json.end_object();
}

Response refuse_mistakes(const Error& error, const std::vector<Error>& mistakes) {
    Problem problem{.status = 422,
                    .code = "mistakes",
                    .detail = error.message,
                    .cure = "mend each of them, and publish again",
                    .errors = {}};
    for (const Error& mistake : mistakes) {
        problem.errors.push_back({mistake.where.file + ':' + std::to_string(mistake.where.line) +
                                      ':' + std::to_string(mistake.where.column),
                                  mistake.message});
    }
    return problem_response(problem);
}

Changed refusal(Response response) {
    return {std::move(response), {}, {}};
}

Result<Changed> publish(const Backend& backend, engine::Service& service, const Request& request) {
    const auto tag = request.headers.find("If-Match");
    if (!tag) {
        return refusal(problem(428, "it is not said which practice this change was decided on",
                               "send If-Match with the ETag of GET /api/v1/definitions"));
    }
    auto change = read_change(request);
    if (!change) {
        return pass_on(change);
    }
    const auto base = read_tag(*tag);
    if (!base || *base != engine::practice_digest(service.published()->clinic->folder.files)) {
        return refusal(problem(412,
                               "the practice was changed after what this change was decided on",
                               "read GET /api/v1/definitions again, and decide anew"));
    }
    const std::vector<std::string> before = engine::campaign_names(service.clinic());
    change->base = *base;
    change->by = request.caller->actor.name;
    std::vector<Error> mistakes;
    const auto version = service.publish_practice(*change, mistakes);
    if (!version) {
        return mistakes.empty() ? Result<Changed>(pass_on(version))
                                : refusal(refuse_mistakes(version.error(), mistakes));
    }
    tell(backend, "map", "");
    std::string out;
    JsonWriter json(out);
    write_version(json, *version, [&service, &before](JsonWriter& more) {
        const auto reading = service.ledger();
        write_left_behind(more, engine::find_left_behind(service.clinic(), reading.ledger, before));
    });
    return Changed{with_tag(Response::json(std::move(out)), version->digest),
                   "published version " + std::to_string(version->number) + ", " + version->note,
                   {}};
}

Result<Response> list_versions(const Backend& backend, const Request& request) {
    const auto versions = versions_of(backend);
    if (!versions) {
        return pass_on(versions);
    }
    const std::size_t total = versions->all().size();
    const auto page = asked_page(request, total);
    if (!page) {
        return pass_on(page);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("versions").begin_array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        write_version(json, versions->all()[total - 1 - i]);
    }
    json.end_array().member("total", total);
    write_next(json, *page);
    json.end_object();
    return Response::json(std::move(out));
}

Result<Response> get_version(const Backend& backend, const Request& request) {
    const auto versions = versions_of(backend);
    if (!versions) {
        return pass_on(versions);
    }
    std::uint64_t number = 0;
    const std::string_view asked = request.path_value("version");
    if (std::from_chars(asked.data(), asked.data() + asked.size(), number).ptr !=
        asked.data() + asked.size()) {
        number = 0;
    }
    const auto files = versions->files_of(number);
    if (!files) {
        return pass_on(files);
    }
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("version");
    write_version(json, *versions->find(number));
    json.key("files").begin_array();
    for (const auto& [path, text] : *files) {
        json.begin_object().member("path", path).member("text", text).end_object();
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
    Route publication = writing(backend, Method::Post, "/api/v1/definitions/publish",
                                "publishDefinitions", Permission::DefinitionPublish,
                                [&backend](engine::Service& service, const Request& request) {
                                    return publish(backend, service, request);
                                });
    publication.body_bytes_max = check_bytes_max;
    router.add(std::move(publication));
    router.add(reading(Method::Get, "/api/v1/definitions/history", "listDefinitionVersions",
                       Permission::DefinitionRead, [&backend](const Request& request) {
                           return list_versions(backend, request);
                       }));
    router.add(reading(Method::Get, "/api/v1/definitions/history/{version}", "getDefinitionVersion",
                       Permission::DefinitionRead, [&backend](const Request& request) {
                           return get_version(backend, request);
                       }));
}

}  // namespace parcours::http::api
