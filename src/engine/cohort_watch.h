#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "population/index_changes.h"
#include "population/live_cohorts.h"
#include "population/live_record.h"

namespace parcours::engine {

/// Who is in the cohorts of the practice, by which campaigns take people in, and in the saved ones:
/// at every moment, without judging everybody again. One thread, but for `prepare`.
class CohortWatch {
  public:
    /// From now on its threads help to judge whole populations; borrowed.
    void use(Executor& executor) { live_.use(executor); }

    /// Begins anew with nobody judged: `judge_more` does that, a cohort at a time.
    void begin(std::shared_ptr<const Clinic> clinic, const Ledger& ledger,
               population::LiveSources sources, Instant now);
    [[nodiscard]] bool begun() const { return clinic_ != nullptr; }
    /// Judges one more; whether more wait.
    bool judge_more();
    /// The ledger knows something more: of a patient, or that a cohort was saved.
    void note(const Event& event);

    /// What a new record is compared with.
    struct Base {
        std::shared_ptr<const population::LiveRecord::Findings> findings;  ///< null: none is
        population::LiveRecord::Expressions expressions;
        Instant now;
    };
    [[nodiscard]] Base base() const;
    /// A record made ready for `renew`, in any thread.
    struct Next {
        std::unique_ptr<population::LiveRecord> record;
        population::IndexChanges changes;

        /// Whose records differ, where these are few; nothing where they are many.
        [[nodiscard]] std::optional<std::vector<Key>> changed_patients() const;
    };
    static Next prepare(const Base& base, population::LiveSources sources);
    void renew(Next next);

    /// Who came or went, and whether time alone did it.
    struct Told {
        CohortFlipped flip;
        bool by_time = false;
    };
    /// Time passes. Gives who has come or gone since the last time, for whatever reason.
    std::vector<Told> advance(Instant now);
    /// Judges again those whose dependence on time cannot be followed.
    void look() { live_.look(); }
    /// Until then nobody comes or goes unless something is recorded.
    [[nodiscard]] std::optional<Instant> next_change() const;

    /// The members, ascending by number in the present index; nothing where they are not known for
    /// certain: not judged yet, restless, or not to be told.
    [[nodiscard]] std::optional<std::vector<Key>> members(std::string_view cohort) const;
    /// Shows each that is known for certain, with its number.
    template <class See>
    void see_known(See see) const {
        for (const auto& [name, number] : numbers_) {
            if (is_known(number)) {
                see(name, number);
            }
        }
    }
    [[nodiscard]] const population::LiveCohorts& live() const { return live_; }

  private:
    struct Waiting {
        std::string name;
        std::shared_ptr<const cql::Expression> expression;
    };

    void save(const CohortSaved& saved);
    void wait(std::string name, std::shared_ptr<const cql::Expression> expression);
    [[nodiscard]] bool is_known(std::uint32_t number) const {
        return !live_.is_restless(number) && !live_.error(number);
    }

    std::shared_ptr<const Clinic> clinic_;  ///< its value sets are those of the expressions
    population::LiveCohorts live_;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    std::vector<std::string> names_;  ///< by number
    std::deque<Waiting> waiting_;
};

}  // namespace parcours::engine
