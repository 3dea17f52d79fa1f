// Of `Service`: how it goes over to a new record, or to a later moment.

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/cohort_watch.h"
#include "engine/data_folder.h"
#include "engine/imported_terminology.h"
#include "engine/intake_lane.h"
#include "engine/publish.h"
#include "engine/published.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "record/log.h"

namespace parcours::engine {

/// What a new record brings: made beside the one that writes, put in place by it.
class Service::Renewal {
  public:
    Renewal(Service& service, IntakeLane::Beside& beside) : service_(service), beside_(beside) {}

    /// What `prepared` (may be null) says of the same first layer is used.
    Result<> make(const population::LiveIndex* before, const Published* prepared);
    /// For the one that writes. Whether another practice was published meanwhile.
    [[nodiscard]] bool is_outdated() const { return from_ != service_.clinic_; }
    /// For the one that writes. Looks at the record through the index: a new engine, which goes on
    /// with what the one before knows.
    Result<> put_in_place();

  private:
    void take_terminology(const population::LiveIndex& index);
    [[nodiscard]] Result<> try_practice(const Result<std::shared_ptr<const Clinic>>& clinic,
                                        const population::LiveIndex& index) const;
    void warn_of_flaws(const Clinic& next);
    Result<> prepare_cohorts();
    Result<> go_on();

    Service& service_;
    IntakeLane::Beside& beside_;
    std::shared_ptr<const Clinic> from_;    ///< the practice when it was begun
    std::shared_ptr<const Clinic> clinic_;  ///< the same, or with value sets that came
    std::vector<LogPosition> terminology_;  ///< where these stand
    std::vector<std::string> warnings_;
    std::unique_ptr<Runner> runner_;
    std::shared_ptr<const Published> published_;
};

/// Beside the one that writes: makes what shows the new record, and has it put in place.
/// What `prepared` (may be null) says of the same first layer is used.
Result<> Service::renew(IntakeLane::Beside& beside, const population::LiveIndex* before,
                        const Published* prepared) {
    while (true) {
        if (beside.stop_asked()) {  // nobody will look at it any more
            return fail(ErrorCode::Unavailable,
                        "what came is stored, but the process is stopping; ask again when it runs");
        }
        Renewal renewal(*this, beside);
        Result<> made = renewal.make(before, prepared);
        bool outdated = false;
        const auto replaced = beside.by_writer([&]() -> Result<> {
            outdated = made && renewal.is_outdated();
            if (outdated) {
                return {};
            }
            if (made) {
                // Until it is done: what is done halfway must not go on, even where it throws.
                fatal_ = Error{ErrorCode::Internal,
                               "the engine could not go over to the new record; start again",
                               {}};
                made = renewal.put_in_place();
            }
            fatal_ = made ? std::nullopt : std::optional(made.error());
            return made;
        });
        if (!outdated) {
            return replaced;  // what it has replaced goes away here, beside the one that writes
        }
    }
}

Result<> Service::Renewal::make(const population::LiveIndex* before, const Published* prepared) {
    const auto asked = beside_.by_writer([&]() -> Result<> {
        from_ = service_.clinic_;
        terminology_ = service_.terminology_;
        return {};
    });
    if (!asked) {
        return asked;
    }
    const DataFolder& folder = *service_.folder_;
    const auto index = folder.index();
    take_terminology(*index);
    const auto present = service_.published();
    if (prepared == nullptr || prepared->clinic != clinic_) {
        prepared = present.get();
    }
    if (index.get() != before) {
        auto map = make_map(clinic_, *index, prepared);
        auto runner =
            map ? Runner::prepare(*service_.folder_, clinic_, service_.secret_, std::move(*map))
                : Result<std::unique_ptr<Runner>>(pass_on(map));
        if (!runner) {
            return pass_on(runner);
        }
        runner_ = std::move(*runner);
        // Cohorts of other value sets are judged anew.
        if (const auto ready = clinic_ == from_ ? prepare_cohorts() : Result<>{}; !ready) {
            return ready;
        }
    }
    if (!service_.options_.publishing) {
        return {};
    }
    auto next = runner_ ? make_published(folder, index, clinic_, prepared, service_.around_)
                        : make_requarantined(folder, *present);
    if (next) {
        published_ = std::move(*next);
    }
    return next ? Result<>{} : pass_on(next);
}

/// Value sets that came with the record are known from now on. What makes the practice unusable is
/// said, and it goes on with those before.
void Service::Renewal::take_terminology(const population::LiveIndex& index) {
    clinic_ = from_;
    auto places = terminology_places(index);
    if (places == terminology_) {
        return;
    }
    terminology_ = std::move(places);
    auto clinic = make_clinic(from_->folder.files,
                              service_.options_.sending ? ClinicUse::Work : ClinicUse::Read,
                              imported_terminology(*service_.folder_));
    if (const auto usable = try_practice(clinic, index); !usable) {
        warnings_.push_back(
            "the practice goes on with the value sets that it knew before, since with those that "
            "came it has mistakes: " +
            usable.error().to_text());
        return;
    }
    warn_of_flaws(**clinic);
    clinic_ = std::move(*clinic);
}

Result<> Service::Renewal::try_practice(const Result<std::shared_ptr<const Clinic>>& clinic,
                                        const population::LiveIndex& index) const {
    if (!clinic) {
        return pass_on(clinic);
    }
    const auto map = position::CompiledMap::compile((*clinic)->map, (*clinic)->folder.value_sets,
                                                    index.dictionary());
    return map ? Result<>{} : pass_on(map);
}

/// Of those that nobody was warned of yet.
void Service::Renewal::warn_of_flaws(const Clinic& next) {
    const auto& known = from_->folder.imported_flaws;
    for (const Error& flaw : next.folder.imported_flaws) {
        const bool told = std::ranges::any_of(known, [&flaw](const Error& one) {
            return one.where == flaw.where && one.message == flaw.message;
        });
        if (!told) {
            warnings_.push_back(flaw_warning(flaw));
        }
    }
}

/// What the cohorts under watch need of the new record.
Result<> Service::Renewal::prepare_cohorts() {
    CohortWatch::Base base;
    const auto asked = beside_.by_writer([&]() -> Result<> {
        base = service_.runner_->cohorts().base();
        return {};
    });
    if (asked && base.findings != nullptr) {
        runner_->use(service_.around_.executor);
        runner_->prepare_cohorts(base);
    }
    return asked;
}

Result<> Service::Renewal::put_in_place() {
    service_.terminology_ = std::move(terminology_);
    std::ranges::move(warnings_, std::back_inserter(service_.warnings_));
    if (runner_) {
        if (const auto flushed = service_.runner_->journal().flush_all(); !flushed) {
            return flushed;
        }
        {
            const std::unique_lock lock(service_.mutex_);
            runner_->take_over(*service_.runner_);
            service_.runner_.swap(runner_);
        }
        service_.watch_journal(*service_.runner_);
        if (const auto going_on = go_on(); !going_on) {
            return going_on;
        }
    }
    if (published_) {
        service_.set_published(published_);
    }
    return {};
}

/// With the same practice the engine looks at those whose records differ; with other value sets as
/// after a start.
Result<> Service::Renewal::go_on() {
    if (clinic_ != service_.clinic_) {
        service_.clinic_ = clinic_;
        return service_.started_ ? service_.start() : Result<>{};
    }
    if (service_.started_ || service_.runner_->cohorts().begun()) {
        service_.runner_->look_at_changes();
        service_.busy_ = true;
    }
    return {};
}

/// The same record, where everybody stands now.
void Service::begin_standings(Instant now) {
    if (intake_.busy()) {
        return;  // an intake brings new ones
    }
    IntakeLane::Task task;
    task.run = [this, now](IntakeLane::Beside& beside) -> Result<> {
        const auto base = published();
        auto next = std::make_shared<Published>(*base);
        next->standings = make_present_after(*base, *next, around_, now);
        std::shared_ptr<const Published> shown = std::move(next);
        return beside.by_writer([&]() -> Result<> {
            if (published() == base) {  // else somebody published another practice meanwhile
                set_published(shown);
            }
            return {};
        });
    };
    task.end = [](const Result<>&) {};
    // Only a process that stops takes nothing more.
    (void)intake_.begin(std::move(task));
}

}  // namespace parcours::engine
