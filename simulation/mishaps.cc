#include "simulation/mishaps.h"

#include <chrono>
#include <optional>

#include "base/error.h"
#include "base/time.h"
#include "simulation/doom.h"
#include "simulation/faults.h"
#include "simulation/world.h"

namespace parcours::simulation {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

void Mishaps::begin(Instant until) {
    if (world_.now > until) {
        return;
    }
    world_.in(world_.between(minutes{10}, hours{20}), [this, until] {
        happen();
        begin(until);
    });
}

void Mishaps::happen() {
    arm();
    switch (world_.random.below(4)) {
        case 0:
            stop();
            break;
        case 1:
            spoil_disk();
            break;
        case 2:
            spoil_clock();
            break;
        default:
            meddle();
    }
}

/// One of the deaths that are switched on will come.
void Mishaps::arm() {
    struct Death {
        Fault fault;
        std::optional<Point> point;
    };
    static constexpr Death deaths[] = {
        {Fault::KillBeforeIntent, Point::BeforeIntent},
        {Fault::KillAfterIntent, Point::AfterIntent},
        {Fault::KillBeforeBytes, Point::BeforeBytes},
        {Fault::KillAfterBytes, Point::AfterBytes},
        {Fault::KillBeforeResult, Point::BeforeResult},
        {Fault::KillAnywhere, std::nullopt},
    };
    const Death& death = deaths[world_.random.below(std::size(deaths))];
    if (world_.has(death.fault) && world_.chance(0.7)) {
        world_.doom.arm(death.point, 1 + world_.random.below(death.point ? 3 : 30),
                        [this, fault = death.fault] { world_.struck(fault); });
    }
}

void Mishaps::stop() {
    if (world_.strikes(Fault::Drain, 0.5)) {
        machine_.stop(true, world_.between(seconds{1}, minutes{10}));
    } else if (world_.strikes(Fault::Outage, 0.25)) {
        world_.note("an outage of days");
        machine_.stop(false, world_.between(hours{20}, days{4}));
    }
}

void Mishaps::spoil_disk() {
    if (world_.strikes(Fault::PowerCut, 0.5)) {
        disk_.cut_one_in(1 + world_.random.below(60));
    } else if (world_.strikes(Fault::DiskFull, 0.4)) {
        world_.note("the disk is full");
        disk_.fill(true);
        world_.in(world_.between(minutes{1}, hours{5}), [this] { disk_.fill(false); });
    } else if (world_.has(Fault::CutAfterCommit)) {
        world_.commits_until_lie = 1 + world_.random.below(8);
    } else if (world_.strikes(Fault::RefusedCommits, 0.5)) {
        world_.note("commits are refused");
        world_.commits_refused = true;
        world_.in(world_.between(minutes{1}, hours{5}), [this] { world_.commits_refused = false; });
    } else if (world_.strikes(Fault::LongReader, 0.5)) {
        world_.note("somebody begins to read");
        disk_.hold_reader(true);
        world_.in(world_.between(hours{1}, days{6}), [this] { disk_.hold_reader(false); });
    } else if (world_.strikes(Fault::ReadError, 0.5)) {
        world_.note("single records cannot be read");
        world_.reads_fail = true;
        world_.in(world_.between(minutes{1}, hours{6}), [this] { world_.reads_fail = false; });
    }
}

void Mishaps::spoil_clock() {
    if (!world_.has(Fault::ClockJumps) || world_.chance(0.6)) {
        return;
    }
    world_.struck(Fault::ClockJumps);
    switch (world_.random.below(3)) {
        case 0:
            world_.note("the clock jumps a year ahead");
            world_.clock.jump(days{365});
            break;
        case 1:
            world_.note("the clock jumps an hour back");
            world_.clock.jump(-hours{1});
            break;
        default:
            world_.note("the clock stands");
            world_.clock.stand();
    }
    machine_.work();
    world_.in(world_.between(minutes{1}, hours{20}), [this] {
        world_.note("the clock is right again");
        world_.clock.go_right();
        machine_.work();
    });
}

void Mishaps::meddle() {
    if (world_.strikes(Fault::StaleEpoch, 0.2)) {
        world_.note("somebody else takes the lease");
        machine_.lose_lease();
    } else if (world_.has(Fault::SecondWriter) && machine_.up()) {
        world_.struck(Fault::SecondWriter);
        const auto second = disk_.open();
        if (second || second.error().code != ErrorCode::Locked) {
            world_.find("one-writer", "a second program could open the data folder");
        }
    } else if (world_.strikes(Fault::CallAway, 0.5)) {
        world_.note("the other system is away");
        world_.called_away = true;
        world_.in(world_.between(hours{2}, days{3}), [this] { world_.called_away = false; });
    } else if (world_.strikes(Fault::ZoneData, 0.7)) {
        change_zones();
    } else {
        machine_.save_snapshots();
    }
}

/// A country moves its clocks for good: whoever installs the new rules starts the program again.
void Mishaps::change_zones() {
    static constexpr Duration shifts[] = {hours{0}, hours{1}, -hours{1}, minutes{30}};
    world_.zone_data.install(shifts[world_.random.below(std::size(shifts))]);
    world_.note("new rules of time zones are installed");
    machine_.stop(world_.chance(0.5), world_.between(seconds{1}, hours{3}));
}

void Mishaps::end() {
    world_.doom.forget();
    world_.commits_until_lie = 0;
    world_.reads_fail = false;
    world_.commits_refused = false;
    world_.called_away = false;
    disk_.hold_reader(false);
    world_.clock.go_right();
    disk_.cut_one_in(0);
    disk_.fill(false);
    world_.faults = {};
}

}  // namespace parcours::simulation
