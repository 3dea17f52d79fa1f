#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "record/log.h"
#include "simulation/agenda.h"
#include "simulation/doom.h"
#include "simulation/history.h"
#include "simulation/invariant.h"
#include "simulation/settings.h"
#include "simulation/zone_data.h"

namespace parcours::simulation {

/// The program's clock, which need not be right.
class WrongClock final : public Clock {
  public:
    explicit WrongClock(const Instant& truth) : truth_(truth) {}
    [[nodiscard]] Instant now() const override { return stands_at_.value_or(truth_ + ahead_); }
    void jump(Duration ahead) { ahead_ = ahead; }
    void stand() { stands_at_ = now(); }
    void go_right() {
        stands_at_.reset();
        ahead_ = {};
    }
    [[nodiscard]] bool stands() const { return stands_at_.has_value(); }
    [[nodiscard]] bool is_right() const { return now() == truth_; }

  private:
    const Instant& truth_;
    Duration ahead_{};
    std::optional<Instant> stands_at_;
};

/// What everybody in a run shares: time, chance, what is to happen, what has happened, and those
/// who watch it.
class World {
  public:
    explicit World(const Settings& settings)
        : faults(settings.faults),
          random(settings.seed),
          history(settings.show),
          clock(now),
          invariants(make_invariants()) {
        if (!settings.only.empty()) {
            std::erase_if(invariants,
                          [&](const auto& one) { return one->name() != settings.only; });
        }
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    [[nodiscard]] bool has(Fault fault) const { return faults.has(fault); }
    /// Whether a fault strikes now: one that is switched on does so by chance.
    [[nodiscard]] bool strikes(Fault fault, double share) {
        const bool now_it_does = has(fault) && chance(share);
        if (now_it_does) {
            struck(fault);
        }
        return now_it_does;
    }
    void struck(Fault fault) { strike_counts.add(fault); }
    [[nodiscard]] bool chance(double share) { return random.unit() < share; }
    [[nodiscard]] Duration between(Duration least, Duration most) {
        const auto span = static_cast<std::uint64_t>((most - least).count());
        return least + Duration{static_cast<std::int64_t>(random.below(span + 1))};
    }
    [[nodiscard]] std::string_view one_of(std::initializer_list<std::string_view> words) {
        return words.begin()[random.below(words.size())];
    }
    void note(std::string_view what) { history.note(now, what); }
    void in(Duration wait, Agenda::Action action) { agenda.put(now + wait, std::move(action)); }

    /// Tells all invariants.
    template <class Tell>
    void tell(Tell tell) {
        for (const auto& invariant : invariants) {
            tell(*invariant);
            if (invariant->broken() && !finding) {
                find(invariant->name(), *invariant->broken());
            }
        }
    }
    /// A promise did not hold.
    void find(std::string_view invariant, const std::string& what) {
        if (!finding) {
            finding = Finding{std::string(invariant), what, now};
            note("BROKEN " + std::string(invariant) + ": " + what);
        }
    }

    Instant now;  ///< in truth
    Faults faults;
    SeededRandom random;
    History history;
    Agenda agenda;
    WrongClock clock;
    ZoneData zone_data;  ///< of the computer; a program knows it as it was at its start
    Doom doom;
    std::vector<std::unique_ptr<Invariant>> invariants;
    std::optional<Finding> finding;
    LogPosition records_known = 0;        ///< the last record that the invariants were told of
    std::uint64_t commits_until_lie = 0;  ///< whose caller is told that it failed; 0: none
    bool commits_refused = false;         ///< many of them
    bool reads_fail = false;              ///< of single records
    bool called_away = false;             ///< the other system of webhooks
    std::uint64_t records = 0;
    std::uint64_t hand_overs = 0;
    std::uint64_t deaths = 0;
    std::uint64_t notices = 0;
    Strikes strike_counts;
};

}  // namespace parcours::simulation
