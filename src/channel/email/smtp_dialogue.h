#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "channel/channel.h"

namespace parcours::channel {

/// How far a mail's hand-over came.
enum class SmtpStage : std::uint8_t { Connect, Hello, StartTls, Auth, Mail, Recipient, Data, Dot };

/// Listens to one SMTP dialogue and judges how it ended. Pure: it is told what was sent and what
/// came back, in order.
///
/// The rules: a server may deliver only after the final dot (RFC 5321 §3.8, §4.1.1.4), so until
/// the end of the body was handed to the connection, nothing can have been accepted. From then on
/// a clear reply decides, and without one the outcome is Unknown.
///   2xx after the dot: Accepted. 4xx anywhere: Later. 5xx: Refused, except for STARTTLS and AUTH,
///   where our configuration is at fault and the mail must not be lost: Later. 5xx after RCPT:
///   the address is bad, unless the enhanced status (RFC 3463) says that policy (x.7.x) was the
///   reason. No reply, connection or TLS failure before the dot: Later.
class SmtpDialogue {
  public:
    /// A command line as it was sent.
    void command_sent(std::string_view line);
    /// One line of a reply.
    void reply_received(std::string_view line);
    /// The whole body and its final dot may have left from now on.
    void dot_handed_over();

    /// `finished`: the dialogue ran to its end. `failure`: the reason where it did not. `address`
    /// is taken out of the words that are kept.
    [[nodiscard]] AttemptResult judge(bool finished, std::string_view failure,
                                      std::string_view address) const;
    [[nodiscard]] SmtpStage stage() const { return stage_; }

  private:
    void enter(SmtpStage stage);
    [[nodiscard]] int code() const;

    SmtpStage stage_ = SmtpStage::Connect;
    bool leaving_ = false;  ///< QUIT was the last command
    std::string reply_;     ///< the last line of the last whole reply in this stage
};

}  // namespace parcours::channel
