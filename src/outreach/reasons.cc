#include "outreach/reasons.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace parcours::outreach {
namespace {

constexpr std::array<ReasonHelp, 40> all = {{
    {reason::check_failed, "A check could not be made, and without it nothing is sent.",
     "Mend what the check's detail names; the next evaluation asks again."},
    {reason::deceased, "The record says that the patient has died.",
     "Correct the record if this is wrong."},
    {reason::merged, "This record was merged into another patient's.",
     "Nothing: campaigns go on with the record it was merged into."},
    {reason::left_care, "The patient has left the practice.",
     "Mark the patient as active again in the record."},
    {reason::no_longer_true, "What the message says is no longer so.",
     "Nothing: the reason for the message is gone."},
    {reason::palliative, "Prevention and marketing are switched off in palliative care.",
     "End the palliative care plan in the record if it no longer applies."},
    {reason::no_consent, "Marketing needs a consent, and none is recorded.",
     "Record the patient's consent."},
    {reason::opted_out, "The patient does not want such messages on this channel or topic.",
     "Only the patient can change this: by replying START, or by telling a member of staff."},
    {reason::not_for, "The content must not be said to this patient.",
     "Choose another content, or correct the record if the condition is wrong."},
    {reason::no_guardian, "The patient is a minor and no guardian is recorded.",
     "Record the guardian with an address."},
    {reason::minor_confidential, "The patient is a minor, and a guardian is not to be told.",
     "A person decides who may be told; or state the topic's rule: minors in practice.yaml."},
    {reason::no_address, "No address for this channel is recorded.",
     "Record a phone number or e-mail address."},
    {reason::bad_address, "The recorded address cannot be right.",
     "Correct the phone number or e-mail address in the record."},
    {reason::suppressed, "Messages to this address came back, or its owner wants none.",
     "Record another address, or lift the suppression after asking its owner."},
    {reason::unsafe_contact, "The patient told us to be reached in one safe way only, and not so.",
     "Only the patient can change this, by telling a member of staff (answer safe-contact)."},
    {reason::no_channel, "The channel is not configured.",
     "Configure the channel in practice.yaml."},
    {reason::wrong_channel, "The content is not meant for this channel.",
     "Add the channel to the content, or remove it from the step's ladder."},
    {reason::no_content, "The release has no content of this name.",
     "Publish the campaign again with the content."},
    {reason::no_language, "The content does not speak the patient's language.",
     "Translate it, or let the clinic's language stand in (other-language: use-default)."},
    {reason::not_approved, "Nobody has approved this wording yet.",
     "Have it approved and note it in the content (approved: …)."},
    {reason::shared_address, "Others use this address, and the words would tell them something.",
     "Give the content words that reveal nothing (neutral: …), or record an address of their own."},
    {reason::missing_variable, "The message needs a fact that the record does not have.",
     "Complete the record, or word the content so that it does without."},
    {reason::cannot_render, "The message could not be put into words.",
     "Correct the content as the detail says."},
    {reason::duplicate, "The patient was told the same only a short while ago.",
     "Wait, or shorten repeat-after in practice.yaml."},
    {reason::too_late, "It is too late to say this.",
     "Nothing; give the step a later not-after if it would still have helped."},
    {reason::suspected_death, "There is a sign that the patient may have died.",
     "A person confirms or denies it; then the message goes on or ends."},
    {reason::stale_feed, "The record has not been updated for too long to rely on it.",
     "Mend the feed from the EHR; the message then goes on."},
    {reason::quiet_hours, "Where the patient lives, nobody is contacted at this time.",
     "Nothing: it leaves when the contact hours begin."},
    {reason::contact_budget, "The patient has had as many messages as the clinic allows.",
     "Nothing: it leaves when there is room; see contact-budget in practice.yaml."},
    {reason::channel_busy, "The channel's capacity is used up for now.",
     "Nothing: it leaves when there is capacity."},
    {reason::channel_rests, "The channel's provider fails again and again.",
     "Nothing where it comes back; else mend the channel, or ask its provider."},
    {reason::household, "Others at the same address had messages today already.",
     "Nothing: it leaves on another day; see household in practice.yaml."},
    {reason::backlog, "It fell due while nothing left, with many others.",
     "Nothing: they leave one after another; see after-outage in practice.yaml."},
    {reason::calls_paced, "Such messages cause calls, and no more can be answered now.",
     "Nothing: it leaves when there is room; see queues in practice.yaml."},
    {reason::refused_by_provider, "The provider did not take it.",
     "See what the provider said; correct the address, or the channel's settings."},
    {reason::provider_unavailable, "The provider could not be reached until it was too late.",
     "Nothing, if it was an outage; give the step a further channel or a later not-after."},
    {reason::unknown_result, "Whether the provider took it is not known, so it is not repeated.",
     "Look it up at the provider, or ask the patient; a late receipt settles it."},
    {reason::bounced, "The provider took it and it came back.",
     "Record another address, or ask the patient."},
    {reason::failed, "The provider took it and could not deliver it.",
     "See what the provider said; record another address, or ask the patient."},
    {reason::withdrawn, "What it was for went away before it left.",
     "Nothing: its campaign ended or went on."},
}};

}  // namespace

std::span<const ReasonHelp> reasons() {
    return all;
}

std::string_view further(std::string_view one, std::string_view other) {
    if (one.empty() || other.empty()) {
        return one.empty() ? other : one;
    }
    const auto place = [](std::string_view code) {
        return code == reason::no_channel || code == reason::wrong_channel
                   ? -1
                   : std::ranges::find(all, code, &ReasonHelp::code) - all.begin();
    };
    return place(other) > place(one) ? other : one;
}

const ReasonHelp* find_reason(std::string_view code) {
    const auto* const found = std::ranges::find(all, code, &ReasonHelp::code);
    return found == all.end() ? nullptr : found;
}

}  // namespace parcours::outreach
