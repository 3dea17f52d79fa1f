#include "engine/service.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
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
#include "engine/import.h"
#include "engine/intake.h"
#include "engine/kept_answers.h"
#include "engine/practice_versions.h"
#include "engine/quarantine.h"
#include "engine/receive.h"
#include "engine/runner.h"
#include "engine/secret.h"
#include "engine/standings.h"
#include "engine/virtual_run.h"
#include "outreach/address.h"

namespace parcours::engine {
namespace {

constexpr std::string_view directory_blob = "directory";
/// How old the published standings may grow while nothing is imported.
constexpr std::chrono::minutes standings_age_max{10};
constexpr std::size_t past_standings_max = 6;

std::string domain_of(const std::string& address) {
    const std::size_t at = address.find('@');
    return at == std::string::npos ? std::string() : address.substr(at + 1);
}

/// Whom was merged into whom.
std::unordered_map<population::PatientNumber, std::vector<Key>> merged_keys(
    const population::Index& index) {
    std::unordered_map<population::PatientNumber, std::vector<Key>> merged;
    const population::Patients& patients = index.patients();
    for (population::PatientNumber number = 0; number < patients.count; ++number) {
        if (patients.survivor[number] != number) {
            merged[patients.survivor[number]].push_back(patients.key[number]);
        }
    }
    return merged;
}

/// When the newest record of each type happened, of those that have happened.
std::map<fhir::ResourceType, Feed> newest_of_feeds(const population::Index& index, Instant now) {
    std::map<fhir::ResourceType, Feed> feeds;
    for (const population::Table& table : index.tables()) {
        Feed& feed = feeds[table.type];
        feed.records = table.key.size();
        for (std::size_t row = 0; row < feed.records; ++row) {
            const Instant at = table.occurred[row];
            feed.newest = at <= now ? std::max(feed.newest, at) : feed.newest;
        }
    }
    return feeds;
}

}  // namespace

Result<std::unique_ptr<Service>> Service::open(Options options, const Surroundings& around) {
    std::unique_ptr<Service> service(new Service(std::move(options), around));
    auto folder = DataFolder::open(service->options_.data, DataFolder::Mode::Write);
    if (!folder) {
        return pass_on(folder);
    }
    service->folder_ = std::move(*folder);
    // Who only takes things in is not kept from it by a campaign that cannot be published.
    auto clinic = load_clinic(service->folder_->store(), service->options_.practice,
                              service->options_.sending ? ClinicUse::Work : ClinicUse::Read,
                              PracticeChoice::Published);
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
        (*runner)->journal().share(mutex_);
    }
    return runner;
}

Result<> Service::make_runner() {
    auto runner = new_runner(clinic_);
    if (!runner) {
        return pass_on(runner);
    }
    {
        const std::unique_lock lock(mutex_);
        runner_.swap(*runner);
    }
    return {};
}

Result<> Service::publish() {
    if (!options_.publishing) {
        return {};
    }
    auto map = position::CompiledMap::compile(clinic_->map, clinic_->folder.value_sets,
                                              folder_->index()->dictionary());
    if (!map) {
        return pass_on(map);
    }
    auto quarantine = list_quarantine(*folder_);
    if (!quarantine) {
        return pass_on(quarantine);
    }
    auto next = std::make_shared<Published>(Published{clinic_, folder_->index(), std::move(*map),
                                                      nullptr, nullptr, std::move(*quarantine)});
    std::shared_ptr<const Directory> before = published_ ? published_->directory : nullptr;
    if (!before) {
        const auto blob = folder_->store().get_blob(directory_blob);
        if (blob && *blob) {
            // A snapshot is never the truth: a damaged one is made anew from the log.
            before = Directory::from_bytes(**blob).value_or(nullptr);
        }
    }
    next->directory =
        Directory::make(*folder_, *next->index, before, around_.executor, around_.part_count);
    next->standings = make_standings(*next->index, next->map, around_.clock.now(), around_.executor,
                                     around_.part_count);
    next->merged = merged_keys(*next->index);
    next->feeds = newest_of_feeds(*next->index, around_.clock.now());
    const std::unique_lock lock(mutex_);
    published_ = std::move(next);
    return {};
}

Result<> Service::start() {
    const Instant now = around_.clock.now();
    started_ = true;
    next_sweep_ = runner_->next_sweep(now);
    return runner_->start_live(now);
}

Result<> Service::work() {
    if (fatal_) {
        return std::unexpected(*fatal_);
    }
    if (folder_->append_failed()) {
        return fail(ErrorCode::Unavailable,
                    "the log could not be written; mend the disk and start again: what was "
                    "acknowledged is whole");
    }
    const Instant now = around_.clock.now();
    busy_ = false;
    if (published_ && now - published_->standings->as_of > standings_age_max) {
        renew_standings(now);
    }
    if (!started_) {
        return {};
    }
    if (next_sweep_ && *next_sweep_ <= now) {
        if (const auto swept = runner_->sweep(now); !swept) {
            return swept;
        }
        next_sweep_ = runner_->next_sweep(now);
    }
    const auto more = runner_->work_round(now);
    if (!more) {
        return pass_on(more);
    }
    busy_ = *more;
    return {};
}

int Service::idle_ms(int bound_ms) const {
    if (busy_) {
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
    if (published_) {
        if (const auto put =
                folder_->store().put_blob(directory_blob, published_->directory->to_bytes());
            !put) {
            return put;
        }
    }
    return folder_->save_snapshots();
}

Result<ImportReport> Service::import(const ImportOptions& options,
                                     const std::function<void(const ImportProgress&)>& progress) {
    return renewing<ImportReport>(
        [&] { return import_files(*folder_, around_.files, around_.clock, options, progress); });
}

/// After an import, also one that failed halfway: what was read is durable, and must be known.
template <class Report>
Result<Report> Service::renewing(const std::function<Result<Report>()>& import) {
    if (const auto gone = let_go(); !gone) {
        return pass_on(gone);
    }
    const auto before = folder_->index();
    Result<Report> report = import();
    if (folder_->index() != before) {
        if (const auto renewed = renew(); !renewed) {
            return pass_on(renewed);
        }
    }
    return report;
}

Result<ImportReport> Service::take_in(std::string_view document, const std::string& source) {
    return renewing<ImportReport>(
        [&] { return engine::take_in(*folder_, around_.clock, document, source); });
}

Result<RetryReport> Service::retry_quarantine() {
    return renewing<RetryReport>(
        [&] { return engine::retry_quarantine(*folder_, around_.files, around_.clock); });
}

/// The same record, where everybody stands now.
void Service::renew_standings(Instant now) {
    auto next = std::make_shared<Published>(*published_);
    next->standings =
        make_standings(*next->index, next->map, now, around_.executor, around_.part_count);
    const std::unique_lock lock(mutex_);
    published_ = std::move(next);
}

/// The engine looks at the record through the index: a new one, a new engine.
Result<> Service::renew() {
    auto made = make_runner();
    if (made && started_) {
        made = start();
    }
    if (made) {
        made = publish();
    }
    if (!made) {
        fatal_ = made.error();
    }
    return made;
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
    return engine::receive(*runner_, channel, *inbound, secret_, around_.clock.now());
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
        engine::receive(*runner_, "email", {inbound}, secret_, around_.clock.now());
    return received ? Result<>{} : pass_on(received);
}

Result<Enrolment> Service::enrol(const std::string& campaign, Key patient, const std::string& by) {
    return runner_->enrol_by_hand(campaign, patient, by, around_.clock.now());
}

Result<> Service::close_task(const Digest& task, const std::string& outcome,
                             const std::string& by) {
    return runner_->close_task(task, outcome, by, around_.clock.now());
}

Result<> Service::save_cohort(const std::string& name, const std::string& cql) {
    if (const auto named = check_cohort_name(*clinic_, name); !named) {
        return named;
    }
    const Instant now = around_.clock.now();
    runner_->journal().add(CohortSaved{name, cql, now}, now);
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
    const Instant now = around_.clock.now();
    runner_->journal().add(CampaignPaused{campaign, paused, by, reason, now}, now);
    if (!paused && started_) {
        if (const auto flushed = runner_->journal().flush(); !flushed) {
            return flushed;
        }
        return runner_->sweep(now);
    }
    return runner_->journal().flush();
}

Result<std::vector<OutboxEntry>> Service::messages(std::span<const Digest> ids) const {
    std::vector<MessageState> states;
    std::shared_ptr<const population::Index> index;
    {
        const std::shared_lock lock(mutex_);
        index = published_->index;
        for (const Digest& id : ids) {
            if (const MessageState* const state = runner_->ledger().find_message(id)) {
                states.push_back(*state);
            }
        }
    }
    return read_messages(*folder_, *index, states);
}

Result<std::vector<OutboxEntry>> Service::messages_of(std::span<const Key> patients) const {
    std::vector<MessageState> states;
    std::shared_ptr<const population::Index> index;
    {
        const std::shared_lock lock(mutex_);
        index = published_->index;
        for (const Key patient : patients) {
            for (const MessageState* const state : runner_->ledger().messages_of(patient)) {
                states.push_back(*state);
            }
        }
    }
    return read_messages(*folder_, *index, states);
}

std::vector<Key> Published::keys_of(population::PatientNumber number) const {
    std::vector<Key> keys = {index->patients().key[number]};
    if (const auto found = merged.find(number); found != merged.end()) {
        keys.insert(keys.end(), found->second.begin(), found->second.end());
    }
    return keys;
}

Service::LedgerReading Service::ledger() const {
    std::shared_lock lock(mutex_);
    const Ledger& ledger = runner_->ledger();
    return {std::move(lock), ledger};
}

std::shared_ptr<const Published> Service::published() const {
    const std::shared_lock lock(mutex_);
    return published_;
}

std::shared_ptr<const position::Standings> Service::standings_at(const Published& record,
                                                                 Instant as_of) const {
    std::promise<std::shared_ptr<const position::Standings>> promise;
    std::shared_future<std::shared_ptr<const position::Standings>> future;
    {
        const std::lock_guard guard(past_mutex_);
        std::erase_if(past_, [&](const Past& kept) { return kept.index != record.index; });
        const auto known = std::ranges::find(past_, as_of, &Past::as_of);
        if (known != past_.end()) {
            std::rotate(known, known + 1, past_.end());
            future = past_.back().standings;
        } else {
            if (past_.size() >= past_standings_max) {
                past_.erase(past_.begin());
            }
            past_.push_back({record.index, as_of, promise.get_future().share()});
        }
    }
    if (future.valid()) {
        return future.get();  // another thread may still be making them
    }
    auto made =
        make_standings(*record.index, record.map, as_of, around_.executor, around_.part_count);
    promise.set_value(made);
    return made;
}

}  // namespace parcours::engine
