#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/options.h"
#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/runner.h"

namespace parcours::app {

/// The one writer of a data folder with its engine, and what other commands may ask of it. One
/// thread.
class Worker {
  public:
    /// Opens folder, clinic, channels and engine for the real clock.
    /// `sending`: messages will leave, so that every channel must open; else only things come in.
    static Result<std::unique_ptr<Worker>> open(const CommonOptions& options, const Clock& clock,
                                                bool sending = true);

    /// Publishes campaigns: from now on messages may leave.
    Result<> start();
    /// Does a part of what is due now (`idle_ms` is 0 where more is); sweeps cohorts once a day.
    Result<> work();
    /// Milliseconds until something is due, at most `bound_ms`.
    [[nodiscard]] int idle_ms(int bound_ms) const;

    /// Answers a request (`import`, `receive`, `task`, `cohort`): one JSON object in, one out.
    std::string handle(std::string_view request);

    [[nodiscard]] const engine::Ledger& ledger() const { return runner_->ledger(); }
    [[nodiscard]] engine::DataFolder& folder() { return *folder_; }

  private:
    Worker(CommonOptions options, const Clock& clock)
        : options_(std::move(options)), clock_(clock) {}

    Result<> make_runner();
    Result<std::string> answer(const JsonView& request);
    Result<std::string> import(const JsonView& request);
    Result<std::string> receive(const JsonView& request);
    Result<std::string> close_task(const JsonView& request);
    Result<std::string> save_cohort(const JsonView& request);

    CommonOptions options_;
    const Clock& clock_;
    SystemFiles files_;
    std::unique_ptr<engine::DataFolder> folder_;
    std::shared_ptr<const engine::Clinic> clinic_;
    std::string secret_;
    std::unique_ptr<engine::Runner> runner_;
    std::optional<Instant> next_sweep_;
    bool started_ = false;
    bool sending_ = true;
    std::optional<Error> fatal_;  ///< after which the process must end
    bool busy_ = false;           ///< more is due already
};

/// Carries out a request: by the process that works on the folder, else by this one.
Result<std::string> perform(const CommonOptions& options, std::string_view request);

}  // namespace parcours::app
