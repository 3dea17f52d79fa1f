#include "outreach/consent.h"

#include <span>
#include <string_view>

#include "base/time.h"
#include "record/engagement.h"

namespace parcours::outreach {
namespace {

bool concerns(const ContactChoice& choice, std::string_view channel, std::string_view topic) {
    return (choice.channel.empty() || choice.channel == channel) &&
           (choice.topic.empty() || choice.topic == topic);
}

/// Whether `inner` speaks of no more than `outer` does.
bool within(const ContactChoice& inner, const ContactChoice& outer) {
    return (outer.channel.empty() || outer.channel == inner.channel) &&
           (outer.topic.empty() || outer.topic == inner.topic);
}

bool is_lifted(const ContactChoice& refusal, std::span<const ContactChoice> choices,
               std::string_view channel, std::string_view topic, Instant now) {
    for (const ContactChoice& choice : choices) {
        if (choice.allowed && choice.at <= now && choice.at > refusal.at &&
            concerns(choice, channel, topic) && within(choice, refusal)) {
            return true;
        }
    }
    return false;
}

}  // namespace

ConsentAnswer ask_consent(std::span<const ContactChoice> choices, std::string_view channel,
                          std::string_view topic, Instant now) {
    ConsentAnswer answer;
    for (const ContactChoice& choice : choices) {
        if (!concerns(choice, channel, topic)) {
            continue;
        }
        if (!choice.allowed) {
            if (!is_lifted(choice, choices, channel, topic, now) &&
                (answer.state != ConsentAnswer::State::Refused || choice.at > answer.because->at)) {
                answer = {ConsentAnswer::State::Refused, &choice};
            }
            continue;
        }
        if (choice.at <= now && answer.state != ConsentAnswer::State::Refused &&
            (answer.because == nullptr || choice.at > answer.because->at)) {
            answer = {ConsentAnswer::State::Allowed, &choice};
        }
    }
    return answer;
}

bool permits(const ConsentAnswer& answer, Purpose purpose) {
    switch (answer.state) {
        case ConsentAnswer::State::Allowed:
            return true;
        case ConsentAnswer::State::Refused:
            return false;
        case ConsentAnswer::State::NotAsked:
            return purpose != Purpose::Marketing;
    }
    return false;
}

}  // namespace parcours::outreach
