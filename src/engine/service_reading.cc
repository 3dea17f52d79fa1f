// Of `Service`: what readers ask, in any thread.

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
#include "channel/unsubscribe.h"
#include "engine/data_folder.h"
#include "engine/events.h"
#include "engine/kept_answers.h"
#include "engine/outbox.h"
#include "engine/published.h"
#include "engine/runner.h"
#include "engine/service.h"
#include "engine/standings.h"
#include "outreach/address.h"
#include "position/standings.h"

namespace parcours::engine {

std::optional<Key> Service::find_unsubscriber(std::string_view token) const {
    const auto message = channel::find_token_message(token);
    const auto id = message ? digest_from_hex(*message) : std::nullopt;
    if (!id) {
        return std::nullopt;
    }
    const auto reading = ledger();
    const MessagePointer state = reading.ledger.find_message(*id);
    const bool ours = state != nullptr && !state->email_to.empty() &&
                      channel::verify_unsubscribe_token(
                          secret_, token, outreach::address_key("email", state->email_to).to_hex());
    return ours ? std::optional(state->message.patient) : std::nullopt;
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

Result<std::vector<OutboxEntry>> Service::messages(std::span<const Digest> ids) const {
    std::vector<OutboxEntry> entries;
    {
        const auto reading = ledger();
        for (const Digest& id : ids) {
            if (const MessagePointer state = reading.ledger.find_message(id)) {
                entries.push_back(begin_entry(reading.ledger, *state));
            }
        }
    }
    return read_messages(*folder_, *published()->index, std::move(entries));
}

Result<std::vector<OutboxEntry>> Service::messages_of(std::span<const Key> patients) const {
    std::vector<OutboxEntry> entries;
    {
        const auto reading = ledger();
        for (const Key patient : patients) {
            for (const MessagePointer& state : reading.ledger.messages_of(patient)) {
                entries.push_back(begin_entry(reading.ledger, *state));
            }
        }
    }
    return read_messages(*folder_, *published()->index, std::move(entries));
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
    return past_.find_or_make(
        record.index, record.clinic, as_of, [&](const EarlierStandings* earlier) {
            return make_standings(*record.index, record.map(), as_of, around_.executor, earlier);
        });
}

}  // namespace parcours::engine
