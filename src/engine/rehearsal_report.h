#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"

namespace parcours::engine {

// What a rehearsal finds. All of it are sums over patients, so that parts of a population can be
// counted beside each other and added up in any order.

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

void add(Counts& to, const Counts& more);
[[nodiscard]] std::uint64_t sum(const Counts& counts);

/// What happened at one step, or in a whole campaign; in all, or on one day.
struct StepFigures {
    std::uint64_t entered = 0;   ///< the step; of a campaign: enrolments begun
    std::uint64_t withheld = 0;  ///< from the holdout
    std::uint64_t tasks = 0;
    std::uint64_t joined = 0;  ///< messages that were said within another one
    Counts sent;               ///< by channel
    Counts not_sent;           ///< by reason, final ones

    void add(const StepFigures& more);
    bool operator==(const StepFigures&) const = default;
};

struct RehearsedStep {
    StepFigures all;
    std::map<CivilDate, StepFigures> days;  ///< in the clinic's time; those on which anything was

    void add(const RehearsedStep& more);
    bool operator==(const RehearsedStep&) const = default;
};

struct RehearsedCampaign {
    Digest release;
    RehearsedStep whole;
    std::map<std::string, RehearsedStep> steps;
    std::uint64_t held_out = 0;
    std::uint64_t present = 0;  ///< under way at the beginning
    std::uint64_t running = 0;  ///< at the end
    Counts results;             ///< of those that ended

    void add(const RehearsedCampaign& more);
    bool operator==(const RehearsedCampaign&) const = default;
};

/// Work of one queue.
struct RehearsedQueue {
    std::uint64_t tasks = 0;
    std::uint64_t calls = 0;  ///< of these
    std::map<CivilDate, std::uint64_t> days;
    std::map<CivilDate, std::uint64_t> call_days;  ///< the calls of each

    void add(const RehearsedQueue& more);
    bool operator==(const RehearsedQueue&) const = default;
};

/// What was handed over on one channel.
struct ChannelVolume {
    std::uint64_t messages = 0;
    std::uint64_t segments = 0;  ///< of SMS
    std::uint64_t replies = 0;   ///< assumed

    void add(const ChannelVolume& more);
    bool operator==(const ChannelVolume&) const = default;
};

/// Patients of one language or age who entered a campaign, and how they could be reached then.
struct Reach {
    std::uint64_t patients = 0;
    std::uint64_t reached = 0;  ///< something was said to them
    Counts channels;            ///< with an address that works, by channel
    std::uint64_t nowhere = 0;  ///< without any

    void add(const Reach& more);
    bool operator==(const Reach&) const = default;
};

struct RehearsalReport {
    Instant from;
    Instant until;
    std::uint64_t patients = 0;  ///< persons in the record

    std::uint64_t entered = 0;
    std::uint64_t tasks = 0;
    std::uint64_t withheld = 0;
    std::uint64_t joined = 0;   ///< messages that were said within another one
    std::uint64_t present = 0;  ///< enrolments under way at the beginning
    Counts sent;                ///< by channel
    Counts not_sent;            ///< by reason, final ones
    Counts outcomes;            ///< of tasks, assumed
    std::map<std::string, RehearsedCampaign> campaigns;
    std::map<std::string, RehearsedQueue> queues;
    std::map<std::string, ChannelVolume> volumes;

    std::uint64_t over_budget_patients = 0;  ///< whom the contact budget made wait or kept back
    std::uint64_t over_budget_messages = 0;
    std::uint64_t quiet_hours = 0;  ///< messages that waited for contact hours
    /// Messages of two campaigns to one patient within 24 hours; the campaigns in order of names.
    std::map<std::pair<std::string, std::string>, std::uint64_t> collisions;
    std::uint64_t collision_patients = 0;
    /// Messages that were sent though the record, as it is known today, shows that there was no
    /// reason to any more: by what it shows ("deceased", "no-longer-true").
    Counts for_nothing;
    std::map<std::string, Reach> languages;  ///< "" where none is recorded
    std::map<std::string, Reach> ages;       ///< "0-17", "18-39", …

    void add(const RehearsalReport& more);
    bool operator==(const RehearsalReport&) const = default;
};

}  // namespace parcours::engine
