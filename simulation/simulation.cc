// A run, from its beginning to its rest.

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "simulation/disk.h"
#include "simulation/feed.h"
#include "simulation/machine.h"
#include "simulation/mishaps.h"
#include "simulation/people.h"
#include "simulation/post.h"
#include "simulation/providers.h"
#include "simulation/settings.h"
#include "simulation/world.h"

namespace parcours::simulation {
namespace {

using std::chrono::days;

/// How long everything goes well at the end: longer than any wait of the campaigns.
constexpr days calm_days{12};

/// One in so many runs is on SQLite: they are slower.
constexpr std::uint64_t sqlite_share = 10;

Disk::Kind choose_disk(const Settings& settings) {
    return settings.disk.value_or(settings.seed % sqlite_share == 0 ? Disk::Kind::Sqlite
                                                                    : Disk::Kind::Memory);
}

/// The parts of a run, in the order in which they need each other.
class Run {
  public:
    explicit Run(const Settings& settings)
        : settings_(settings),
          world_(settings),
          disk_(make_disk(choose_disk(settings), settings.seed, settings.disk_lies)),
          machine_(
              world_, *disk_, [this] { return providers_.open(); }, settings.before_work),
          post_(world_, machine_),
          patients_(world_, post_, machine_),
          providers_(world_, post_,
                     [this](const std::string& channel, const channel::Outbound& message) {
                         patients_.read(channel, message);
                     }),
          feed_(world_, machine_),
          staff_(world_, machine_, feed_),
          mishaps_(world_, machine_, *disk_) {}

    Outcome go() {
        begin();
        const Instant began = world_.now;
        const Instant until = began + settings_.length;
        feed_.begin(until);
        staff_.begin();
        mishaps_.begin(until);
        machine_.start();
        run_until(until);
        if (!world_.finding) {
            mishaps_.end();
            staff_.work_calmly();
            // One that goes on may still find out what befell it.
            if (world_.chance(0.5)) {
                machine_.stop(true, std::chrono::seconds{1});
                machine_.expect_no_errors();
            }
            world_.note("all is well from now on");
            run_until(until + calm_days);
            end();
        }
        return {world_.history.digest(), world_.finding, world_.now - began, world_.records,
                world_.hand_overs,       world_.deaths,  world_.notices,     world_.strike_counts};
    }

  private:
    /// Clocks are changed in New York on 8 March and 1 November 2026.
    void begin() {
        static constexpr std::array<std::string_view, 3> ordinary{"2026-01-12", "2026-05-04",
                                                                  "2026-08-17"};
        static constexpr std::array<std::string_view, 2> changes{"2026-02-27", "2026-10-21"};
        const std::string_view day = world_.strikes(Fault::DaylightSaving, 0.5)
                                         ? changes.at(world_.random.below(changes.size()))
                                         : ordinary.at(world_.random.below(ordinary.size()));
        world_.now = *parse_instant(day) + world_.between(Duration{}, days{1});
    }

    void run_until(Instant until) {
        while (!world_.finding) {
            Instant next = until;
            if (const auto planned = world_.agenda.next()) {
                next = std::min(next, *planned);
            }
            if (const auto wakes = machine_.wakes_at()) {
                next = std::min(next, *wakes);
            }
            world_.now = std::max(world_.now, next);
            if (next >= until) {
                return;
            }
            while (!world_.finding && world_.agenda.happen(world_.now)) {
            }
            if (!world_.finding) {
                machine_.work();
            }
        }
    }

    void end() {
        if (world_.finding) {
            return;
        }
        if (!machine_.up()) {
            world_.find("nothing-stuck", "the program does not start any more");
            return;
        }
        const Running running{machine_.folder(), machine_.runner(), world_.clock.now()};
        world_.tell([&running](Invariant& one) { one.ended(running); });
    }

    const Settings& settings_;
    World world_;
    std::unique_ptr<Disk> disk_;
    Machine machine_;
    Post post_;
    Patients patients_;
    Providers providers_;
    Feed feed_;
    Staff staff_;
    Mishaps mishaps_;
};

}  // namespace

Outcome run(const Settings& settings) {
    return std::make_unique<Run>(settings)->go();
}

}  // namespace parcours::simulation
