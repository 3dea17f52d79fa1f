#include <array>
#include <chrono>
#include <fmt/core.h>
#include <span>
#include <string>

#include "base/error.h"
#include "channel/email/mime_writer.h"
#include "channel/email/smtp.h"
#include "channel/settings.h"

namespace parcours::channel {
namespace {

constexpr std::array<SettingHelp, 13> known_settings{{
    {.name = "url",
     .help = "the mail server: smtp://host:port, or smtps://host:port for TLS from the first byte",
     .required = true,
     .example = "smtps://mail.example.org:465"},
    {.name = "tls",
     .help =
         "starttls (default for smtp://), tls (default for smtps://), or none (default only for "
         "smtp:// to this computer itself)",
     .example = ""},
    {.name = "username", .help = "for authentication; empty: none"},
    {.name = "password", .help = "for authentication", .secret = true},
    {.name = "from", .help = "the sender's address", .required = true, .example = "a@example.org"},
    {.name = "from_name", .help = "the sender's name; default: sender of practice.yaml"},
    {.name = "reply_to",
     .help = "where replies go; default: reply-to of practice.yaml",
     .example = ""},
    {.name = "bounces_to",
     .help = "where undeliverable mail goes; default: the sender's address",
     .example = ""},
    {.name = "domain",
     .help = "the domain of Message-ID; default: that of the sender's address",
     .example = ""},
    {.name = "unsubscribe_mailbox",
     .help = "the mailbox before + in unsubscribe addresses; default: unsubscribe"},
    {.name = "ca_file", .help = "PEM file of trusted authorities; default: the system's"},
    {.name = "connect_timeout_seconds", .help = "default 15", .example = ""},
    {.name = "timeout_seconds", .help = "for one whole mail; default 60", .example = ""},
}};

Result<SmtpTls> parse_tls(const std::string& word, const BaseUrl& url) {
    if (url.scheme == "smtps") {
        if (word.empty() || word == "tls") {
            return SmtpTls::Tls;
        }
        return fail(ErrorCode::InvalidInput,
                    fmt::format("smtps:// always uses TLS; remove 'tls: {}' or use smtp://", word));
    }
    if (word.empty()) {
        return url.is_loopback() ? SmtpTls::None : SmtpTls::StartTls;
    }
    if (word == "starttls") {
        return SmtpTls::StartTls;
    }
    if (word == "none") {
        return SmtpTls::None;
    }
    return fail(
        ErrorCode::InvalidInput,
        fmt::format("the setting 'tls' must be starttls or none with smtp://, not '{}'; for "
                    "TLS from the first byte use smtps://",
                    word));
}

Result<> check_addresses(const SmtpOptions& options) {
    for (const std::string* address : {&options.from, &options.reply_to, &options.bounces_to}) {
        if (!address->empty() && !is_mail_address(*address)) {
            return fail(
                ErrorCode::InvalidInput,
                fmt::format("'{}' is not a mail address of the form name@example.org", *address));
        }
    }
    if (!is_mail_address("postmaster@" + options.domain)) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the setting 'domain' is not a domain: '{}'", options.domain));
    }
    return {};
}

Result<> read_texts(const Settings& settings, SmtpOptions& options) {
    options.username = get_setting(settings, "username");
    options.password = get_setting(settings, "password");
    options.from = get_setting(settings, "from");
    options.from_name = get_setting(settings, "from_name");
    options.reply_to = get_setting(settings, "reply_to");
    options.bounces_to = get_setting(settings, "bounces_to", options.from);
    options.domain =
        get_setting(settings, "domain", options.from.substr(options.from.find('@') + 1));
    options.unsubscribe_mailbox = get_setting(settings, "unsubscribe_mailbox", "unsubscribe");
    options.ca_file = get_setting(settings, "ca_file");
    return check_addresses(options);
}

}  // namespace

std::span<const SettingHelp> smtp_settings() {
    return known_settings;
}

Result<SmtpOptions> parse_smtp_options(const Settings& settings) {
    if (const auto fine = check_settings("smtp", settings, known_settings); !fine) {
        return pass_on(fine);
    }
    const auto url = parse_base_url(get_setting(settings, "url"));
    if (!url) {
        return pass_on(url);
    }
    if (url->scheme != "smtp" && url->scheme != "smtps") {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("a mail server's url begins with smtp:// or smtps://, not {}://",
                                url->scheme));
    }
    SmtpOptions options{.url = url->text};
    const auto tls = parse_tls(get_setting(settings, "tls"), *url);
    if (!tls) {
        return pass_on(tls);
    }
    options.tls = *tls;
    if (const auto fine = read_texts(settings, options); !fine) {
        return pass_on(fine);
    }
    if (options.tls == SmtpTls::None && !options.username.empty() && !url->is_loopback()) {
        return fail(ErrorCode::InvalidInput,
                    "a password must not cross the network without TLS; use tls: starttls");
    }
    const auto connect_timeout =
        parse_timeout(settings, "connect_timeout_seconds", std::chrono::seconds(15));
    const auto timeout = parse_timeout(settings, "timeout_seconds", std::chrono::seconds(60));
    if (!connect_timeout) {
        return pass_on(connect_timeout);
    }
    if (!timeout) {
        return pass_on(timeout);
    }
    options.connect_timeout = *connect_timeout;
    options.timeout = *timeout;
    return options;
}

}  // namespace parcours::channel
