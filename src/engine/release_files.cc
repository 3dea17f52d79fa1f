#include "engine/release_files.h"

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "practice/folder.h"

namespace parcours::engine {

std::string write_release_files(const practice::FileMap& files) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    for (const auto& [path, text] : files) {
        json.member(path, text);
    }
    json.end_object();
    return out;
}

Result<practice::FileMap> read_release_files(std::string_view json) {
    JsonDocument document;
    const auto parsed = document.parse(json);
    if (!parsed || !parsed->is_object()) {
        return fail(ErrorCode::Damaged, "a stored release is not what was published");
    }
    practice::FileMap files;
    for (const auto& [path, text] : parsed->members()) {
        files.emplace(path, text.text());
    }
    return files;
}

}  // namespace parcours::engine
