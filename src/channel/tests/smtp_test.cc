#include "channel/email/smtp.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/time.h"
#include "channel/tests/peer.h"

namespace parcours::channel {
namespace {

using testing::find_free_port;
using testing::Peer;
using testing::PeerConnection;

constexpr std::string_view message_id = "0123456789abcdef0123456789abcdef";

Outbound sample_message() {
    return {.message_id = std::string(message_id),
            .to = "ana@example.org",
            .to_name = "Ana Example",
            .language = "en",
            .subject = "Your visit",
            .text = "See you on Monday.\n.\n.dots\n",
            .unsubscribe_uri = "mailto:unsubscribe+x@example.net"};
}

/// What the scripted server does at each stage; an empty answer closes the connection, "RST"
/// resets it, "STALL" says nothing more.
struct Answers {
    std::string greeting = "220 peer ESMTP\r\n";
    std::string hello = "250-peer\r\n250 8BITMIME\r\n";
    std::string mail = "250 2.1.0 ok\r\n";
    std::string recipient = "250 2.1.5 ok\r\n";
    std::string data = "354 go on\r\n";
    std::string dot = "250 2.0.0 queued as 77\r\n";
    std::size_t body_lines_max = 1000000;  ///< breaks the connection after so many lines
    bool closes_after_dot = false;         ///< breaks the connection after the last answer
};

/// Gives the answer; false where the dialogue ends with it.
bool give(PeerConnection& connection, const std::string& answer) {
    if (answer == "STALL") {
        connection.stall();
        return false;
    }
    if (answer == "RST") {
        connection.reset();
        return false;
    }
    connection.write(answer);
    return !answer.empty();
}

bool take_body(Peer& peer, PeerConnection& connection, const Answers& answers) {
    std::string line;
    std::string body;
    for (std::size_t lines = 0; connection.read_line(line) && line != "."; ++lines) {
        if (lines == answers.body_lines_max) {
            connection.reset();
            return false;
        }
        body += line + '\n';
    }
    if (line != ".") {
        return false;
    }
    peer.note("body:" + body);
    return give(connection, answers.dot) && !answers.closes_after_dot;
}

bool answer_command(Peer& peer, PeerConnection& connection, const Answers& answers,
                    const std::string& line) {
    if (line.starts_with("EHLO") || line.starts_with("HELO")) {
        return give(connection, answers.hello);
    }
    if (line.starts_with("MAIL")) {
        return give(connection, answers.mail);
    }
    if (line.starts_with("RCPT")) {
        return give(connection, answers.recipient);
    }
    if (line == "DATA") {
        return give(connection, answers.data) &&
               (!answers.data.starts_with("354") || take_body(peer, connection, answers));
    }
    connection.write(line == "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
    return line != "QUIT";
}

/// A scripted SMTP server and a channel that talks to it.
class SmtpPeer {
  public:
    explicit SmtpPeer(Answers answers)
        : peer_([this, answers](PeerConnection& connection, std::size_t /*number*/) {
              serve(connection, answers);
          }) {}

    AttemptResult send(const Outbound& message = sample_message()) {
        return channel_.send(message);
    }
    [[nodiscard]] std::vector<std::string> notes() const { return peer_.notes(); }
    [[nodiscard]] std::size_t connections() const { return peer_.connections(); }
    SmtpChannel& channel() { return channel_; }

  private:
    void serve(PeerConnection& connection, const Answers& answers) {
        if (!give(connection, answers.greeting)) {
            return;
        }
        std::string line;
        while (connection.read_line(line)) {
            peer_.note(line);
            if (!answer_command(peer_, connection, answers, line)) {
                return;
            }
        }
    }

    SmtpOptions options() const {
        return {.url = peer_.url("smtp"),
                .tls = SmtpTls::None,
                .from = "clinic@example.net",
                .from_name = "Clinic",
                .bounces_to = "bounces@example.net",
                .domain = "example.net",
                .connect_timeout = std::chrono::milliseconds(2000),
                .timeout = std::chrono::milliseconds(400)};
    }

    Peer peer_;
    VirtualClock clock_{Instant{}};
    SmtpChannel channel_{options(), clock_};
};

void expect_outcome(const Answers& answers, Outcome outcome, bool bad_address = false) {
    SmtpPeer peer(answers);
    const AttemptResult result = peer.send();
    EXPECT_EQ(result.outcome, outcome) << result.detail;
    EXPECT_EQ(result.bad_address, bad_address) << result.detail;
    EXPECT_EQ(result.detail.find("ana@"), std::string::npos) << result.detail;
    EXPECT_FALSE(result.detail.empty());
}

TEST(Smtp, AcceptsWith250AfterTheDot) {
    SmtpPeer peer({});
    const AttemptResult result = peer.send();
    EXPECT_EQ(result.outcome, Outcome::Accepted) << result.detail;
    EXPECT_EQ(result.provider_id, std::string(message_id) + "@example.net");
    EXPECT_EQ(result.detail, "after the final dot: 250 2.0.0 queued as 77");
    const auto notes = peer.notes();
    ASSERT_EQ(notes.size(), 5U);
    EXPECT_EQ(notes[0], "EHLO example.net");
    EXPECT_EQ(notes[1], "MAIL FROM:<bounces@example.net>");
    EXPECT_EQ(notes[2], "RCPT TO:<ana@example.org>");
    EXPECT_NE(notes[4].find("X-Parcours-Message: " + std::string(message_id)), std::string::npos);
    EXPECT_NE(notes[4].find("=2Edots"), std::string::npos) << "a dot cannot end the body early";
}

TEST(Smtp, KeepsTheConnectionForTheNextMail) {
    SmtpPeer peer({});
    EXPECT_EQ(peer.send().outcome, Outcome::Accepted);
    EXPECT_EQ(peer.send().outcome, Outcome::Accepted);
    EXPECT_EQ(peer.connections(), 1U);
}

TEST(Smtp, GoesOnAfterARefusedMail) {
    SmtpPeer peer({.recipient = "550 5.1.1 no such user\r\n"});
    EXPECT_EQ(peer.send().outcome, Outcome::Refused);
    const AttemptResult second = peer.send();
    EXPECT_EQ(second.outcome, Outcome::Refused) << second.detail;
    EXPECT_TRUE(second.bad_address);
}

TEST(Smtp, IsUnknownOnlyWhenLostAfterTheDot) {
    expect_outcome({.dot = ""}, Outcome::Unknown);
    expect_outcome({.dot = "RST"}, Outcome::Unknown);
    expect_outcome({.dot = "STALL"}, Outcome::Unknown);
    expect_outcome({.dot = "hello?\r\n"}, Outcome::Unknown);
    expect_outcome({.dot = "250-half an answer\r\n"}, Outcome::Unknown);
    expect_outcome({.dot = "25"}, Outcome::Unknown);
    expect_outcome({.dot = "354 again?\r\n"}, Outcome::Unknown);
}

TEST(Smtp, IsAcceptedOnlyByAWholeAnswer) {
    const std::string whole = "250-2.0.0 queued\r\n250 2.0.0 as 77\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        SmtpPeer peer({.dot = whole.substr(0, size), .closes_after_dot = true});
        EXPECT_EQ(peer.send().outcome, Outcome::Unknown) << size;
    }
    SmtpPeer peer({.dot = whole, .closes_after_dot = true});
    EXPECT_EQ(peer.send().outcome, Outcome::Accepted);
}

TEST(Smtp, IsLaterWhenLostBeforeTheDot) {
    expect_outcome({.greeting = ""}, Outcome::Later);
    expect_outcome({.greeting = "STALL"}, Outcome::Later);
    expect_outcome({.greeting = "\x16\x03garbage\r\n"}, Outcome::Later);
    expect_outcome({.hello = ""}, Outcome::Later);
    expect_outcome({.mail = "RST"}, Outcome::Later);
    expect_outcome({.recipient = ""}, Outcome::Later);
    expect_outcome({.recipient = "STALL"}, Outcome::Later);
    expect_outcome({.data = ""}, Outcome::Later);
    expect_outcome({.data = "RST"}, Outcome::Later);
    expect_outcome({.data = "STALL"}, Outcome::Later);
}

TEST(Smtp, IsLaterWhenTheBodyWasBrokenOff) {
    SmtpPeer peer({.body_lines_max = 5});
    Outbound message = sample_message();
    // Larger than the buffers of both sockets, so that the end cannot have left.
    message.text.assign(30000000, 'x');
    const AttemptResult result = peer.send(message);
    EXPECT_EQ(result.outcome, Outcome::Later) << result.detail;
}

TEST(Smtp, ReadsClearRefusalsAtEachStage) {
    expect_outcome({.greeting = "554 no service\r\n"}, Outcome::Refused);
    expect_outcome({.hello = "550 go away\r\n"}, Outcome::Refused);
    expect_outcome({.mail = "550 5.7.1 sender ana@example.org\r\n"}, Outcome::Refused);
    expect_outcome({.recipient = "550 no such user ana@example.org\r\n"}, Outcome::Refused, true);
    expect_outcome({.recipient = "550 5.1.1 <Ana@example.org> unknown\r\n"}, Outcome::Refused,
                   true);
    expect_outcome({.recipient = "554 5.7.1 relaying denied\r\n"}, Outcome::Refused, false);
    expect_outcome({.data = "554 no valid recipients\r\n"}, Outcome::Refused);
    expect_outcome({.dot = "554 5.6.0 spam\r\n"}, Outcome::Refused);
    expect_outcome({.dot = "552-too large\r\n552 really\r\n"}, Outcome::Refused);
}

TEST(Smtp, ReadsLaterAtEachStage) {
    expect_outcome({.greeting = "421 busy\r\n"}, Outcome::Later);
    expect_outcome({.hello = "421 busy\r\n"}, Outcome::Later);
    expect_outcome({.mail = "451 4.3.0 later\r\n"}, Outcome::Later);
    expect_outcome({.recipient = "450 4.2.0 greylisted\r\n"}, Outcome::Later);
    expect_outcome({.data = "451 later\r\n"}, Outcome::Later);
    expect_outcome({.dot = "452 4.3.1 disk full\r\n"}, Outcome::Later);
}

TEST(Smtp, IsLaterWhenNobodyListens) {
    const VirtualClock clock{Instant{}};
    SmtpOptions options{.url = "smtp://127.0.0.1:" + std::to_string(find_free_port()),
                        .tls = SmtpTls::None,
                        .from = "clinic@example.net",
                        .bounces_to = "clinic@example.net",
                        .domain = "example.net",
                        .timeout = std::chrono::milliseconds(2000)};
    EXPECT_EQ(SmtpChannel(options, clock).send(sample_message()).outcome, Outcome::Later);
    options.url = "smtp://no-such-host.invalid:25";
    EXPECT_EQ(SmtpChannel(options, clock).send(sample_message()).outcome, Outcome::Later);
    options.url = "smtp://127.0.0.1:1";
    options.tls = SmtpTls::Tls;
    options.ca_file = "/nonexistent/authorities.pem";
    EXPECT_EQ(SmtpChannel(options, clock).send(sample_message()).outcome, Outcome::Later);
}

TEST(Smtp, IsLaterWhenTlsIsMissing) {
    const VirtualClock clock{Instant{}};
    Peer peer([&peer](PeerConnection& connection, std::size_t /*number*/) {
        connection.write("220 peer\r\n");
        std::string line;
        while (connection.read_line(line)) {
            peer.note(line);
            connection.write("250 peer\r\n");
        }
    });
    SmtpChannel channel({.url = peer.url("smtp"),
                         .tls = SmtpTls::StartTls,
                         .from = "clinic@example.net",
                         .bounces_to = "clinic@example.net",
                         .domain = "example.net",
                         .timeout = std::chrono::milliseconds(2000)},
                        clock);
    EXPECT_EQ(channel.send(sample_message()).outcome, Outcome::Later);
    for (const std::string& line : peer.notes()) {
        EXPECT_FALSE(line.starts_with("MAIL")) << "a mail must not leave without TLS";
    }
}

TEST(Smtp, RefusesWhatCannotBeWritten) {
    SmtpPeer peer({});
    Outbound message = sample_message();
    message.to = "ana@example.org>\r\nRCPT TO:<eve@example.org";
    const AttemptResult result = peer.send(message);
    EXPECT_EQ(result.outcome, Outcome::Refused);
    EXPECT_TRUE(result.bad_address);
    message = sample_message();
    message.subject = "Hello\r\nBcc: eve@example.org";
    EXPECT_EQ(peer.send(message).outcome, Outcome::Refused);
    EXPECT_FALSE(peer.send(message).bad_address);
    EXPECT_EQ(peer.connections(), 0U);
}

TEST(Smtp, ChecksItsSettings) {
    const Settings base{{"url", "smtp://mail.example.org:587"}, {"from", "clinic@example.org"}};
    const auto with = [&base](Settings more) {
        more.insert(base.begin(), base.end());
        return parse_smtp_options(more);
    };
    ASSERT_TRUE(with({}).has_value());
    EXPECT_EQ(with({})->tls, SmtpTls::StartTls);
    EXPECT_EQ(with({})->domain, "example.org");
    EXPECT_EQ(with({})->bounces_to, "clinic@example.org");
    EXPECT_EQ(with({{"tls", "none"}})->tls, SmtpTls::None);
    EXPECT_EQ(with({{"url", "smtps://mail.example.org"}})->tls, SmtpTls::Tls);
    EXPECT_EQ(with({{"url", "smtp://127.0.0.1:2525"}})->tls, SmtpTls::None);
    EXPECT_EQ(with({{"url", "smtp://127.0.0.1:2525"}, {"tls", "starttls"}})->tls,
              SmtpTls::StartTls);
    EXPECT_EQ(with({{"url", "smtp://127.0.0.1.example.org"}})->tls, SmtpTls::StartTls);
    EXPECT_EQ(with({{"timeout_seconds", "7"}})->timeout, std::chrono::seconds(7));

    EXPECT_FALSE(with({{"tls", "maybe"}}).has_value());
    EXPECT_FALSE(with({{"tls", "none"}, {"username", "u"}, {"password", "p"}}).has_value());
    EXPECT_FALSE(with({{"url", "smtps://mail.example.org"}, {"tls", "none"}}).has_value());
    EXPECT_FALSE(with({{"url", "http://mail.example.org"}}).has_value());
    EXPECT_FALSE(with({{"url", "smtp://u:p@mail.example.org"}}).has_value());
    EXPECT_FALSE(with({{"from", "nobody"}}).has_value());
    EXPECT_FALSE(with({{"from_name", "a\r\nBcc: x"}}).has_value());
    EXPECT_FALSE(with({{"timeout_seconds", "0"}}).has_value());
    EXPECT_FALSE(with({{"domain", "a b"}}).has_value());
    const auto wrong = with({{"user", "u"}});
    ASSERT_FALSE(wrong.has_value());
    EXPECT_NE(wrong.error().message.find("did you mean"), std::string::npos);
    EXPECT_FALSE(parse_smtp_options({{"from", "clinic@example.org"}}).has_value());
}

}  // namespace
}  // namespace parcours::channel
