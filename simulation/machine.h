#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "engine/channels.h"
#include "engine/data_folder.h"
#include "engine/holds.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "simulation/disk.h"
#include "simulation/world.h"

namespace parcours::simulation {

/// A computer with the program on it: the real engine over the simulated disk, driven as `serve`
/// drives it, one thing after another. It falls when it is killed or cannot write, and is started
/// again.
class Machine {
  public:
    using OpenChannels = std::function<engine::Channels()>;
    /// `before_work` (may be empty) is called when a program has read its log.
    using BeforeWork = std::function<void(engine::Runner&, Instant now)>;
    Machine(World& world, Disk& disk, OpenChannels open_channels, BeforeWork before_work);

    [[nodiscard]] bool up() const { return runner_ != nullptr; }
    /// Starts the program; where it cannot, tries again after a while.
    void start();
    /// The program ends, in good order or not, and starts again after so long.
    void stop(bool in_order, Duration until_start);
    /// Does everything that is due.
    void work();
    /// When in truth something will be due; nothing: not before something else happens.
    [[nodiscard]] std::optional<Instant> wakes_at() const;

    // What people and other systems want of it. False: it was down, or fell over it; ask again.
    [[nodiscard]] bool take_in(const std::string& document);
    struct Callback {
        std::string channel;
        std::string url;
        std::string body;
        std::string signature;
    };
    /// Errors where the program refused it; nothing where it was not there.
    [[nodiscard]] std::optional<Result<engine::ReceiveReport>> receive(const Callback& callback);
    [[nodiscard]] bool publish(std::size_t version);
    [[nodiscard]] bool pause(const std::string& campaign, bool paused);
    /// Holds what leaves on a channel, or everything.
    [[nodiscard]] bool hold(const std::string& what, bool held);
    /// Anything else of the engine. Refusals of it are answers too.
    [[nodiscard]] bool act(const std::function<Result<>(engine::Runner&, Instant now)>& act);
    void save_snapshots();
    /// Somebody else takes the lease, as after a long standstill.
    void lose_lease();

    /// While it is up.
    [[nodiscard]] engine::Runner& runner() { return *runner_; }
    [[nodiscard]] engine::DataFolder& folder() { return *folder_; }
    /// From now on it has no reason to fall.
    void expect_no_errors() { errors_expected_ = false; }

  private:
    Result<> open();
    Result<> begin();
    Result<> renew();
    void look_at_clock();
    void fall(std::string_view why);
    void end_of_work(const Error& error);
    /// False where the program fell.
    bool survives(const Result<>& done);

    World& world_;
    Disk& disk_;
    OpenChannels open_channels_;
    BeforeWork before_work_;
    std::size_t practice_ = 0;
    bool watches_cohorts_;
    bool errors_expected_ = true;
    bool start_awaited_ = false;
    std::unique_ptr<engine::DataFolder> folder_;
    std::unique_ptr<engine::Runner> runner_;
    std::optional<engine::ClockWatch> clock_watch_;  ///< of the program that runs
    Instant next_sweep_;
};

}  // namespace parcours::simulation
