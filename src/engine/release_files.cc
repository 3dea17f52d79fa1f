#include "engine/release_files.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/data_folder.h"
#include "practice/folder.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

/// Releases by name, each as it was written last.
class FindReleases final : public store::ScanVisitor {
  public:
    explicit FindReleases(std::string beginning) : beginning_(std::move(beginning)) {}
    [[nodiscard]] bool wants(const LogRecord& head) const override {
        return head.kind == RecordKind::Definition && head.topic.starts_with(beginning_);
    }
    bool visit(const LogRecord& record) override {
        found[std::string(record.topic)] = record.payload;
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return true; }

    std::map<std::string, std::string> found;

  private:
    std::string beginning_;
};

}  // namespace

Result<practice::FileMap> find_release_files(const DataFolder& folder, std::string_view beginning) {
    FindReleases releases("release/" + std::string(beginning));
    if (const auto scanned = folder.scan_events(releases); !scanned) {
        return pass_on(scanned);
    }
    if (releases.found.empty()) {
        return fail(ErrorCode::NotFound, "no release that begins with \"" + std::string(beginning) +
                                             "\" was ever launched in this data folder");
    }
    if (releases.found.size() > 1) {
        return fail(ErrorCode::Usage, std::to_string(releases.found.size()) +
                                          " releases begin with \"" + std::string(beginning) +
                                          "\"; give more of the digits");
    }
    return read_release_files(releases.found.begin()->second);
}

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
