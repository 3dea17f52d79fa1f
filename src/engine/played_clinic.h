#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/given_answers.h"
#include "engine/ledger.h"
#include "engine/migration.h"
#include "engine/runner.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "store/store.h"

namespace parcours::engine {

/// Thrown by a played provider: the program dies at that moment, and nothing after it is written
/// down.
struct PlayedCrash {};

/// A clinic at work on a clock that its player sets: the engine over one store, driven as a service
/// drives it, with providers that the player plays. For stories and scenarios. One thread.
class PlayedClinic {
  public:
    /// Opens the store as a start of the program does; what was written before is there.
    using OpenStore = std::function<Result<std::unique_ptr<store::Store>>()>;
    /// Asked at each hand-off. May throw `PlayedCrash`.
    using Provider =
        std::function<channel::AttemptResult(const std::string& channel, const channel::Outbound&)>;

    /// The engine is not at work before the first call that needs it: what is recorded until then
    /// is what the clinic has when it starts. Errors: those of the store.
    static Result<std::unique_ptr<PlayedClinic>> open(OpenStore open_store,
                                                      std::shared_ptr<const Clinic> clinic,
                                                      Instant begin);
    ~PlayedClinic();
    PlayedClinic(const PlayedClinic&) = delete;
    PlayedClinic& operator=(const PlayedClinic&) = delete;

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const Clinic& clinic() const { return *clinic_; }
    [[nodiscard]] bool running() const { return runner_ != nullptr; }

    /// A FHIR resource comes in from the EHR, now: it is there when the engine does anything next.
    void record(std::string resource) { pending_.push_back(std::move(resource)); }
    /// Sees that everything recorded is taken in and the engine is at work.
    Result<> start();
    /// Does all that is due now.
    Result<> work();
    /// Works until a moment, and does all that is due then.
    Result<> run_until(Instant until);
    /// The same on a virtual clock from now on, in one run; for records that have dates.
    Result<> rehearse_until(Instant until);
    /// The program ends and starts again, now.
    Result<> restart();
    /// The program ends; nothing happens until it starts again.
    void stop();
    /// Sets the clock, while the program does not run.
    void pass_to(Instant moment) { now_ = moment; }

    /// What providers answer from now on; nothing: they take everything.
    void provide(Provider provider) { provider_ = std::move(provider); }
    /// As a provider that takes what it is handed.
    [[nodiscard]] static channel::AttemptResult take(const std::string& channel,
                                                     const channel::Outbound& message);
    /// Something comes back on a channel.
    Result<> comes_back(const std::string& channel, channel::Inbound inbound);
    /// As `Runner::enrol_by_hand`.
    Result<Enrolment> enrol(std::string_view campaign, Key patient, std::string_view by,
                            std::string_view about = {});
    /// As `Service::save_answers`; then does what is due.
    Result<> tell(GivenAnswers given);
    /// As `Runner::close_task`; then does what is due.
    Result<> close_task(const Digest& task, const std::string& outcome, const std::string& by);
    /// As `engine::pause_campaign`.
    Result<> pause(const std::string& campaign, bool paused, const std::string& by,
                   const std::string& reason);
    /// Changes something of the engine, durably; then does what is due.
    Result<> act(const std::function<Result<>(Runner& runner, Instant now)>& act);
    /// The machine's clock is set on while the program runs, which sees it as a service does.
    Result<> jump_clock(Duration by);
    /// As `Migration::plan` and, with what is due then, `Migration::carry_out`.
    Result<MigrationPlan> plan_moves(const std::string& campaign,
                                     const campaign::WrittenMoves& moves);
    Result<MigrationReport> move_people(const MigrationOrder& order);
    /// Goes over to another version of the practice. Errors: those of its start.
    Result<> publish(std::shared_ptr<const Clinic> clinic);

    /// Only while it runs.
    [[nodiscard]] const Ledger& ledger() const { return runner_->ledger(); }
    [[nodiscard]] const DataFolder& folder() const { return *folder_; }
    /// How often a provider was handed a message.
    [[nodiscard]] int handed_over(const Digest& message) const;

  private:
    class PlayedChannel;

    PlayedClinic(OpenStore open_store, std::shared_ptr<const Clinic> clinic, Instant begin);
    Result<> open_folder();
    Result<> take_in_pending();
    Result<> make_runner();
    [[nodiscard]] Instant next_moment() const;

    OpenStore open_store_;
    std::shared_ptr<const Clinic> clinic_;
    Instant now_;
    std::unique_ptr<DataFolder> folder_;
    std::unique_ptr<Runner> runner_;
    Instant next_sweep_;
    Provider provider_;
    std::vector<std::string> pending_;
    int notices_ = 0;
    std::map<std::string, int> handed_;  ///< by message id
};

}  // namespace parcours::engine
