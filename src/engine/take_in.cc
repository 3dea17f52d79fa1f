#include "engine/take_in.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/import_worker.h"
#include "engine/writer_steps.h"

namespace parcours::engine {
namespace {

constexpr std::string_view document_name = "request.json";

class TextView final : public FileView {
  public:
    explicit TextView(std::string_view text) : text_(text) {}
    [[nodiscard]] std::string_view bytes() const override { return text_; }

  private:
    std::string_view text_;
};

/// A disk that holds one text.
class OneText final : public Files {
  public:
    explicit OneText(std::string_view text) : text_(text) {}

    [[nodiscard]] Kind kind(const std::string& path) const override {
        return path == document_name ? Kind::File : Kind::Missing;
    }
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string&) const override {
        return std::vector<std::string>{std::string(document_name)};
    }
    [[nodiscard]] Result<std::unique_ptr<FileView>> view(const std::string& path) const override {
        if (path != document_name) {
            return fail(ErrorCode::NotFound, "there is no file \"" + path + "\"");
        }
        return std::make_unique<TextView>(text_);
    }
    [[nodiscard]] Result<> write(const std::string&, std::string_view) const override {
        return fail(ErrorCode::ReadOnly, "a text in memory cannot be written to");
    }

  private:
    std::string_view text_;
};

}  // namespace

Result<ImportReport> take_in(DataFolder& folder, const Clock& clock, std::string_view document,
                             const std::string& source, const WriterSteps& steps) {
    std::optional<Error> refused;
    ImportOptions options;
    options.paths = {std::string(document_name)};
    options.source = source;
    options.worker_count = 1;
    options.steps = steps;
    options.keeps_refusals = false;
    options.watch = [&refused](const ReadyChunk& chunk) {
        if (!chunk.refused.empty() && !refused) {
            refused = Error{ErrorCode::InvalidInput, chunk.refused.front().reason, {}};
        }
    };
    const OneText files(document);
    auto report = import_files(folder, files, clock, options, [](const ImportProgress&) {});
    if (report && refused) {
        return std::unexpected(*refused);
    }
    return report;
}

}  // namespace parcours::engine
