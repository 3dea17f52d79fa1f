// Durable transitions per second: one enrolment leaves one step (event, state, timer out, timer
// in), a million in flight, in random order, in batches whose commit must stay below 50 ms (p99).
// Beside it what the disk and the bare log allow in the same run.
//   transition_bench [--flight N] [--transitions N] [--batch N] [--data DIR]

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "record/engagement.h"
#include "store/store.h"
#include "usage.h"

namespace {

using namespace parcours;
using namespace parcours::engine;
using Time = std::chrono::steady_clock::time_point;

double since(Time from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

void need(const Result<>& done) {
    if (!done) {
        fmt::print(stderr, "{}\n", done.error().to_text());
        std::exit(exit_code(done.error().code));
    }
}

struct Options {
    std::size_t flight = 1'000'000;
    std::size_t transitions = 500'000;
    std::size_t batch = 2'000;
    std::string data = "build/bench-data/transition";
};

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        if (name == "--data") {
            options.data = arguments[i + 1];
            continue;
        }
        std::size_t& number = name == "--flight"        ? options.flight
                              : name == "--transitions" ? options.transitions
                                                        : options.batch;
        number = std::strtoull(arguments[i + 1], nullptr, 10);
    }
    return options;
}

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// The enrolment number `i` on its first step, with a timer within half a year.
Enrolment make_enrolment(std::size_t i, const Digest& release) {
    Enrolment enrolment;
    enrolment.patient = i + 1;
    enrolment.campaign = "hba1c-recall";
    enrolment.release = release;
    enrolment.id = named_hash("enrolment", {std::to_string(i)});
    enrolment.enrolled_at = start;
    enrolment.step = "pause";
    enrolment.occurrence = 1;
    enrolment.step_entered_at = start;
    enrolment.due = start + std::chrono::seconds{(i * 7919) % 15'000'000};
    return enrolment;
}

/// It leaves its step for the next and waits for another moment.
Transition move_on(Enrolment enrolment, Instant now) {
    Transition transition;
    ++enrolment.occurrence;
    enrolment.step = enrolment.step == "pause" ? "answer" : "pause";
    enrolment.step_entered_at = now;
    enrolment.due =
        now + std::chrono::hours{24 * 7} + std::chrono::seconds{enrolment.patient % 86'400};
    transition.entered.push_back({enrolment.step, enrolment.occurrence, "after 7 days"});
    transition.enrolment = std::move(enrolment);
    transition.at = now;
    return transition;
}

double disk_syncs(const std::string& folder) {
    const std::string path = folder + "/sync";
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    const Time from = std::chrono::steady_clock::now();
    std::size_t count = 0;
    while (since(from) < 1) {
        if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) {
            std::exit(1);
        }
        ++count;
    }
    const double seconds = since(from);
    ::close(file);
    return static_cast<double>(count) / seconds;
}

/// Records of the same size as the transitions', appended without an engine.
double raw_appends(DataFolder& folder, const Options& options, const std::string& payload) {
    const std::size_t count = std::min<std::size_t>(options.transitions, 200'000);
    const Time from = std::chrono::steady_clock::now();
    for (std::size_t done = 0; done < count; done += options.batch) {
        std::vector<store::Append> records(options.batch);
        for (std::size_t i = 0; i < records.size(); ++i) {
            LogRecord& record = records[i].record;
            record.patient = done + i + 1;
            record.topic = "bench";
            record.occurred_at = start;
            record.recorded_at = start;
            record.ingested_at = start;
            record.payload = payload;
        }
        need(folder.append(records));
    }
    return static_cast<double>(count) / since(from);
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "transition_bench [--flight N] [--transitions N] [--batch N] [--data DIR]\n"
            "Durable transitions a second, beside the bare log and the disk. DIR and all in it is "
            "removed.")) {
        return 0;
    }
    const Options options = read_options(count, arguments);
    std::filesystem::remove_all(options.data);
    std::filesystem::create_directories(options.data);
    auto folder = DataFolder::open(options.data + "/D", DataFolder::Mode::Create);
    need(folder ? Result<>{} : Result<>{std::unexpected(folder.error())});
    Ledger ledger;
    Journal journal(**folder, ledger);
    const Digest release = named_hash("release", {"bench"});

    std::vector<Digest> ids;
    ids.reserve(options.flight);
    for (std::size_t i = 0; i < options.flight; ++i) {
        Transition entered;
        entered.enrolment = make_enrolment(i, release);
        entered.at = start;
        ids.push_back(entered.enrolment.id);
        journal.add(std::move(entered), start);
        if (journal.pending() == 5'000) {
            need(journal.flush());
        }
    }
    need(journal.flush());

    SeededRandom random(1);
    std::vector<double> commits;
    std::string payload;
    const Instant now = start + std::chrono::hours{1};
    const Time from = std::chrono::steady_clock::now();
    for (std::size_t done = 0; done < options.transitions; ++done) {
        const Digest& id = ids[random.below(ids.size())];
        Transition transition = move_on(ledger.find_enrolment(id).enrolment(), now);
        if (payload.empty()) {
            payload = write_event(transition);
        }
        journal.add(std::move(transition), now);
        if (journal.pending() == options.batch || done + 1 == options.transitions) {
            const Time commit = std::chrono::steady_clock::now();
            need(journal.flush());
            commits.push_back(since(commit) * 1000);
        }
    }
    const double rate = static_cast<double>(options.transitions) / since(from);
    std::ranges::sort(commits);
    const double raw = raw_appends(**folder, options, payload);
    fmt::print("{} in flight, {} transitions in random order, batches of {}, {} bytes each\n",
               options.flight, options.transitions, options.batch, payload.size());
    fmt::print("durable transitions        {:10.0f} /s\n", rate);
    fmt::print("commit p50, p99, most      {:6.1f} {:6.1f} {:6.1f} ms\n",
               commits[commits.size() / 2], commits[commits.size() * 99 / 100], commits.back());
    fmt::print("the same bytes, appended   {:10.0f} /s   ratio {:.2f}\n", raw, rate / raw);
    fmt::print("fdatasync of 4 kB          {:10.0f} /s\n", disk_syncs(options.data));
    folder->reset();
    std::filesystem::remove_all(options.data);
    return 0;
}
