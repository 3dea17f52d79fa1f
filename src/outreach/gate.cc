#include "outreach/gate.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "outreach/budget.h"
#include "outreach/consent.h"
#include "outreach/reasons.h"
#include "outreach/recipient.h"
#include "outreach/zones.h"
#include "practice/config.h"
#include "practice/content.h"
#include "record/engagement.h"

namespace parcours::outreach {
namespace {

using Verdict = CheckResult::Verdict;

constexpr std::size_t check_count = 25;
/// How long a hold without an end of its own waits before it is looked at again.
constexpr Duration hold_retry = std::chrono::hours{1};
constexpr practice::ContactHours whole_day{
    std::chrono::hours{0}, std::chrono::hours{24}, {true, true, true, true, true, true, true}};

/// Whether the message is over however a suspicion ends: then nobody needs to wait for that.
bool is_for_good(std::string_view why) {
    return why == reason::deceased || why == reason::merged || why == reason::left_care ||
           why == reason::no_longer_true;
}

/// Runs the checks in their order and keeps every result.
class Checks {
  public:
    Checks(const GateInput& input, const GateRules& rules, Instant now)
        : in_(input), rules_(rules), now_(now), last_moment_(last_moment(*input.message, rules)) {
        results_.reserve(check_count);
        if (input.content != nullptr) {
            language_ = choose_language(*input.content, input.channel, input.language, rules);
        }
    }

    void run() {
        about_patient();
        consent();
        finding("not-for", in_.not_for, reason::not_for);
        about_recipient();
        about_content();
        about_time();
    }

    Decision decide() &&;

  private:
    void pass(std::string_view check) {
        results_.push_back({std::string(check), Verdict::Pass, {}, {}, {}});
    }
    void fail(std::string_view check, std::string_view why, std::string detail) {
        results_.push_back(
            {std::string(check), Verdict::Fail, std::string(why), std::move(detail), {}});
    }
    void test(std::string_view check, bool stands_against, std::string_view why,
              std::string_view detail) {
        if (stands_against) {
            fail(check, why, std::string(detail));
        } else {
            pass(check);
        }
    }
    void wait(std::string_view check, std::string_view why, std::string detail, Instant until);
    void finding(std::string_view check, const Finding& found, std::string_view why);

    void about_patient();
    void palliative();
    void consent();
    void refused(const ConsentAnswer& answer);
    [[nodiscard]] std::vector<std::string> topics() const;
    void about_recipient();
    void about_content();
    void language();
    void rendering();
    void about_time();
    void duplicate();
    void feed();
    void budget();
    void safe_contact();
    [[nodiscard]] practice::ContactHours hours() const;

    [[nodiscard]] Purpose purpose() const;

    const GateInput& in_;
    const GateRules& rules_;
    Instant now_;
    Instant last_moment_;
    std::string_view language_;
    std::vector<CheckResult> results_;
};

void Checks::wait(std::string_view check, std::string_view why, std::string detail, Instant until) {
    if (until <= last_moment_) {
        results_.push_back(
            {std::string(check), Verdict::Wait, std::string(why), std::move(detail), until});
        return;
    }
    detail += " That ends after the last moment at which the message still helps.";
    fail(check, why, std::move(detail));
}

void Checks::finding(std::string_view check, const Finding& found, std::string_view why) {
    switch (found.state) {
        case Finding::State::Clear:
            pass(check);
            return;
        case Finding::State::Against:
            fail(check, why, found.detail);
            return;
        case Finding::State::Error:
            fail(check, reason::check_failed, found.detail);
            return;
    }
}

void Checks::about_patient() {
    const PatientState& patient = in_.patient;
    test("alive", patient.deceased, reason::deceased, "The patient has died.");
    test("merged", patient.merged, reason::merged, "The record was merged into another one.");
    test("in-care", patient.left, reason::left_care, "The patient has left the practice.");
    finding("still-true", in_.still, reason::no_longer_true);
    palliative();
}

void Checks::palliative() {
    const bool is_prevention = purpose() == Purpose::Marketing ||
                               std::ranges::any_of(topics(), [this](const std::string& topic) {
                                   return std::ranges::find(rules_.prevention_topics, topic) !=
                                          rules_.prevention_topics.end();
                               });
    test("palliative", in_.patient.palliative && is_prevention, reason::palliative,
         "The patient is in palliative care, which switches prevention and marketing off.");
}

/// The stricter of what the campaign and the content say.
Purpose Checks::purpose() const {
    const Purpose of_message = in_.message->purpose;
    return in_.content == nullptr ? of_message
                                  : std::max(of_message, in_.content->purpose.value_or(of_message));
}

/// What the message is about: as its campaign says, and as its content says where that differs.
/// Whoever refused one of them is not written to.
std::vector<std::string> Checks::topics() const {
    std::vector<std::string> topics = {in_.message->topic};
    if (in_.content != nullptr && !in_.content->topic.empty() &&
        in_.content->topic != in_.message->topic) {
        topics.push_back(in_.content->topic);
    }
    return topics;
}

void Checks::consent() {
    for (const std::string& topic : topics()) {
        const ConsentAnswer answer = ask_consent(in_.choices, in_.channel, topic, now_);
        if (!permits(answer, purpose())) {
            refused(answer);
            return;
        }
    }
    pass("consent");
}

void Checks::refused(const ConsentAnswer& answer) {
    if (answer.state == ConsentAnswer::State::NotAsked) {
        fail("consent", reason::no_consent, "Marketing needs a consent, and none is recorded.");
        return;
    }
    const ContactChoice& choice = *answer.because;
    std::string detail = "The patient refused ";
    detail += choice.topic.empty() ? "messages" : "messages about " + choice.topic;
    detail += choice.channel.empty() ? "" : " by " + choice.channel;
    detail += " on " + format_date(choice.at);
    detail += choice.source.empty() ? "." : " (" + choice.source + ").";
    fail("consent", reason::opted_out, std::move(detail));
}

void Checks::about_recipient() {
    const Recipient* recipient = in_.recipient;
    if (recipient == nullptr) {
        for (const std::string_view check : {"guardian", "address-known", "address-valid"}) {
            fail(check, reason::check_failed, "Nobody chose whom to speak to.");
        }
    } else {
        const auto problem = [&](std::string_view check, std::string_view why) {
            test(check, recipient->problem == why, why, recipient->detail);
        };
        problem("guardian", recipient->problem == reason::minor_confidential
                                ? reason::minor_confidential
                                : reason::no_guardian);
        problem("address-known", reason::no_address);
        problem("address-valid", reason::bad_address);
    }
    if (in_.suppression.suppressed) {
        fail("suppression", reason::suppressed,
             "The address is on the suppression list" +
                 (in_.suppression.why.empty() ? "." : ": " + in_.suppression.why + "."));
    } else {
        pass("suppression");
    }
    safe_contact();
    test("channel", !in_.channel_state.configured, reason::no_channel,
         "The channel is not configured.");
}

void Checks::about_content() {
    if (in_.content == nullptr) {
        for (const std::string_view check : {"content-channel", "language", "approved"}) {
            fail(check, reason::no_content,
                 "There is no content \"" + in_.message->content + "\".");
        }
    } else {
        test("content-channel", !in_.content->allows(in_.channel), reason::wrong_channel,
             "The content is not meant for this channel.");
        language();
    }
    rendering();
}

void Checks::language() {
    if (language_.empty()) {
        const std::string wanted(in_.language.empty() ? rules_.default_language : in_.language);
        fail("language", reason::no_language,
             "The content does not say this in \"" + wanted + "\" for this channel.");
        pass("approved");  // there is no wording that could lack approval
        return;
    }
    pass("language");
    const practice::Wording* wording = in_.content->find(language_, in_.channel);
    test("approved", rules_.require_approval && !wording->approved, reason::not_approved,
         "Nobody has approved this wording yet.");
}

void Checks::rendering() {
    finding("shared-address", in_.privacy, reason::shared_address);
    switch (in_.render.state) {
        case RenderState::State::Rendered:
            pass("words");
            return;
        case RenderState::State::MissingVariable:
            fail("words", reason::missing_variable, in_.render.detail);
            return;
        case RenderState::State::Failed:
            fail("words", reason::cannot_render, in_.render.detail);
            return;
    }
}

void Checks::about_time() {
    duplicate();
    test("too-late", now_ > last_moment_, reason::too_late,
         "The last moment at which the message still helps has passed.");
    if (in_.patient.suspected_death) {
        // Not even one that grows too late goes another way meanwhile: its else may be a call.
        results_.push_back(
            {"suspected-death", Verdict::Wait, std::string(reason::suspected_death),
             "There is a sign that the patient may have died; a person has to confirm or deny it.",
             now_ + std::clamp<Duration>((now_ - in_.message->planned_at) / 8, hold_retry,
                                         std::chrono::hours{24})});
    } else {
        pass("suspected-death");
    }
    feed();
    const Instant opening = next_contact_time(hours(), now_, in_.zone);
    if (opening == now_) {
        pass("quiet-hours");
    } else {
        wait("quiet-hours", reason::quiet_hours,
             "Nobody is contacted at this time in " + std::string(in_.zone.name()) + ".", opening);
    }
    budget();
    for (const SharedLimit& limit : in_.limits) {
        if (limit.until) {
            wait(limit.check, limit.reason, limit.detail, *limit.until);
        } else {
            pass(limit.check);
        }
    }
}

void Checks::duplicate() {
    if (in_.any_hour || !in_.last_same ||
        now_ - std::min(*in_.last_same, now_) >= rules_.repeat_after) {
        pass("duplicate");
        return;
    }
    fail("duplicate", reason::duplicate,
         "The same was sent on " + format_date(*in_.last_same) + " already.");
}

void Checks::feed() {
    if (in_.feed.state == Finding::State::Against) {
        wait("feed", reason::stale_feed, in_.feed.detail, now_ + hold_retry);
    } else {
        finding("feed", in_.feed, reason::stale_feed);
    }
}

void Checks::budget() {
    if (in_.message->safety_critical) {
        pass("contact-budget");
        return;
    }
    const BudgetAnswer answer =
        ask_budget(rules_.contact_budget, in_.sent, in_.message->purpose, now_, in_.zone);
    if (answer.has_room()) {
        pass("contact-budget");
        return;
    }
    const std::string what =
        answer.purpose ? std::string(purpose_name(*answer.purpose)) + " messages" : "messages";
    wait("contact-budget", reason::contact_budget,
         "The patient's " + what + ": " + std::to_string(answer.today) + " today, " +
             std::to_string(answer.this_week) + " in 7 days, " + std::to_string(answer.this_month) +
             " in 30.",
         next_contact_time(hours(), answer.free_at.value_or(now_), in_.zone));
}

/// When this message may reach this patient.
practice::ContactHours Checks::hours() const {
    if (in_.safe) {
        return in_.safe->hours;
    }
    return in_.any_hour ? whole_day : rules_.contact_hours;
}

/// What a patient who is not safe at home told us goes before all that the record says.
void Checks::safe_contact() {
    const auto& safe = in_.safe;
    const bool is_proxy =
        in_.recipient != nullptr && in_.recipient->who == Recipient::Who::Guardian;
    if (!safe || (safe->channel == in_.channel && safe->words_neutral && !is_proxy)) {
        pass("safe-contact");
        return;
    }
    fail("safe-contact", reason::unsafe_contact,
         safe->channel.empty() ? "The patient told us that no message is safe."
         : safe->channel != in_.channel
             ? "The patient told us that only " + safe->channel + " is safe."
         : is_proxy ? "It is not safe to speak to anybody but the patient."
                    : "It is not safe to say this: the content has no words that reveal nothing.");
}

Decision Checks::decide() && {
    Decision decision;
    decision.message = in_.message->id;
    decision.channel = in_.channel;
    decision.at = now_;
    decision.language = language_;
    const CheckResult* first_fail = nullptr;
    const CheckResult* first_wait = nullptr;
    const CheckResult* hold = nullptr;
    Instant until = now_;
    for (const CheckResult& result : results_) {
        if (result.verdict == Verdict::Fail && first_fail == nullptr) {
            first_fail = &result;
        } else if (result.verdict == Verdict::Wait) {
            hold = result.reason == reason::suspected_death ? &result : hold;
            first_wait = first_wait == nullptr ? &result : first_wait;
            until = std::max(until, result.until.value_or(until));
        }
    }
    if (hold != nullptr && (first_fail == nullptr || !is_for_good(first_fail->reason))) {
        decision.outcome = Decision::Outcome::Later;
        decision.reason = hold->reason;
        decision.until = hold->until;
    } else if (first_fail != nullptr) {
        decision.outcome = Decision::Outcome::NotSent;
        decision.reason = first_fail->reason;
    } else if (first_wait != nullptr) {
        decision.outcome = Decision::Outcome::Later;
        decision.reason = first_wait->reason;
        decision.until = next_contact_time(hours(), until, in_.zone);
        if (*decision.until > last_moment_) {
            // Each wait alone ends in time, all of them and the contact hours together do not.
            decision.outcome = Decision::Outcome::NotSent;
            decision.until.reset();
        }
    } else {
        decision.outcome = Decision::Outcome::Send;
    }
    decision.checks = std::move(results_);
    return decision;
}

}  // namespace

GateRules make_gate_rules(const practice::Config& config) {
    GateRules rules;
    rules.default_language = config.language;
    rules.speak_default_language = config.speak_default_language;
    rules.contact_hours = config.contact_hours;
    rules.contact_budget = config.contact_budget;
    rules.not_after = config.not_after;
    rules.repeat_after = config.repeat_after;
    rules.require_approval = config.require_approval;
    return rules;
}

std::string_view choose_language(const practice::Content& content, std::string_view channel,
                                 std::string_view preferred, const GateRules& rules) {
    const auto spoken = [&](std::string_view language) -> std::string_view {
        const practice::Wording* wording = content.find(language, channel);
        return wording == nullptr ? std::string_view{} : std::string_view(wording->language);
    };
    if (!preferred.empty()) {
        const std::string_view language = spoken(preferred);
        if (!language.empty() || !rules.speak_default_language) {
            return language;
        }
    }
    return spoken(rules.default_language);
}

Instant last_moment(const Message& message, const GateRules& rules) {
    return message.not_after.value_or(message.planned_at + rules.not_after);
}

Decision decide(const GateInput& input, const GateRules& rules, Instant now) {
    Checks checks(input, rules, now);
    checks.run();
    return std::move(checks).decide();
}

}  // namespace parcours::outreach
