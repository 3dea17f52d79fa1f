#include "engine/ladder.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "outreach/minors.h"
#include "outreach/recipient.h"
#include "practice/config.h"
#include "record/answer.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

/// The best rank that the record gives the address at which somebody is reached; the last where it
/// gives none.
int rank_of(const outreach::Recipient& whom, const PatientView& patient, const Clinic& clinic) {
    int best = std::numeric_limits<int>::max();
    const auto look = [&](const std::vector<ContactPoint>& telecom) {
        for (const ContactPoint& point : telecom) {
            PatientProfile one;
            one.telecom = {point};
            const auto addresses = outreach::possible_addresses(one, clinic.recipient_rules);
            if (point.rank > 0 && std::ranges::find(addresses, whom.address) != addresses.end()) {
                best = std::min(best, point.rank);
            }
        }
    };
    if (whom.address.empty()) {
        return best;
    }
    if (whom.who == outreach::Recipient::Who::Patient) {
        look(patient.profile.telecom);
        return best;
    }
    for (const RelatedContact& contact : patient.profile.contacts) {
        if (contact.guardian) {
            look(contact.telecom);
        }
    }
    return best;
}

/// The clinic's channels in the patient's order.
std::vector<std::string> preferred(const PatientView& patient, const Clinic& clinic,
                                   const Ledger& ledger, outreach::MinorWay minor,
                                   bool reachable_only) {
    // What a minor answered is not how a guardian wants to be reached.
    const Answer* const told =
        minor == outreach::MinorWay::Guardian
            ? nullptr
            : ledger.steps().find_answer(patient.patient.key, AnswerKind::Answer,
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
        // A minor's guardian has an order of their own.
        const outreach::Recipient whom = outreach::choose_recipient_of(
            patient.profile, channel.name, clinic.recipient_rules, minor, patient.now);
        places.push_back({!whom.problem.empty(),
                          told == nullptr || told->value.text != channel.name,
                          rank_of(whom, patient, clinic), places.size(), channel.name});
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
