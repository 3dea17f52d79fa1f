#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/fair_shared_mutex.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/changes.h"
#include "engine/channel_health.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/folding.h"
#include "engine/given_answers.h"
#include "engine/holds.h"
#include "engine/intake.h"  // IWYU pragma: export
#include "engine/kept_answers.h"
#include "engine/known_cohorts.h"
#include "engine/ledger_keeper.h"
#include "engine/ledger_reading.h"  // IWYU pragma: export
#include "engine/outbox.h"
#include "engine/past_ledger.h"
#include "engine/past_standings.h"
#include "engine/practice_versions.h"
#include "engine/published.h"  // IWYU pragma: export
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/surroundings.h"  // IWYU pragma: export
#include "population/live_index.h"
#include "record/log.h"

namespace parcours::engine {

/// The one writer of a data folder with its engine. One thread writes (all that is not const);
/// others may read beside it at any time, and see only what is durable. Records are taken in by
/// short steps of `work`, so that a STOP waits for no import; they are seen once published.
class Service {
  public:
    using Options = ServiceOptions;
    /// Opens folder, clinic, channels and engine.
    static Result<std::unique_ptr<Service>> open(Options options, const Surroundings& around);

    // The writer.
    Result<> start();  ///< publishes campaigns: from now on messages may leave
    Result<> work();   ///< a part of what is due now and of what is taken in
    [[nodiscard]] Result<> is_sound() const;  ///< errors: what `work` would end with
    /// A change threw: where it left anything half done, nothing more is written, `work` ends.
    void note_break();
    [[nodiscard]] int idle_ms(int bound_ms) const;  ///< until something is due, at most `bound_ms`
    [[nodiscard]] const ChannelHealths& channel_health() const { return runner_->channel_health(); }
    Result<> save_snapshots();
    void stop();  ///< takes in and folds nothing more; what runs ends after a step of it
    [[nodiscard]] Changes take_changes() { return std::exchange(changes_, {}); }  ///< since then
    [[nodiscard]] Intake& intake() { return intake_; }
    /// A provider's callback, or a mail where the channel is "email".
    Result<ReceiveReport> receive(const std::string& channel, std::string_view url,
                                  std::string_view body, std::string_view signature);
    Result<> unsubscribe(const std::string& token);  ///< once; errors: NotFound, Conflict
    Result<Enrolment> enrol(const std::string& campaign, Key patient, const std::string& by,
                            const std::string& about = {});
    Result<> save_answers(const GivenAnswers& given);  ///< errors: those of `make_answers`
    Result<> close_task(const Digest& task, const std::string& outcome, const std::string& by);
    Result<> save_cohort(const std::string& name, const std::string& cql, const std::string& by);
    /// Goes over to a version of the practice. Errors: Conflict, InvalidInput with all `mistakes`.
    Result<PracticeVersion> publish_practice(const PracticeChange& change,
                                             std::vector<Error>& mistakes);
    // A change and its answer in one commit: `hold`, then one of the two that follow.
    void hold() { runner_->journal().hold(); }
    [[nodiscard]] bool holds() const { return runner_->journal().pending() > 0; }
    Result<> keep_answer(const RequestAnswered& answer);
    Result<> let_go();
    Result<> act(const std::function<Result<>(Runner& runner, Instant now)>& act);  ///< durably

    // Readers, in any thread.
    /// Waits where a change is under way. Throws where memory may be ahead of the log.
    [[nodiscard]] LedgerReading ledger() const;
    [[nodiscard]] std::shared_ptr<const Published> published() const;
    [[nodiscard]] std::optional<KeptAnswers::Kept> find_answer(const Digest& key) const;
    [[nodiscard]] bool can_keep_answer() const;
    /// Of this folder's secret.
    [[nodiscard]] Digest private_hash(std::string_view kind,
                                      std::initializer_list<std::string_view> parts) const;
    [[nodiscard]] std::optional<Key> find_unsubscriber(std::string_view token) const;
    [[nodiscard]] PastLedger& past_ledger() const { return past_ledger_; }
    [[nodiscard]] const KnownCohorts& known_cohorts() const { return known_cohorts_; }
    [[nodiscard]] std::shared_ptr<const position::Standings> standings_at(const Published& record,
                                                                          Instant as_of) const;
    /// Unknown ids are passed over. By keys: oldest first.
    Result<std::vector<OutboxEntry>> messages(std::span<const Digest> ids) const;
    Result<std::vector<OutboxEntry>> messages_of(std::span<const Key> patients) const;
    [[nodiscard]] const DataFolder& folder() const { return *folder_; }
    [[nodiscard]] const Clinic& clinic() const { return *clinic_; }  ///< for the writer
    [[nodiscard]] const Clock& clock() const { return around_.clock; }
    [[nodiscard]] Executor& executor() const { return around_.executor; }

  private:
    Service(Options options, const Surroundings& around);
    class Renewal;
    Result<std::unique_ptr<Runner>> new_runner(const std::shared_ptr<const Clinic>& clinic);
    Result<std::unique_ptr<Runner>> try_out(const std::shared_ptr<const Clinic>& clinic);
    Result<> change_over(std::shared_ptr<const Clinic> clinic, std::unique_ptr<Runner> runner);
    Result<> publish();
    void set_published(std::shared_ptr<const Published>& next);
    void watch_journal(Runner& runner);
    Result<> work_round(Instant now);
    template <class T>
    Result<T> settled(Result<T> done);
    Result<> renew(IntakeLane::Beside& beside, const population::LiveIndex* before,
                   const Published* prepared);
    void begin_standings(Instant now);
    [[nodiscard]] Instant acting_at() const;
    void give_up(const Error& why);

    Options options_;
    Surroundings around_;
    std::unique_ptr<DataFolder> folder_;
    std::shared_ptr<const Clinic> clinic_;
    std::vector<LogPosition> terminology_;  ///< where the value sets stand that came with records
    std::vector<std::string> warnings_;     ///< of what was taken in, not told yet
    std::string secret_;
    mutable FairSharedMutex mutex_;  ///< guards the ledger, and which runner is the present one
    std::unique_ptr<Runner> runner_;
    mutable std::mutex published_mutex_;
    std::shared_ptr<const Published> published_;
    mutable PastStandings past_;
    mutable PastLedger past_ledger_;
    KnownCohorts known_cohorts_;
    std::optional<Instant> next_sweep_;
    bool started_ = false;
    ClockWatch clock_watch_;
    std::optional<Error> fatal_;          ///< after which the process must end
    std::atomic<bool> given_up_ = false;  ///< the same for readers
    bool busy_ = false;                   ///< more is due already
    Changes changes_;
    LedgerKeeper ledger_keeper_;
    Intake intake_;
    Folding folding_;  ///< the last, like `intake_`, since their threads use all above
};

}  // namespace parcours::engine
