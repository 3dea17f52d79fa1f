#include "engine/rehearsal.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "engine/arrivals.h"
#include "engine/assumed_outcomes.h"
#include "engine/assumed_replies.h"
#include "engine/clinic.h"
#include "engine/cohort_calendar.h"
#include "engine/conditions.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/everybody_by_day.h"
#include "engine/hindsight.h"
#include "engine/independent_parts.h"
#include "engine/kept_profiles.h"
#include "engine/known_choices.h"
#include "engine/ledger.h"
#include "engine/past_events.h"
#include "engine/rehearsal_part.h"
#include "engine/rehearsal_report.h"
#include "engine/rehearsal_tally.h"
#include "engine/runner.h"
#include "engine/shared_means.h"
#include "engine/virtual_run.h"
#include "population/column.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "practice/chosen.h"
#include "practice/config.h"
#include "practice/nearest.h"

namespace parcours::engine {
namespace {

using population::PatientNumber;

/// Of the progress: what it takes to judge the cohorts.
constexpr double calendar_share = 0.1;

/// The campaigns that an order names. Errors: NotFound.
Result<std::vector<const LoadedCampaign*>> find_campaigns(const Clinic& clinic,
                                                          const std::vector<std::string>& names) {
    std::vector<const LoadedCampaign*> found;
    std::vector<std::string> known;
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        known.push_back(campaign.definition.name);
        if (names.empty()) {
            found.push_back(&campaign);
        }
    }
    for (const std::string& name : names) {
        const LoadedCampaign* const campaign = clinic.find_campaign(name);
        const auto resting = practice::resting_campaigns(clinic.folder);
        if (std::ranges::find(resting, name) != resting.end()) {
            return fail(ErrorCode::NotFound, "the campaign \"" + name +
                                                 "\" is not one of those that practice.yaml "
                                                 "runs; add it to its campaigns: [...]");
        }
        if (campaign == nullptr) {
            return fail(ErrorCode::NotFound,
                        "there is no campaign \"" + name + "\"" + practice::suggest(name, known));
        }
        found.push_back(campaign);
    }
    if (found.empty()) {
        return fail(ErrorCode::NotFound, "this practice has no campaign to rehearse");
    }
    return found;
}

/// The beginning, and each daily look after it.
std::vector<Instant> find_looks(const Runner& runner, Instant from, Instant until) {
    std::vector<Instant> looks = {from};
    for (Instant at = runner.next_sweep(from); at <= until; at = runner.next_sweep(at)) {
        looks.push_back(at);
    }
    return looks;
}

/// One that runs part after part, and what it is run with.
struct Worker {
    std::unique_ptr<Runner> runner;
    std::unique_ptr<Hindsight> hindsight;
    std::unique_ptr<RehearsalTally> tally;
    std::unique_ptr<AssumedReplies> replies;
    std::unique_ptr<AssumedOutcomes> outcomes;
    std::unique_ptr<SharedMeans> means;
};

class Rehearsal {
  public:
    Rehearsal(DataFolder& folder, std::shared_ptr<const Clinic> clinic, const RehearsalOrder& order,
              Executor& executor, const RehearsalProgress& progress)
        : folder_(folder),
          clinic_(std::move(clinic)),
          order_(order),
          executor_(executor),
          progress_(progress),
          index_(folder.index()) {}

    /// For parts of `size`.
    Result<> prepare(PatientNumber size) {
        if (order_.until <= order_.from) {
            return fail(ErrorCode::Usage,
                        "a rehearsal must end after it begins: " + format_instant(order_.until) +
                            " is not after " + format_instant(order_.from));
        }
        if (index_->person_count() == 0) {
            return fail(ErrorCode::NotFound,
                        "there is nobody in this data folder; import records first");
        }
        auto campaigns = find_campaigns(*clinic_, order_.campaigns);
        if (!campaigns) {
            return pass_on(campaigns);
        }
        campaigns_ = std::move(*campaigns);
        auto map = position::CompiledMap::compile(clinic_->map, clinic_->folder.value_sets,
                                                  index_->dictionary());
        if (!map) {
            return pass_on(map);
        }
        map_ = std::make_shared<const position::CompiledMap>(std::move(*map));
        auto choices = find_known_choices(folder_);
        if (!choices) {
            return pass_on(choices);
        }
        choices_ = std::move(*choices);
        if (order_.with_present) {
            auto past = PastEvents::find(folder_, order_.from);
            if (!past) {
                return pass_on(past);
            }
            past_ = std::move(*past);
        }
        Result<> made;
        executor_.run(2, [&](std::size_t number) {
            if (number == 0) {
                made = make_calendar();
            } else {
                make_parts(size);
            }
        });
        return made;
    }

    /// All patients, part after part. Where they share means the parts are tried as if each had
    /// them alone; where that would not do, all patients are one part.
    Result<RehearsalReport> run() {
        if (!shares_means() || !can_part()) {
            return run_parts(parts_, nullptr);
        }
        SharedMeans means(*clinic_);
        auto report = run_parts(parts_, &means);
        return !report || means.suffice() ? report : run_parts({all_patients(*index_)}, nullptr);
    }

    Result<std::vector<Event>> run_one(Key patient) {
        const auto number = index_->find_patient(patient);
        if (!number) {
            return fail(ErrorCode::NotFound, "there is no such patient in this data folder");
        }
        auto worker = make_worker();
        if (!worker) {
            return pass_on(worker);
        }
        std::vector<Event> events;
        worker->runner->observe([&](const Event& event) {
            worker->replies->see(event);
            worker->outcomes->see(event);
            if (event_patient(event) == patient) {
                events.push_back(event);
            }
        });
        const auto own = std::ranges::find_if(parts_, [&](const auto& part) {
            return std::ranges::binary_search(part, index_->patients().survivor[*number]);
        });
        const RehearsalPart part = make_part(shares_means() ? all_patients(*index_) : *own);
        if (const auto passed = pass(*worker, part); !passed) {
            return pass_on(passed);
        }
        return events;
    }

  private:
    /// `means` gets what they took; parts that are begun once somebody had to wait are left out.
    Result<RehearsalReport> run_parts(const PatientParts& parts, SharedMeans* means) {
        RehearsalReport report;
        report.from = order_.from;
        report.until = order_.until;
        std::vector<std::optional<Error>> errors(parts.size());
        std::mutex mutex;
        std::atomic<std::size_t> next = 0;
        std::atomic<bool> enough = false;
        std::size_t done = 0;
        const std::size_t workers =
            std::min(std::max<std::size_t>(order_.workers, 1), parts.size());
        executor_.run(workers, [&](std::size_t) {
            auto worker = make_worker();
            for (std::size_t part = next++; part < parts.size() && !enough; part = next++) {
                if (!worker) {
                    errors[part] = worker.error();
                    continue;
                }
                const auto counted = run_part(*worker, make_part(parts[part]));
                worker->means->end_part();
                const std::scoped_lock lock(mutex);
                if (counted) {
                    report.add(*counted);
                } else {
                    errors[part] = counted.error();
                }
                if (means != nullptr) {
                    means->add(std::move(*worker->means));
                    enough = means->did_wait();
                }
                ++done;
                tell(static_cast<double>(done) / static_cast<double>(parts.size()), report.entered);
            }
        });
        for (const auto& error : errors) {
            if (error) {
                return std::unexpected(*error);
            }
        }
        report.patients = index_->person_count();
        // What nobody came into is told too: with zeros.
        for (const LoadedCampaign* const campaign : campaigns_) {
            report.campaigns[campaign->definition.name].release = campaign->release;
        }
        return report;
    }

    Result<std::unique_ptr<Runner>> make_runner() {
        auto runner = Runner::make_rehearsing(folder_, clinic_, open_sandboxes(*clinic_), map_);
        if (runner) {
            (*runner)->conditions().share(everybody_);
        }
        return runner;
    }

    Result<Worker> make_worker() {
        Worker worker;
        auto runner = make_runner();
        if (!runner) {
            return pass_on(runner);
        }
        worker.runner = std::move(*runner);
        worker.runner->patients().use(profiles_);
        if (calendar_ == nullptr) {
            worker.runner->use(executor_);
        }
        const Ledger& ledger = worker.runner->ledger();
        auto hindsight = Hindsight::make(folder_, clinic_, ledger, map_);
        if (!hindsight) {
            return pass_on(hindsight);
        }
        worker.hindsight = std::move(*hindsight);
        worker.hindsight->share(everybody_today_);
        worker.tally = std::make_unique<RehearsalTally>(*clinic_, ledger, worker.runner->patients(),
                                                        *worker.hindsight);
        worker.replies = std::make_unique<AssumedReplies>(order_.replies);
        worker.outcomes = std::make_unique<AssumedOutcomes>(order_.outcomes);
        worker.means = std::make_unique<SharedMeans>(*clinic_);
        worker.runner->observe([tally = worker.tally.get(), replies = worker.replies.get(),
                                outcomes = worker.outcomes.get(),
                                means = worker.means.get()](const Event& event) {
            tally->see(event);
            means->see(event);
            replies->see(event);
            outcomes->see(event);
        });
        return worker;
    }

    /// Whether what is done for one patient may depend on what is done for all others.
    [[nodiscard]] bool shares_means() const {
        const practice::Config& config = clinic_->folder.config;
        return std::ranges::any_of(
                   config.channels,
                   [](const auto& channel) { return channel.per_minute + channel.per_day != 0; }) ||
               std::ranges::any_of(config.queues,
                                   [](const auto& queue) { return queue.calls_per_hour != 0; });
    }

    /// Where a cohort asks about what campaigns do, it cannot be known before they run.
    [[nodiscard]] bool knows_cohorts() const {
        return std::ranges::none_of(campaigns_, [](const LoadedCampaign* campaign) {
            return campaign->cohort != nullptr && asks_of_engagement(*campaign->cohort);
        });
    }

    /// Nor may the holdout of one depend on who came before.
    [[nodiscard]] bool can_part() const {
        return knows_cohorts() &&
               std::ranges::none_of(campaigns_, [](const LoadedCampaign* campaign) {
                   return !campaign->definition.strata.empty();
               });
    }

    void make_parts(PatientNumber size) {
        if (!can_part()) {
            parts_ = {all_patients(*index_)};
        } else if (clinic_->folder.config.household_per_day == 0) {
            parts_ = part_by_number(*index_, size);
        } else {
            const std::vector<PatientNumber> order = list_by_record(*index_);
            profiles_ = std::make_shared<const KeptProfiles>(
                KeptProfiles::read(folder_, *index_, order, executor_));
            parts_ = part_by_address(*profiles_, *clinic_, *index_, order, size, executor_);
        }
    }

    Result<> make_calendar() {
        if (!knows_cohorts()) {
            return {};
        }
        std::vector<const LoadedCampaign*> by_cohort;
        std::ranges::copy_if(campaigns_, std::back_inserter(by_cohort),
                             [](const auto* campaign) { return campaign->cohort != nullptr; });
        auto runner = make_runner();
        if (!runner) {
            return pass_on(runner);
        }
        (*runner)->use(executor_);
        auto calendar = CohortCalendar::make(
            by_cohort, (*runner)->conditions(), find_looks(**runner, order_.from, order_.until),
            executor_, order_.workers,
            [this](double share) { progress_(share * calendar_share, 0); });
        if (!calendar) {
            return pass_on(calendar);
        }
        calendar_ = std::move(*calendar);
        return {};
    }

    [[nodiscard]] RehearsalPart make_part(std::vector<PatientNumber> patients) const {
        RehearsalPart part;
        for (const LoadedCampaign* const campaign : campaigns_) {
            part.campaigns.insert(campaign->definition.name);
        }
        part.patients = std::move(patients);
        part.cohorts = calendar_.get();
        std::ranges::copy_if(choices_, std::back_inserter(part.choices), [&](const Event& event) {
            const Key patient = event_patient(event);
            const auto number = index_->find_patient(patient);
            // What a patient chose before stands in their own timeline.
            const bool known = order_.with_present && event_time(event) <= order_.from;
            return patient == 0 ||
                   (!known && number && part.has(index_->patients().survivor[*number]));
        });
        return part;
    }

    /// What was done for them before.
    [[nodiscard]] Result<Ledger> present_of(const RehearsalPart& part) const {
        if (!past_) {
            return Ledger();
        }
        std::vector<Key> keys;
        for (const PatientNumber number : part.patients) {
            keys.push_back(index_->patients().key[number]);
        }
        return past_->ledger_of(folder_, keys);
    }

    /// The whole time, for one part of the patients.
    Result<> pass(Worker& worker, const RehearsalPart& part) const {
        Runner& runner = *worker.runner;
        worker.replies->clear();
        worker.outcomes->clear();
        auto present = present_of(part);
        if (!present) {
            return pass_on(present);
        }
        worker.tally->begin(*present);
        // First: it fetches together what the rest then finds at hand.
        auto arrivals = find_arrivals(*index_, *clinic_, order_.from, order_.until, part.patients);
        if (const auto started = runner.start_rehearsal(part, std::move(*present), order_.from);
            !started) {
            return started;
        }
        const std::uint64_t& entered = runner.ledger().totals().enrolled;
        Coming coming{std::move(arrivals), part.choices, worker.replies.get(),
                      worker.outcomes.get()};
        return pass_time(runner, order_.from, order_.until, std::move(coming), [&](double share) {
            if (part.patients.size() == index_->patient_count()) {
                tell(share, entered);
            }
        });
    }

    Result<RehearsalReport> run_part(Worker& worker, const RehearsalPart& part) const {
        if (const auto passed = pass(worker, part); !passed) {
            return pass_on(passed);
        }
        auto report = worker.tally->finish();
        if (report) {
            for (const auto& [channel, count] : worker.replies->counts()) {
                report->volumes[channel].replies += count;
            }
        }
        return report;
    }

    void tell(double share, std::uint64_t entered) const {
        progress_(calendar_share + share * (1 - calendar_share), entered);
    }

    DataFolder& folder_;
    std::shared_ptr<const Clinic> clinic_;
    const RehearsalOrder& order_;
    Executor& executor_;
    const RehearsalProgress& progress_;
    std::shared_ptr<const population::LiveIndex> index_;
    std::vector<const LoadedCampaign*> campaigns_;
    std::shared_ptr<const position::CompiledMap> map_;
    std::vector<Event> choices_;                      ///< of all patients
    std::optional<PastEvents> past_;                  ///< where the order asks for who is there
    std::unique_ptr<const CohortCalendar> calendar_;  ///< null where the cohorts are not known
    std::shared_ptr<const KeptProfiles> profiles_;    ///< null where the parts need none
    PatientParts parts_;
    EverybodyByDay everybody_;        ///< as it was written down
    EverybodyByDay everybody_today_;  ///< by today's knowledge
};

}  // namespace

Result<RehearsalReport> rehearse(DataFolder& folder, const std::shared_ptr<const Clinic>& clinic,
                                 const RehearsalOrder& order, Executor& executor,
                                 const RehearsalProgress& progress) {
    Rehearsal rehearsal(folder, clinic, order, executor, progress);
    if (const auto prepared = rehearsal.prepare(order.part_size); !prepared) {
        return pass_on(prepared);
    }
    return rehearsal.run();
}

Result<std::vector<Event>> rehearse_patient(DataFolder& folder,
                                            const std::shared_ptr<const Clinic>& clinic,
                                            const RehearsalOrder& order, Key patient,
                                            Executor& executor) {
    const RehearsalProgress silent = [](double, std::uint64_t) {};
    Rehearsal rehearsal(folder, clinic, order, executor, silent);
    if (const auto prepared = rehearsal.prepare(1); !prepared) {
        return pass_on(prepared);
    }
    return rehearsal.run_one(patient);
}

}  // namespace parcours::engine
