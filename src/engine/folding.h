#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "engine/intake_lane.h"
#include "engine/published.h"
#include "population/live_index.h"

namespace parcours::engine {

/// Folds the layers of the index into one when they have grown, in a thread of its own, beside the
/// one that writes and beside what is taken in. For the one that writes.
class Folding {
  public:
    struct Parts {
        /// What everybody sees now; null where nobody does.
        std::function<std::shared_ptr<const Published>()> published;
        /// Beside all others: what will show an index to everybody, made from what showed `before`,
        /// an index of the same records or of fewer.
        std::function<Result<std::shared_ptr<const Published>>(
            const std::shared_ptr<const population::LiveIndex>& index, const Published& before)>
            show;
        /// Puts something in the line of what is taken in.
        std::function<Result<>(IntakeLane::Task task)> put;
        /// In that line: has everybody go over to the folder's index from `before`; `shown` (may
        /// be null) is what was made ready.
        std::function<Result<>(IntakeLane::Beside& beside, const population::LiveIndex* before,
                               const Published* shown)>
            renew;
        /// Called from any thread when `work` has something to do. May be empty.
        std::function<void()> wake;
    };
    explicit Folding(Parts parts) : parts_(std::move(parts)), lane_(parts_.wake) {}
    /// To be called once before `work`; the folder is borrowed.
    void use(DataFolder& folder) { folder_ = &folder; }

    /// Begins to fold where it is time to, or does a step of it.
    void work(Instant now);
    [[nodiscard]] bool has_work() const { return lane_.has_work(); }
    /// Begins nothing more: what runs ends soon and is thrown away, and the layers stay as they
    /// are.
    void stop();

  private:
    struct Begun;
    struct Folded;
    void begin(Instant now);
    Result<> fold(IntakeLane::Beside& beside, const Begun& begun);
    Result<> adopt(IntakeLane::Beside& beside, const Folded& folded);

    Parts parts_;
    DataFolder* folder_ = nullptr;
    std::optional<Instant> since_;  ///< there have been layers, or they were folded last
    IntakeLane lane_;               ///< the last, since its thread uses all above
};

}  // namespace parcours::engine
