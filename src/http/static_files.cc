#include "http/static_files.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace parcours::http {
namespace {

bool is_inside_page(std::string_view path) {
    for (const std::string_view foreign : {"/api", "/fhir"}) {
        if (path.starts_with(foreign) &&
            (path.size() == foreign.size() || path[foreign.size()] == '/')) {
            return false;
        }
    }
    return path.find('.', path.rfind('/')) == std::string_view::npos;
}

}  // namespace

const StaticFile* StaticFiles::find(std::string_view path) const {
    const auto at = std::ranges::lower_bound(files_, path, {}, &StaticFile::path);
    return at != files_.end() && at->path == path ? &*at : nullptr;
}

std::optional<Response> StaticFiles::answer(const Request& request) const {
    if (request.method != Method::Get && request.method != Method::Head) {
        return std::nullopt;
    }
    const StaticFile* file = find(request.path);
    if (file == nullptr && is_inside_page(request.path)) {
        file = find("/index.html");
    }
    if (file == nullptr) {
        return std::nullopt;
    }
    Response response;
    response.headers.add("Content-Type", std::string(file->media_type));
    response.headers.add("ETag", std::string(file->etag));
    response.headers.add("Cache-Control",
                         file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response.body = StaticBytes{file->bytes, file->gzip};
    response.ranges = true;
    return response;
}

}  // namespace parcours::http
