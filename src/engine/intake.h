#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/intake_lane.h"
#include "engine/quarantine.h"
#include "engine/writer_steps.h"
#include "population/live_index.h"

namespace parcours::engine {

/// Takes records in beside the one that writes, each intake after those begun before. For the one
/// that writes, which does the steps of it in `work`.
class Intake {
  public:
    struct Parts {
        const Files& files;
        const Clock& clock;
        /// Beside the one that writes: has what was taken in since `before` was the index seen by
        /// everybody.
        std::function<Result<>(IntakeLane::Beside& beside, const population::LiveIndex* before)>
            renew;
        /// By the one that writes, when an intake has ended: what is to be said of it beside.
        std::function<std::vector<std::string>()> warnings;
        /// By the one that writes, when a feed's records were taken in. May be empty.
        std::function<void(const std::string& source)> heard;
        /// By the one that writes, after a defect: memory may not be what the log says.
        std::function<void(const Error& why)> give_up;
        /// Called from any thread when `work` has something to do. May be empty.
        std::function<void()> wake;
    };
    explicit Intake(Parts parts) : parts_(std::move(parts)), lane_(parts_.wake) {}
    /// To be called once before anything is taken in; the folder is borrowed.
    void use(DataFolder& folder) { folder_ = &folder; }

    // `done` is called by `work`, once, when what was taken in is published, also after a failure.
    // Errors of the call itself: Unavailable (too many wait, or the process is stopping); then
    // nothing is called.
    using Imported = std::function<void(const Result<ImportReport>&)>;
    using Progress = std::function<void(const ImportProgress&)>;
    /// `progress` is called from another thread.
    Result<> begin_import(ImportOptions options, Progress progress, Imported done);
    /// One document that somebody sent; see `engine::take_in`. `check` (may be empty) is asked when
    /// its turn has come; an error of it is the answer. Unavailable also while files are imported.
    Result<> begin_take_in(std::string document, std::string source,
                           std::function<Result<>()> check, Imported done);
    Result<> begin_retry(std::function<void(const Result<RetryReport>&)> done);
    /// Something else that must not meet an intake, at its turn.
    Result<> begin(IntakeLane::Task task) { return lane_.put(std::move(task)); }

    /// Does a step, or the few of one document.
    void work() { lane_.attend(); }
    [[nodiscard]] bool busy() const { return lane_.busy(); }
    /// Whether records are being taken in, or wait to be.
    [[nodiscard]] bool takes_in() const { return intakes_ != 0; }
    [[nodiscard]] bool has_work() const { return lane_.has_work(); }
    /// Waits until nothing is being taken in.
    void finish() { lane_.finish(); }
    /// Takes nothing more in: what runs ends soon, is kept, and goes on when it is begun again.
    void stop();

    // The same, waiting: for who has nothing else to do.
    Result<ImportReport> import(const ImportOptions& options, const Progress& progress);
    Result<ImportReport> take_in(std::string_view document, const std::string& source);
    Result<RetryReport> retry_quarantine();

  private:
    Result<> publish(IntakeLane::Beside& beside,
                     const std::function<void(const WriterSteps&)>& take);
    void note_feed(const std::string& source, const Result<ImportReport>& report) const;
    template <class Report>
    Result<> begin(std::function<Result<>()> check,
                   std::function<Result<Report>(const WriterSteps&)> take,
                   std::function<void(const Result<Report>&)> done);
    template <class Report, class Begin>
    Result<Report> wait_for(Begin begin);

    Parts parts_;
    DataFolder* folder_ = nullptr;
    std::size_t intakes_ = 0;       ///< that run or wait
    std::size_t file_imports_ = 0;  ///< of these, imports of files
    IntakeLane lane_;               ///< the last, since its thread uses all above
};

}  // namespace parcours::engine
