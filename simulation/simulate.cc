// simulate: runs many seeds, or shows one.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>

#include "simulation/faults.h"
#include "simulation/settings.h"

namespace parcours::simulation {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 0;  ///< 0: until the time is over
    double minutes = 1;
    std::optional<std::uint64_t> shown;
    Faults faults = Faults::all();
    std::optional<Disk::Kind> disk;
    bool list = false;
};

constexpr std::string_view usage =
    R"(simulate runs a clinic for weeks with everything that can go wrong, one seed after another.

  --minutes M     stop after so long (1)
  --seeds N       stop after so many seeds
  --from S        the first seed (1)
  --seed S        run one seed, and show what happens in it
  --fault NAME    with this fault alone; "none": without any
  --disk KIND     memory or sqlite, for all seeds (one in ten is on sqlite)
  --list          name the faults
)";

/// False where an option is wrong.
bool read(int count, char** words, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = words[i];
        if (name == "--list") {
            options.list = true;
            continue;
        }
        if (i + 1 >= count) {
            return false;
        }
        const std::string value = words[++i];
        if (name == "--minutes") {
            options.minutes = std::strtod(value.c_str(), nullptr);
        } else if (name == "--seeds") {
            options.seeds = std::strtoull(value.c_str(), nullptr, 10);
        } else if (name == "--from") {
            options.first = std::strtoull(value.c_str(), nullptr, 10);
        } else if (name == "--seed") {
            options.shown = std::strtoull(value.c_str(), nullptr, 10);
        } else if (name == "--fault") {
            const auto fault = find_fault(value);
            if (!fault && value != "none") {
                fmt::print(stderr, "there is no fault \"{}\"; --list names them\n", value);
                return false;
            }
            options.faults = fault ? Faults{*fault} : Faults{};
        } else if (name == "--disk" && (value == "memory" || value == "sqlite")) {
            options.disk = value == "sqlite" ? Disk::Kind::Sqlite : Disk::Kind::Memory;
        } else {
            return false;
        }
    }
    return true;
}

void list_faults() {
    for (const FaultHelp& help : fault_helps()) {
        fmt::print("{:22} {:8} {}\n", help.name, help.numbers, help.sentence);
    }
}

void tell(const Outcome& outcome, std::uint64_t seed) {
    if (outcome.finding) {
        fmt::print("seed {}: {} does not hold at {}: {}\n", seed, outcome.finding->invariant,
                   format_instant(outcome.finding->at), outcome.finding->what);
    }
}

int show(const Options& options) {
    Settings settings{.seed = *options.shown, .faults = options.faults, .disk = options.disk};
    settings.show = [](std::string_view line) { fmt::print("{}\n", line); };
    const Outcome outcome = run(settings);
    tell(outcome, settings.seed);
    fmt::print("seed {}: {} records, {} hand-overs, {} notices, {} deaths, digest {}\n",
               settings.seed, outcome.records, outcome.hand_overs, outcome.notices, outcome.deaths,
               outcome.digest);
    return outcome.finding ? 1 : 0;
}

int run_many(const Options& options) {
    const Clock::time_point begin = Clock::now();
    const auto seconds = [begin] {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    Outcome sum;
    std::uint64_t broken = 0;
    std::uint64_t done = 0;
    for (; (options.seeds == 0 || done < options.seeds) && seconds() < options.minutes * 60;
         ++done) {
        const Settings settings{
            .seed = options.first + done, .faults = options.faults, .disk = options.disk};
        const Outcome outcome = run(settings);
        tell(outcome, settings.seed);
        broken += outcome.finding ? 1 : 0;
        sum.simulated += outcome.simulated;
        sum.records += outcome.records;
        sum.hand_overs += outcome.hand_overs;
        sum.notices += outcome.notices;
        sum.deaths += outcome.deaths;
    }
    const double real = seconds();
    const double simulated = std::chrono::duration<double>(sum.simulated).count();
    fmt::print("{} seeds, {} broken; {} records, {} hand-overs, {} notices, {} deaths\n", done,
               broken, sum.records, sum.hand_overs, sum.notices, sum.deaths);
    fmt::print("{:.1f} s: {:.0f} seeds per minute, {:.0f} times as fast as real time\n", real,
               static_cast<double>(done) / real * 60, simulated / real);
    return broken == 0 ? 0 : 1;
}

}  // namespace
}  // namespace parcours::simulation

int main(int count, char** words) {
    using namespace parcours::simulation;
    Options options;
    if (!read(count, words, options)) {
        fmt::print(stderr, "{}", usage);
        return 2;
    }
    if (options.list) {
        list_faults();
        return 0;
    }
    return options.shown ? show(options) : run_many(options);
}
