#include "engine/discreet.h"

#include <algorithm>
#include <chrono>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/releases.h"
#include "outreach/gate.h"
#include "outreach/minors.h"
#include "outreach/recipient.h"
#include "practice/confidentiality.h"
#include "practice/config.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "record/answer.h"
#include "record/engagement.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

/// The newest answer of a person, by whatever record; null where there is none.
const Answer* find_told(const Ledger& ledger, std::span<const Key> person,
                        std::string_view question) {
    const Answer* newest = nullptr;
    for (const Key one : person) {
        const Answer* const told = ledger.steps().find_answer(one, AnswerKind::Answer, question);
        if (told != nullptr && (newest == nullptr || told->at > newest->at)) {
            newest = told;
        }
    }
    return newest;
}

}  // namespace

bool is_sensitive(const practice::Folder& folder, const campaign::Campaign& campaign,
                  const practice::Confidentiality& confidentiality) {
    return confidentiality.is_sensitive(campaign.concern) ||
           confidentiality.is_sensitive(campaign.topic) ||
           std::ranges::any_of(campaign.steps, [&folder](const campaign::Step& step) {
               const auto* const send = std::get_if<campaign::SendStep>(&step.what);
               const practice::Content* const content =
                   send == nullptr ? nullptr : folder.content.find(send->content);
               return content != nullptr && content->sensitive;
           });
}

outreach::MinorWay find_minor_way(const practice::Folder& folder,
                                  const campaign::Campaign& campaign, const Clinic& now_at_work,
                                  const PatientProfile& profile, Instant now) {
    const outreach::RecipientRules& rules = now_at_work.recipient_rules;
    if (!outreach::is_minor(profile, rules, now)) {
        return outreach::MinorWay::Grown;
    }
    const practice::Confidentiality& confidentiality = now_at_work.confidentiality;
    const outreach::Matter matter{campaign.topic, is_sensitive(folder, campaign, confidentiality)};
    return outreach::find_minor_way(profile, rules, confidentiality, matter, now);
}

outreach::MinorWay find_minor_way(Releases& releases, const Enrolment& enrolment,
                                  const PatientProfile& profile, Instant now) {
    const Clinic& now_at_work = releases.current();
    if (!outreach::is_minor(profile, now_at_work.recipient_rules, now)) {
        return outreach::MinorWay::Grown;
    }
    const auto clinic = releases.clinic_of(enrolment.campaign, enrolment.release);
    const auto campaign = releases.find(enrolment.campaign, enrolment.release);
    return clinic && campaign ? find_minor_way((*clinic)->folder, (*campaign)->definition,
                                               now_at_work, profile, now)
                              : outreach::MinorWay::Nobody;
}

std::string minor_words(outreach::MinorWay way) {
    switch (way) {
        case outreach::MinorWay::Alone:
            return "the patient is a minor and this is confidential: speak to them alone, tell no "
                   "guardian, leave no message and send no letter";
        case outreach::MinorWay::Nobody:
            return "the patient is a minor and this is confidential: a clinician decides who may "
                   "be "
                   "told";
        case outreach::MinorWay::Grown:
        case outreach::MinorWay::Guardian:
            break;
    }
    return {};
}

std::optional<outreach::SafeContact> find_safe_contact(const Ledger& ledger,
                                                       std::span<const Key> person,
                                                       const practice::ContactHours& clinic) {
    const Answer* const told = find_told(ledger, person, safe_contact_question);
    if (told == nullptr || told->value.text.empty() || told->value.text == "any") {
        return std::nullopt;
    }
    outreach::SafeContact safe;
    safe.channel = told->value.text == "none" ? "" : told->value.text;
    safe.hours = clinic;
    const auto read = [&](std::string_view question, std::chrono::minutes& into) {
        const Answer* const time = find_told(ledger, person, question);
        if (time == nullptr) {
            return;
        }
        const auto parsed = campaign::parse_time_of_day(time->value.text);
        if (parsed) {
            into = *parsed;
        } else {
            safe.channel.clear();
        }
    };
    read(safe_from_question, safe.hours.from);
    read(safe_until_question, safe.hours.until);
    if (safe.hours.from >= safe.hours.until) {
        safe.channel.clear();
        safe.hours = clinic;
    }
    return safe;
}

practice::Wording make_neutral(const practice::Wording& wording) {
    practice::Wording neutral = wording;
    neutral.body = wording.neutral;
    neutral.line.clear();
    neutral.subject = neutral_subject(wording.language);
    return neutral;
}

std::string neutral_subject(std::string_view language) {
    return language.starts_with("fr")   ? "Un message pour vous"
           : language.starts_with("zh") ? "您有一条新消息"
                                        : "A message for you";
}

std::string unread_words(std::string_view language) {
    return language.starts_with("fr")
               ? "Personne ne lit les réponses à ce message. En cas d’urgence : {emergency_number}."
           : language.starts_with("zh")
               ? "回复此消息不会有人阅读。紧急情况请拨打 {emergency_number}。"
               : "Nobody reads replies to this message. In an emergency call {emergency_number}.";
}

std::string safe_contact_words(const outreach::SafeContact& safe) {
    if (safe.channel.empty()) {
        return "it is not safe to write to this patient or to call; leave no message and send no "
               "letter";
    }
    return fmt::format(
        "it is safe to reach this patient only by {}, {} to {}: leave no message, speak to nobody "
        "else and send no letter",
        safe.channel, campaign::format_time_of_day(safe.hours.from),
        campaign::format_time_of_day(safe.hours.until));
}

}  // namespace parcours::engine
