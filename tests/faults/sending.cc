#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "faults/faults.h"
#include "faults/promises.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

/// Kills a process once a chosen number of phases have passed, after a chosen delay.
class Killer {
  public:
    void arm(pid_t process, std::size_t phases, std::chrono::microseconds delay) {
        const std::scoped_lock lock(mutex_);
        process_ = process;
        phases_ = phases;
        delay_ = delay;
    }
    /// Called at each phase, in the provider's threads.
    void pass() {
        const std::scoped_lock lock(mutex_);
        if (process_ > 0 && (phases_ == 0 || --phases_ == 0)) {
            std::this_thread::sleep_for(delay_);
            ::kill(process_, SIGKILL);
            process_ = 0;
        }
    }
    void disarm() { arm(0, 0, {}); }

  private:
    std::mutex mutex_;
    pid_t process_ = 0;
    std::size_t phases_ = 0;
    std::chrono::microseconds delay_{};
};

class Sending {
  public:
    explicit Sending(const SendingFaults& faults) : faults_(faults), random_(faults.seed) {}

    FaultReport run_all() {
        prepare();
        for (report_.kills = 0; report_.kills < faults_.kills; ++report_.kills) {
            round();
        }
        finish();
        check_messages();
        check_stops();
        return report_;
    }

  private:
    [[nodiscard]] ProgramOptions options() const {
        ProgramOptions options;
        options.program = faults_.program;
        if (!faults_.plant.empty()) {
            options.environment["PARCOURS_PLANT"] = faults_.plant;
        }
        return options;
    }

    void broken(std::string what) { report_.broken.push_back(std::move(what)); }

    void prepare() {
        practice_ = write_practice(folder_, provider_);
        write_patients(folder_, faults_.patients);
        provider_.at = [this](Provider::Phase, const Provider::Got&) { killer_.pass(); };
        const Ended imported = run({"import", folder_ / "F", "--data", data_}, {});
        check(imported.code == 0, "the fault test can import");
    }

    [[nodiscard]] std::vector<std::string> work() const {
        return {"work", "--data", data_, "--practice", practice_, "--json"};
    }

    /// One life of the program, ended by SIGKILL.
    void round() {
        Program program(work(), options());
        const std::uint64_t kind = random_.below(10);
        const std::chrono::microseconds delay{random_.below(3) == 0 ? random_.below(4000) : 0};
        if (kind < 7) {
            // At a phase of a hand-off; soon, so that there are messages left for all rounds.
            killer_.arm(program.id(), 1 + random_.below(6), delay);
        } else if (kind < 9) {
            stop_somebody(program, delay);
        }
        if (kind == 9 ||
            !wait_until([&] { return program.has_ended(); }, std::chrono::seconds{2})) {
            // Anywhere: in the start, in a sweep, or at rest.
            std::this_thread::sleep_for(std::chrono::microseconds{random_.below(120'000)});
            program.signal(SIGKILL);
        }
        killer_.disarm();
        const Ended ended = program.wait();
        if (ended.signal != SIGKILL) {
            broken(fmt::format("work ended by itself with {}: {}", ended.code, ended.err));
        }
    }

    void stop_somebody(Program& program, std::chrono::microseconds delay) {
        const std::size_t patient = random_.below(faults_.patients);
        const std::string id = fmt::format("SMstop{}", report_.kills);
        wait_until([&] { return program.err().find("at work") != std::string::npos; },
                   std::chrono::seconds{10});
        const Ended answer =
            receive_reply(data_, practice_, make_reply(patient, id, "STOP"), ProgramOptions{});
        if (answer.code == 0) {
            stops_.emplace(patient, std::pair(id, provider_.count(phone_of(patient))));
            ++report_.stops;
        }
        std::this_thread::sleep_for(delay);
        program.signal(SIGKILL);
    }

    /// Lets the program run to the end of what is due.
    void finish() {
        Program program(work(), options());
        std::size_t before = 0;
        wait_until(
            [&] {
                const std::size_t now = provider_.taken().size();
                const bool rests = now == before;
                before = now;
                for (int i = 0; i < 100; ++i) {
                    pause_a_little();
                }
                return rests && waiting() == 0;
            },
            std::chrono::seconds{60});
        program.signal(SIGTERM);
        const Ended ended = program.wait();
        if (ended.code != 0) {
            broken("the last run ended with " + ended.err);
        }
    }

    [[nodiscard]] std::size_t waiting() const {
        const Ended outbox = run({"outbox", "--data", data_, "--json"});
        JsonDocument document;
        const auto parsed = document.parse(outbox.last_line());
        return !parsed ? 1
                       : static_cast<std::size_t>(
                             (*parsed)["counts"]["waiting"].integer().value_or(0) +
                             (*parsed)["counts"]["attempting"].integer().value_or(0));
    }

    /// P1, P2, P4, P5: everything that was planned is settled, and was said at most once.
    void check_messages() {
        const auto messages = read_messages(data_);
        judge_messages(messages, provider_.taken(), 1, true, report_);
        if (messages.size() != 2 * faults_.patients) {
            broken(fmt::format("{} messages were planned, not two for each of {} patients",
                               messages.size(), faults_.patients));
        }
        // At most one hand-off stands open at any moment.
        if (report_.unknown > report_.kills) {
            broken(fmt::format("{} results are unknown after {} kills", report_.unknown,
                               report_.kills));
        }
    }

    /// P1, P3: each acknowledged STOP is still known, and nothing left after it.
    void check_stops() {
        for (const auto& [patient, stop] : stops_) {
            if (provider_.count(phone_of(patient)) != stop.second) {
                broken(fmt::format("patient {} got a message after STOP", patient));
            }
            const Ended again =
                receive_reply(data_, practice_, make_reply(patient, stop.first, "STOP"));
            if (again.out.find("\"repeated\":1") == std::string::npos) {
                broken(fmt::format("the STOP of patient {} was acknowledged and is lost", patient));
            }
        }
    }

    SendingFaults faults_;
    SeededRandom random_;
    FaultReport report_;
    TemporaryFolder folder_;
    Killer killer_;
    Provider provider_;
    std::string data_ = folder_ / "D";
    std::string practice_;
    /// Patient → the reply's id, and how many messages had come by then.
    std::map<std::size_t, std::pair<std::string, std::size_t>> stops_;
};

}  // namespace

FaultReport break_sending(const SendingFaults& faults) {
    return Sending(faults).run_all();
}

}  // namespace parcours::testing
