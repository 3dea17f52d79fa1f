#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "channel/channel.h"
#include "engine/channel_health.h"
#include "engine/clinic.h"
#include "engine/cohort_watch.h"
#include "engine/conditions.h"
#include "engine/data_folder.h"
#include "engine/dispatcher.h"
#include "engine/enroller.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/looking.h"
#include "engine/migration.h"
#include "engine/patient_view.h"
#include "engine/rehearsal_part.h"
#include "engine/releases.h"
#include "engine/step_work.h"
#include "engine/stepper.h"

namespace parcours::engine {

/// The engine at work on one data folder: timers, campaigns, gate, dispatch. It asks nobody for the
/// time: the caller says what time it is. One thread.
class Runner {
  public:
    /// Replays the log. Errors: damaged events (what was said is then not certain), a bad clinic.
    static Result<std::unique_ptr<Runner>> make(DataFolder& folder,
                                                std::shared_ptr<const Clinic> clinic,
                                                Channels channels, std::string secret);
    Result<> try_cohorts(Instant now);  ///< tells what would keep a sweep from judging cohorts
    /// One that looks at the folder's present index, knows nothing yet and has no channels: it
    /// works once it has taken over. For any thread.
    static Result<std::unique_ptr<Runner>> prepare(
        DataFolder& folder, std::shared_ptr<const Clinic> clinic, std::string secret,
        std::shared_ptr<const position::CompiledMap> map = nullptr);
    /// Takes ledger, channels and the look under way of an engine at rest, which is done with.
    void take_over(Runner& before);
    void use(Executor& executor);     ///< its threads share in judging cohorts
    void watch_cohorts(Instant now);  ///< from now on it knows who is in which cohort
    [[nodiscard]] const CohortWatch& cohorts() const { return cohorts_; }
    void prepare_cohorts(const CohortWatch::Base& base);  ///< in any thread, before `take_over`
    void look_at_changes();  ///< after it: at those whose records differ, or at everybody
    /// Tells who came into a cohort or left it. Whoever came because a record changed is taken in
    /// at once (`entering`), by time alone at the next sweep. Whether more is to be done.
    Result<bool> follow_cohorts(bool entering, Instant now);

    /// Begins live work: publishes campaigns, settles what a stop left open, and begins a first
    /// look at everybody, since the record may have changed meanwhile. What is due waits for
    /// `work_round`. Errors: Conflict where this folder was run on a virtual clock.
    Result<> start_live(Instant now);
    /// Begins to look again at everybody in flight (`only_by_time`: for whom something may have
    /// come true by time alone) and at all cohorts, a part at a time, after a look under way.
    /// `zone_data`: a new version: all waits are counted anew before it is written down.
    void begin_looking(bool only_by_time, const std::string& zone_data = {});
    /// Forgets what earlier virtual runs did. Errors: Conflict where this folder holds live work.
    Result<> start_virtual(Instant from, Instant until);

    /// One that rehearses: on a virtual clock, in memory alone, with sandboxes. `map` as above.
    static Result<std::unique_ptr<Runner>> make_rehearsing(
        DataFolder& folder, std::shared_ptr<const Clinic> clinic, Channels sandboxes,
        std::shared_ptr<const position::CompiledMap> map);
    /// Begins to rehearse a part (borrowed) where `present` has come to: empty where nobody is
    /// enrolled. Forgets what it did before.
    Result<> start_rehearsal(const RehearsalPart& part, Ledger present, Instant from);
    /// Of each event as soon as the ledger knows it.
    void observe(std::function<void(const Event&)> observer) { observer_ = std::move(observer); }

    Result<> work_at(Instant now);         ///< everything that is due, until nothing is
    Result<bool> work_round(Instant now);  ///< durably a part of it; whether more may be due
    Result<> sweep(Instant now);  ///< once a day: by cohort, and where time alone changes something
    Result<> patient_changed(Key patient, Instant now);  ///< their record has
    /// Something that steps may wait for happened to a patient, or to one enrolment.
    Result<> happened(Key patient, const campaign::Happened& event, Instant now);
    Result<> happened_to(const Digest& enrolment, const campaign::Happened& event, Instant now);
    /// Somebody told something about a patient: all with one commit. Known ids are passed over.
    Result<> take_answers(const std::vector<Answer>& answers, Instant now);
    /// Errors: as `Enroller::enter_by_hand`, and Conflict where it ran on a virtual clock.
    Result<Enrolment> enrol_by_hand(std::string_view campaign, Key patient, std::string_view by,
                                    std::string_view about, Instant now);
    [[nodiscard]] Migration migration();  ///< of people in flight, to the release that runs
    Result<> close_task(const Digest& task, const std::string& outcome, const std::string& by,
                        Instant now);
    /// Errors: NotFound, and those of `channel::Channel::receive`.
    Result<std::vector<channel::Inbound>> receive_callback(const std::string& channel,
                                                           std::string_view url,
                                                           std::string_view body,
                                                           std::string_view signature);

    [[nodiscard]] std::optional<Instant> next_due() const;  ///< nothing if nothing waits
    [[nodiscard]] Instant next_sweep(Instant after) const;
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const ChannelHealths& channel_health() const {
        return dispatcher_.channel_health();
    }
    [[nodiscard]] Journal& journal() { return journal_; }
    [[nodiscard]] const Clinic& clinic() const { return *clinic_; }
    [[nodiscard]] PatientReader& patients() { return *patients_; }
    [[nodiscard]] Dispatcher& dispatcher() { return dispatcher_; }
    [[nodiscard]] Enroller& enroller() { return enroller_; }
    [[nodiscard]] Conditions& conditions() { return conditions_; }
    [[nodiscard]] Releases& releases() { return releases_; }

  private:
    Runner(DataFolder& folder, std::shared_ptr<const Clinic> clinic,
           std::unique_ptr<PatientReader> patients, Channels channels, std::string secret);
    [[nodiscard]] bool is_virtual() const { return rehearsing_ || ledger_.virtual_run(); }
    Result<> enter_by(const CohortFlipped& flip, Instant now);
    Result<> begin_play(bool judges_cohorts, Instant from);
    Result<> look_whole(bool only_by_time, Instant now);
    Result<> look_at(const Digest& enrolment, const Looking& looking, Instant now);
    Result<> look_on(Instant now);
    Result<bool> fire_timers(Instant now);
    Result<> feed_all(Key patient, const campaign::Input& input, Instant now);

    std::shared_ptr<const Clinic> clinic_;
    std::unique_ptr<PatientReader> patients_;
    Channels channels_;
    Ledger ledger_;
    Journal journal_;
    Conditions conditions_;
    Releases releases_;
    Stepper stepper_;
    Enroller enroller_;
    Dispatcher dispatcher_;
    StepWork step_work_;
    std::optional<Looking> looking_;
    CohortWatch cohorts_;
    std::optional<CohortWatch::Next> next_cohorts_;
    std::deque<CohortWatch::Told> flips_;  ///< not told of yet
    std::deque<Key> changed_;              ///< patients to be looked at
    std::function<void(const Event&)> observer_;
    bool rehearsing_ = false;
    bool time_tells_ = true;  ///< passing time alone may change something for who is in flight
};

}  // namespace parcours::engine
