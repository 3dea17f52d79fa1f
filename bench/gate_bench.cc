// How many decisions the pure gate makes in a second on one core, beside a loop that only reads
// the same inputs.
//   gate_bench [--seconds N]
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "outreach/gate.h"
#include "practice/content.h"
#include "usage.h"

namespace {

using namespace parcours;
using namespace parcours::outreach;

constexpr std::size_t patient_count = 4096;

/// What one patient hands in; `Case` owns what the input points to.
struct Case {
    Message message;
    Recipient recipient;
    std::vector<ContactChoice> choices;
    std::vector<outreach::SentMessage> sent;
    GateInput input;
};

practice::Content make_content() {
    practice::Content content;
    content.name = "visit";
    content.channels = {"email", "sms"};
    for (const std::string_view language : {"en", "fr", "zh"}) {
        for (const std::string_view channel : {"", "sms"}) {
            practice::Wording wording;
            wording.language = language;
            wording.channel = channel;
            wording.approved = practice::Approval{};
            content.wordings.push_back(wording);
        }
    }
    return content;
}

/// A clinic's mixture: most may be sent, some wait, some are not sent.
void fill(Case& one, const practice::Content& content, Instant now, SeededRandom& random) {
    constexpr std::array<std::string_view, 4> zones = {"America/New_York", "Europe/Paris",
                                                       "Asia/Shanghai", "America/Chicago"};
    constexpr std::array<std::string_view, 3> languages = {"en", "fr", "zh"};
    one.message.content = "visit";
    one.message.topic = "appointments";
    one.message.planned_at = now - std::chrono::hours(random.below(72));
    one.recipient.address = "+16175550123";
    if (random.below(10) == 0) {
        one.recipient = {Recipient::Who::Patient, "", "", {}, "no-address", "None is recorded."};
    }
    for (std::uint64_t i = random.below(3); i > 0; --i) {
        one.choices.push_back({"sms", i == 1 ? "" : "news", random.below(4) != 0,
                               now - std::chrono::hours(random.below(9000)), "Consent/c"});
    }
    for (std::uint64_t i = random.below(5); i > 0; --i) {
        one.sent.push_back({now - std::chrono::hours(random.below(720)), Purpose::Operations});
    }
    GateInput& input = one.input;
    input.message = &one.message;
    input.channel = random.below(2) == 0 ? "sms" : "email";
    input.patient.deceased = random.below(50) == 0;
    input.choices = one.choices;
    input.recipient = &one.recipient;
    input.channel_state.configured = true;
    input.content = &content;
    input.language = languages.at(random.below(languages.size()));
    input.zone = Zone::find(zones.at(random.below(zones.size()))).value_or(Zone());
    input.sent = one.sent;
}

/// The least a decision has to look at.
std::uint64_t read_only(const GateInput& input) {
    std::uint64_t sum = input.message->topic.size() + input.recipient->address.size() +
                        input.language.size() + input.channel.size() +
                        static_cast<std::uint64_t>(input.patient.deceased);
    for (const ContactChoice& choice : input.choices) {
        sum += choice.channel.size() + choice.topic.size() +
               static_cast<std::uint64_t>(choice.at.time_since_epoch().count());
    }
    for (const outreach::SentMessage& sent : input.sent) {
        sum += static_cast<std::uint64_t>(sent.at.time_since_epoch().count());
    }
    for (const practice::Wording& wording : input.content->wordings) {
        sum += wording.language.size();
    }
    return sum;
}

/// Calls `one` for case after case until the time is over; gives calls a second.
template <class Call>
double rate(const std::vector<Case>& cases, double seconds, Call one) {
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t calls = 0;
    double passed = 0;
    while (passed < seconds) {
        for (const Case& each : cases) {
            one(each.input);
        }
        calls += cases.size();
        passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    return static_cast<double>(calls) / passed;
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "gate_bench [--seconds N]\n"
            "Decisions of the pure gate a second, beside reading the same inputs.")) {
        return 0;
    }
    const double seconds =
        count == 3 && std::string_view(arguments[1]) == "--seconds" ? std::atof(arguments[2]) : 2.0;
    const Instant now =
        Instant{std::chrono::sys_days{std::chrono::year{2026} / 6 / 9}} + std::chrono::hours{15};
    const practice::Content content = make_content();
    const GateRules rules;
    SeededRandom random(7);
    std::vector<Case> cases(patient_count);
    for (Case& each : cases) {
        fill(each, content, now, random);
    }
    std::array<std::uint64_t, 3> outcomes{};
    const double decisions = rate(cases, seconds, [&](const GateInput& input) {
        ++outcomes.at(static_cast<std::size_t>(decide(input, rules, now).outcome));
    });
    volatile std::uint64_t kept = 0;
    const double reads =
        rate(cases, seconds, [&](const GateInput& input) { kept = kept + read_only(input); });
    const double all = static_cast<double>(outcomes[0] + outcomes[1] + outcomes[2]) / 100;
    fmt::print("gate decisions:        {:12.0f}/s on one core\n", decisions);
    fmt::print("reading inputs alone:  {:12.0f}/s in the same run\n", reads);
    fmt::print("outcomes: {:.0f} % sent, {:.0f} % later, {:.0f} % not sent\n",
               static_cast<double>(outcomes[0]) / all, static_cast<double>(outcomes[1]) / all,
               static_cast<double>(outcomes[2]) / all);
    return 0;
}
