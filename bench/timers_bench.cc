// Enrolments that wait, one timer each: what they take in memory, how long a start takes, and
// whether what is due fires on time. Each figure stands beside its budget.
//   timers_bench make  [--data DIR] [--enrolments N] [--burst-seconds S] [--rate R]
//   timers_bench start [--data DIR] [--burst-seconds S] [--rate R]
// `make` fills a data folder: of N enrolments, S × R fall due evenly within S seconds, the others
// within half a year after. `start` is a process of its own, so that its memory is that of a
// start: it opens the folder, makes the ledger, then fires the S × R on the real clock, durably.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/timer_queue.h"
#include "record/engagement.h"
#include "usage.h"

namespace {

using namespace parcours;
using namespace parcours::engine;
using Steady = std::chrono::steady_clock;

constexpr double memory_budget = 2e9 / 1e7;  // bytes for each of ten million
constexpr double start_budget = 5.0 / 1e7;   // seconds for each of them
constexpr double lateness_budget = 1.0;      // seconds
constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
constexpr std::size_t batch_max = 2'000;

struct Options {
    std::string mode;
    std::string data = "build/bench-data/timers";
    std::size_t enrolments = 10'000'000;
    std::size_t burst_seconds = 10;
    std::size_t rate = 10'000;
    [[nodiscard]] std::size_t burst() const { return burst_seconds * rate; }
};

double since(Steady::time_point from) {
    return std::chrono::duration<double>(Steady::now() - from).count();
}

template <class T>
void need(const Result<T>& done) {
    if (!done) {
        fmt::print(stderr, "{}\n", done.error().to_text());
        std::exit(exit_code(done.error().code));
    }
}

Options read_options(int count, char** arguments) {
    Options options;
    options.mode = count > 1 ? arguments[1] : "";
    for (int i = 2; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        if (name == "--data") {
            options.data = arguments[i + 1];
            continue;
        }
        std::size_t& number = name == "--enrolments"      ? options.enrolments
                              : name == "--burst-seconds" ? options.burst_seconds
                                                          : options.rate;
        number = std::strtoull(arguments[i + 1], nullptr, 10);
    }
    return options;
}

/// Bytes of memory that this process holds now.
double resident() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t held = 0;
    file >> all >> held;
    return static_cast<double>(held) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

/// The enrolment number `i`, standing on a wait.
Transition enter(std::size_t i, const Options& options, const Digest& release) {
    Transition entered;
    Enrolment& enrolment = entered.enrolment;
    enrolment.id = named_hash("enrolment", {std::to_string(i)});
    enrolment.patient = fast_hash(std::to_string(i));
    enrolment.campaign = "hba1c-recall";
    enrolment.release = release;
    enrolment.enrolled_at = start;
    enrolment.step = "pause";
    enrolment.occurrence = 2;
    enrolment.step_entered_at = start;
    enrolment.due = i < options.burst()
                        ? start + std::chrono::microseconds{1'000'000 * i / options.rate}
                        : start + std::chrono::seconds{3600 + (i * 7919) % 15'000'000};
    entered.entered.push_back({"primer", 1, "in cohort hba1c-due"});
    entered.entered.push_back({"pause", 2, "sent"});
    entered.at = start;
    return entered;
}

void make(const Options& options) {
    std::filesystem::remove_all(options.data);
    std::filesystem::create_directories(options.data);
    auto folder = DataFolder::open(options.data + "/D", DataFolder::Mode::Create);
    need(folder);
    Ledger ledger;
    Journal journal(**folder, ledger);
    const Digest release = named_hash("release", {"bench"});
    const auto from = Steady::now();
    for (std::size_t i = 0; i < options.enrolments; ++i) {
        journal.add(enter(i, options, release), start);
        if (journal.pending() == 10'000) {
            need(journal.flush());
        }
    }
    need(journal.flush());
    fmt::print("{} enrolments written in {:.0f} s\n", options.enrolments, since(from));
    const auto saving = Steady::now();
    need(journal.save_ledger());
    fmt::print("ledger written down in {:.2f} s\n", since(saving));
    need((*folder)->save_snapshots());
}

/// It leaves its step for the next and waits for another moment.
Transition move_on(Enrolment enrolment, Instant now) {
    Transition transition;
    ++enrolment.occurrence;
    enrolment.step = "answer";
    enrolment.step_entered_at = now;
    enrolment.due = now + std::chrono::hours{24 * 7};
    transition.entered.push_back({enrolment.step, enrolment.occurrence, "after 7 days"});
    transition.enrolment = std::move(enrolment);
    transition.at = now;
    return transition;
}

/// How late each of the burst was durable, in seconds, ascending.
std::vector<double> fire(const Options& options, Ledger& ledger, Journal& journal) {
    std::vector<double> lateness;
    lateness.reserve(options.burst());
    const auto zero = Steady::now();
    const auto now = [&] {
        return start + std::chrono::duration_cast<Instant::duration>(Steady::now() - zero);
    };
    std::vector<TimerQueue::Timer> due;
    while (lateness.size() < options.burst()) {
        due.clear();
        ledger.timers().visit_due(now(), [&](const TimerQueue::Timer& timer) {
            due.push_back(timer);
            return due.size() < batch_max;
        });
        if (due.empty()) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
            continue;
        }
        const Instant at = now();
        for (const auto& [moment, id] : due) {
            journal.add(move_on(ledger.find_enrolment(id).enrolment(), at), at);
        }
        need(journal.flush());
        const Instant durable = now();
        for (const auto& timer : due) {
            lateness.push_back(std::chrono::duration<double>(durable - timer.first).count());
        }
    }
    std::ranges::sort(lateness);
    return lateness;
}

void print(std::string_view what, double value, std::string_view unit, double budget) {
    fmt::print("{:<34}{:>12.3f} {:<8} budget {:>10.3f}   ratio {:.2f} {}\n", what, value, unit,
               budget, value / budget, value <= budget ? "ok" : "OVER");
}

void start_and_fire(const Options& options) {
    const double before = resident();
    const auto from = Steady::now();
    auto folder = DataFolder::open(options.data + "/D", DataFolder::Mode::Write);
    need(folder);
    const double opened = since(from);
    Ledger ledger;
    Journal journal(**folder, ledger);
    std::vector<Damage> damages;
    need(replay(**folder, ledger, damages));
    const double started = since(from);
    const auto count = static_cast<double>(ledger.timers().size());
    const double held = resident() - before;
    fmt::print("{:.0f} timers pending; the folder was open after {:.2f} s\n", count, opened);
    print("memory", held / 1e6, "MB", count * memory_budget / 1e6);
    print("… of one pending enrolment", held / count, "bytes", memory_budget);
    print("start", started, "s", count * start_budget);
    const std::vector<double> late = fire(options, ledger, journal);
    fmt::print("{} fired at {} due/s, each durable\n", late.size(), options.rate);
    print("lateness, p99", late[late.size() * 99 / 100], "s", lateness_budget);
    print("lateness, most", late.back(), "s", lateness_budget);
    print("memory afterwards", (resident() - before) / 1e6, "MB", count * memory_budget / 1e6);
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "timers_bench make  [--data DIR] [--enrolments N] [--burst-seconds S] [--rate R]\n"
            "timers_bench start [--data DIR] [--burst-seconds S] [--rate R]\n"
            "Makes enrolments that wait, or starts over them and fires those that are due;\n"
            "bench/timers.sh does both.")) {
        return 0;
    }
    const Options options = read_options(count, arguments);
    if (options.mode == "make") {
        make(options);
    } else if (options.mode == "start") {
        start_and_fire(options);
    } else {
        fmt::print(stderr, "say `make` or `start`\n");
        return exit_code(ErrorCode::Usage);
    }
    return 0;
}
