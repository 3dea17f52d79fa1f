#include "engine/intake.h"

#include <cstddef>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "engine/import.h"
#include "engine/intake_lane.h"
#include "engine/quarantine.h"
#include "engine/take_in.h"
#include "engine/writer_steps.h"

namespace parcours::engine {
namespace {

/// Records of one step: a few milliseconds of the one that writes.
constexpr std::size_t step_records = 2'048;

}  // namespace

/// One task of the lane: takes records in, then has the new record published.
template <class Report>
Result<> Intake::begin(std::function<Result<>()> check,
                       std::function<Result<Report>(const WriterSteps&)> take,
                       std::function<void(const Result<Report>&)> done) {
    const auto report = std::make_shared<Result<Report>>(Report{});
    IntakeLane::Task task;
    task.check = std::move(check);
    task.run = [this, take = std::move(take), report](IntakeLane::Beside& beside) {
        return publish(beside, [&](const WriterSteps& steps) { *report = take(steps); });
    };
    task.end = [this, report, done = std::move(done)](const Result<>& ended) {
        --intakes_;
        if constexpr (std::is_same_v<Report, ImportReport>) {
            if (*report) {
                (*report)->warnings = parts_.warnings();
            }
        }
        done(ended ? *report : pass_on(ended));
    };
    const auto put = lane_.put(std::move(task));
    intakes_ += put ? 1U : 0U;
    return put;
}

/// Takes in, then has the new record seen: also after a failure halfway, since what was read is
/// durable.
Result<> Intake::publish(IntakeLane::Beside& beside,
                         const std::function<void(const WriterSteps&)>& take) {
    WriterSteps steps;
    steps.records_max = step_records;
    steps.by_writer = [&beside](const IntakeLane::Step& step) { return beside.by_writer(step); };
    steps.stop_asked = [&beside] { return beside.stop_asked(); };
    const auto before = folder_->index();
    try {
        take(steps);
        return parts_.renew(beside, before.get());
    } catch (const std::exception& error) {
        // What is in the log may be in no index: only folding the log tells.
        const Error why{ErrorCode::Internal,
                        "taking records in broke off (" + std::string(error.what()) +
                            "); start again: what was acknowledged is whole",
                        {}};
        return beside.by_writer([&]() -> Result<> {
            parts_.give_up(why);
            return std::unexpected(why);
        });
    }
}

void Intake::note_feed(const std::string& source, const Result<ImportReport>& report) const {
    if (report && parts_.heard) {
        parts_.heard(source);
    }
}

Result<> Intake::begin_import(ImportOptions options, Progress progress, Imported done) {
    const std::string source = options.source;
    const auto begun = begin<ImportReport>(
        {},
        [this, options = std::move(options),
         progress = std::move(progress)](const WriterSteps& steps) {
            ImportOptions how = options;
            how.steps = steps;
            return import_files(*folder_, parts_.files, parts_.clock, how, progress);
        },
        [this, source, done = std::move(done)](const Result<ImportReport>& report) {
            --file_imports_;
            note_feed(source, report);
            done(report);
        });
    file_imports_ += begun ? 1U : 0U;
    return begun;
}

Result<> Intake::begin_take_in(std::string document, std::string source,
                               std::function<Result<>()> check, Imported done) {
    if (file_imports_ != 0) {
        return fail(ErrorCode::Unavailable,
                    "files are being imported; send it again when that has ended");
    }
    return begin<ImportReport>(
        std::move(check),
        [this, document = std::move(document), source](const WriterSteps& steps) {
            WriterSteps whole = steps;
            whole.records_max = ~std::size_t{0};  // a transaction is there as a whole or not at all
            return engine::take_in(*folder_, parts_.clock, document, source, whole);
        },
        [this, source, done = std::move(done)](const Result<ImportReport>& report) {
            note_feed(source, report);
            done(report);
        });
}

Result<> Intake::begin_retry(std::function<void(const Result<RetryReport>&)> done) {
    return begin<RetryReport>(
        {},
        [this](const WriterSteps& steps) {
            return engine::retry_quarantine(*folder_, parts_.files, parts_.clock, steps);
        },
        std::move(done));
}

void Intake::stop() {
    lane_.stop();
    lane_.finish();
}

template <class Report, class Begin>
Result<Report> Intake::wait_for(Begin begin) {
    Result<Report> out;
    const Result<> begun = begin([&out](const Result<Report>& report) { out = report; });
    if (!begun) {
        return pass_on(begun);
    }
    lane_.finish();
    return out;
}

Result<ImportReport> Intake::import(const ImportOptions& options, const Progress& progress) {
    return wait_for<ImportReport>(
        [&](Imported done) { return begin_import(options, progress, std::move(done)); });
}

Result<ImportReport> Intake::take_in(std::string_view document, const std::string& source) {
    return wait_for<ImportReport>([&](Imported done) {
        return begin_take_in(std::string(document), source, {}, std::move(done));
    });
}

Result<RetryReport> Intake::retry_quarantine() {
    return wait_for<RetryReport>([&](auto done) { return begin_retry(std::move(done)); });
}

}  // namespace parcours::engine
