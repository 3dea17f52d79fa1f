#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/fair_shared_mutex.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/ledger_snapshot.h"

namespace parcours::engine {

/// The one way events come into being: applied to the ledger at once, durable at `flush`. Nothing
/// that another system can see may happen between the two; where the ledger is shared, its readers
/// wait from the first event until the flush, so that they see only what is durable.
class Journal {
  public:
    Journal(DataFolder& folder, Ledger& ledger) : folder_(folder), ledger_(ledger) {}

    /// `now` is when it is taken in.
    void add(Event event, Instant now);
    /// Adds a published definition under its name, to be found again by `find_definition`.
    void add_definition(std::string_view name, std::string payload, Instant now);

    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// From now on the ledger changes under this lock, so that other threads may read it beside:
    /// held from the first event that is added until `flush`. Whoever adds must flush soon.
    void share(FairSharedMutex& mutex) { shared_ = &mutex; }
    [[nodiscard]] bool is_shared() const { return shared_ != nullptr; }

    /// From now on called with the events of each flush once they are durable.
    void watch(std::function<void(const Event&)> watch) { watch_ = std::move(watch); }

    /// From now on called with each event as soon as the ledger knows it.
    void observe(std::function<void(const Event&)> observe) { observe_ = std::move(observe); }

    /// From now on `flush` waits until so many events have gathered: for runs from which nothing
    /// leaves, so that nobody is told of anything that is not durable yet.
    void gather(std::size_t count) { gathered_min_ = count; }
    /// Whether it is such a run, or a rehearsal.
    [[nodiscard]] bool is_play() const { return !keeps_ || gathered_min_ > 1; }

    /// From now on the ledger files by these limits, after each flush.
    void file_by(const FilingLimits& limits) { filing_ = limits; }

    /// From now on events live in memory alone: rehearsals write nothing.
    void keep_nothing() { keeps_ = false; }

    /// From now on `flush` waits for `release`, which lets go all together in one commit: events
    /// and what was answered for them. Nothing may leave meanwhile.
    void hold() { held_ = true; }
    Result<> release();

    /// Makes everything added so far durable. Errors: those of the store; the ledger is then ahead
    /// of the log and must not be used any more.
    Result<> flush();

    /// The same whatever has gathered.
    Result<> flush_all();

    /// The same where readers wait and many events have gathered: within long work.
    Result<> flush_if_many();

    /// Writes down what the ledger is, so that the next start need not fold the whole log. Nothing
    /// is lost where it fails.
    Result<> save_ledger();
    /// The same to be written beside; null where events are on their way, or nothing is kept.
    [[nodiscard]] std::unique_ptr<LedgerSnapshot> snapshot_ledger();

    /// After a defect: forgets what is not durable, though the ledger knows it, and lets readers
    /// in. From now on nothing is written.
    void give_up();

    [[nodiscard]] std::size_t pending() const { return pending_.size(); }

    /// Events for which readers may be kept waiting.
    static constexpr std::size_t shared_events_max = 100;

  private:
    struct Pending {
        LogRecord record;
        std::string topic;
        std::string payload;
    };

    void let_readers_in();
    void forget_pending();

    DataFolder& folder_;
    Ledger& ledger_;
    std::deque<Pending> pending_;
    std::size_t gathered_min_ = 1;
    FilingLimits filing_;
    bool keeps_ = true;
    bool held_ = false;
    bool given_up_ = false;
    FairSharedMutex* shared_ = nullptr;
    bool holding_ = false;  ///< `shared_`, since the first of `pending_`
    std::function<void(const Event&)> watch_;
    std::function<void(const Event&)> observe_;
    std::vector<Event> watched_;
};

/// Folds all events of the log into a new ledger, as far as a snapshot does not hold them. Damaged
/// events are named in `damages`; what stands in them is not known, so the caller must not send on
/// such a log. With `until` it is the ledger as it stood at that moment: what happened later is
/// left out, but for saved cohorts, which are known at all times.
Result<> replay(const DataFolder& folder, Ledger& ledger, std::vector<Damage>& damages,
                Instant until = Instant::max());

/// Whether a ledger that is folded to a moment takes an event in.
[[nodiscard]] bool is_seen(const Event& event, Instant until);

/// The last definition published under a name. Errors: NotFound, and those of the store.
Result<std::string> find_definition(const DataFolder& folder, std::string_view name);

/// Writes down that an import of a feed has ended, where no engine is at work on the folder.
Result<> note_feed(DataFolder& folder, const std::string& source, Instant now);

}  // namespace parcours::engine
