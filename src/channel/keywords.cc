#include "channel/keywords.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utypes.h>
#include <vector>

#include "channel/folded.h"

namespace parcours::channel {
namespace {

using Phrase = std::u32string_view;

/// Words as they read after folding, several separated by a space. Evidence: the revocation words
/// of 47 CFR 64.1200(a)(10), the French operators' STOP words, the Chinese carriers' TD and T.
constexpr std::array stop_phrases = std::to_array<Phrase>({
    U"stop",
    U"stopall",
    U"quit",
    U"end",
    U"revoke",
    U"cancel",
    U"unsubscribe",
    U"unsuscribe",
    U"opt out",
    U"optout",
    U"opt me out",
    U"unsubscribe me",
    U"i want to unsubscribe",
    U"remove me",
    U"take me off",
    U"leave me alone",
    U"arret",
    U"arrete",
    U"arreter",
    U"arretez",
    U"desinscrire",
    U"desinscription",
    U"desinscris",
    U"desinscrivez",
    U"me desinscrire",
    U"je veux me desinscrire",
    U"je souhaite me desinscrire",
    U"desabonner",
    U"desabonnement",
    U"退订",
    U"退訂",
    U"取消订阅",
    U"取消訂閱",
    U"取消订閱",
    U"停止",
    U"停止发送",
    U"停止發送",
    U"不要再发",
    U"不要再發",
    U"别再发",
    U"別再發",
});
/// Too short to mean anything unless nothing else is said.
constexpr std::array lone_stop_phrases = std::to_array<Phrase>({U"t", U"td"});
constexpr std::array start_phrases = std::to_array<Phrase>({
    U"start",      U"unstop",    U"resume",   U"subscribe", U"resubscribe", U"opt in",
    U"optin",      U"reprendre", U"reprise",  U"abonner",   U"reabonner",   U"inscrire",
    U"reinscrire", U"订阅",      U"訂閱",     U"恢复",      U"恢復",        U"恢复订阅",
    U"恢復訂閱",   U"重新订阅",  U"重新訂閱", U"开始",      U"開始",
});
constexpr std::array help_phrases = std::to_array<Phrase>({
    U"help",
    U"info",
    U"aide",
    U"infos",
    U"帮助",
    U"幫助",
});
/// What may stand beside a command without changing it.
constexpr std::array plain_phrases = std::to_array<Phrase>({
    U"please",
    U"pls",
    U"plz",
    U"thanks",
    U"thank you",
    U"thank u",
    U"now",
    U"all",
    U"texts",
    U"text",
    U"texting",
    U"texting me",
    U"messages",
    U"message",
    U"messaging",
    U"messaging me",
    U"sms",
    U"emails",
    U"email",
    U"mails",
    U"mail",
    U"sending",
    U"sending me",
    U"contacting",
    U"contacting me",
    U"these",
    U"this",
    U"the messages",
    U"the texts",
    U"the emails",
    U"hi",
    U"hello",
    U"ok",
    U"sil vous plait",
    U"s il vous plait",
    U"s il te plait",
    U"d",
    U"moi",
    U"svp",
    U"stp",
    U"merci",
    U"maintenant",
    U"bonjour",
    U"les messages",
    U"les sms",
    U"vos messages",
    U"vos sms",
    U"tout",
    U"tous",
    U"ces",
    U"de",
    U"envoyer",
    U"m envoyer",
    U"des",
    U"请",
    U"請",
    U"谢谢",
    U"謝謝",
    U"了",
    U"吧",
    U"短信",
    U"我要",
    U"我想",
    U"你好",
    U"您好",
    U"信息",
    U"消息",
});

bool is_letter_by_letter(char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    return script == USCRIPT_HAN;
}

bool is_apostrophe(char32_t c) {
    return c == U'\'' || c == U'\u2019' || c == U'\u2018' || c == U'\u02BC' || c == U'`' ||
           c == U'\u00B4';
}

/// French words of one letter that lean on the next one: "n'arrêtez", "d'arrêter".
bool is_elision(std::u32string_view word) {
    return word.size() == 1 &&
           std::u32string_view(U"cdjlmnst").find(word.front()) != std::u32string_view::npos;
}

/// Words of letters and digits; each Han character is a word of its own. Apostrophes join, so that
/// "don't" does not end in the word T, except after an elision.
std::vector<std::u32string> split_words(std::u32string_view text) {
    std::vector<std::u32string> words;
    bool open = false;
    for (const char32_t c : text) {
        if (is_apostrophe(c)) {
            open = open && !is_elision(words.back());
            continue;
        }
        if (is_letter_by_letter(c)) {
            words.emplace_back(1, c);
            open = false;
        } else if (u_isalnum(static_cast<UChar32>(c)) != 0) {
            if (!open) {
                words.emplace_back();
            }
            words.back() += c;
            open = true;
        } else {
            open = false;
        }
    }
    return words;
}

/// How many words at `at` spell the phrase; 0 where they do not.
std::size_t match(std::span<const std::u32string> words, std::size_t at, Phrase phrase) {
    if (phrase.front() != words[at].front()) {
        return 0;
    }
    const std::vector<std::u32string> wanted = split_words(phrase);
    if (at + wanted.size() > words.size() ||
        !std::ranges::equal(wanted, words.subspan(at, wanted.size()))) {
        return 0;
    }
    return wanted.size();
}

/// The longest phrase of a list that starts at a word.
std::size_t longest(std::span<const std::u32string> words, std::size_t at,
                    std::span<const Phrase> phrases) {
    std::size_t best = 0;
    for (const Phrase phrase : phrases) {
        best = std::max(best, match(words, at, phrase));
    }
    return best;
}

struct Counts {
    std::size_t stops = 0;
    std::size_t starts = 0;
    std::size_t helps = 0;
    std::size_t others = 0;
};

Counts count_phrases(std::span<const std::u32string> words) {
    Counts counts;
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t stop = longest(words, at, stop_phrases);
        const std::size_t start = longest(words, at, start_phrases);
        const std::size_t help = longest(words, at, help_phrases);
        const std::size_t plain = longest(words, at, plain_phrases);
        const std::size_t best = std::max({stop, start, help, plain});
        if (best == 0) {
            ++counts.others;
            ++at;
            continue;
        }
        counts.stops += stop == best ? 1 : 0;
        counts.starts += stop != best && start == best ? 1 : 0;
        counts.helps += stop != best && start != best && help == best ? 1 : 0;
        at += best;
    }
    return counts;
}

std::u32string without_repeats(std::u32string_view word) {
    std::u32string shorter;
    for (const char32_t c : word) {
        if (shorter.empty() || shorter.back() != c) {
            shorter += c;
        }
    }
    return shorter;
}

/// "S T O P" and "stooop" as one plain word.
std::vector<std::u32string> mend(std::vector<std::u32string> words) {
    const bool spelled = words.size() > 2 && std::ranges::all_of(words, [](const auto& word) {
                             return word.size() == 1 && !is_letter_by_letter(word.front());
                         });
    if (spelled) {
        std::u32string joined;
        for (const std::u32string& word : words) {
            joined += word;
        }
        words = {joined};
    }
    for (std::u32string& word : words) {
        if (without_repeats(word) == U"stop") {
            word = U"stop";
        }
    }
    return words;
}

/// One letter missing, added, changed, or two neighbours swapped.
bool is_one_slip_away(std::u32string_view typed, std::u32string_view meant) {
    const auto [a, b] = std::ranges::mismatch(typed, meant);
    const std::u32string_view left(a, typed.end());
    const std::u32string_view right(b, meant.end());
    if (left.empty() && right.empty()) {
        return false;
    }
    const auto tail = [](std::u32string_view text, std::size_t from) {
        return text.size() < from ? std::u32string_view(U"\uFFFF") : text.substr(from);
    };
    const bool swapped = left.size() >= 2 && right.size() >= 2 && left[0] == right[1] &&
                         left[1] == right[0] && left.substr(2) == right.substr(2);
    return swapped || tail(left, 1) == tail(right, 1) || tail(left, 1) == right ||
           left == tail(right, 1);
}

bool is_misspelt_stop(std::u32string_view word) {
    constexpr std::size_t length_min = 4;
    return std::ranges::any_of(stop_phrases, [word](Phrase phrase) {
        return phrase.size() >= length_min && phrase.find(U' ') == Phrase::npos &&
               !is_letter_by_letter(phrase.front()) && is_one_slip_away(word, phrase);
    });
}

}  // namespace

Keyword recognise_keyword(std::string_view text) {
    const std::vector<std::u32string> words = mend(split_words(fold(text)));
    if (words.empty()) {
        return Keyword::None;
    }
    const bool alone = words.size() == 1;
    if (alone &&
        std::ranges::find(lone_stop_phrases, Phrase(words.front())) != lone_stop_phrases.end()) {
        return Keyword::Stop;
    }
    const Counts counts = count_phrases(words);
    if (counts.stops > 0) {
        return counts.others + counts.starts + counts.helps == 0 ? Keyword::Stop
                                                                 : Keyword::Ambiguous;
    }
    if (counts.others == 0 && counts.starts > 0) {
        return counts.helps == 0 ? Keyword::Start : Keyword::Ambiguous;
    }
    if (counts.others == 0 && counts.helps > 0) {
        return Keyword::Help;
    }
    return alone && is_misspelt_stop(words.front()) ? Keyword::Ambiguous : Keyword::None;
}

}  // namespace parcours::channel
