#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::app {
namespace {

/// Reads every record and opens every content.
class Verifier final : public store::ScanVisitor {
  public:
    Verifier(LogPosition end, ProgressBar& bar) : end_(end), bar_(bar) {}

    bool visit(const LogRecord& record) override {
        ++records_;
        if (record.kind == RecordKind::Event) {
            if (const auto event = engine::read_event(record.topic, record.payload); !event) {
                damages_.push_back(
                    {record.position,
                     fmt::format("log record {}: {}", record.position, event.error().message)});
            }
        }
        bar_.update(static_cast<double>(record.position) / static_cast<double>(end_), records_);
        return true;
    }
    bool damaged(LogPosition position, const Error& error) override {
        damages_.push_back({position, error.message});
        return true;
    }

    [[nodiscard]] std::uint64_t records() const { return records_; }
    [[nodiscard]] const std::vector<engine::Damage>& damages() const { return damages_; }

  private:
    LogPosition end_;
    ProgressBar& bar_;
    std::uint64_t records_ = 0;
    std::vector<engine::Damage> damages_;
};

std::string answer_json(const Verifier& verifier) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("records", verifier.records());
    json.member("damaged", verifier.damages().size()).key("list").begin_array();
    for (const auto& damage : verifier.damages()) {
        json.begin_object()
            .member("position", damage.position)
            .member("message", damage.message)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

struct Options {
    CommonOptions common;
    bool mend = false;
};

Result<int> run(const Options& options) {
    using Mode = engine::DataFolder::Mode;
    const auto folder =
        engine::DataFolder::open(options.common.data, options.mend ? Mode::Write : Mode::Read);
    if (!folder) {
        return pass_on(folder);
    }
    ProgressBar bar("Verifying", "records");
    Verifier verifier((*folder)->end(), bar);
    if (const auto scanned = (*folder)->store().scan(1, (*folder)->end(), verifier); !scanned) {
        return pass_on(scanned);
    }
    bar.finish();
    const bool good = verifier.damages().empty();
    if (!good && options.mend) {
        if (const auto forgotten = (*folder)->forget_snapshots(); !forgotten) {
            return pass_on(forgotten);
        }
    }
    if (options.common.json) {
        fmt::print("{}\n", answer_json(verifier));
        return good ? 0 : exit_code(ErrorCode::Damaged);
    }
    for (const auto& damage : verifier.damages()) {
        fmt::print("{}\n", damage.message);
    }
    fmt::print("{} of the log read, {} damaged.\n", counted(verifier.records(), "record"),
               grouped(verifier.damages().size()));
    if (!good) {
        fmt::print(
            "What is damaged is never used. Restore the folder from a backup, or store the "
            "lost records again: {}import the same files once more; what is whole is not "
            "stored twice.\n",
            options.mend ? "" : "parcours verify --mend, then ");
    }
    return good ? 0 : exit_code(ErrorCode::Damaged);
}

}  // namespace

Run declare_verify(CommandLine app) {
    const auto options = std::make_shared<Options>();
    add_data_option(app, options->common);
    app.add_flag(
        "--mend", options->mend,
        "Where something is damaged, forget that it was ever stored, so that importing its "
        "files again brings it back");
    add_json_option(app, options->common);
    app.footer("Reads the whole log and names every record whose checksum is wrong.");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
