#include "channel/email/smtp_dialogue.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "channel/channel.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

constexpr std::array<std::pair<std::string_view, SmtpStage>, 7> stage_commands{{
    {"ehlo", SmtpStage::Hello},
    {"helo", SmtpStage::Hello},
    {"starttls", SmtpStage::StartTls},
    {"auth", SmtpStage::Auth},
    {"mail", SmtpStage::Mail},
    {"rcpt", SmtpStage::Recipient},
    {"data", SmtpStage::Data},
}};

std::string_view stage_words(SmtpStage stage) {
    switch (stage) {
        case SmtpStage::Connect:
            return "on connecting";
        case SmtpStage::Hello:
            return "after EHLO";
        case SmtpStage::StartTls:
            return "after STARTTLS";
        case SmtpStage::Auth:
            return "after AUTH (check username and password of the configuration)";
        case SmtpStage::Mail:
            return "after MAIL FROM";
        case SmtpStage::Recipient:
            return "after RCPT TO";
        case SmtpStage::Data:
            return "after DATA";
        case SmtpStage::Dot:
            return "after the final dot";
    }
    return "";
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "550 5.7.1 …": the class of reasons that are the server's policy, not the address (RFC 3463).
bool is_policy(std::string_view reply) {
    return reply.size() > 7 && reply.substr(4, 4) == "5.7.";
}

}  // namespace

void SmtpDialogue::enter(SmtpStage stage) {
    stage_ = stage;
    reply_.clear();
}

void SmtpDialogue::command_sent(std::string_view line) {
    const std::string word = to_lower_ascii(line.substr(0, line.find_first_of(" \r\n")));
    // libcurl says QUIT after a refusal; the answer to that must not hide the refusal.
    leaving_ = word == "quit";
    if (leaving_) {
        return;
    }
    const auto known = std::ranges::find(stage_commands, std::string_view(word),
                                         &std::pair<std::string_view, SmtpStage>::first);
    // Later lines of an AUTH exchange begin with no command: the stage stays.
    enter(known == stage_commands.end() ? stage_ : known->second);
}

void SmtpDialogue::reply_received(std::string_view line) {
    line = trim(line);
    const bool is_reply = line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) &&
                          is_digit(line[2]) && (line.size() == 3 || line[3] == ' ');
    if (is_reply && !leaving_) {
        reply_ = line;
    }
}

void SmtpDialogue::dot_handed_over() {
    if (stage_ != SmtpStage::Dot) {
        enter(SmtpStage::Dot);
    }
}

int SmtpDialogue::code() const {
    return reply_.empty() ? 0 : (reply_[0] - '0') * 100 + (reply_[1] - '0') * 10 + reply_[2] - '0';
}

AttemptResult SmtpDialogue::judge(bool finished, std::string_view failure,
                                  std::string_view address) const {
    AttemptResult result;
    const std::string_view words = reply_.empty() ? failure : std::string_view(reply_);
    result.detail = clean_words(fmt::format("{}: {}", stage_words(stage_), words), address);
    const int kind = code() / 100;
    const bool ours = stage_ == SmtpStage::StartTls || stage_ == SmtpStage::Auth;
    if (stage_ == SmtpStage::Dot && (finished || kind == 2)) {
        result.outcome = Outcome::Accepted;
    } else if (kind == 5 && !ours) {
        result.outcome = Outcome::Refused;
        result.bad_address = stage_ == SmtpStage::Recipient && !is_policy(reply_);
    } else if (kind == 4 || stage_ != SmtpStage::Dot) {
        result.outcome = Outcome::Later;
    } else {
        result.outcome = Outcome::Unknown;
    }
    return result;
}

}  // namespace parcours::channel
