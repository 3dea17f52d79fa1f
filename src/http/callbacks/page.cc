#include "http/callbacks/page.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"
#include "outreach/email_page.h"

namespace parcours::http::callbacks {
namespace {

/// A heading and a paragraph.
struct Words {
    std::string_view heading;
    std::string_view text;
};

struct Language {
    std::string_view tag;
    std::array<Words, 4> sayings;  // in the order of `Saying`
    std::string_view button;
};

constexpr std::array languages{
    Language{"en",
             {Words{"Stop these messages?",
                    "You will get no more e-mails of this kind at this address. Your care does not "
                    "change."},
              Words{"Done", "You will get no more e-mails of this kind at this address."},
              Words{"This link does not work",
                    "It is cut short, or it is not from us. Answer any of our e-mails with the "
                    "word STOP instead."},
              Words{"That did not work just now",
                    "Please try again in a few minutes, or answer any of our e-mails with the word "
                    "STOP."}},
             "Stop these messages"},
    Language{"fr",
             {Words{"Arrêter ces messages ?",
                    "Vous ne recevrez plus d’e-mails de ce type à cette adresse. Vos soins ne "
                    "changent pas."},
              Words{"C’est fait", "Vous ne recevrez plus d’e-mails de ce type à cette adresse."},
              Words{"Ce lien ne fonctionne pas",
                    "Il est incomplet, ou il ne vient pas de nous. Répondez plutôt STOP à l’un de "
                    "nos e-mails."},
              Words{"Cela n’a pas fonctionné",
                    "Réessayez dans quelques minutes, ou répondez STOP à l’un de nos e-mails."}},
             "Arrêter ces messages"},
    Language{
        "zh",
        {Words{"要停止接收这些邮件吗？", "此地址将不再收到这类邮件。您的诊疗不受影响。"},
         Words{"已完成", "此地址将不再收到这类邮件。"},
         Words{"此链接无效", "链接不完整，或并非由我们发出。您可以用 STOP 回复我们的任一邮件。"},
         Words{"暂时未能完成", "请几分钟后再试，或用 STOP 回复我们的任一邮件。"}},
        "停止接收"},
};

const Language* find_language(std::string_view tag) {
    for (const Language& language : languages) {
        const bool same = tag.size() >= 2 && (tag[0] | 0x20) == language.tag[0] &&
                          (tag[1] | 0x20) == language.tag[1];
        if (same && (tag.size() == 2 || tag[2] == '-' || tag[2] == '_')) {
            return &language;
        }
    }
    return nullptr;
}

}  // namespace

std::string_view choose_language(std::string_view patients, std::string_view accepted) {
    if (const Language* const language = find_language(patients)) {
        return language->tag;
    }
    while (!accepted.empty()) {
        const std::size_t end = std::min(accepted.find(','), accepted.size());
        const std::string_view one = accepted.substr(0, end);
        if (const Language* const language =
                find_language(trim(one.substr(0, one.find(';')), " "))) {
            return language->tag;
        }
        accepted.remove_prefix(std::min(end + 1, accepted.size()));
    }
    return languages.front().tag;
}

std::string make_page(Saying saying, std::string_view language, std::string_view clinic) {
    const Language* const found = find_language(language);
    const Language& in = found == nullptr ? languages.front() : *found;
    const Words& words = in.sayings.at(static_cast<std::size_t>(saying));
    std::string page = "<!doctype html>\n<html lang=\"" + std::string(in.tag) +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"robots\" content=\"noindex\">\n<title>" +
                       std::string(words.heading) + "</title>\n<link rel=\"stylesheet\" href=\"" +
                       std::string(style_path) +
                       "\">\n</head>\n<body>\n<main>\n<p class=\"from\">" +
                       outreach::escape_html(clinic) + "</p>\n<h1>" + std::string(words.heading) +
                       "</h1>\n<p>" + std::string(words.text) + "</p>\n";
    if (saying == Saying::Ask) {
        // Without an action the form goes back to its own address, token and all.
        page += "<form method=\"post\">\n<button name=\"confirm\" value=\"yes\">" +
                std::string(in.button) + "</button>\n</form>\n";
    }
    return page + "</main>\n</body>\n</html>\n";
}

std::string_view page_style() {
    return R"(:root{color-scheme:light dark}
body{margin:0;font:1.0625rem/1.6 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:32rem;margin:12vh auto;padding:0 1.5rem}
.from{font-weight:600}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1rem}
button{font:inherit;font-weight:600;min-height:3rem;padding:0 1.5rem;border:0;border-radius:.5rem;background:#0b5f59;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid;outline-offset:3px}
)";
}

}  // namespace parcours::http::callbacks
