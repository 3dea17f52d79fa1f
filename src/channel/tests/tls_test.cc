#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "base/time.h"
#include "channel/email/smtp.h"
#include "channel/encoding.h"
#include "channel/sms/twilio.h"
#include "channel/tests/certificate.h"
#include "channel/tests/peer.h"

namespace parcours::channel {
namespace {

using testing::Certificate;
using testing::make_certificate;
using testing::Peer;
using testing::PeerConnection;
using testing::TemporaryFolder;

class Tls : public ::testing::Test {
  protected:
    TemporaryFolder folder_;
    Certificate certificate_ = make_certificate(folder_.path());
    VirtualClock clock_{Instant{}};

    /// Answers SMTP commands; after STARTTLS over TLS. `auth` is the answer to AUTH.
    void serve_smtp(Peer& peer, PeerConnection& connection, const std::string& starttls,
                    const std::string& auth) {
        std::string line;
        bool in_body = false;
        while (connection.read_line(line)) {
            peer.note(line);
            if (in_body) {
                in_body = line != ".";
                connection.write(in_body ? "" : "250 2.0.0 queued\r\n");
            } else if (line.starts_with("EHLO")) {
                connection.write("250-peer\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
            } else if (line == "STARTTLS") {
                connection.write(starttls);
                if (!starttls.starts_with("220") ||
                    !connection.start_tls(certificate_.certificate_file, certificate_.key_file)) {
                    return;
                }
                peer.note("(TLS)");
            } else if (line.starts_with("AUTH")) {
                connection.write("334 \r\n");
                connection.read_line(line);
                peer.note("AUTH " + line);
                connection.write(auth);
            } else {
                in_body = line == "DATA";
                connection.write(in_body ? "354 go on\r\n" : "250 ok\r\n");
            }
        }
    }

    AttemptResult send_mail(const Peer& peer, const char* scheme, bool trusted,
                            const std::string& username = {}) {
        SmtpChannel channel(
            {.url = peer.url(scheme),
             .tls = std::string(scheme) == "smtps" ? SmtpTls::Tls : SmtpTls::StartTls,
             .username = username,
             .password = username.empty() ? "" : "secret",
             .from = "clinic@example.org",
             .bounces_to = "clinic@example.org",
             .domain = "example.org",
             .ca_file = trusted ? certificate_.certificate_file : "",
             .timeout = std::chrono::milliseconds(5000)},
            clock_);
        return channel.send({.message_id = "0123456789abcdef0123456789abcdef",
                             .to = "ana@example.net",
                             .subject = "Hello",
                             .text = "Hello"});
    }

    static bool saw(const Peer& peer, std::string_view start) {
        return std::ranges::any_of(
            peer.notes(), [start](const std::string& line) { return line.starts_with(start); });
    }
};

TEST_F(Tls, MailLeavesAfterStartTls) {
    Peer peer([&](PeerConnection& connection, std::size_t) {
        connection.write("220 peer\r\n");
        serve_smtp(peer, connection, "220 go\r\n", "");
    });
    const AttemptResult result = send_mail(peer, "smtp", true);
    EXPECT_EQ(result.outcome, Outcome::Accepted) << result.detail;
    const auto notes = peer.notes();
    const auto tls = std::ranges::find(notes, "(TLS)");
    const auto mail = std::ranges::find(notes, "MAIL FROM:<clinic@example.org>");
    EXPECT_NE(tls, notes.end());
    EXPECT_LT(tls, mail);
}

TEST_F(Tls, MailLeavesOverTlsFromTheFirstByte) {
    Peer peer([&](PeerConnection& connection, std::size_t) {
        if (connection.start_tls(certificate_.certificate_file, certificate_.key_file)) {
            connection.write("220 peer\r\n");
            serve_smtp(peer, connection, "", "235 2.7.0 welcome\r\n");
        }
    });
    const AttemptResult result = send_mail(peer, "smtps", true, "clinic");
    EXPECT_EQ(result.outcome, Outcome::Accepted) << result.detail;
    using namespace std::string_literals;
    EXPECT_TRUE(saw(peer, "AUTH " + to_base64("\0clinic\0secret"s)));
}

TEST_F(Tls, NothingLeavesWithoutTrust) {
    Peer peer([&](PeerConnection& connection, std::size_t) {
        connection.write("220 peer\r\n");
        serve_smtp(peer, connection, "220 go\r\n", "");
    });
    const AttemptResult result = send_mail(peer, "smtp", false);
    EXPECT_EQ(result.outcome, Outcome::Later) << result.detail;
    EXPECT_FALSE(saw(peer, "MAIL"));
}

TEST_F(Tls, NothingLeavesWhenStartTlsIsRefused) {
    for (const char* answer : {"454 4.7.0 not now\r\n", "502 5.5.1 no such command\r\n",
                               "220 go\r\n garbage instead of a handshake"}) {
        Peer peer([&](PeerConnection& connection, std::size_t) {
            connection.write("220 peer\r\n");
            if (std::string_view(answer).ends_with("\r\n")) {
                serve_smtp(peer, connection, answer, "");
                return;
            }
            std::string line;
            while (connection.read_line(line) && line != "STARTTLS") {
                connection.write("250-peer\r\n250 STARTTLS\r\n");
            }
            connection.write(answer);
        });
        const AttemptResult result = send_mail(peer, "smtp", true);
        EXPECT_EQ(result.outcome, Outcome::Later) << answer << result.detail;
        EXPECT_FALSE(saw(peer, "MAIL")) << answer;
    }
}

TEST_F(Tls, AWrongPasswordLosesNoMail) {
    for (const char* answer : {"535 5.7.8 bad password\r\n", "454 4.7.0 later\r\n", ""}) {
        Peer peer([&](PeerConnection& connection, std::size_t) {
            connection.write("220 peer\r\n");
            std::string line;
            while (connection.read_line(line)) {
                peer.note(line);
                if (line.starts_with("AUTH") && std::string_view(answer).empty()) {
                    return;
                }
                if (line == "STARTTLS") {
                    connection.write("220 go\r\n");
                    connection.start_tls(certificate_.certificate_file, certificate_.key_file);
                } else {
                    connection.write(line.starts_with("AUTH")
                                         ? answer
                                         : "250-peer\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n");
                }
            }
        });
        const AttemptResult result = send_mail(peer, "smtp", true, "clinic");
        EXPECT_EQ(result.outcome, Outcome::Later) << answer << result.detail;
        EXPECT_NE(result.detail.find("password"), std::string::npos) << result.detail;
        EXPECT_EQ(result.detail.find("secret"), std::string::npos) << result.detail;
        EXPECT_FALSE(saw(peer, "MAIL")) << answer;
    }
}

TEST_F(Tls, TextMessagesNeedTrustToo) {
    Peer peer([&](PeerConnection& connection, std::size_t) {
        if (!connection.start_tls(certificate_.certificate_file, certificate_.key_file)) {
            return;
        }
        std::string line;
        while (connection.read_line(line) && !line.empty()) {
            peer.note(line);
        }
        connection.write("HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{\"sid\":\"SM1\"}");
    });
    TwilioOptions options{.url = peer.url("https"),
                          .account_sid = "AC1",
                          .auth_token = "secret",
                          .from = "+33700000000",
                          .timeout = std::chrono::milliseconds(5000)};
    const Outbound message{
        .message_id = "0123456789abcdef0123456789abcdef", .to = "+33123456789", .text = "Hello"};
    const AttemptResult untrusted = TwilioChannel(options, clock_).send(message);
    EXPECT_EQ(untrusted.outcome, Outcome::Later) << untrusted.detail;
    EXPECT_TRUE(peer.notes().empty());
    options.ca_file = certificate_.certificate_file;
    const AttemptResult trusted = TwilioChannel(options, clock_).send(message);
    EXPECT_EQ(trusted.outcome, Outcome::Accepted) << trusted.detail;
}

}  // namespace
}  // namespace parcours::channel
