#include "engine/independent_parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/hash.h"
#include "engine/arrivals.h"
#include "engine/clinic.h"
#include "engine/kept_profiles.h"
#include "outreach/recipient.h"
#include "population/column.h"
#include "population/live_index.h"
#include "record/log.h"

namespace parcours::engine {
namespace {

using population::PatientNumber;

/// An address, by its hash, and somebody who has it: two addresses of one hash join more than need
/// be, which does no harm.
using Holding = std::pair<std::uint64_t, PatientNumber>;

/// A place in the order of the parts.
using Place = std::uint32_t;

/// Sets of places that grow together; the name of each is its smallest member.
class Joined {
  public:
    explicit Joined(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), Place{0});
    }

    void join(Place one, Place other) {
        one = find(one);
        other = find(other);
        parent_[std::max(one, other)] = std::min(one, other);
    }

    Place find(Place place) {
        while (parent_[place] != place) {
            parent_[place] = parent_[parent_[place]];
            place = parent_[place];
        }
        return place;
    }

  private:
    std::vector<Place> parent_;
};

std::vector<Holding> find_holdings(const KeptProfiles& profiles, const Clinic& clinic,
                                   PatientNumber count, Executor& executor) {
    const Parts parts{count};
    std::vector<std::vector<Holding>> found(parts.number());
    executor.run(parts.number(), [&](std::size_t part) {
        for (std::size_t i = parts.from(part); i < parts.to(part); ++i) {
            const auto number = static_cast<PatientNumber>(i);
            const auto profile = profiles.find(number);
            if (!profile) {
                continue;
            }
            for (const std::string& address :
                 outreach::possible_addresses(*profile, clinic.recipient_rules)) {
                found[part].emplace_back(fast_hash(address), number);
            }
        }
    });
    std::vector<Holding> all;
    for (const auto& some : found) {
        all.insert(all.end(), some.begin(), some.end());
    }
    std::ranges::sort(all);
    return all;
}

}  // namespace

std::vector<PatientNumber> list_by_record(const population::LiveIndex& index) {
    std::vector<std::pair<LogPosition, PatientNumber>> records;
    records.reserve(index.patient_count());
    for (PatientNumber number = 0; number < index.patient_count(); ++number) {
        records.emplace_back(index.patients().position[number], number);
    }
    std::ranges::sort(records);
    std::vector<PatientNumber> numbers(records.size());
    std::ranges::transform(records, numbers.begin(), [](const auto& one) { return one.second; });
    return numbers;
}

PatientParts part_by_address(const KeptProfiles& profiles, const Clinic& clinic,
                             const population::LiveIndex& index,
                             std::span<const PatientNumber> order, PatientNumber size,
                             Executor& executor) {
    std::vector<Place> places(order.size());  // of each number
    for (std::size_t place = 0; place < order.size(); ++place) {
        places[order[place]] = static_cast<Place>(place);
    }
    Joined joined(order.size());
    const std::vector<Holding> holdings =
        find_holdings(profiles, clinic, index.patient_count(), executor);
    for (std::size_t i = 1; i < holdings.size(); ++i) {
        if (holdings[i].first == holdings[i - 1].first) {
            joined.join(places[holdings[i].second], places[holdings[i - 1].second]);
        }
    }
    for (const auto& [merged, into] : index.merged()) {
        joined.join(places[merged], places[into]);
    }
    std::vector<std::pair<Place, PatientNumber>> members;  // with the name of their set
    members.reserve(order.size());
    for (const PatientNumber number : order) {
        members.emplace_back(joined.find(places[number]), number);
    }
    std::ranges::sort(members);
    PatientParts parts;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const bool same_set = i > 0 && members[i].first == members[i - 1].first;
        if (parts.empty() || (!same_set && parts.back().size() >= size)) {
            parts.emplace_back();
        }
        parts.back().push_back(members[i].second);
    }
    for (auto& part : parts) {
        std::ranges::sort(part);
    }
    return parts;
}

PatientParts part_by_number(const population::LiveIndex& index, PatientNumber size) {
    const std::vector<PatientNumber> all = all_patients(index);
    const Parts parts{all.size(), size};
    PatientParts out;
    for (std::size_t part = 0; part < parts.number(); ++part) {
        out.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(parts.from(part)),
                         all.begin() + static_cast<std::ptrdiff_t>(parts.to(part)));
    }
    return out;
}

}  // namespace parcours::engine
