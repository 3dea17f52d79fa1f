#include "engine/virtual_run.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/key_resource.h"
#include "channel/channel.h"
#include "channel/registry.h"
#include "channel/sandbox/sandbox.h"
#include "engine/arrivals.h"
#include "engine/caller.h"
#include "engine/check_channels.h"
#include "engine/clinic.h"
#include "engine/dispatcher.h"
#include "engine/events.h"
#include "engine/ledger.h"
#include "engine/runner.h"
#include "population/live_index.h"

namespace parcours::engine {
namespace {

/// What is captured stands in the log already: as the attempt.
class NullSink final : public channel::SandboxSink {
  public:
    void capture(std::string_view, const channel::Outbound&, std::string_view) override {}
};

NullSink& null_sink() {
    static NullSink sink;
    return sink;
}

/// Events that one transaction of a virtual run makes durable: nothing leaves, so nothing waits.
constexpr std::size_t gathered_events = 5'000;

/// Only these need be looked at when a fact arrives; cohorts are swept each day.
bool concerns_campaign(const Arrival& arrival, const Ledger& ledger) {
    return arrival.may_start ||
           std::ranges::any_of(ledger.enrolments_of(arrival.patient),
                               [](const EnrolmentView& one) { return !one.ended(); });
}

/// The agenda of a run: arrivals, sweeps and what the runner itself waits for.
class Agenda {
  public:
    Agenda(Runner& runner, Instant from, Instant until, Coming coming)
        : runner_(runner),
          until_(until),
          arrivals_(std::move(coming.arrivals)),
          choices_(std::move(coming.choices)),
          replies_(coming.replies),
          outcomes_(coming.outcomes),
          next_sweep_(runner.next_sweep(from)) {
        while (next_choice_ < choices_.size() && event_time(choices_[next_choice_]) <= from) {
            ++next_choice_;
        }
    }

    /// The next moment at which something happens; nothing at the end of the run.
    std::optional<Instant> next() {
        Instant moment = next_sweep_;
        if (next_choice_ < choices_.size()) {
            moment = std::min(moment, event_time(choices_[next_choice_]));
        }
        if (const auto reply = replies_ == nullptr ? std::nullopt : replies_->next()) {
            moment = std::min(moment, *reply);
        }
        if (const auto closing = outcomes_ == nullptr ? std::nullopt : outcomes_->next()) {
            moment = std::min(moment, *closing);
        }
        if (const auto due = runner_.next_due()) {
            moment = std::min(moment, *due);
        }
        // Of what comes before all else it is known whether it concerns anybody; who comes in
        // meanwhile is concerned by what comes later.
        while (at_ < arrivals_.size() && arrivals_[at_].at < moment &&
               !concerns_campaign(arrivals_[at_], runner_.ledger())) {
            ++at_;
        }
        if (at_ < arrivals_.size()) {
            moment = std::min(moment, arrivals_[at_].at);
        }
        return moment > until_ ? std::nullopt : std::optional(moment);
    }

    Result<> happen(Instant now) {
        for (; next_choice_ < choices_.size() && event_time(choices_[next_choice_]) <= now;
             ++next_choice_) {
            runner_.journal().add(choices_[next_choice_], now);
        }
        while (at_ < arrivals_.size() && arrivals_[at_].at <= now) {
            const Arrival arrival = arrivals_[at_++];
            if (concerns_campaign(arrival, runner_.ledger())) {
                if (const auto done = runner_.patient_changed(arrival.patient, now); !done) {
                    return done;
                }
            }
        }
        while (const auto patient = replies_ == nullptr ? std::nullopt : replies_->take(now)) {
            if (const auto done = runner_.happened(*patient, {"reply", {}, {}}, now); !done) {
                return done;
            }
        }
        while (const auto closing = outcomes_ == nullptr ? std::nullopt : outcomes_->take(now)) {
            const TaskPointer task = runner_.ledger().find_task(closing->task);
            if (task == nullptr || !task->open()) {
                continue;  // meanwhile it went away
            }
            if (const auto done = runner_.close_task(closing->task, closing->outcome,
                                                     std::string(AssumedOutcomes::by), now);
                !done) {
                return done;
            }
        }
        if (next_sweep_ <= now) {
            if (const auto swept = runner_.sweep(now); !swept) {
                return swept;
            }
            next_sweep_ = runner_.next_sweep(now);
        }
        return runner_.work_at(now);
    }

  private:
    Runner& runner_;
    Instant until_;
    std::vector<Arrival> arrivals_;
    std::size_t at_ = 0;
    std::vector<Event> choices_;
    std::size_t next_choice_ = 0;
    AssumedReplies* replies_;
    AssumedOutcomes* outcomes_;
    Instant next_sweep_;
};

Result<channel::Settings> resolve_settings(
    const practice::ChannelConfig& config,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
    channel::Settings settings;
    for (const auto& [name, setting] : config.settings) {
        if (setting.environment.empty()) {
            settings[name] = setting.value;
            continue;
        }
        const auto value = environment(setting.environment);
        if (!value) {
            return fail(ErrorCode::InvalidInput,
                        "the environment variable " + setting.environment + " for \"" + name +
                            "\" of channel \"" + config.name + "\" is not set",
                        setting.where);
        }
        settings[name] = *value;
    }
    return settings;
}

}  // namespace

Result<> run_virtually(Runner& runner, Instant from, Instant until,
                       const std::function<void(double share)>& progress) {
    if (until <= from) {
        return fail(ErrorCode::Usage, "a virtual run must end after it begins");
    }
    runner.journal().gather(gathered_events);
    if (const auto started = runner.start_virtual(from, until); !started) {
        return started;
    }
    const population::LiveIndex& index = runner.patients().index();
    Coming coming{find_arrivals(index, runner.clinic(), from, until, all_patients(index)),
                  {},
                  nullptr,
                  nullptr};
    const auto passed = pass_time(runner, from, until, std::move(coming), progress);
    return passed ? runner.journal().flush_all() : passed;
}

Result<> pass_time(Runner& runner, Instant from, Instant until, Coming coming,
                   const std::function<void(double share)>& progress) {
    Agenda agenda(runner, from, until, std::move(coming));
    while (const auto moment = agenda.next()) {
        if (const auto done = agenda.happen(*moment); !done) {
            return done;
        }
        progress(static_cast<double>((*moment - from).count()) /
                 static_cast<double>((until - from).count()));
    }
    return {};
}

Channels open_sandboxes(const Clinic& clinic) {
    Channels channels;
    for (const auto& config : clinic.folder.config.channels) {
        channels[config.name] = std::make_unique<channel::SandboxChannel>(config.name, null_sink());
    }
    for (const auto& config : clinic.folder.config.webhooks) {
        channels[webhook_name(config.name)] =
            std::make_unique<channel::SandboxChannel>("webhook", null_sink());
    }
    return channels;
}

namespace {

Result<> open_one(
    Channels& channels, const Clinic& clinic, const practice::ChannelConfig& config,
    const std::string& name, const Clock& clock,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
    const auto settings = resolve_settings(config, environment);
    if (!settings) {
        return pass_on(settings);
    }
    auto opened = channel::open_channel(config.adapter,
                                        complete_settings(clinic.folder.config, config, *settings),
                                        {clock, null_sink()});
    if (!opened) {
        Error error = opened.error();
        if (error.where.file.empty()) {
            error.where = config.where;
        }
        return std::unexpected(error);
    }
    channels[name] = std::move(*opened);
    return {};
}

}  // namespace

Result<Channels> open_channels(
    const Clinic& clinic, const Clock& clock,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
    Channels channels;
    for (const auto& config : clinic.folder.config.channels) {
        if (config.adapter == "sandbox") {
            channels[config.name] =
                std::make_unique<channel::SandboxChannel>(config.name, null_sink());
            continue;
        }
        if (const auto opened = open_one(channels, clinic, config, config.name, clock, environment);
            !opened) {
            return pass_on(opened);
        }
    }
    for (const auto& config : clinic.folder.config.webhooks) {
        if (const auto opened =
                open_one(channels, clinic, config, webhook_name(config.name), clock, environment);
            !opened) {
            return pass_on(opened);
        }
    }
    return channels;
}

}  // namespace parcours::engine
