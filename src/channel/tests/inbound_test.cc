#include "channel/email/inbound.h"

#include <cctype>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/random.h"
#include "channel/unsubscribe.h"

namespace parcours::channel {
namespace {

constexpr std::string_view id = "0123456789abcdef0123456789abcdef";
const InboundMailOptions options{.unsubscribe_mailbox = "unsubscribe", .domain = "example.org"};

std::vector<Inbound> read(const std::string& mail) {
    const auto notices = read_inbound_mail(mail, options);
    EXPECT_TRUE(notices.has_value()) << (notices ? "" : notices.error().message);
    return notices.value_or(std::vector<Inbound>{});
}

Inbound read_one(const std::string& mail) {
    const auto notices = read(mail);
    EXPECT_EQ(notices.size(), 1U) << mail.substr(0, 400);
    return notices.empty() ? Inbound{} : notices.front();
}

std::string mail_with(const std::string& headers, const std::string& body) {
    return "From: Ana Example <ana@example.net>\r\nTo: Clinic <clinic@example.org>\r\n"
           "Message-ID: <abc@example.net>\r\n" +
           headers + "\r\n" + body;
}

TEST(InboundMail, ReadsAReply) {
    const Inbound reply = read_one(mail_with(
        "In-Reply-To: <" + std::string(id) + "@example.org>\r\nSubject: Re: visit\r\n",
        "Yes, I will come.\r\nAna\r\n\r\nOn Mon, 2 Mar 2026, Clinic <clinic@example.org> wrote:\r\n"
        "> See you on Monday\r\n> STOP to stop\r\n"));
    EXPECT_EQ(reply.kind, Inbound::Kind::Reply);
    EXPECT_EQ(reply.from, "ana@example.net");
    EXPECT_EQ(reply.text, "Yes, I will come.\nAna");
    EXPECT_EQ(reply.message_id, id);
    EXPECT_EQ(reply.provider_id, std::string(id) + "@example.org");
    EXPECT_EQ(reply.event_id, "<abc@example.net>");
}

TEST(InboundMail, FindsOurIdInReferences) {
    const Inbound reply =
        read_one(mail_with("In-Reply-To: <other@example.net>\r\nReferences: <x@y>\r\n <" +
                               std::string(id) + "@EXAMPLE.ORG> <z@z>\r\n",
                           "fine\r\n"));
    EXPECT_EQ(reply.message_id, id);
    EXPECT_EQ(
        read_one(mail_with("In-Reply-To: <" + std::string(id) + "@elsewhere.net>\r\n", "fine"))
            .message_id,
        "");
}

TEST(InboundMail, TakesQuotationsOff) {
    const auto text_of = [](const std::string& body) { return read_one(mail_with("", body)).text; };
    EXPECT_EQ(
        text_of("Oui\n\nLe lun. 2 mars 2026 à 10:00, Clinique <c@example.org> a écrit :\n> x"),
        "Oui");
    EXPECT_EQ(text_of("好的\n\n在 2026年3月2日，诊所 写道：\n> 您好"), "好的");
    EXPECT_EQ(text_of("Fine\n-----Original Message-----\nFrom: Clinic\n\nold"), "Fine");
    EXPECT_EQ(text_of("D'accord\n-----Message d'origine-----\nold"), "D'accord");
    EXPECT_EQ(text_of("OK\n-- \nAna Example\n+33 1"), "OK");
    EXPECT_EQ(text_of("OK\nOn Mon, 2 Mar 2026 at 10:00, Clinic\n<clinic@example.org> wrote:\n> a"),
              "OK");
    EXPECT_EQ(text_of("> quoted first\nand my answer below"), "and my answer below");
    EXPECT_EQ(text_of("On Monday I wrote a letter\nto you"), "On Monday I wrote a letter\nto you");
}

TEST(InboundMail, DecodesBodies) {
    EXPECT_EQ(read_one(mail_with("Content-Type: text/plain; charset=utf-8\r\n"
                                 "Content-Transfer-Encoding: quoted-printable\r\n",
                                 "J=27arriverai =C3=A0 l=\r\n'heure=20\r\n"))
                  .text,
              "J'arriverai à l'heure");
    EXPECT_EQ(
        read_one(mail_with("Content-Type: text/plain; charset=\"ISO-8859-1\"\r\n", "d\xE9j\xE0"))
            .text,
        "déjà");
    EXPECT_EQ(read_one(mail_with("Content-Type: text/plain; charset=gb18030\r\n"
                                 "Content-Transfer-Encoding: base64\r\n",
                                 "xOO6ww==\r\n"))
                  .text,
              "你好");
    EXPECT_EQ(
        read_one(mail_with("Content-Type: multipart/alternative; boundary=\"b 1\"\r\n",
                           "preamble\r\n--b 1\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n"
                           "--b 1\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b 1--\r\nend"))
            .text,
        "plain");
    EXPECT_EQ(
        read_one(mail_with("Content-Type: text/html\r\n",
                           "<html><head><title>x</title></head><style>p{}</style><p>Yes &amp; "
                           "thanks</p><br>Ana<blockquote>STOP</blockquote></html>"))
            .text,
        "Yes & thanks\n\nAna");
    EXPECT_EQ(
        read_one(mail_with("Subject: =?UTF-8?Q?Je_viens_=C3=A0?= =?utf-8?B?IDEwIGg=?=\r\n", ""))
            .text,
        "Je viens à 10 h");
}

TEST(InboundMail, TakesStopWordsAtTheirWord) {
    EXPECT_EQ(read_one(mail_with("", "STOP please\r\n")).kind, Inbound::Kind::Unsubscribe);
    EXPECT_EQ(read_one(mail_with("Subject: Unsubscribe\r\n", "")).kind, Inbound::Kind::Unsubscribe);
    EXPECT_EQ(read_one(mail_with("", "don't stop\r\n")).kind, Inbound::Kind::Reply);
}

TEST(InboundMail, ReadsUnsubscribeTokens) {
    const std::string token = *make_unsubscribe_token("secret", id, "hash");
    std::string shouted = token;
    for (char& c : shouted) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    for (const std::string& header :
         {"Delivered-To: unsubscribe+" + token + "@example.org\r\n",
          "X-Original-To: unsubscribe+" + token + "@example.org\r\n",
          "To: Clinic <Unsubscribe+" + shouted + "@example.org>\r\n",
          "Cc: x@example.net, unsubscribe+" + token + "@example.org\r\n"}) {
        const Inbound wish = read_one("From: ana@example.net\r\n" + header + "\r\nanything");
        EXPECT_EQ(wish.kind, Inbound::Kind::Unsubscribe) << header;
        EXPECT_EQ(wish.message_id, id);
        EXPECT_TRUE(verify_unsubscribe_token("secret", wish.token, "hash")) << header;
        EXPECT_EQ(wish.from, "ana@example.net");
    }
    for (const std::string& header : {std::string("To: unsubscribe@example.org\r\n"),
                                      std::string("To: unsubscribe+broken@example.org\r\n")}) {
        const Inbound wish = read_one("From: ana@example.net\r\n" + header + "\r\nanything");
        EXPECT_EQ(wish.kind, Inbound::Kind::Unsubscribe) << header;
        EXPECT_EQ(wish.token, "") << header;
        EXPECT_EQ(wish.message_id, "") << header;
    }
    for (const std::string& header :
         {"To: no-unsubscribe+" + token + "@example.org\r\n",
          std::string("To: unsubscriber@example.org\r\n"),
          "Subject: unsubscribe+" + token + "@example.org\r\nTo: c@example.org\r\n"}) {
        EXPECT_EQ(read_one("From: ana@example.net\r\n" + header + "\r\nanything").kind,
                  Inbound::Kind::Reply)
            << header;
    }
}

std::string report(const std::string& recipients, const std::string& returned) {
    return "From: MAILER-DAEMON@relay.example.net\r\nTo: bounces@example.org\r\n"
           "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nMessage-ID: "
           "<r1@relay.example.net>\r\n"
           "Content-Type: multipart/report; report-type=delivery-status;\r\n "
           "boundary=\"rr\"\r\n\r\n"
           "--rr\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
           "--rr\r\nContent-Type: message/delivery-status\r\n\r\n"
           "Reporting-MTA: dns; relay.example.net\r\n\r\n" +
           recipients + "\r\n--rr\r\nContent-Type: " + returned + "--rr--\r\n";
}

TEST(InboundMail, ReadsDeliveryReports) {
    const std::string returned = "message/rfc822\r\n\r\nFrom: clinic@example.org\r\nMessage-ID: <" +
                                 std::string(id) + "@example.org>\r\nSubject: x\r\n\r\nbody\r\n";
    const auto notices = read(report(
        "Final-Recipient: rfc822; ana@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <ana@example.net> unknown\r\n\r\n"
        "Original-Recipient: rfc822;ben@example.net\r\nAction: DELAYED\r\nStatus: 4.4.7\r\n\r\n"
        "Final-Recipient: rfc822;cy@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: rfc822;di@example.net\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\n"
        "Final-Recipient: rfc822;ed@example.net\r\nAction: failed\r\nStatus: 5.2.2\r\n",
        returned));
    ASSERT_EQ(notices.size(), 4U);
    EXPECT_EQ(notices[0].kind, Inbound::Kind::Bounced);
    EXPECT_EQ(notices[0].from, "ana@example.net");
    EXPECT_TRUE(notices[0].bad_address);
    EXPECT_EQ(notices[0].detail, "failed 5.1.1 smtp; 550 5.1.1 <<address>> unknown");
    EXPECT_EQ(notices[0].message_id, id);
    EXPECT_EQ(notices[0].event_id, "<r1@relay.example.net>");
    EXPECT_EQ(notices[1].kind, Inbound::Kind::Delayed);
    EXPECT_EQ(notices[1].from, "ben@example.net");
    EXPECT_NE(notices[1].event_id, notices[0].event_id);
    EXPECT_EQ(notices[2].kind, Inbound::Kind::Delivered);
    EXPECT_EQ(notices[3].kind, Inbound::Kind::Bounced);
    EXPECT_FALSE(notices[3].bad_address) << "a full mailbox is not a bad address";
}

TEST(InboundMail, FindsTheReturnedIdInHeadersToo) {
    const std::string failed =
        "Final-Recipient: rfc822; ana@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n";
    EXPECT_EQ(read_one(report(failed,
                              "text/rfc822-headers\r\n\r\nMessage-ID: <x@y>\r\n"
                              "X-Parcours-Message: " +
                                  std::string(id) + "\r\n\r\n"))
                  .message_id,
              id);
    EXPECT_EQ(read_one(report(failed, "text/plain\r\n\r\nnothing\r\n")).message_id, "");
    EXPECT_TRUE(read(report("Action: wondering\r\n", "text/plain\r\n\r\n")).empty());
}

TEST(InboundMail, IgnoresAutomaticAnswers) {
    for (const char* header :
         {"Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "X-Autoreply: yes\r\n",
          "Precedence: auto_reply\r\n", "Return-Path: <>\r\n"}) {
        EXPECT_TRUE(read(mail_with(header, "I am away, STOP")).empty()) << header;
    }
    EXPECT_EQ(read(mail_with("Auto-Submitted: no\r\n", "hello")).size(), 1U);
}

TEST(InboundMail, RefusesWhatIsNoMail) {
    for (const std::string& text :
         {std::string(), std::string("hello"), std::string(100000, 'x'), std::string(5000, '\0'),
          std::string("\r\n\r\n"), std::string("Subject: only\r\n\r\nx")}) {
        const auto notices = read_inbound_mail(text, options);
        ASSERT_FALSE(notices.has_value());
        EXPECT_EQ(notices.error().code, ErrorCode::InvalidInput);
    }
    const auto large = read_inbound_mail(std::string(inbound_mail_size_max + 1, 'x'), options);
    ASSERT_FALSE(large.has_value());
    EXPECT_EQ(large.error().code, ErrorCode::Limit);
}

TEST(InboundMail, BoundsDepthPartsAndText) {
    std::string nested = "From: a@example.net\r\n";
    for (int depth = 0; depth < 5000; ++depth) {
        const std::string boundary = "b" + std::to_string(depth);
        nested += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary +
                  "\r\n";
    }
    EXPECT_EQ(read(nested + "\r\nSTOP").size(), 1U);
    std::string wide = "From: a@example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int part = 0; part < 5000; ++part) {
        wide += "--b\r\nContent-Type: image/png\r\n\r\nx\r\n";
    }
    EXPECT_EQ(read(wide).size(), 1U);
    std::string fields = "From: a@example.net\r\n";
    for (int field = 0; field < 5000; ++field) {
        fields += "X-" + std::to_string(field) + ": y\r\n";
    }
    const Inbound reply = read_one(fields + "\r\n" + std::string(1000000, 'y'));
    EXPECT_EQ(reply.text.size(), reply_size_max);
    EXPECT_EQ(read_one(mail_with("", "ok \xFF\xFE fine")).text, "ok \uFFFD\uFFFD fine");
}

TEST(InboundMail, SurvivesDamage) {
    const std::string whole =
        report("Final-Recipient: rfc822; ana@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n",
               "message/rfc822\r\n\r\nMessage-ID: <" + std::string(id) + "@example.org>\r\n\r\n") +
        mail_with(
            "Content-Type: text/plain; charset=\"gb18030\"\r\nSubject: =?utf-8?Q?=C3?=\r\n"
            "Content-Transfer-Encoding: base64\r\n",
            "xOO6ww==");
    SeededRandom random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = whole;
        const std::uint64_t changes = 1 + random.below(8);
        for (std::uint64_t change = 0; change < changes; ++change) {
            const std::size_t at = random.below(damaged.size());
            if (random.below(3) == 0) {
                damaged.erase(at, 1 + random.below(40));
            } else {
                damaged[at] = static_cast<char>(random.below(256));
            }
        }
        const auto notices = read_inbound_mail(damaged, options);
        if (notices) {
            for (const Inbound& notice : *notices) {
                ASSERT_LE(notice.text.size(), reply_size_max);
                ASSERT_FALSE(notice.event_id.empty());
            }
        }
    }
}

}  // namespace
}  // namespace parcours::channel
