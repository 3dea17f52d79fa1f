#include "outreach/email_page.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace parcours::outreach {
namespace {

const Rendered message{"Your <visit>", "Hello Ann.", "<p>Hello <strong>Ann</strong>.</p>\n"};

EmailFrame frame(std::string language) {
    return {std::move(language), "Mill & Lane", "1 Mill Lane", "+44 20 7946 0123",
            "https://clinic.example/stop?t=a&b=c"};
}

bool has(std::string_view page, std::string_view words) {
    return page.find(words) != std::string_view::npos;
}

TEST(EmailPage, FramesTheWordsInTheirLanguage) {
    const std::string page = make_email_html(message, frame("fr-CA"));
    EXPECT_TRUE(has(page, "<html lang=\"fr-CA\">"));
    EXPECT_TRUE(has(page, "<title>Your &lt;visit&gt;</title>"));
    EXPECT_TRUE(has(page, "<p style=\"margin:0 0 16px\">Hello <strong>Ann</strong>.</p>"));
    EXPECT_TRUE(
        has(page, "Vous recevez ce message parce que vous êtes suivi(e) par Mill &amp; Lane."));
    EXPECT_TRUE(has(page, "href=\"https://clinic.example/stop?t=a&amp;b=c\">Ne plus recevoir"));
    EXPECT_TRUE(has(make_email_html(message, frame("zh")), "不再接收此类邮件"));
    EXPECT_TRUE(has(make_email_html(message, frame("de")), "Stop e-mails of this kind"));
}

TEST(EmailPage, EscapesTheFrame) {
    EmailFrame hostile = frame("en\"><script>");
    hostile.clinic_name = "<script>x</script>";
    hostile.clinic_address = "\"'>";
    const std::string page = make_email_html(message, hostile);
    EXPECT_FALSE(has(page, "<script"));
    EXPECT_TRUE(has(page, "&lt;script&gt;x&lt;/script&gt;"));
}

TEST(EmailPage, LinksOnlyToSafeAddresses) {
    EmailFrame hostile = frame("en");
    hostile.unsubscribe_url = "javascript:alert(1)";
    EXPECT_FALSE(has(make_email_html(message, hostile), "<a "));
    EXPECT_FALSE(has(make_email_text(message, hostile), "javascript"));
    hostile.unsubscribe_url = "";
    EXPECT_FALSE(has(make_email_html(message, hostile), "Stop e-mails"));
    hostile.unsubscribe_url = "mailto:stop@clinic.example";
    EXPECT_TRUE(has(make_email_html(message, hostile), "href=\"mailto:stop@clinic.example\""));
}

TEST(EmailPage, TextHasTheSameFooter) {
    EXPECT_EQ(make_email_text(message, frame("en")),
              "Hello Ann.\n\n-- \nMill & Lane · 1 Mill Lane · +44 20 7946 0123\n"
              "You receive this e-mail because you are a patient of Mill & Lane.\n"
              "E-mail is not for emergencies: call the emergency number of your country.\n"
              "Stop e-mails of this kind: https://clinic.example/stop?t=a&b=c\n");
}

}  // namespace
}  // namespace parcours::outreach
