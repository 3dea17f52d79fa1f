#include "outreach/email_page.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "outreach/render.h"

namespace parcours::outreach {
namespace {

struct FooterWords {
    std::string_view language;
    std::string_view reason;  ///< %s is the clinic
    std::string_view stop;
    std::string_view unwatched;
};

constexpr std::array<FooterWords, 3> footers = {{
    {"en", "You receive this e-mail because you are a patient of %s.", "Stop e-mails of this kind",
     "E-mail is not for emergencies: call the emergency number of your country."},
    {"fr", "Vous recevez ce message parce que vous êtes suivi(e) par %s.",
     "Ne plus recevoir ce type de message",
     "L’e-mail ne convient pas aux urgences : appelez le numéro d’urgence de votre pays."},
    {"zh", "您收到此邮件，是因为您在%s就诊。", "不再接收此类邮件",
     "紧急情况请勿使用邮件，请拨打当地急救电话。"},
}};

const FooterWords& footer_in(std::string_view language) {
    for (const FooterWords& words : footers) {
        if (language.substr(0, language.find('-')) == words.language) {
            return words;
        }
    }
    return footers.front();
}

std::string put_clinic(std::string_view sentence, std::string_view clinic) {
    std::string text(sentence);
    text.replace(text.find("%s"), 2, clinic);
    return text;
}

/// Mail programs drop style sheets; what matters stands at each element.
std::string style_elements(std::string html) {
    struct Style {
        std::string_view tag;
        std::string_view styled;
    };
    constexpr std::array<Style, 5> styles = {{
        {"<p>", R"(<p style="margin:0 0 16px">)"},
        {"<ul>", R"(<ul style="margin:0 0 16px;padding-left:24px">)"},
        {"<ol>", R"(<ol style="margin:0 0 16px;padding-left:24px">)"},
        {"<h1>", R"(<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">)"},
        {"<h2>", R"(<h2 style="margin:24px 0 12px;font-size:18px;line-height:1.3">)"},
    }};
    for (const Style& style : styles) {
        for (std::size_t at = html.find(style.tag); at != std::string::npos;
             at = html.find(style.tag, at + style.styled.size())) {
            html.replace(at, style.tag.size(), style.styled);
        }
    }
    return html;
}

/// Only addresses that a mail program may open.
bool is_safe_link(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("mailto:") ||
           url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
}

std::string contact_line(const EmailFrame& frame) {
    std::string line = frame.clinic_name;
    line += frame.clinic_address.empty() ? "" : " · " + frame.clinic_address;
    line += frame.clinic_phone.empty() ? "" : " · " + frame.clinic_phone;
    return line;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string make_email_html(const Rendered& message, const EmailFrame& frame) {
    const FooterWords& words = footer_in(frame.language);
    std::string page = "<!DOCTYPE html>\n<html lang=\"" + escape_html(frame.language) +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
    page += escape_html(message.subject);
    page +=
        "</title>\n</head>\n"
        "<body style=\"margin:0;padding:24px 16px;font-family:Helvetica,Arial,'Noto Sans',"
        "'PingFang SC','Microsoft YaHei',sans-serif;font-size:16px;line-height:1.5\">\n"
        "<div style=\"max-width:560px;margin:0 auto\">\n"
        "<p style=\"margin:0 0 24px;font-weight:bold\">";
    page += escape_html(frame.clinic_name);
    page += "</p>\n<main>\n";
    page += style_elements(message.html);
    page +=
        "</main>\n<div style=\"margin-top:32px;padding-top:16px;border-top:1px solid #999;"
        "font-size:14px\">\n<p style=\"margin:0 0 8px\">";
    page += escape_html(contact_line(frame));
    page += "</p>\n<p style=\"margin:0 0 8px\">";
    page += escape_html(put_clinic(words.reason, frame.clinic_name));
    page += ' ';
    page += escape_html(words.unwatched);
    page += "</p>\n";
    if (is_safe_link(frame.unsubscribe_url)) {
        page += "<p style=\"margin:0\"><a href=\"" + escape_html(frame.unsubscribe_url) + "\">" +
                escape_html(words.stop) + "</a></p>\n";
    }
    page += "</div>\n</div>\n</body>\n</html>\n";
    return page;
}

std::string make_email_text(const Rendered& message, const EmailFrame& frame) {
    const FooterWords& words = footer_in(frame.language);
    // "-- " on a line of its own begins the signature (RFC 3676 §4.3).
    std::string text = message.text + "\n\n-- \n" + contact_line(frame) + "\n" +
                       put_clinic(words.reason, frame.clinic_name) + "\n" +
                       std::string(words.unwatched) + "\n";
    if (is_safe_link(frame.unsubscribe_url)) {
        text += std::string(words.stop) + ": " + frame.unsubscribe_url + "\n";
    }
    return text;
}

}  // namespace parcours::outreach
