#include "engine/service.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/email/inbound.h"
#include "channel/unsubscribe.h"
#include "engine/clinic.h"
#include "engine/cohort_name.h"
#include "engine/data_folder.h"
#include "engine/directory.h"
#include "engine/events.h"
#include "engine/find_by_address.h"
#include "engine/holds.h"
#include "engine/imported_terminology.h"
#include "engine/intake_lane.h"
#include "engine/kept_answers.h"
#include "engine/practice_versions.h"
#include "engine/publish.h"
#include "engine/published.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/secret.h"
#include "engine/surroundings.h"
#include "engine/virtual_run.h"
#include "engine/zone_data.h"
#include "outreach/address.h"

namespace parcours::engine {
namespace {

/// How old the published standings may grow while nothing is imported.
constexpr std::chrono::minutes standings_age_max{10};

std::string domain_of(const std::string& address) {
    const std::size_t at = address.find('@');
    return at == std::string::npos ? std::string() : address.substr(at + 1);
}

/// Not with each record that comes by itself: feeds are watched by days.
void note_feed(Runner& runner, const std::string& source, Instant now) {
    const auto before = runner.ledger().traffic().last_heard(source);
    if (!before || now - *before >= std::chrono::hours{1}) {
        runner.journal().add(FeedHeard{source, now}, now);
    }
}

}  // namespace

Service::Service(Options options, const Surroundings& around)
    : options_(std::move(options)),
      around_(around),
      intake_({around.files, around.clock,
               [this](IntakeLane::Beside& beside, const population::LiveIndex* before) {
                   return renew(beside, before, nullptr);
               },
               [this] { return std::exchange(warnings_, {}); },
               [this](const std::string& source) {
                   note_feed(*runner_, source, around_.clock.now());
                   (void)settled(Result<>{});
               },
               [this](const Error& why) { give_up(why); }, options_.wake}),
      folding_({[this] { return published(); },
                [this](const std::shared_ptr<const population::LiveIndex>& index,
                       const Published& before) {
                    return make_published(*folder_, index, before.clinic, &before, around_);
                },
                [this](IntakeLane::Task task) { return intake_.begin(std::move(task)); },
                [this](IntakeLane::Beside& beside, const population::LiveIndex* before,
                       const Published* shown) { return renew(beside, before, shown); },
                options_.wake}) {}

Result<std::unique_ptr<Service>> Service::open(Options options, const Surroundings& around) {
    std::unique_ptr<Service> service(new Service(std::move(options), around));
    auto folder = DataFolder::open(service->options_.data, DataFolder::Mode::Write);
    if (!folder) {
        return pass_on(folder);
    }
    service->folder_ = std::move(*folder);
    service->intake_.use(*service->folder_);
    service->folding_.use(*service->folder_);
    // Who only takes things in is not kept from it by a campaign that cannot be published.
    auto clinic = load_clinic(service->folder_->store(), service->options_.practice,
                              service->options_.sending ? ClinicUse::Work : ClinicUse::Read,
                              PracticeChoice::Published, imported_terminology(*service->folder_));
    if (!clinic) {
        return pass_on(clinic);
    }
    service->clinic_ = std::move(*clinic);
    service->terminology_ = terminology_places(*service->folder_->index());
    auto secret = find_or_make_secret(*service->folder_, around.random);
    if (!secret) {
        return pass_on(secret);
    }
    service->secret_ = std::move(*secret);
    // The engine's ledger and what readers see are folds of their own.
    std::array<Result<>, 2> made;
    around.executor.run(made.size(), [&](std::size_t number) {
        if (number != 0) {
            made.at(number) = service->publish();
            return;
        }
        auto runner = service->new_runner(service->clinic_);
        made.at(number) = runner ? Result<>{} : pass_on(runner);
        service->runner_ = runner ? std::move(*runner) : nullptr;
    });
    for (const Result<>& one : made) {
        if (!one) {
            return pass_on(one);
        }
    }
    return service;
}

Result<std::unique_ptr<Runner>> Service::new_runner(const std::shared_ptr<const Clinic>& clinic) {
    auto channels = open_channels(*clinic, around_.clock, around_.environment);
    if (!channels && options_.sending) {
        return pass_on(channels);
    }
    // Who only takes things in needs no channel to send by: a missing password must not lose a
    // STOP.
    auto runner = Runner::make(*folder_, clinic,
                               channels ? std::move(*channels) : open_sandboxes(*clinic), secret_);
    if (runner) {
        watch_journal(**runner);
    }
    return runner;
}

void Service::watch_journal(Runner& runner) {
    runner.dispatcher().use([this, kept = std::shared_ptr<const Directory>()](
                                PatientReader& patients, const std::string& channel,
                                const std::string& address) mutable {
        const auto record = published();
        if (record != nullptr && record->directory != nullptr) {
            return engine::find_by_address(*record->directory, *record->index, patients, channel,
                                           address);
        }
        const auto index = folder_->index();
        kept = Directory::make(*folder_, *index, kept, around_.executor);
        return engine::find_by_address(*kept, *index, patients, channel, address);
    });
    if (options_.publishing) {
        runner.journal().share(mutex_);
        runner.journal().watch([this](const Event& event) { changes_.note(event); });
    }
}

Result<> Service::publish() {
    if (!options_.publishing) {
        return {};
    }
    const auto present = published();
    auto next = make_published(*folder_, folder_->index(), clinic_, present.get(), around_);
    if (next) {
        set_published(*next);
    }
    return next ? Result<>{} : pass_on(next);
}

void Service::set_published(std::shared_ptr<const Published>& next) {
    {
        const std::scoped_lock lock(published_mutex_);
        published_.swap(next);
    }
    changes_.record = true;
}

/// What an operation has begun is made durable, also where it failed.
template <class T>
Result<T> Service::settled(Result<T> done) {
    const auto flushed = runner_->journal().flush();
    return flushed ? std::move(done) : pass_on(flushed);
}

Result<> Service::start() {
    const Instant now = around_.clock.now();
    started_ = true;
    busy_ = true;
    next_sweep_ = runner_->next_sweep(now);
    clock_watch_.look(*runner_, now, around_.elapsed);
    auto started = runner_->start_live(now);
    if (started) {
        note_outage(*runner_, now);
        const auto zones = find_new_zone_data(*folder_, runner_->journal(), around_.files, now);
        if (zones && *zones) {
            runner_->begin_looking(false, **zones);
        }
        started = zones ? Result<>{} : pass_on(zones);
    }
    return settled(std::move(started));
}

Result<> Service::act(const std::function<Result<>(Runner&, Instant)>& act) {
    busy_ = true;
    return settled(act(*runner_, acting_at()));
}

Result<> Service::is_sound() const {
    if (fatal_) {
        return std::unexpected(*fatal_);
    }
    if (folder_->append_failed()) {
        return fail(ErrorCode::Unavailable,
                    "the log could not be written; mend the disk and start again: what was "
                    "acknowledged is whole");
    }
    return {};
}

void Service::give_up(const Error& why) {
    fatal_ = why;
    given_up_ = true;
    runner_->journal().give_up();
}

void Service::note_break() {
    if (holds()) {
        give_up({ErrorCode::Internal,
                 "a change broke off halfway; start again: what was acknowledged is whole",
                 {}});
    }
}

Result<> Service::work() {
    intake_.work();
    if (const auto sound = is_sound(); !sound) {
        return sound;
    }
    const Instant now = around_.clock.now();
    busy_ = false;
    folding_.work(now);
    ledger_keeper_.work(*folder_, runner_->journal());
    if (options_.publishing && now - published()->standings->as_of > standings_age_max) {
        begin_standings(now);
    }
    const bool watching = options_.publishing && !runner_->ledger().virtual_run();
    if (watching && !runner_->cohorts().begun()) {
        runner_->watch_cohorts(now);
    }
    if (!started_ && !watching) {
        return {};
    }
    if (started_) {
        clock_watch_.look(*runner_, now, around_.elapsed);
    }
    try {
        const auto worked = settled(work_round(now));
        known_cohorts_.show(runner_->cohorts());
        return worked;
    } catch (const std::exception&) {
        note_break();  // or else readers wait for ever, and the process with them
        throw;
    }
}

Result<> Service::work_round(Instant now) {
    if (!started_) {
        const auto more = runner_->follow_cohorts(false, now);
        busy_ = more && *more;
        return more ? Result<>{} : pass_on(more);
    }
    if (next_sweep_ && *next_sweep_ <= now) {
        runner_->begin_looking(true);
        next_sweep_ = runner_->next_sweep(now);
    }
    const auto more = runner_->work_round(now);
    busy_ = more && *more;
    return more ? Result<>{} : pass_on(more);
}

int Service::idle_ms(int bound_ms) const {
    if (busy_ || intake_.has_work() || folding_.has_work()) {
        return 0;
    }
    const auto due = started_ ? runner_->next_due() : std::nullopt;
    if (!due) {
        return bound_ms;
    }
    const auto wait =
        std::chrono::duration_cast<std::chrono::milliseconds>(*due - around_.clock.now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(wait + 1, 0, bound_ms));
}

void Service::stop() {
    ledger_keeper_.stop();
    folding_.stop();
    intake_.stop();
}

Result<> Service::save_snapshots() {
    if (const auto present = published()) {
        if (const auto kept = keep_published(*folder_, *present); !kept) {
            return kept;
        }
    }
    if (const auto saved = runner_->journal().save_ledger(); !saved) {
        return saved;
    }
    return folder_->save_snapshots();
}

Result<ReceiveReport> Service::receive(const std::string& channel, std::string_view url,
                                       std::string_view body, std::string_view signature) {
    if (runner_->ledger().virtual_run()) {
        return fail(ErrorCode::Conflict,
                    "this data folder was run on a virtual clock: nobody was really written to, so "
                    "nothing can come back");
    }
    Result<std::vector<channel::Inbound>> inbound;
    if (channel == "email") {
        inbound = channel::read_inbound_mail(
            body, {"unsubscribe", domain_of(clinic_->folder.config.reply_to)});
    } else {
        inbound = runner_->receive_callback(channel, url, body, signature);
    }
    if (!inbound) {
        return pass_on(inbound);
    }
    return settled(engine::receive(*runner_, channel, *inbound, secret_, around_.clock.now()));
}

Result<> Service::unsubscribe(const std::string& token) {
    if (!find_unsubscriber(token)) {
        return fail(ErrorCode::NotFound, "this link is not one of ours, or it is cut short");
    }
    if (runner_->ledger().virtual_run()) {
        return fail(ErrorCode::Conflict, "this data folder was run on a virtual clock");
    }
    channel::Inbound inbound;
    inbound.kind = channel::Inbound::Kind::Unsubscribe;
    inbound.token = token;
    // Once is enough: mail programs and impatient people ask again.
    inbound.event_id = "link:" + token;
    const auto received =
        settled(engine::receive(*runner_, "email", {inbound}, secret_, around_.clock.now()));
    return received ? Result<>{} : pass_on(received);
}

/// After a virtual run time stands still at its end: what people do there is seen there.
Instant Service::acting_at() const {
    const auto run = runner_->ledger().virtual_run();
    return run ? run->until : around_.clock.now();
}

Result<Enrolment> Service::enrol(const std::string& campaign, Key patient, const std::string& by,
                                 const std::string& about) {
    return settled(runner_->enrol_by_hand(campaign, patient, by, about, acting_at()));
}

Result<> Service::save_answers(const GivenAnswers& given) {
    const Instant at = acting_at();
    const auto answers = make_answers(clinic_->folder, given, at);
    return answers ? settled(runner_->take_answers(*answers, at)) : pass_on(answers);
}

Result<> Service::close_task(const Digest& task, const std::string& outcome,
                             const std::string& by) {
    return settled(runner_->close_task(task, outcome, by, acting_at()));
}

Result<> Service::save_cohort(const std::string& name, const std::string& cql,
                              const std::string& by) {
    if (const auto named = check_cohort_name(*clinic_, name); !named) {
        return named;
    }
    const Instant now = around_.clock.now();
    runner_->journal().add(CohortSaved{name, cql, now, by}, now);
    return runner_->journal().flush();
}

Result<> Service::keep_answer(const RequestAnswered& answer) {
    runner_->journal().add(answer, around_.clock.now());
    return let_go();
}

Result<> Service::let_go() {
    return runner_->journal().release();
}

}  // namespace parcours::engine
