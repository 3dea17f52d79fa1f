#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "cql/cql.h"
#include "population/bitmap.h"
#include "population/cohort.h"
#include "population/cohort_plan.h"
#include "population/engagement.h"
#include "population/flip_queue.h"
#include "population/live_record.h"
#include "population/time_shape.h"
#include "population/touch_index.h"

namespace parcours::population {

/// A patient who came into a cohort, or left it.
struct Flip {
    std::uint32_t cohort = 0;
    Key patient = 0;
    bool entered = false;
    bool by_time = false;  ///< no record changed, one merely came to be seen, or a moment passed
    Instant at;

    bool operator==(const Flip&) const = default;
};

/// Cohorts whose members are always known: kept exact as records change and as time passes. Who is
/// touched by neither costs nothing. An expression whose dependence on time cannot be followed
/// (`TimeShape`) is restless: exact as of the last `look`. Numbers of cohorts are given in the
/// order of `add`, and never again. One thread; an executor, where given, helps with whole
/// populations.
class LiveCohorts {
  public:
    explicit LiveCohorts(Executor* executor = nullptr) : executor_(executor) {}

    /// From now on its threads help with whole populations; borrowed.
    void use(Executor& executor) { executor_ = &executor; }

    /// A cohort more; judged at once where there is a record.
    std::uint32_t add(std::shared_ptr<const cql::Expression> expression);
    void remove(std::uint32_t cohort);
    /// Those there are, for a `LiveRecord`; null for removed ones.
    [[nodiscard]] std::vector<std::shared_ptr<const cql::Expression>> expressions() const;

    /// Judges everybody anew at a moment: a first record, or one that has little to do with the one
    /// before. Nobody flips.
    void start(std::unique_ptr<LiveRecord> record, Instant now);
    /// The record has become another one, `changes` says where (`find_changes`).
    void renew(std::unique_ptr<LiveRecord> record, const IndexChanges& changes, Instant now);
    /// Time passes: whoever flips on the way does so at the moment it is true.
    void advance(Instant now);
    /// As `advance` for whoever asks for members only: nobody is judged on the way, and flips bear
    /// this moment.
    void skip_to(Instant now);
    /// A row of a patient has changed, without a new index: it was written into it, or is taken
    /// out.
    void touch_row(PatientNumber patient, const Table& table, std::uint32_t row);
    /// The ledger has another row of that type for this patient.
    void touch_engagement(PatientNumber patient, cql::model::TypeId type);
    /// Judges again whom touches named.
    void settle();
    /// Judges the restless ones again, and patients for whom it could not be told.
    void look();

    [[nodiscard]] Instant now() const { return now_; }
    /// Nothing changes before it, unless a record does.
    [[nodiscard]] Instant next_change() const;
    [[nodiscard]] const Bitmap& members(std::uint32_t cohort) const {
        return cohorts_[cohort].members;
    }
    [[nodiscard]] std::size_t count(std::uint32_t cohort) const { return cohorts_[cohort].count; }
    [[nodiscard]] const std::shared_ptr<const cql::Expression>& expression(
        std::uint32_t cohort) const {
        return cohorts_[cohort].expression;
    }
    /// Of these cohorts and no others, wherever they are moved to.
    [[nodiscard]] const std::shared_ptr<const void>& identity() const { return identity_; }
    /// Another one whenever the members or what they are numbered by may be others.
    [[nodiscard]] std::uint64_t version(std::uint32_t cohort) const {
        return cohorts_[cohort].version;
    }
    [[nodiscard]] bool is_restless(std::uint32_t cohort) const { return cohorts_[cohort].restless; }
    /// Why the members of a cohort cannot be told: the error of the first patient.
    [[nodiscard]] std::optional<Error> error(std::uint32_t cohort) const;
    [[nodiscard]] const LiveRecord* record() const { return record_.get(); }
    /// Since the last call, in the order in which they happened.
    [[nodiscard]] std::vector<Flip> take_flips() { return std::exchange(flips_, {}); }
    /// Evaluations of one cohort for one patient so far.
    [[nodiscard]] std::uint64_t judged() const { return judged_; }
    [[nodiscard]] std::size_t wakes() const { return queue_.size(); }

  private:
    struct Cohort {
        std::shared_ptr<const cql::Expression> expression;  ///< null: removed
        std::unique_ptr<const TimeShape> times;
        std::unique_ptr<CohortPlan> plan;  ///< for the present record, once somebody was judged
        Bitmap members;
        std::size_t count = 0;
        std::uint64_t version = 0;
        std::map<PatientNumber, Error> failing;
        Instant judged_at;      ///< all of it
        bool restless = false;  ///< time may change it unseen
    };

    [[nodiscard]] CohortContext context(const Cohort& cohort, Instant at) const;
    void wake_at(std::uint32_t cohort, PatientNumber patient, Instant until);
    void judge(std::uint32_t cohort, PatientNumber patient, Instant at);
    Result<Held> judge_in(std::uint32_t cohort, const PatientPlace& place, Instant at);
    void judge_all(std::uint32_t cohort, Instant at, bool quiet);
    void judge_overdue(Instant at);
    void judge_each(std::uint32_t cohort, Instant at);
    void set_member(std::uint32_t cohort, PatientNumber patient, bool member, Instant at);
    void set_members(std::uint32_t cohort, Bitmap members, Instant at, bool quiet);
    void touch(PatientNumber patient, std::span<const std::uint32_t> cohorts);
    void touch_all(const IndexChanges& changes);
    void drop_plans();
    void settle_at(Instant at);
    void appear(Instant at);
    void renumber(std::span<const PatientNumber> numbers, std::size_t count);

    Executor* executor_;
    std::unique_ptr<LiveRecord> record_;
    std::vector<Cohort> cohorts_;
    FlipQueue queue_;
    std::vector<Touch> touched_;
    std::vector<std::uint32_t> found_;  ///< scratch
    std::vector<Flip> flips_;
    Instant now_;
    bool passing_ = false;                  ///< time is
    Instant judge_again_ = Instant::max();  ///< all of some cohort
    std::uint64_t judged_ = 0;
    std::shared_ptr<const void> identity_ = std::make_shared<char>();
};

}  // namespace parcours::population
