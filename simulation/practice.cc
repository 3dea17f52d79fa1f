#include "simulation/practice.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/hash.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "practice/folder.h"

namespace parcours::simulation {
namespace {

constexpr std::string_view head = R"(title: { en: A word, fr: Un mot, zh: 消息 }
purpose: operations
concern: general
topic: news
)";

/// Class A over two channels, waits at a time that some nights do not have, a reply, a person.
std::string checkup(std::size_t version) {
    const std::string text = fmt::format(R"(campaign: checkup
{}priority: 40
enter: {{ cohort: adults, again: after 9 days }}
exit: [ left-care, done-elsewhere ]
)",
                                         head);
    if (version == 0) {
        return text + R"(steps:
  pause:  { wait: 1 day, at: "02:30" }
  invite: { send: checkup, by: [sms, email], then: answer, else: call }
  answer: { wait-for: reply, at-most: 3 days, then: done, else: rest }
  rest:   { wait: 36 hours }
  remind: { send: checkup-again, by: [email, sms], then: last, else: call }
  last:   { wait: 2 days, until: "mon-fri 10:00-16:00", then: done }
  call:   { task: call, queue: navigators, due: 2 days, outcomes: { reached: done, unreachable: last, done-elsewhere: done } }
  done:   { end: completed }
)";
    }
    return text + R"(steps:
  first:  { wait: 20 hours }
  invite: { send: checkup, by: [email, sms], then: answer, else: call }
  answer: { wait-for: reply, at-most: 2 days, then: done, else: again }
  again:  { send: checkup-again, by: preferred, then: done, else: call }
  call:   { task: call, queue: navigators, due: 1 day, outcomes: { reached: done, unreachable: later } }
  later:  { wait: 3 days, then: done }
  done:   { end: completed }
)";
}

/// Class B.
std::string alarm() {
    return fmt::format(R"(campaign: alarm
{}priority: 90
enter: {{ cohort: adults, again: after 6 days }}
steps:
  calm: {{ wait: 2 days, at: "11:00" }}
  say:  {{ send: alarm, by: [sms, email], safety-critical: true, then: done, else: call }}
  call: {{ task: call, queue: clinicians, due: 4 hours, safety-critical: true, outcomes: {{ reached: done, unreachable: done }} }}
  done: {{ end: completed }}
)",
                       head);
}

/// By hand; another system is told.
std::string talk() {
    return fmt::format(R"(campaign: talk
{}priority: 20
enter: {{ by: hand, again: after exit }}
steps:
  say:  {{ send: talk, by: preferred, then: tell, else: tell }}
  tell: {{ webhook: lab, data: {{ kit: fit }}, then: rest, else: done }}
  rest: {{ wait: 5 days }}
  done: {{ end: completed }}
)",
                       head);
}

practice::FileMap files(std::size_t version) {
    practice::FileMap own;
    practice::FileMap all = practice::built_in_files();
    own["practice.yaml"] = all["practice.yaml"] +
                           "webhooks:\n  lab: { url: https://lab.example.org, secret: a secret }\n";
    own["cohorts/adults.yaml"] =
        "cohort: adults\ntitle: { en: Adults, fr: Adultes, zh: 成人 }\ncql: AgeInYears() >= 18\n";
    own["campaigns/checkup.yaml"] = checkup(version);
    own["campaigns/alarm.yaml"] = alarm();
    if (version != 2) {
        own["campaigns/talk.yaml"] = talk();
    }
    for (const char* const name : {"checkup", "checkup-again", "alarm", "talk"}) {
        for (const char* const language : {"en", "fr", "zh"}) {
            own[fmt::format("content/{}.{}.md", name, language)] =
                "---\npurpose: operations\ntopic: news\nchannels: [email, sms]\nsubject: News\n"
                "approved: { on: 2020-01-01, by: the simulation }\n---\nHello {given_name}.\n";
        }
    }
    std::erase_if(all, [](const auto& file) {
        return file.first.starts_with("campaigns/") &&
               file.first != "campaigns/appointment-reminder.yaml";
    });
    return practice::overlay(all, own);
}

const campaign::Step* find_step(std::size_t version, const std::string& name,
                                const std::string& step, const Digest* release) {
    const engine::LoadedCampaign* const campaign = practice(version)->find_campaign(name);
    return campaign == nullptr || (release != nullptr && campaign->release != *release)
               ? nullptr
               : campaign->definition.find_step(step);
}

}  // namespace

std::shared_ptr<const engine::Clinic> practice(std::size_t version) {
    static const auto all = [] {
        std::array<std::shared_ptr<const engine::Clinic>, practice_count> made;
        for (std::size_t number = 0; number < practice_count; ++number) {
            auto clinic = engine::make_clinic(files(number));
            check(clinic.has_value(),
                  clinic ? "" : "the simulated practice: " + clinic.error().to_text());
            made.at(number) = std::move(*clinic);
        }
        return made;
    }();
    return all.at(version);
}

const std::string& practice_secret() {
    static const std::string secret = "the secret of the simulated clinic";
    return secret;
}

bool is_plain_wait(const std::string& campaign, const std::string& step) {
    if (campaign == "appointment-reminder") {
        return false;  // its waits move with the appointment
    }
    for (std::size_t version = 0; version < practice_count; ++version) {
        const campaign::Step* const found = find_step(version, campaign, step, nullptr);
        if (found != nullptr && std::holds_alternative<campaign::WaitStep>(found->what)) {
            return true;
        }
    }
    return false;
}

std::optional<DailyWait> find_daily_wait(const std::string& campaign, const Digest& release,
                                         const std::string& step) {
    const bool waits =
        (campaign == "alarm" && step == "calm") || (campaign == "checkup" && step == "pause");
    if (!waits || !has_step(campaign, release, step)) {
        return std::nullopt;
    }
    return campaign == "alarm" ? DailyWait{std::chrono::days{2}, std::chrono::hours{11}}
                               : DailyWait{std::chrono::days{1}, std::chrono::minutes{150}};
}

bool waits_for_reply(const std::string& campaign, const Digest& release, const std::string& step) {
    for (std::size_t version = 0; version < practice_count; ++version) {
        const campaign::Step* const found = find_step(version, campaign, step, &release);
        const auto* const wait =
            found == nullptr ? nullptr : std::get_if<campaign::WaitForStep>(&found->what);
        if (wait != nullptr && wait->event == "reply") {
            return true;
        }
    }
    return false;
}

bool has_step(const std::string& campaign, const Digest& release, const std::string& step) {
    for (std::size_t version = 0; version < practice_count; ++version) {
        if (find_step(version, campaign, step, &release) != nullptr) {
            return true;
        }
    }
    return false;
}

}  // namespace parcours::simulation
