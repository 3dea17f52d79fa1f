#include "simulation/providers.h"

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "channel/channel.h"
#include "channel/email/smtp_dialogue.h"
#include "channel/http_post.h"
#include "channel/sms/twilio.h"
#include "channel/sms/twilio_callback.h"
#include "channel/webhook/webhook.h"
#include "engine/caller.h"
#include "engine/dispatcher.h"
#include "simulation/doom.h"
#include "simulation/post.h"
#include "simulation/world.h"

namespace parcours::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string_view outcome_word(channel::Outcome outcome) {
    switch (outcome) {
        case channel::Outcome::Accepted:
            return "accepted";
        case channel::Outcome::Refused:
            return "refused";
        case channel::Outcome::Later:
            return "later";
        case channel::Outcome::Unknown:
            break;
    }
    return "unknown";
}

}  // namespace

/// What all have in common: a program may die before its bytes leave and before it hears of them.
class Providers::Gateway : public channel::Channel {
  public:
    Gateway(Providers& providers, World& world, std::string_view name)
        : providers_(providers), world_(world), name_(name) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::string_view adapter() const override { return "simulated"; }

    channel::AttemptResult send(const channel::Outbound& message) override {
        if (world_.doom.visit(Point::BeforeBytes)) {
            return {};
        }
        HandOver hand_over{message.message_id, message.attempt, std::string(name_), message.to,
                           world_.now,         false,           std::nullopt};
        world_.tell([&](Invariant& one) { one.bytes_leave(hand_over); });
        ++world_.hand_overs;
        const channel::AttemptResult result = answer(message, hand_over.taken);
        const bool died = world_.doom.visit(Point::AfterBytes);
        if (!died) {
            hand_over.told = result.outcome;
        }
        world_.note(fmt::format("{} to {} by {}: {}{}{}", message.message_id.substr(0, 8),
                                message.to, name_, outcome_word(result.outcome),
                                hand_over.taken ? ", taken" : "", died ? ", nobody hears" : ""));
        world_.tell([&](Invariant& one) { one.answered(hand_over); });
        if (hand_over.taken) {
            providers_.taken_(std::string(name_), message);
        }
        return died ? channel::AttemptResult{} : result;
    }
    Result<std::vector<channel::Inbound>> receive(std::string_view url, std::string_view body,
                                                  std::string_view signature) override {
        return channel::read_twilio_callback(Post::token, url, body, signature);
    }

  protected:
    virtual channel::AttemptResult answer(const channel::Outbound& message, bool& taken) = 0;
    [[nodiscard]] bool strikes(Fault fault, double share) { return world_.strikes(fault, share); }
    Providers& providers_;
    World& world_;

  private:
    std::string_view name_;
};

class Providers::Sms final : public Gateway {
  public:
    using Gateway::Gateway;

  private:
    channel::AttemptResult answer(const channel::Outbound& message, bool& taken) override {
        const std::string sid = fmt::format("SM{:08x}", ++providers_.sids_);
        const channel::HttpAnswer http = reply(message, sid, taken);
        auto result = channel::judge_twilio_answer(http, message.to, world_.clock.now());
        report(message, sid, taken);
        return result;
    }

    channel::HttpAnswer reply(const channel::Outbound& message, const std::string& sid,
                              bool& taken) {
        channel::HttpAnswer http{.complete = true, .bytes_left = true, .status = 201};
        if (strikes(Fault::TimeOut, 0.1)) {
            taken = world_.chance(0.5);
            return {.bytes_left = true, .failure = "the answer did not come in time"};
        }
        if (strikes(Fault::ServerError, 0.1)) {
            taken = world_.chance(0.7);
            http.status = world_.chance(0.5) ? 500 : 503;
            return http;
        }
        if (strikes(Fault::TooManyRequests, 0.15)) {
            http.status = 429;
            http.retry_after = std::to_string(1 + world_.random.below(20'000));
            return http;
        }
        if (strikes(Fault::Garbage, 0.1)) {
            taken = world_.chance(0.5);
            http.status = 200;
            http.body = "<html>welcome</html>";
            return http;
        }
        if (strikes(Fault::OptOutAtProvider, 0.05)) {
            http.status = 400;
            http.body = fmt::format(R"({{"code":{},"message":"no"}})",
                                    world_.one_of({"21610", "21211", "30008"}));
            return http;
        }
        taken = true;
        http.body = fmt::format(R"({{"sid":"{}","to":"{}","status":"queued"}})", sid, message.to);
        return http;
    }

    /// Receipts follow; honest ones tell of what was taken.
    void report(const channel::Outbound& message, const std::string& sid, bool taken) {
        Post& post = providers_.post_;
        if (taken && world_.chance(0.8)) {
            const bool early = strikes(Fault::EarlyReceipt, 0.4);
            const Duration wait = early ? Duration{} : world_.between(seconds{1}, minutes{30});
            const bool good = world_.chance(0.85);
            post.sms_status(message.message_id, sid, message.to, good ? "delivered" : "undelivered",
                            good ? 0 : (world_.chance(0.5) ? 30005 : 30003), wait);
        }
        if (strikes(Fault::Receipts, 0.15)) {
            // Of what never was, by somebody who mixes things up; and the other way round.
            post.sms_status("", fmt::format("SMx{}", sid), message.to, "failed", 30003,
                            world_.between(seconds{1}, hours{10}));
            post.sms_status(message.message_id, sid, message.to, taken ? "sent" : "queued", 0,
                            world_.between(seconds{1}, hours{10}));
            if (taken) {
                post.sms_status(message.message_id, sid, message.to, "failed", 30003,
                                world_.between(seconds{1}, hours{10}));
            }
        }
    }
};

class Providers::Email final : public Gateway {
  public:
    using Gateway::Gateway;

  private:
    channel::AttemptResult answer(const channel::Outbound& message, bool& taken) override {
        channel::SmtpDialogue dialogue;
        const bool finished = talk(dialogue, message, taken);
        auto result =
            dialogue.judge(finished, finished ? "" : "the connection was lost", message.to);
        if (result.outcome == channel::Outcome::Accepted) {
            result.provider_id = message.message_id + "@riverside.example.org";
        }
        if (taken && world_.chance(0.2)) {
            providers_.post_.mail_report(message.message_id, message.to,
                                         world_.chance(0.5) ? "failed" : "delayed",
                                         world_.between(minutes{1}, hours{30}));
        }
        return result;
    }

    /// Whether it ended well: libcurl gives up at the first refusal.
    bool talk(channel::SmtpDialogue& dialogue, const channel::Outbound& message, bool& taken) {
        dialogue.reply_received("220 relay.example.net\r\n");
        dialogue.command_sent("EHLO clinic.example.org\r\n");
        dialogue.reply_received("250 relay.example.net\r\n");
        dialogue.command_sent("MAIL FROM:<hello@riverside.example.org>\r\n");
        dialogue.reply_received("250 2.1.0 fine\r\n");
        dialogue.command_sent("RCPT TO:<" + message.to + ">\r\n");
        if (strikes(Fault::SmtpReplies, 0.1)) {
            dialogue.reply_received("450 4.2.1 try again\r\n");
            return false;
        }
        if (strikes(Fault::SmtpReplies, 0.05)) {
            dialogue.reply_received("550 5.1.1 no such user\r\n");
            return false;
        }
        dialogue.reply_received("250 2.1.5 fine\r\n");
        dialogue.command_sent("DATA\r\n");
        dialogue.reply_received("354 go ahead\r\n");
        if (strikes(Fault::SmtpReplies, 0.05)) {
            return false;  // before the dot
        }
        dialogue.dot_handed_over();
        if (strikes(Fault::DropAfterDot, 0.15)) {
            taken = world_.chance(0.5);
            return false;
        }
        if (strikes(Fault::SmtpReplies, 0.1)) {
            dialogue.reply_received(world_.chance(0.5) ? "451 4.3.0 later\r\n"
                                                       : "554 5.6.0 not this\r\n");
            return false;
        }
        taken = true;
        dialogue.reply_received("250 2.0.0 queued\r\n");
        dialogue.command_sent("QUIT\r\n");
        return true;
    }
};

/// Another system that campaigns tell.
class Providers::Hook final : public channel::Channel {
  public:
    explicit Hook(World& world) : world_(world) {}
    [[nodiscard]] std::string_view name() const override { return "webhook"; }
    [[nodiscard]] std::string_view adapter() const override { return "webhook"; }

    channel::AttemptResult send(const channel::Outbound& call) override {
        if (world_.doom.visit(Point::BeforeBytes)) {
            return {};
        }
        const Calling calling{call.message_id, call.attempt, call.text};
        world_.tell([&](Invariant& one) { one.call_leaves(calling); });
        const auto result = channel::judge_call_answer(answer(), channel::WebhookOptions{}.network);
        world_.note(fmt::format("call {} {}: {}", call.message_id.substr(0, 8), call.attempt,
                                outcome_word(result.outcome)));
        return world_.doom.visit(Point::AfterBytes) ? channel::AttemptResult{} : result;
    }
    Result<std::vector<channel::Inbound>> receive(std::string_view, std::string_view,
                                                  std::string_view) override {
        return fail(ErrorCode::InvalidInput, "nothing comes back from the other system");
    }

  private:
    channel::HttpAnswer answer() {
        channel::HttpAnswer http{.complete = true, .bytes_left = true, .status = 200};
        if (world_.called_away || (world_.strikes(Fault::CallTimeOut, 0.4))) {
            return {.bytes_left = !world_.called_away || world_.chance(0.5),
                    .failure = "the answer did not come in time"};
        }
        if (world_.strikes(Fault::ServerError, 0.2)) {
            http.status = 503;
        } else if (world_.strikes(Fault::TooManyRequests, 0.2)) {
            http.status = 429;
            http.retry_after = std::to_string(1 + world_.random.below(80'000));
        }
        return http;
    }

    World& world_;
};

engine::Channels Providers::open() {
    engine::Channels channels;
    channels["sms"] = std::make_unique<Sms>(*this, world_, "sms");
    channels["email"] = std::make_unique<Email>(*this, world_, "email");
    channels[engine::webhook_name("lab")] = std::make_unique<Hook>(world_);
    return channels;
}

}  // namespace parcours::simulation
