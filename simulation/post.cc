#include "simulation/post.h"

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "channel/encoding.h"
#include "channel/sms/twilio_callback.h"
#include "simulation/world.h"

namespace parcours::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int tries_max = 400;

}  // namespace

std::string Post::next_id(const char* kind) {
    return fmt::format("{}{}", kind, ++count_);
}

void Post::sms(const std::string& at, const channel::FormFields& fields, Letter letter,
               Duration wait) {
    letter.callback = {"sms", at, channel::write_form(fields),
                       channel::sign_twilio_callback(token, at, fields)};
    if (world_.strikes(Fault::ForgedCallback, 0.1)) {
        Letter forged = letter;
        forged.forged = true;
        forged.callback.signature = channel::sign_twilio_callback("another token", at, fields);
        send(std::move(forged), wait / 2);
    }
    // Said again by whoever listened: the same bytes.
    const bool again =
        (world_.has(Fault::ForgedCallback) || world_.has(Fault::Receipts)) && world_.chance(0.2);
    if (again) {
        world_.struck(Fault::Receipts);
        send(letter, wait + world_.between(seconds{0}, hours{30}));
    }
    send(std::move(letter), wait);
}

void Post::sms_status(const std::string& message, const std::string& sid, const std::string& to,
                      const std::string& state, int error, Duration wait) {
    channel::FormFields fields{{"MessageSid", sid}, {"MessageStatus", state}, {"To", to}};
    if (error != 0) {
        fields.emplace_back("ErrorCode", std::to_string(error));
    }
    Letter letter;
    // States that say nothing new are not kept.
    letter.notice =
        state == "sent" || state == "queued" ? "" : fmt::format("sms:{}:{}", sid, state);
    sms(message.empty() ? std::string(url) : fmt::format("{}?message={}", url, message), fields,
        std::move(letter), wait);
}

void Post::sms_reply(const std::string& from, const std::string& words, bool stop, Duration wait) {
    const std::string sid = next_id("SMr");
    Letter letter;
    letter.notice = "sms:" + sid;
    letter.address = from;
    letter.stop = stop;
    sms(std::string(url), {{"MessageSid", sid}, {"From", from}, {"Body", words}}, std::move(letter),
        wait);
}

void Post::mail_report(const std::string& message, const std::string& to, const std::string& action,
                       Duration wait) {
    const std::string id = "<" + next_id("r") + "@relay.example.net>";
    Letter letter;
    letter.notice = "email:" + id;
    letter.callback.channel = "email";
    letter.callback.body = fmt::format(
        "From: MAILER-DAEMON@relay.example.net\r\nTo: hello@riverside.example.org\r\n"
        "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nMessage-ID: {}\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"rr\"\r\n\r\n"
        "--rr\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--rr\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example.net\r\n\r\nFinal-Recipient: rfc822; {}\r\n"
        "Action: {}\r\nStatus: {}\r\n\r\n"
        "--rr\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        "Message-ID: <{}@riverside.example.org>\r\nX-Parcours-Message: {}\r\n\r\n--rr--\r\n",
        id, to, action, action == "failed" ? "5.1.1" : "4.4.7", message, message);
    send(std::move(letter), wait);
}

void Post::mail_reply(const std::string& message, const std::string& from, const std::string& words,
                      Duration wait) {
    const std::string id = "<" + next_id("m") + "@example.net>";
    Letter letter;
    letter.notice = "email:" + id;
    letter.callback.channel = "email";
    letter.callback.body = fmt::format(
        "From: Somebody <{}>\r\nTo: Clinic <hello@riverside.example.org>\r\nMessage-ID: {}\r\n"
        "In-Reply-To: <{}@riverside.example.org>\r\nSubject: Re: News\r\n\r\n{}\r\n",
        from, id, message, words);
    send(std::move(letter), wait);
}

void Post::mail_unsubscribe(const std::string& from, const std::string& mailbox, Duration wait) {
    const std::string id = "<" + next_id("u") + "@example.net>";
    Letter letter;
    letter.notice = "email:" + id;
    letter.address = from;
    letter.stop = true;
    letter.callback.channel = "email";
    letter.callback.body =
        fmt::format("From: Somebody <{}>\r\nTo: {}\r\nMessage-ID: {}\r\nSubject: stop\r\n\r\n\r\n",
                    from, mailbox, id);
    send(std::move(letter), wait);
}

void Post::send(Letter letter, Duration wait) {
    world_.in(wait, [this, letter = std::move(letter)] { deliver(letter); });
}

void Post::deliver(Letter letter) {
    const auto taken = machine_.receive(letter.callback);
    if (!taken) {
        if (++letter.tries < tries_max) {
            send(std::move(letter), world_.between(minutes{1}, minutes{90}));
        }
        return;
    }
    if (letter.forged) {
        if (*taken || taken->error().code != ErrorCode::Conflict) {
            world_.find("forged-callback", "a callback with a wrong signature was taken in");
        }
        return;
    }
    if (!*taken) {
        world_.find("no-errors", "a callback was refused: " + taken->error().message);
        return;
    }
    ++world_.notices;
    const bool first = (*taken)->repeated == 0;
    if (world_.history.is_shown()) {
        world_.note(fmt::format("notice {}{}{}", letter.notice, letter.stop ? " STOP" : "",
                                first ? "" : " again"));
    }
    world_.tell([&](Invariant& one) {
        one.acknowledged(letter.notice, letter.callback.channel, letter.address,
                         letter.stop && first);
    });
}

}  // namespace parcours::simulation
