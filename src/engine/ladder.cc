#include "engine/ladder.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "outreach/minors.h"
#include "practice/config.h"
#include "record/answer.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

bool is_reachable(const std::string& channel, const PatientView& patient, const Clinic& clinic,
                  outreach::MinorWay minor) {
    return outreach::choose_recipient_of(patient.profile, channel, clinic.recipient_rules, minor,
                                         patient.now)
        .problem.empty();
}

/// What FHIR calls the addresses of a channel.
std::string_view system_of(std::string_view channel) {
    return channel == "sms" || channel == "voice" || channel == "whatsapp" ? "phone" : channel;
}

/// The best rank that the record gives an address of the channel; the last where it gives none.
int rank_of(const std::string& channel, const PatientView& patient) {
    int best = std::numeric_limits<int>::max();
    for (const ContactPoint& point : patient.profile.telecom) {
        const bool fits = point.system == system_of(channel) || point.system == channel;
        if (fits && point.rank > 0 && point.use != "old") {
            best = std::min(best, point.rank);
        }
    }
    return best;
}

/// The clinic's channels in the patient's order.
std::vector<std::string> preferred(const PatientView& patient, const Clinic& clinic,
                                   const Ledger& ledger, outreach::MinorWay minor,
                                   bool reachable_only) {
    const Answer* const told = ledger.steps().find_answer(patient.patient.key, AnswerKind::Answer,
                                                          preferred_channel_question);
    struct Place {
        bool unreachable = false;
        bool not_told = true;
        int rank = 0;
        std::size_t number = 0;
        std::string channel;
    };
    std::vector<Place> places;
    for (const practice::ChannelConfig& channel : clinic.folder.config.channels) {
        places.push_back({!is_reachable(channel.name, patient, clinic, minor),
                          told == nullptr || told->value.text != channel.name,
                          rank_of(channel.name, patient), places.size(), channel.name});
    }
    std::ranges::sort(places, {}, [](const Place& place) {
        return std::tuple(place.unreachable, place.not_told, place.rank, place.number);
    });
    if (reachable_only && !places.empty() && !places.front().unreachable) {
        std::erase_if(places, [](const Place& place) { return place.unreachable; });
    }
    std::vector<std::string> channels;
    channels.reserve(places.size());
    for (const Place& place : places) {
        channels.push_back(place.channel);
    }
    return channels;
}

std::vector<std::string> resolve(const std::vector<std::string>& ladder, const PatientView& patient,
                                 const Clinic& clinic, const Ledger& ledger,
                                 outreach::MinorWay minor, bool reachable_only) {
    std::vector<std::string> channels;
    const auto add = [&channels](const std::string& channel) {
        if (std::ranges::find(channels, channel) == channels.end()) {
            channels.push_back(channel);
        }
    };
    for (const std::string& channel : ladder) {
        if (channel == "preferred") {
            std::ranges::for_each(preferred(patient, clinic, ledger, minor, reachable_only), add);
        } else {
            add(channel);
        }
    }
    return channels;
}

}  // namespace

std::vector<std::string> resolve_ladder(const std::vector<std::string>& ladder,
                                        const PatientView& patient, const Clinic& clinic,
                                        const Ledger& ledger, outreach::MinorWay minor) {
    return resolve(ladder, patient, clinic, ledger, minor, false);
}

std::vector<std::string> each_channel(const std::vector<std::string>& ladder,
                                      const PatientView& patient, const Clinic& clinic,
                                      const Ledger& ledger, outreach::MinorWay minor) {
    return resolve(ladder, patient, clinic, ledger, minor, true);
}

}  // namespace parcours::engine
