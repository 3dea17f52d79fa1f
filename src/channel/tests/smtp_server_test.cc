// Sends through OpenSMTPD, a mail server nobody here wrote: what it takes, refuses and returns.

#include <array>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "channel/email/inbound.h"
#include "channel/email/mime_reader.h"
#include "channel/email/smtp.h"
#include "channel/tests/certificate.h"
#include "channel/tests/peer.h"
#include "channel/unsubscribe.h"

namespace parcours::channel {
namespace {

namespace fs = std::filesystem;
using testing::find_free_port;
using testing::TemporaryFolder;

constexpr const char* server_program = "/usr/sbin/smtpd";

/// OpenSMTPD in the foreground on a free port of 127.0.0.1, delivering example.org into a maildir
/// and failing every delivery to example.net. Ended by its own process id.
class MailServer {
  public:
    MailServer() {
        fs::permissions(folder_.path(), fs::perms(0755));
        fs::create_directory(inbox());
        fs::permissions(inbox(), fs::perms(0777));
        write_configuration();
        start();
    }
    ~MailServer() {
        kill(process_, SIGTERM);
        waitpid(process_, nullptr, 0);
        close(log_);
    }
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] const std::string& log() const { return text_; }

    /// Reads the server's log until it says so (or is silent for too long).
    bool wait_for(std::string_view words) {
        std::size_t seen = text_.find(words, checked_);
        while (seen == std::string::npos && read_log()) {
            seen = text_.find(words, checked_);
        }
        checked_ = seen == std::string::npos ? checked_ : seen + words.size();
        return seen != std::string::npos;
    }

    /// Waits for a delivered mail that holds these words. (The server's queue is the machine's:
    /// mail of a test that was broken off may arrive too.)
    std::string take_mail(std::string_view words) {
        while (wait_for("result=Ok")) {
            for (const auto& entry : fs::directory_iterator(inbox() / "new")) {
                std::ifstream file(entry.path(), std::ios::binary);
                const std::string mail{std::istreambuf_iterator<char>(file), {}};
                if (mail.find(words) != std::string::npos) {
                    return mail;
                }
            }
        }
        return {};
    }

    /// An id that no other run of the test uses.
    [[nodiscard]] std::string message_id() const {
        return content_hash(folder_.path().string()).to_hex();
    }

  private:
    [[nodiscard]] fs::path inbox() const { return folder_.path() / "inbox"; }

    void write_configuration() {
        const fs::path file = folder_.path() / "smtpd.conf";
        std::ofstream out(file);
        out << "smtp max-message-size 100K\n"
            << "table everyone { \"@\" = nobody }\n"
            << "listen on 127.0.0.1 port " << port_ << " hostname mail.example.org\n"
            << "action \"keep\" maildir \"" << inbox().string() << "\" virtual <everyone>\n"
            << "action \"fail\" mda \"/bin/false\" virtual <everyone>\n"
            << "match from any for domain \"example.org\" action \"keep\"\n"
            << "match from any for domain \"example.net\" action \"fail\"\n";
        out.close();
        fs::permissions(file, fs::perms(0600));
    }

    void start() {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = server_program;
        std::string foreground = "-d";
        std::string option = "-f";
        std::string file = (folder_.path() / "smtpd.conf").string();
        std::array<char*, 5> arguments{program.data(), foreground.data(), option.data(),
                                       file.data(), nullptr};
        ASSERT_EQ(
            posix_spawn(&process_, server_program, &actions, nullptr, arguments.data(), environ),
            0);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
        log_ = ends[0];
        ASSERT_TRUE(wait_for("starting")) << text_;
    }

    bool read_log() {
        constexpr int silence_ms_max = 20000;
        pollfd wait{log_, POLLIN, 0};
        std::array<char, 4096> room{};
        if (poll(&wait, 1, silence_ms_max) <= 0) {
            return false;
        }
        const ssize_t count = read(log_, room.data(), room.size());
        if (count <= 0) {
            return false;
        }
        text_.append(room.data(), static_cast<std::size_t>(count));
        return true;
    }

    TemporaryFolder folder_;
    std::uint16_t port_ = find_free_port();
    pid_t process_ = 0;
    int log_ = -1;
    std::string text_;
    std::size_t checked_ = 0;
};

class RealSmtpServer : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(server_program)) {
            GTEST_SKIP() << "OpenSMTPD is not installed (Debian package opensmtpd)";
        }
        if (geteuid() != 0) {
            GTEST_SKIP() << "OpenSMTPD runs only when started by root";
        }
        if (fs::exists("/var/run/smtpd.sock")) {
            GTEST_SKIP() << "an OpenSMTPD is already running on this machine";
        }
        server_.emplace();
        channel_.emplace(SmtpOptions{.url = server_->url(),
                                     .tls = SmtpTls::None,
                                     .from = "clinic@example.org",
                                     .from_name = "Clinique du Nord-Été",
                                     .bounces_to = "bounces@example.org",
                                     .domain = "example.org"},
                         clock_);
        wait_until_it_listens();
    }

    /// The server says "starting" a moment before it listens.
    void wait_until_it_listens() {
        constexpr int attempts_max = 400;
        constexpr int pause_ms = 5;
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            const AttemptResult result = channel_->send(message("nobody@elsewhere.example"));
            if (!result.detail.starts_with("on connecting")) {
                return;
            }
            poll(nullptr, 0, pause_ms);
        }
        FAIL() << "OpenSMTPD does not listen: " << server_->log();
    }

    [[nodiscard]] Outbound message(const std::string& to) const {
        return {.message_id = server_->message_id(),
                .to = to,
                .to_name = "王小明",
                .language = "zh",
                .subject = "您的糖尿病复查提醒：请尽快预约",
                .text = "您好，\n.\n请回复。\n",
                .html = "<p>您好</p>",
                .unsubscribe_uri = "mailto:unsubscribe+x@example.org"};
    }

    std::string deliver(const Outbound& outbound) {
        const AttemptResult result = channel_->send(outbound);
        EXPECT_EQ(result.outcome, Outcome::Accepted) << result.detail;
        std::string mail = server_->take_mail(outbound.message_id);
        EXPECT_FALSE(mail.empty()) << server_->log();
        return mail;
    }

    VirtualClock clock_{*parse_instant("2026-03-01T10:00:00Z")};
    std::optional<MailServer> server_;
    std::optional<SmtpChannel> channel_;
};

TEST_F(RealSmtpServer, DeliversWhatWasWritten) {
    const std::string mail = deliver(message("ming@example.org"));
    const MimePart parsed = parse_mime(mail);
    EXPECT_EQ(decode_words(find_header(parsed.headers, "subject")),
              "您的糖尿病复查提醒：请尽快预约");
    EXPECT_EQ(decode_words(find_header(parsed.headers, "to")), "王小明 <ming@example.org>");
    EXPECT_EQ(decode_words(find_header(parsed.headers, "from")),
              "Clinique du Nord-Été <clinic@example.org>");
    EXPECT_EQ(find_header(parsed.headers, "message-id"),
              "<" + server_->message_id() + "@example.org>");
    EXPECT_EQ(find_header(parsed.headers, "date"), "Sun, 01 Mar 2026 10:00:00 +0000");
    const MimePart* text = find_part(parsed, "text/plain");
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(decode_text(*text, 1000), "您好，\n.\n请回复。\n");
}

TEST_F(RealSmtpServer, RefusesStrangersAndLargeMail) {
    const AttemptResult stranger = channel_->send(message("nobody@elsewhere.example"));
    EXPECT_EQ(stranger.outcome, Outcome::Refused) << stranger.detail;
    EXPECT_TRUE(stranger.detail.starts_with("after RCPT TO: 550")) << stranger.detail;
    Outbound large = message("ming@example.org");
    large.text.assign(300000, 'x');
    const AttemptResult result = channel_->send(large);
    EXPECT_EQ(result.outcome, Outcome::Refused) << result.detail;
    EXPECT_FALSE(result.bad_address);
    EXPECT_FALSE(deliver(message("ming@example.org")).empty())
        << "a refused mail does not spoil the connection";
}

TEST_F(RealSmtpServer, CarriesUnsubscribeTokensThrough) {
    const std::string token = *make_unsubscribe_token("secret", server_->message_id(), "hash");
    const std::string mail = deliver(message("unsubscribe+" + token + "@example.org"));
    const auto notices = channel_->receive("", mail, "");
    ASSERT_TRUE(notices.has_value());
    ASSERT_EQ(notices->size(), 1U);
    EXPECT_EQ(notices->front().kind, Inbound::Kind::Unsubscribe);
    EXPECT_TRUE(verify_unsubscribe_token("secret", notices->front().token, "hash"));
}

TEST_F(RealSmtpServer, ReturnsABounceThatWeUnderstand) {
    const AttemptResult result = channel_->send(message("ming@example.net"));
    ASSERT_EQ(result.outcome, Outcome::Accepted) << "accepted is not delivered";
    const std::string mail = server_->take_mail(server_->message_id());
    const auto notices = channel_->receive("", mail, "");
    ASSERT_TRUE(notices.has_value()) << notices.error().message;
    ASSERT_EQ(notices->size(), 1U) << mail;
    EXPECT_EQ(notices->front().kind, Inbound::Kind::Bounced);
    EXPECT_EQ(notices->front().from, "ming@example.net");
    EXPECT_EQ(notices->front().message_id, server_->message_id());
}

TEST_F(RealSmtpServer, IsLaterWhenItOffersNoTls) {
    SmtpChannel channel({.url = server_->url(),
                         .tls = SmtpTls::StartTls,
                         .from = "clinic@example.org",
                         .bounces_to = "clinic@example.org",
                         .domain = "example.org"},
                        clock_);
    EXPECT_EQ(channel.send(message("ming@example.org")).outcome, Outcome::Later);
}

}  // namespace
}  // namespace parcours::channel
