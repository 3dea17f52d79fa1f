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
#include "engine/events.h"
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
#include "outreach/address.h"

namespace parcours::engine {
namespace {

/// How old the published standings may grow while nothing is imported.
constexpr std::chrono::minutes standings_age_max{10};

std::string domain_of(const std::string& address) {
    const std::size_t at = address.find('@');
    return at == std::string::npos ? std::string() : address.substr(at + 1);
}

}  // namespace

/// What a new record brings, made beside the one that writes.
struct Service::Renewal {
    std::unique_ptr<Runner> runner;
    std::shared_ptr<const Published> published;
};

Service::Service(Options options, const Surroundings& around)
    : options_(std::move(options)),
      around_(around),
      intake_({around.files, around.clock,
               [this](IntakeLane::Beside& beside, const population::LiveIndex* before) {
                   return renew(beside, before, nullptr);
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
    auto secret = find_or_make_secret(*service->folder_, around.random);
    if (!secret) {
        return pass_on(secret);
    }
    service->secret_ = std::move(*secret);
    // The engine's ledger and what readers see are folds of their own.
    std::array<Result<>, 2> made;
    around.executor.run(made.size(), [&](std::size_t number) {
        made.at(number) = number == 0 ? service->make_runner() : service->publish();
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

Result<> Service::make_runner() {
    auto runner = new_runner(clinic_);
    if (!runner) {
        return pass_on(runner);
    }
    runner_ = std::move(*runner);
    return {};
}

void Service::watch_journal(Runner& runner) {
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
    return settled(runner_->start_live(now));
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

Result<> Service::save_snapshots() {
    if (const auto present = published()) {
        if (const auto kept = keep_published(*folder_, *present); !kept) {
            return kept;
        }
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

std::optional<Key> Service::find_unsubscriber(std::string_view token) const {
    const auto message = channel::find_token_message(token);
    const auto id = message ? digest_from_hex(*message) : std::nullopt;
    if (!id) {
        return std::nullopt;
    }
    const auto reading = ledger();
    const MessageState* const state = reading.ledger.find_message(*id);
    const bool ours = state != nullptr && !state->email_to.empty() &&
                      channel::verify_unsubscribe_token(
                          secret_, token, outreach::address_key("email", state->email_to).to_hex());
    return ours ? std::optional(state->message.patient) : std::nullopt;
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

Result<Enrolment> Service::enrol(const std::string& campaign, Key patient, const std::string& by) {
    return settled(runner_->enrol_by_hand(campaign, patient, by, acting_at()));
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

std::optional<KeptAnswers::Kept> Service::find_answer(const Digest& key) const {
    const auto reading = ledger();
    const KeptAnswers::Kept* const found = reading.ledger.answers().find(key, around_.clock.now());
    return found == nullptr ? std::nullopt : std::optional(*found);
}

bool Service::can_keep_answer() const {
    return ledger().ledger.answers().has_room(around_.clock.now());
}

Digest Service::private_hash(std::string_view kind,
                             std::initializer_list<std::string_view> parts) const {
    std::string all;
    for (const std::string_view part : parts) {
        all += std::to_string(part.size()) + ':';
        all += part;
    }
    return named_hash(kind, {secret_, all});
}

Result<> Service::pause_campaign(const std::string& campaign, bool paused, const std::string& by,
                                 const std::string& reason) {
    const bool is_paused = runner_->ledger().find_pause(campaign) != nullptr;
    if (is_paused == paused) {
        return {};
    }
    const Instant now = acting_at();
    runner_->journal().add(CampaignPaused{campaign, paused, by, reason, now}, now);
    if (!paused && started_) {
        runner_->begin_looking(true);
        busy_ = true;
    }
    return runner_->journal().flush();
}

Result<std::vector<OutboxEntry>> Service::messages(std::span<const Digest> ids) const {
    std::vector<MessageState> states;
    {
        const auto reading = ledger();
        for (const Digest& id : ids) {
            if (const MessageState* const state = reading.ledger.find_message(id)) {
                states.push_back(*state);
            }
        }
    }
    return read_messages(*folder_, *published()->index, states);
}

Result<std::vector<OutboxEntry>> Service::messages_of(std::span<const Key> patients) const {
    std::vector<MessageState> states;
    {
        const auto reading = ledger();
        for (const Key patient : patients) {
            for (const MessageState* const state : reading.ledger.messages_of(patient)) {
                states.push_back(*state);
            }
        }
    }
    return read_messages(*folder_, *published()->index, states);
}

LedgerReading Service::ledger() const {
    std::shared_lock lock(mutex_, std::defer_lock);
    if (!mutex_.is_mine()) {  // the one that writes may look at what it is about to write down
        lock.lock();
    }
    if (given_up_ || folder_->append_failed()) {
        throw std::runtime_error("the log could not be written: what memory holds is not certain");
    }
    const Ledger& ledger = runner_->ledger();
    return {std::move(lock), ledger};
}

std::shared_ptr<const Published> Service::published() const {
    const std::scoped_lock lock(published_mutex_);
    return published_;
}

std::shared_ptr<const position::Standings> Service::standings_at(const Published& record,
                                                                 Instant as_of) const {
    return past_.find_or_make(record.index, as_of,
                              [&] { return make_present(record, around_, as_of); });
}

/// Beside the one that writes: makes what shows the new record, and has it put in place.
/// What `prepared` (may be null) says of the same first layer is used.
Result<> Service::renew(IntakeLane::Beside& beside, const population::LiveIndex* before,
                        const Published* prepared) {
    if (beside.stop_asked()) {  // nobody will look at it any more
        return fail(ErrorCode::Unavailable,
                    "what came is stored, but the process is stopping; ask again when it runs");
    }
    Renewal renewal;
    Result<> made;
    const auto index = folder_->index();
    const auto present = published();
    if (prepared == nullptr || prepared->clinic != clinic_) {
        prepared = present.get();
    }
    if (index.get() != before) {
        auto map = make_map(clinic_, *index, prepared);
        auto runner = map ? Runner::prepare(*folder_, clinic_, secret_, std::move(*map))
                          : Result<std::unique_ptr<Runner>>(pass_on(map));
        made = runner ? prepare_cohorts(beside, **runner) : pass_on(runner);
        renewal.runner = runner ? std::move(*runner) : nullptr;
    }
    if (made && options_.publishing) {
        auto next = renewal.runner ? make_published(*folder_, index, clinic_, prepared, around_)
                                   : make_requarantined(*folder_, *present);
        made = next ? Result<>{} : pass_on(next);
        renewal.published = next ? std::move(*next) : nullptr;
    }
    const auto replaced = beside.by_writer([&]() -> Result<> {
        if (made) {
            // Until it is done: what is done halfway must not go on, even where it throws.
            fatal_ = Error{ErrorCode::Internal,
                           "the engine could not go over to the new record; start again",
                           {}};
            made = replace_engine(renewal);
        }
        fatal_ = made ? std::nullopt : std::optional(made.error());
        return made;
    });
    return replaced;  // what it has replaced goes away here, beside the one that writes
}

/// What the cohorts under watch need of the new record, made beside.
Result<> Service::prepare_cohorts(IntakeLane::Beside& beside, Runner& next) {
    CohortWatch::Base base;
    const auto asked = beside.by_writer([&]() -> Result<> {
        base = runner_->cohorts().base();
        return {};
    });
    if (asked && base.findings != nullptr) {
        next.use(around_.executor);
        next.prepare_cohorts(base);
    }
    return asked;
}

/// The engine looks at the record through the index: a new one, a new engine, which goes on with
/// what the one before knows.
Result<> Service::replace_engine(Renewal& renewal) {
    if (renewal.runner) {
        if (const auto flushed = runner_->journal().flush_all(); !flushed) {
            return flushed;
        }
        {
            const std::unique_lock lock(mutex_);
            renewal.runner->take_over(*runner_);
            runner_.swap(renewal.runner);
        }
        watch_journal(*runner_);
        if (started_ || runner_->cohorts().begun()) {
            runner_->look_at_changes();
            busy_ = true;
        }
    }
    if (renewal.published) {
        set_published(renewal.published);
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
