// What messages of before take in memory, and how long the one that writes is held while the ledger
// is taken to be written down. Beside it the same ledger with nothing filed, and what copying the
// bytes alone would take, in the same run.
//   filing_bench [MESSAGES]        1,000,000 unless told otherwise

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <string>

#include "base/hash.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/ledger_snapshot.h"
#include "record/engagement.h"
#include "store/memory/memory_store.h"
#include "store/store.h"
#include "usage.h"

namespace {

using namespace parcours;
using namespace parcours::engine;
using Time = std::chrono::steady_clock::time_point;

double since(Time from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

/// Resident, in bytes.
double resident() {
    std::ifstream status("/proc/self/statm");
    std::size_t whole = 0;
    std::size_t pages = 0;
    status >> whole >> pages;
    return static_cast<double>(pages) * 4096;
}

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// One message from its plan to what the provider said of it, 50 ms after the one before.
void send(Ledger& ledger, std::size_t i, const Digest& release) {
    const Instant at = start + std::chrono::milliseconds{50 * i};
    const std::string number = std::to_string(i);
    Transition transition;
    Enrolment& enrolment = transition.enrolment;
    enrolment.id = named_hash("enrolment", {number});
    enrolment.patient = i + 1;
    enrolment.campaign = "colorectal-screening";
    enrolment.release = release;
    enrolment.step = "primer";
    enrolment.enrolled_at = enrolment.step_entered_at = at;
    transition.entered = {{"primer", 1, "entered"}};
    transition.at = at;
    Message& message = transition.messages.emplace_back();
    message.id = named_hash("message", {number});
    message.patient = enrolment.patient;
    message.enrolment = enrolment.id;
    message.campaign = enrolment.campaign;
    message.release = release;
    message.step = enrolment.step;
    message.occurrence = 1;
    message.content = "colorectal-primer";
    message.topic = "cancer-screening";
    message.ladder = {"sms", "email", "letter"};
    message.planned_at = at;
    ledger.apply(transition);
    Attempted attempt;
    attempt.message = message.id;
    attempt.patient = message.patient;
    attempt.number = 1;
    attempt.channel = "sms";
    attempt.adapter = "twilio";
    attempt.to = fmt::format("+1413{:07}", i);
    attempt.at = at;
    ledger.apply(attempt);
    AttemptEnded ended;
    ended.message = message.id;
    ended.patient = message.patient;
    ended.number = 1;
    ended.outcome = AttemptEnded::Outcome::Accepted;
    ended.final = true;
    ended.provider_id = fmt::format("SM{:032}", i);
    ended.at = at;
    ledger.apply(ended);
    while (!ledger.untold().empty()) {
        ledger.told();
    }
}

struct Figures {
    double bytes = 0;  ///< of memory for each message, with its enrolment
    double held = 0;   ///< seconds
    std::string whole;
};

Figures measure(std::size_t count, bool files, const DataFolder& folder) {
    const Digest release = named_hash("release", {"bench"});
    const double before = resident();
    Ledger ledger;
    for (std::size_t i = 0; i < count; ++i) {
        send(ledger, i, release);
        if (files) {
            ledger.file();
        }
    }
    Figures figures;
    figures.bytes = (resident() - before) / static_cast<double>(count);
    const Time from = std::chrono::steady_clock::now();
    const auto snapshot = std::make_unique<LedgerSnapshot>(ledger, folder);
    figures.held = since(from);
    if (files) {
        const Time asked = std::chrono::steady_clock::now();
        std::size_t found = 0;
        constexpr std::size_t asks = 100'000;
        for (std::size_t i = 0; i < asks; ++i) {
            const Digest id = named_hash("message", {std::to_string(i * 7 % count)});
            found += ledger.find_message(id)->settled() ? 1U : 0U;
        }
        fmt::print("a filed message made whole: {:.2f} us ({} of {} settled)\n",
                   since(asked) * 1e6 / asks, found, asks);
    }
    figures.whole = LedgerSnapshot::bytes_of(ledger);
    return figures;
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(
            argc, argv,
            "filing_bench [MESSAGES]\n"
            "Memory and time of 1,000,000 messages of before, filed and not.")) {
        return 0;
    }
    const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const auto folder = DataFolder::open(
        store::open_memory_store(std::make_shared<store::MemoryDisk>(), true, {}).value(), true);
    if (!folder || count == 0) {
        fmt::print(stderr, "filing_bench [MESSAGES]\n");
        return 2;
    }
    const Figures filed = measure(count, true, **folder);
    const Figures held = measure(count, false, **folder);
    if (filed.whole != held.whole) {
        fmt::print(stderr, "filing changed what the ledger says\n");
        return 1;
    }
    const Time from = std::chrono::steady_clock::now();
    const std::string copy(filed.whole.data(), filed.whole.size());
    const double copied = since(from);
    fmt::print("{} messages, each with an enrolment\n", count);
    fmt::print("memory for each:      {:.0f} bytes filed, {:.0f} as they are: {:.2f} x\n",
               filed.bytes, held.bytes, filed.bytes / held.bytes);
    fmt::print("bytes of a snapshot:  {:.0f} for each; {:.2f} x of them in memory\n",
               static_cast<double>(copy.size()) / static_cast<double>(count),
               filed.bytes * static_cast<double>(count) / static_cast<double>(copy.size()));
    fmt::print(
        "the writer is held:   {:.1f} ms filed, {:.1f} ms as they are; copying the bytes "
        "alone takes {:.1f} ms: {:.2f} x\n",
        filed.held * 1e3, held.held * 1e3, copied * 1e3, filed.held / copied);
    return 0;
}
