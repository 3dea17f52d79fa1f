#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/channel_health.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/kept_answers.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/practice_versions.h"
#include "engine/published.h"  // IWYU pragma: export
#include "engine/quarantine.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/surroundings.h"  // IWYU pragma: export
#include "population/index.h"

namespace parcours::engine {

/// The one writer of a data folder with its engine. One thread writes (all that is not const);
/// others may read beside it at any time.
class Service {
  public:
    using Options = ServiceOptions;
    /// Opens folder, clinic, channels and engine.
    static Result<std::unique_ptr<Service>> open(Options options, const Surroundings& around);

    // The writer.
    /// Publishes campaigns: from now on messages may leave.
    Result<> start();
    /// Does a part of what is due now; sweeps cohorts once a day.
    Result<> work();
    /// Milliseconds until something is due, at most `bound_ms`.
    [[nodiscard]] int idle_ms(int bound_ms) const;
    /// Whether providers could be reached, as the last hand-offs showed.
    [[nodiscard]] const ChannelHealths& channel_health() const { return runner_->channel_health(); }
    Result<> save_snapshots();

    Result<ImportReport> import(const ImportOptions& options,
                                const std::function<void(const ImportProgress&)>& progress);
    /// Imports one document that somebody sent; see `engine::take_in`.
    Result<ImportReport> take_in(std::string_view document, const std::string& source);
    Result<RetryReport> retry_quarantine();
    /// Takes in a provider's callback, or a mail where the channel is "email".
    Result<ReceiveReport> receive(const std::string& channel, std::string_view url,
                                  std::string_view body, std::string_view signature);
    /// Stops what an unsubscribe link of ours stands for, once. Errors: NotFound (not a link of
    /// ours), Conflict (a virtual run).
    Result<> unsubscribe(const std::string& token);
    /// Puts a patient into a campaign by hand; see `Runner::enrol_by_hand`.
    Result<Enrolment> enrol(const std::string& campaign, Key patient, const std::string& by);
    Result<> close_task(const Digest& task, const std::string& outcome, const std::string& by);
    Result<> save_cohort(const std::string& name, const std::string& cql);
    /// Checks, publishes and goes over to a version of the practice. Errors: Conflict (a stale
    /// base, a channel that cannot be opened), InvalidInput with all `mistakes`.
    Result<PracticeVersion> publish_practice(const PracticeChange& change,
                                             std::vector<Error>& mistakes);
    // A change and its answer in one commit: after `hold` nothing of engagement is written down
    // until `keep_answer` or `let_go`. What brings records in lets go first.
    void hold() { runner_->journal().hold(); }
    [[nodiscard]] bool holds() const { return runner_->journal().pending() > 0; }
    Result<> keep_answer(const RequestAnswered& answer);
    Result<> let_go();
    /// Pauses a campaign, or lets it go on: those whom its cohort has gained meanwhile come in.
    Result<> pause_campaign(const std::string& campaign, bool paused, const std::string& by,
                            const std::string& reason);

    // Readers, in any thread. Of `folder` only what says "for any thread".
    /// The ledger, which stands still for as long as this lives: hold it briefly.
    struct LedgerReading {
        std::shared_lock<std::shared_mutex> lock;
        const Ledger& ledger;
    };
    [[nodiscard]] LedgerReading ledger() const;
    [[nodiscard]] std::shared_ptr<const Published> published() const;
    /// What was answered to a change under this key in the last day.
    [[nodiscard]] std::optional<KeptAnswers::Kept> find_answer(const Digest& key) const;
    [[nodiscard]] bool can_keep_answer() const;
    /// A digest that says nothing of its parts to who does not know this folder's secret.
    [[nodiscard]] Digest private_hash(std::string_view kind,
                                      std::initializer_list<std::string_view> parts) const;
    /// Whose message an unsubscribe link came with; nothing where it is not one of ours.
    [[nodiscard]] std::optional<Key> find_unsubscriber(std::string_view token) const;
    /// Everybody's standings at a moment; the last few are kept.
    [[nodiscard]] std::shared_ptr<const position::Standings> standings_at(const Published& record,
                                                                          Instant as_of) const;
    /// Messages with all that became of them; unknown ids are passed over.
    Result<std::vector<OutboxEntry>> messages(std::span<const Digest> ids) const;
    /// All of those under these keys, oldest first.
    Result<std::vector<OutboxEntry>> messages_of(std::span<const Key> patients) const;
    [[nodiscard]] const DataFolder& folder() const { return *folder_; }
    [[nodiscard]] const Clinic& clinic() const { return *clinic_; }  ///< for the writer
    [[nodiscard]] const Clock& clock() const { return around_.clock; }
    [[nodiscard]] Executor& executor() const { return around_.executor; }

  private:
    Service(Options options, const Surroundings& around)
        : options_(std::move(options)), around_(around) {}

    Result<std::unique_ptr<Runner>> new_runner(const std::shared_ptr<const Clinic>& clinic);
    Result<std::unique_ptr<Runner>> try_out(const std::shared_ptr<const Clinic>& clinic);
    Result<> change_over(std::shared_ptr<const Clinic> clinic, std::unique_ptr<Runner> runner);
    Result<> make_runner();
    Result<> publish();
    Result<> renew();
    template <class Report>
    Result<Report> renewing(const std::function<Result<Report>()>& import);
    void renew_standings(Instant now);
    struct Past {
        std::shared_ptr<const population::Index> index;
        Instant as_of;
        std::shared_future<std::shared_ptr<const position::Standings>> standings;
    };

    Options options_;
    Surroundings around_;
    std::unique_ptr<DataFolder> folder_;
    std::shared_ptr<const Clinic> clinic_;
    std::string secret_;
    /// Guards the ledger while it changes, and which runner and record are the present ones.
    mutable std::shared_mutex mutex_;
    std::unique_ptr<Runner> runner_;
    std::shared_ptr<const Published> published_;
    mutable std::mutex past_mutex_;
    mutable std::vector<Past> past_;  ///< of other moments, the newest asked for last
    std::optional<Instant> next_sweep_;
    bool started_ = false;
    std::optional<Error> fatal_;  ///< after which the process must end
    bool busy_ = false;           ///< more is due already
};

}  // namespace parcours::engine
