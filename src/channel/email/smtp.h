#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "channel/channel.h"
#include "channel/settings.h"
#include "channel/transfer.h"

namespace parcours::channel {

/// How the connection to the mail server is protected.
enum class SmtpTls : std::uint8_t { None, StartTls, Tls };

/// The configuration of mail sending, checked.
struct SmtpOptions {
    std::string url;  ///< smtp://host:port or smtps://host:port
    SmtpTls tls = SmtpTls::StartTls;
    std::string username;  ///< empty: no authentication
    std::string password;
    std::string from;
    std::string from_name;
    std::string reply_to;
    std::string bounces_to;  ///< the envelope's sender: where bounces go
    std::string domain;      ///< of Message-ID and of the greeting
    std::string unsubscribe_mailbox = "unsubscribe";
    std::string ca_file;
    std::chrono::milliseconds connect_timeout{15000};
    std::chrono::milliseconds timeout{60000};
};

/// The settings of the adapter, documented.
[[nodiscard]] std::span<const SettingHelp> smtp_settings();

/// Checks and reads the settings. Without TLS only to this computer itself, unless "tls: none" is
/// said; with a password never without TLS beyond this computer. Errors: InvalidInput.
[[nodiscard]] Result<SmtpOptions> parse_smtp_options(const Settings& settings);

/// Hands mail to an SMTP server (RFC 5321) by libcurl. See `SmtpDialogue` for the outcomes. The
/// provider's reference is the Message-ID, "ID@DOMAIN", stable over attempts.
class SmtpChannel final : public Channel {
  public:
    /// The clock must outlive the channel; it gives the Date of mails.
    SmtpChannel(SmtpOptions options, const Clock& clock);

    [[nodiscard]] std::string_view name() const override { return "email"; }
    [[nodiscard]] std::string_view adapter() const override { return "smtp"; }
    AttemptResult send(const Outbound& message) override;
    /// `body` is a whole mail that the mail server piped to us; see inbound.h. URL and signature
    /// are not used: who may call is the mail server's business.
    Result<std::vector<Inbound>> receive(std::string_view url, std::string_view body,
                                         std::string_view signature) override;

  private:
    AttemptResult hand_over(const std::string& wire, const Outbound& message);

    SmtpOptions options_;
    const Clock& clock_;
    Transfer transfer_;
};

}  // namespace parcours::channel
