#include "engine/receive.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "campaign/definition.h"
#include "campaign/steps.h"
#include "channel/channel.h"
#include "channel/crisis_words.h"
#include "channel/keywords.h"
#include "channel/unsubscribe.h"
#include "engine/clinic.h"
#include "engine/crisis.h"
#include "engine/dispatcher.h"
#include "engine/enroller.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/queues.h"
#include "engine/releases.h"
#include "engine/revocation.h"
#include "engine/runner.h"
#include "outreach/address.h"
#include "record/engagement.h"

namespace parcours::engine {
namespace {

std::string_view meaning_of(channel::Keyword keyword) {
    switch (keyword) {
        case channel::Keyword::Stop:
            return "stop";
        case channel::Keyword::Start:
            return "start";
        case channel::Keyword::Help:
            return "help";
        case channel::Keyword::Ambiguous:
            return "ambiguous";
        default:
            return "none";
    }
}

/// Takes in the notices of one channel.
class Receiver {
  public:
    Receiver(Runner& runner, std::string_view channel, std::string_view secret, Instant now)
        : runner_(runner), channel_(channel), secret_(secret), now_(now) {}

    Result<> take(const channel::Inbound& inbound, ReceiveReport& report) {
        const std::string event_id =
            inbound.event_id.empty() ? std::string() : channel_ + ":" + inbound.event_id;
        if (!event_id.empty() && ledger().notices().knows(event_id)) {
            ++report.repeated;
            return {};
        }
        using Kind = channel::Inbound::Kind;
        const bool known = inbound.kind == Kind::Reply         ? take_reply(inbound, event_id)
                           : inbound.kind == Kind::Unsubscribe ? take_unsubscribe(inbound, event_id)
                                                               : take_notice(inbound, event_id);
        ++(known ? report.taken : report.unmatched);
        // In one commit with it: what is known is not told again after a stop in between.
        const auto told = tell(inbound, known);
        const auto flushed = journal().flush();
        return flushed ? told : flushed;
    }

  private:
    [[nodiscard]] const Ledger& ledger() const { return runner_.ledger(); }
    [[nodiscard]] Journal& journal() { return runner_.journal(); }

    [[nodiscard]] MessagePointer find_message(const channel::Inbound& inbound) const {
        if (const auto id = digest_from_hex(inbound.message_id)) {
            if (const MessagePointer found = ledger().find_message(*id)) {
                return found;
            }
        }
        return inbound.provider_id.empty() ? nullptr
                                           : ledger().find_by_provider(inbound.provider_id);
    }

    bool take_notice(const channel::Inbound& inbound, const std::string& event_id) {
        const MessagePointer message = find_message(inbound);
        using Kind = channel::Inbound::Kind;
        const std::string status = inbound.kind == Kind::Delivered ? "delivered"
                                   : inbound.kind == Kind::Bounced ? "bounced"
                                   : inbound.kind == Kind::Delayed ? "delayed"
                                                                   : "failed";
        if (message == nullptr) {
            keep(inbound, status, event_id);
            return false;
        }
        const std::string to = message->to;
        journal().add(Received{message->message.id, message->message.patient, status,
                               inbound.detail, event_id, now_},
                      now_);
        if (inbound.bad_address) {
            suppress(ledger(), journal(), channel_, to, true, status + ": " + inbound.detail, now_);
        }
        return true;
    }

    /// It may be about a hand-off whose answer is still to come: it waits for it in the log.
    void keep(const channel::Inbound& inbound, const std::string& status,
              const std::string& event_id) {
        Received receipt;
        receipt.message = digest_from_hex(inbound.message_id).value_or(Digest{});
        receipt.status = status;
        receipt.detail = inbound.detail;
        receipt.event_id = event_id;
        receipt.at = now_;
        receipt.provider_id = inbound.provider_id;
        receipt.bad_address = inbound.bad_address;
        if (!inbound.provider_id.empty() || receipt.message != Digest{}) {
            journal().add(receipt, now_);
        }
    }

    /// What was said last at an address: a reply answers it.
    [[nodiscard]] MessagePointer find_last_said(const std::string& address) const {
        MessagePointer last;
        for (const Key patient : ledger().patients_at(address)) {
            for (const MessagePointer& one : ledger().messages_of(patient)) {
                if (one->channel == channel_ && one->to == address &&
                    (last == nullptr || one->settled_at > last->settled_at)) {
                    last = one;
                }
            }
        }
        return last;
    }

    [[nodiscard]] Key find_patient(const std::string& address) const {
        if (const MessagePointer last = find_last_said(address)) {
            return last->message.patient;
        }
        const std::vector<Key> patients = ledger().patients_at(address);
        if (!patients.empty()) {
            return patients.front();
        }
        const std::vector<Key> more = find_more(address);
        return more.size() == 1 ? more.front() : 0;  // of several nobody knows who it was
    }

    /// Whose record has an address at which nobody was written to.
    [[nodiscard]] std::vector<Key> find_more(const std::string& address) const {
        if (!ledger().patients_at(address).empty()) {
            return {};
        }
        // It looks through everybody's names, and one reply asks several times.
        if (!searched_ || searched_->first != address) {
            searched_ = {address, runner_.dispatcher().find_by_address(channel_, address)};
        }
        return searched_->second;
    }

    bool take_reply(const channel::Inbound& inbound, const std::string& event_id) {
        const channel::Keyword keyword = channel::recognise_keyword(inbound.text);
        const Key patient = find_patient(inbound.from);
        journal().add(Replied{patient, channel_, inbound.from, inbound.text,
                              std::string(meaning_of(keyword)), event_id, now_},
                      now_);
        if (keyword == channel::Keyword::Stop) {
            revoke(ledger(), journal(), channel_, inbound.from, "STOP by " + channel_, now_,
                   find_more(inbound.from));
        } else if (keyword == channel::Keyword::Start) {
            const std::string source = "START by " + channel_;
            suppress(ledger(), journal(), channel_, inbound.from, false, source, now_);
            choose(ledger(), journal(), channel_, inbound.from, true, source, now_,
                   find_more(inbound.from));
        } else {
            give_to_person(inbound, patient, keyword, event_id);
        }
        if (keyword == channel::Keyword::Stop && crisis_in(inbound)) {
            give_to_person(inbound, patient, keyword, event_id);
        }
        return true;
    }

    [[nodiscard]] std::optional<channel::Crisis> crisis_in(const channel::Inbound& inbound) const {
        return find_crisis(runner_.clinic(), inbound.text);
    }

    bool take_unsubscribe(const channel::Inbound& inbound, const std::string& event_id) {
        if (!inbound.token.empty() && take_token(inbound, event_id)) {
            return true;
        }
        const Key patient = find_patient(inbound.from);
        journal().add(
            Replied{patient, channel_, inbound.from, inbound.text, "stop", event_id, now_}, now_);
        if (!inbound.from.empty()) {
            revoke(ledger(), journal(), channel_, inbound.from, "STOP by " + channel_, now_,
                   find_more(inbound.from));
        }
        // The sender of a mail is easily forged and may write from another address than ours: the
        // wish holds at once, and a person looks whether it was theirs.
        if (channel_ == "email" || patient == 0) {
            give_to_person(inbound, patient, channel::Keyword::Stop, event_id);
        }
        return true;
    }

    bool take_token(const channel::Inbound& inbound, const std::string& event_id) {
        const auto message_id = channel::find_token_message(inbound.token);
        const auto id = message_id ? digest_from_hex(*message_id) : std::nullopt;
        const MessagePointer message = id ? ledger().find_message(*id) : nullptr;
        if (message == nullptr || message->email_to.empty() ||
            !channel::verify_unsubscribe_token(
                secret_, inbound.token,
                outreach::address_key("email", message->email_to).to_hex())) {
            return false;
        }
        const std::string to = message->email_to;
        journal().add(Replied{message->message.patient, channel_, to, "", "stop", event_id, now_},
                      now_);
        revoke(ledger(), journal(), channel_, to, "unsubscribed by " + channel_, now_);
        return true;
    }

    void give_to_person(const channel::Inbound& inbound, Key patient, channel::Keyword keyword,
                        const std::string& event_id) {
        Task task;
        task.id = named_hash("task", {"reply", channel_, event_id, inbound.from, inbound.text});
        task.patient = patient;
        task.kind = "reply";
        task.queue = inbox_queue;
        task.opened_at = now_;
        task.due = now_ + std::chrono::hours{24};
        task.reason = keyword == channel::Keyword::Stop
                          ? "somebody asked to stop; check that it was this patient"
                      : keyword == channel::Keyword::Ambiguous
                          ? "a reply that may mean STOP; a person must read it"
                      : keyword == channel::Keyword::Help ? "a reply asks for help"
                                                          : "a reply to read";
        if (const auto crisis = crisis_in(inbound)) {
            task.queue = urgent_queue;
            task.due = now_ + urgent_within;
            task.reason = crisis_words(*crisis) + "; call at once";
        }
        task.outcomes = {"answered", "stop"};
        task.channel = channel_;
        task.address = inbound.from;
        if (const MessagePointer last = find_last_said(inbound.from)) {
            relate(task, last->message.enrolment);
        } else if (const EnrolmentView asks = find_question(inbound.from)) {
            relate(task, asks.id());
        }
        journal().add(TaskOpened{task}, now_);
    }

    /// The reply answers a message: where its campaign asks for something that may be done
    /// elsewhere, the one who reads the reply may say so.
    void relate(Task& task, const Digest& id) const {
        const EnrolmentView enrolment = ledger().find_enrolment(id);
        task.enrolment = id;
        task.campaign = enrolment == nullptr ? std::string() : std::string(enrolment.campaign());
        const LoadedCampaign* const campaign = runner_.clinic().find_campaign(task.campaign);
        using Kind = campaign::Exit::Kind;
        if (enrolment != nullptr && !enrolment.ended() && campaign != nullptr &&
            std::ranges::find(campaign->definition.exits, Kind::DoneElsewhere,
                              &campaign::Exit::kind) != campaign->definition.exits.end()) {
            task.outcomes.emplace_back("done-elsewhere");
        }
    }

    [[nodiscard]] bool awaits_reply(const EnrolmentView& enrolment) const {
        const auto campaign =
            runner_.releases().find(std::string(enrolment.campaign()), enrolment.release());
        const campaign::Step* const step =
            campaign ? (*campaign)->definition.find_step(enrolment.step()) : nullptr;
        const auto* const wait =
            step == nullptr ? nullptr : std::get_if<campaign::WaitForStep>(&step->what);
        return wait != nullptr && wait->event == "reply";
    }

    /// The question that somebody may mean who writes from an address at which nobody was written
    /// to, such as by SMS about a mail. None where it is not certain: the address is of several
    /// people, or several of their campaigns wait for a reply.
    [[nodiscard]] EnrolmentView find_question(const std::string& address) const {
        const std::vector<Key> behind = find_more(address);
        EnrolmentView question;
        if (behind.size() == 1) {
            for (const EnrolmentView one : ledger().enrolments_of(behind.front())) {
                if (one.ended() || !awaits_reply(one)) {
                    continue;
                }
                if (question != nullptr) {
                    return {};
                }
                question = one;
            }
        }
        return question;
    }

    /// Steps that wait for it go on.
    Result<> tell(const channel::Inbound& inbound, bool known) {
        using Kind = channel::Inbound::Kind;
        if (inbound.kind == Kind::Reply) {
            const auto crisis = crisis_in(inbound);
            const Key patient = crisis ? find_patient(inbound.from) : 0;
            if (patient != 0) {
                runner_.enroller().enter_in_crisis(
                    runner_.clinic(), patient, crisis_words(*crisis) + " in a reply by " + channel_,
                    now_);
            }
            return tell_campaigns(inbound);
        }
        const bool is_receipt = inbound.kind == Kind::Delivered || inbound.kind == Kind::Bounced ||
                                inbound.kind == Kind::Failed;
        return known && is_receipt ? tell_sender(inbound) : Result<>{};
    }

    /// The enrolment whose message arrived, or did not.
    Result<> tell_sender(const channel::Inbound& inbound) {
        const MessagePointer message = find_message(inbound);
        if (message == nullptr) {
            return {};
        }
        const Digest enrolment = message->message.enrolment;
        const bool arrived = inbound.kind == channel::Inbound::Kind::Delivered;
        return runner_.happened_to(enrolment, {arrived ? "delivered" : "not-delivered", ""}, now_);
    }

    Result<> tell_campaigns(const channel::Inbound& inbound) {
        for (const Key patient : ledger().patients_at(inbound.from)) {
            if (const auto told = runner_.happened(patient, {"reply", "", inbound.text}, now_);
                !told) {
                return told;
            }
        }
        const EnrolmentView question = find_question(inbound.from);
        return question == nullptr
                   ? Result<>{}
                   : runner_.happened_to(question.id(), {"reply", "", inbound.text}, now_);
    }

    Runner& runner_;
    std::string channel_;
    std::string secret_;
    Instant now_;
    mutable std::optional<std::pair<std::string, std::vector<Key>>> searched_;
};

}  // namespace

Result<ReceiveReport> receive(Runner& runner, std::string_view channel,
                              const std::vector<channel::Inbound>& inbound, std::string_view secret,
                              Instant now) {
    ReceiveReport report;
    Receiver receiver(runner, channel, secret, now);
    for (const channel::Inbound& one : inbound) {
        if (const auto taken = receiver.take(one, report); !taken) {
            return pass_on(taken);
        }
    }
    return report;
}

}  // namespace parcours::engine
