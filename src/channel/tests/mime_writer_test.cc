#include "channel/email/mime_writer.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "channel/email/mime_reader.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

Mail sample_mail() {
    return {.from = "clinic@example.org",
            .from_name = "Clinic \"North\"",
            .reply_to = "desk@example.org",
            .to = "ana@example.net",
            .to_name = "Ana Müller",
            .subject = "Your visit on Monday",
            .text = "Hello Ana,\nsee you on Monday.\n",
            .html = "<p>Hello Ana,<br>à lundi</p>",
            .language = "en",
            .message_id = "0123456789abcdef0123456789abcdef",
            .domain = "mail.example.org",
            .unsubscribe_uri = "mailto:unsubscribe+abc@example.org https://example.org/u/abc",
            .date = *parse_instant("2026-11-22T08:30:05Z")};
}

std::string write(const Mail& mail) {
    const auto wire = write_mail(mail);
    EXPECT_TRUE(wire.has_value()) << (wire ? "" : wire.error().message);
    return wire.value_or("");
}

std::string header_of(const Mail& mail, std::string_view name) {
    const std::string wire = write(mail);
    return std::string(find_header(parse_mime(wire).headers, name));
}

TEST(MimeWriter, WritesTheHeadersOfAMail) {
    const std::string wire = write(sample_mail());
    const MimePart mail = parse_mime(wire);
    const auto header = [&mail](std::string_view name) {
        return std::string(find_header(mail.headers, name));
    };
    EXPECT_EQ(header("from"), "\"Clinic \\\"North\\\"\" <clinic@example.org>");
    EXPECT_EQ(decode_words(header("to")), "Ana Müller <ana@example.net>");
    EXPECT_EQ(header("reply-to"), "<desk@example.org>");
    EXPECT_EQ(header("subject"), "Your visit on Monday");
    EXPECT_EQ(header("date"), "Sun, 22 Nov 2026 08:30:05 +0000");
    EXPECT_EQ(header("message-id"), "<0123456789abcdef0123456789abcdef@mail.example.org>");
    EXPECT_EQ(header("list-unsubscribe"),
              "<mailto:unsubscribe+abc@example.org>, <https://example.org/u/abc>");
    EXPECT_EQ(header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    EXPECT_EQ(header("auto-submitted"), "auto-generated");
    EXPECT_EQ(header("x-parcours-message"), "0123456789abcdef0123456789abcdef");
    EXPECT_EQ(header("content-language"), "en");
    EXPECT_EQ(header("mime-version"), "1.0");
    EXPECT_EQ(write(sample_mail()), wire) << "the same mail gives the same bytes";
}

TEST(MimeWriter, OffersOneClickOnlyOverHttps) {
    Mail mail = sample_mail();
    mail.unsubscribe_uri = "mailto:unsubscribe+abc@example.org";
    EXPECT_EQ(header_of(mail, "list-unsubscribe-post"), "");
    mail.unsubscribe_uri = "";
    EXPECT_EQ(header_of(mail, "list-unsubscribe"), "");
    for (const char* wrong : {"http://example.org/u", "javascript:x", "https://a>,<b",
                              "https://a,b", "mailto:a\r\nBcc: x"}) {
        mail.unsubscribe_uri = wrong;
        EXPECT_FALSE(write_mail(mail).has_value()) << wrong;
    }
}

TEST(MimeWriter, KeepsBodiesWhole) {
    const std::string lines = "From the clinic\n.\n..\n= equals\ntrailing space \ntab\t\n" +
                              std::string(300, 'x') + "\nété " + std::string(80, ' ') + "end\n";
    for (const std::string& text :
         {std::string("Hello\n"), lines, std::string("糖尿病复查提醒，请回复。\n你好\n"),
          std::string("a\r\nb\rc\n"), std::string(1000, '.') + "\n",
          std::string("emoji \xF0\x9F\x98\x80\n")}) {
        Mail mail = sample_mail();
        mail.text = text;
        const std::string wire = write(mail);
        const MimePart parsed = parse_mime(wire);
        ASSERT_EQ(parsed.type, "multipart/alternative");
        ASSERT_EQ(parsed.parts.size(), 2U);
        EXPECT_EQ(parsed.parts[0].type, "text/plain");
        EXPECT_EQ(parsed.parts[1].type, "text/html");
        std::string wanted;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
            if (!pair) {
                wanted += text[i] == '\r' ? '\n' : text[i];
            }
        }
        std::string read = decode_text(parsed.parts[0], 100000);
        if (read != wanted) {
            // The line end before a boundary belongs to the boundary.
            ASSERT_EQ(read, wanted + "\n") << wire;
        }
        EXPECT_EQ(std::string(trim(decode_text(parsed.parts[1], 1000))), mail.html);
    }
}

TEST(MimeWriter, WritesTextAloneWithoutHtml) {
    Mail mail = sample_mail();
    mail.html = "";
    const std::string wire = write(mail);
    EXPECT_EQ(parse_mime(wire).type, "text/plain");
    EXPECT_EQ(wire.find("multipart"), std::string::npos);
}

TEST(MimeWriter, KeepsLinesShortAndAscii) {
    Mail mail = sample_mail();
    for (const std::string& subject :
         {std::string("Rendez-vous à l'hôpital : préparez votre première visite de contrôle"),
          std::string("您的糖尿病复查提醒：请尽快预约，我们的记录中没有您最近的糖化血红蛋白结果，请"
                      "联系我们"),
          std::string(200, 'x'), std::string("=?UTF-8?B?eA==?="), std::string(" padded "),
          std::string("\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80"
                      "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80"
                      "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80"),
          std::string()}) {
        mail.subject = subject;
        mail.to_name = subject;
        mail.text = subject + subject;
        std::string wire = write(mail);
        const MimePart parsed = parse_mime(wire);
        EXPECT_EQ(decode_words(find_header(parsed.headers, "subject")), subject);
        std::string_view rest = wire;
        while (!rest.empty()) {
            const std::size_t end = rest.find("\r\n");
            ASSERT_NE(end, std::string_view::npos) << "each line ends with CRLF";
            const std::string_view line = rest.substr(0, end);
            EXPECT_LE(line.size(), 78U) << line;
            EXPECT_FALSE(has_control(line)) << line;
            if (line.find("=?UTF-8") != std::string_view::npos) {
                EXPECT_LE(line.size(), 76U) << line;
            }
            for (const char c : line) {
                ASSERT_LT(static_cast<unsigned char>(c), 0x80) << line;
            }
            rest.remove_prefix(end + 2);
        }
    }
}

TEST(MimeWriter, RefusesHeaderInjection) {
    using namespace std::string_literals;
    const std::vector<std::string Mail::*> fields{
        &Mail::from,    &Mail::from_name, &Mail::reply_to,   &Mail::to,     &Mail::to_name,
        &Mail::subject, &Mail::language,  &Mail::message_id, &Mail::domain, &Mail::unsubscribe_uri};
    for (const auto field : fields) {
        for (const std::string& poison :
             {"\r\nBcc: eve@example.org"s, "\n"s, "\r"s, "\0"s, "\x7f"s}) {
            Mail mail = sample_mail();
            mail.*field += poison;
            const auto wire = write_mail(mail);
            ASSERT_FALSE(wire.has_value());
            EXPECT_EQ(wire.error().code, ErrorCode::InvalidInput);
            EXPECT_EQ(wire.error().message.find("example.net"), std::string::npos);
        }
    }
}

TEST(MimeWriter, RefusesWhatIsNoText) {
    for (const auto field : {&Mail::subject, &Mail::text, &Mail::html, &Mail::to_name}) {
        Mail mail = sample_mail();
        mail.*field = "\xC3\x28";
        EXPECT_FALSE(write_mail(mail).has_value());
    }
    Mail mail = sample_mail();
    mail.message_id = "short";
    EXPECT_FALSE(write_mail(mail).has_value());
    mail = sample_mail();
    mail.to = "nobody";
    EXPECT_FALSE(write_mail(mail).has_value());
    mail = sample_mail();
    mail.domain = "";
    EXPECT_FALSE(write_mail(mail).has_value());
}

TEST(MimeWriter, KnowsAddresses) {
    for (const char* good : {"a@b", "ana.lee+x@example.org", "o'neil@example.org", "1@2.example"}) {
        EXPECT_TRUE(is_mail_address(good)) << good;
    }
    for (const std::string& bad : {std::string(),
                                   std::string("a"),
                                   std::string("@b"),
                                   std::string("a@"),
                                   std::string("a@b@c"),
                                   std::string("a b@c"),
                                   std::string("a@b c"),
                                   std::string("<a@b>"),
                                   std::string("a@b,c@d"),
                                   std::string("a..b@c"),
                                   std::string(".a@c"),
                                   std::string("a.@c"),
                                   std::string("a@.c"),
                                   std::string("a@c."),
                                   std::string("a@-c"),
                                   std::string("é@c"),
                                   std::string("a@b\r\n"),
                                   std::string("\"a\"@b"),
                                   std::string(65, 'a') + "@b",
                                   "a@" + std::string(300, 'b')}) {
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    }
}

TEST(MimeWriter, WritesDates) {
    EXPECT_EQ(format_mail_date(*parse_instant("2024-02-29T23:59:59Z")),
              "Thu, 29 Feb 2024 23:59:59 +0000");
    EXPECT_EQ(format_mail_date(*parse_instant("1969-12-31T23:59:59Z")),
              "Wed, 31 Dec 1969 23:59:59 +0000");
}

}  // namespace
}  // namespace parcours::channel
