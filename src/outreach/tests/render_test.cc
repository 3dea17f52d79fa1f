#include "outreach/render.h"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "outreach/markdown.h"
#include "practice/content.h"

namespace parcours::outreach {
namespace {

practice::Wording wording(std::string body, std::string subject = "") {
    practice::Wording made;
    made.subject = std::move(subject);
    made.body = std::move(body);
    made.where = {"content/x.en.md", 1, 1};
    made.body_where = {"content/x.en.md", 5, 1};
    return made;
}

Reader reader(std::string language, std::string_view zone = "UTC") {
    return {std::move(language), *Zone::find(zone)};
}

Instant at(std::string_view text) {
    return *parse_instant(text);
}

std::string text_of(std::string_view body, const Variables& variables,
                    const Reader& who = reader("en")) {
    const auto rendered = render(wording(std::string(body)), variables, who);
    return rendered ? rendered->text : "error: " + rendered.error().to_text();
}

TEST(Render, SaysDatesInLanguageAndZone) {
    const Variables variables = {{"visit", at("2026-03-09T23:30:00Z")}};
    const std::string_view body = "{visit, date, full}, {visit, time, short}";
    EXPECT_EQ(text_of(body, variables, reader("en", "America/New_York")),
              "Monday, March 9, 2026, 7:30 PM");
    EXPECT_EQ(text_of(body, variables, reader("fr", "Europe/Paris")), "mardi 10 mars 2026, 00:30");
    EXPECT_EQ(text_of(body, variables, reader("zh", "Asia/Shanghai")),
              "2026年3月10日星期二, 07:30");
}

TEST(Render, SaysDaysWithoutAZone) {
    const Variables variables = {{"due", CivilDate{std::chrono::days{20000}}}};
    EXPECT_EQ(text_of("{due, date, long}", variables, reader("en", "Pacific/Honolulu")),
              "October 4, 2024");
    EXPECT_EQ(text_of("{due, date, ::EEEEdMMMM}", variables, reader("fr")), "vendredi 4 octobre");
    EXPECT_NE(text_of("{due, time, short}", variables).find("a day has no time"),
              std::string::npos);
}

TEST(Render, SaysTheSameTextWithoutHtml) {
    const auto both = render(wording("Hello **{name}**."), {{"name", "Ada"}}, reader("en"));
    const auto text =
        render(wording("Hello **{name}**."), {{"name", "Ada"}}, reader("en"), Form::TextAlone);
    ASSERT_TRUE(both && text);
    EXPECT_EQ(text->text, both->text);
    EXPECT_FALSE(both->html.empty());
    EXPECT_EQ(text->html, "");
}

TEST(Render, AMistakeIsTheSameAtEachAsking) {
    const auto first = text_of("Hello {name, plural}", {});
    EXPECT_TRUE(first.starts_with("error: ")) << first;
    EXPECT_EQ(text_of("Hello {name, plural}", {}), first);
}

TEST(Render, SaysNumbersAndPlurals) {
    const std::string_view body =
        "{n, plural, =0 {none} one {# test} other {# tests}} of {n, number}";
    EXPECT_EQ(text_of(body, {{"n", 0.0}}), "none of 0");
    EXPECT_EQ(text_of(body, {{"n", 1.0}}), "1 test of 1");
    EXPECT_EQ(text_of(body, {{"n", 1234.0}}), "1,234 tests of 1,234");
    EXPECT_EQ(text_of(body, {{"n", 0.0}}, reader("fr")), "none of 0");
    EXPECT_EQ(text_of("{n, plural, one {#} other {others}}", {{"n", 0.0}}, reader("fr")), "0")
        << "zero is singular in French";
    EXPECT_EQ(text_of("{n, plural, one {a} one {b} other {c}}", {{"n", 1.0}}), "a")
        << "the first of what is said twice";
    EXPECT_EQ(text_of("{n, plural, one {#} other {# 项}}", {{"n", 1.0}}, reader("zh")), "1 项")
        << "Chinese has no singular";
    EXPECT_EQ(text_of("{n, number, percent}", {{"n", 0.25}}), "25%");
    EXPECT_EQ(
        text_of("{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", {{"n", 22.0}}),
        "22nd");
}

TEST(Render, ChoosesBranches) {
    const std::string_view body = "{kind, select, in_person {at {place}} other {by phone}}";
    EXPECT_EQ(text_of(body, {{"kind", "in_person"}, {"place", "Mill Lane"}}), "at Mill Lane");
    EXPECT_EQ(text_of(body, {{"kind", "phone"}}), "by phone")
        << "what another branch needs may be missing";
    EXPECT_EQ(text_of("{n, plural, offset:1 =0 {nobody} =1 {{who}} other {{who} and # more}}",
                      {{"n", 3.0}, {"who", "Ann"}}),
              "Ann and 2 more");
}

TEST(Render, MissingVariableIsAnErrorNeverABlank) {
    for (const Variables& variables :
         {Variables{}, Variables{{"name", ""}}, Variables{{"name", " \n"}}}) {
        const auto rendered = render(wording("Hello {name}!"), variables, reader("en"));
        ASSERT_FALSE(rendered);
        EXPECT_EQ(rendered.error().code, ErrorCode::NotFound);
        EXPECT_TRUE(rendered.error().message.starts_with("name ")) << rendered.error().message;
    }
    EXPECT_FALSE(render(wording("x", "Hello {name}"), {}, reader("en"))) << "in the subject too";
    EXPECT_FALSE(render(wording("{k, select, a {b} other {c}}"), {}, reader("en")))
        << "a missing selector never means other";
    EXPECT_FALSE(render(wording("{n, plural, other {c}}"), {}, reader("en")));
}

TEST(Render, WrongKindsAreErrors) {
    EXPECT_NE(text_of("{d, date, long}", {{"d", "soon"}}).find("error: d: "), std::string::npos);
    EXPECT_NE(text_of("{d, number}", {{"d", at("2026-01-01")}}).find("error: d: "),
              std::string::npos);
    EXPECT_NE(text_of("{d, plural, other {x}}", {{"d", "two"}}).find("is no number"),
              std::string::npos);
}

TEST(Render, MarkdownBecomesTextAndHtml) {
    const auto rendered =
        render(wording("Hello **{name}**,\n\nplease:\n\n- call [us](tel:+441632960000)\n- see "
                       "[the page](https://example.org/a)\n\n1. one\n2. two\n\nline\nends\n"),
               {{"name", "Ann"}}, reader("en"));
    ASSERT_TRUE(rendered);
    EXPECT_EQ(rendered->text,
              "Hello Ann,\n\nplease:\n\n- call us\n- see the page (https://example.org/a)\n\n"
              "1. one\n2. two\n\nline ends");
    EXPECT_NE(rendered->html.find("<p>Hello <strong>Ann</strong>,</p>"), std::string::npos);
    EXPECT_NE(rendered->html.find("<li>"), std::string::npos);
}

TEST(Render, ValuesAreNeverMarkup) {
    const Variables variables = {
        {"name", "<script>alert(1)</script> **x** [y](https://evil.example) {z} & \"q\" 'a' # 1."}};
    const auto rendered = render(wording("Hello {name}", "For {name}"), variables, reader("en"));
    ASSERT_TRUE(rendered);
    const std::string& plain = std::get<std::string>(variables.at("name"));
    EXPECT_EQ(rendered->text, "Hello " + plain);
    EXPECT_EQ(rendered->subject, "For " + plain);
    EXPECT_EQ(rendered->html.find("<script"), std::string::npos) << rendered->html;
    EXPECT_EQ(rendered->html.find("<strong"), std::string::npos);
    EXPECT_EQ(rendered->html.find("<a "), std::string::npos);
    EXPECT_NE(rendered->html.find("&lt;script&gt;"), std::string::npos);
    EXPECT_NE(rendered->html.find("&amp; &quot;q&quot;"), std::string::npos);
}

TEST(Render, ValuesCannotBreakLinesOfSubjects) {
    const auto rendered =
        render(wording("x", "A {name}"), {{"name", std::string("b\r\nBcc: c@example.org\0", 22)}},
               reader("en"));
    ASSERT_TRUE(rendered);
    EXPECT_EQ(rendered->subject, "A b  Bcc: c@example.org ");
}

TEST(Render, ValuesCannotOpenBlocks) {
    for (const std::string_view value : {"# title", "1. item", "- item", "> quote", "    code"}) {
        const auto rendered = render(wording("{v}"), {{"v", std::string(value)}}, reader("en"));
        ASSERT_TRUE(rendered);
        EXPECT_EQ(rendered->html.substr(0, 3), "<p>") << value << rendered->html;
    }
}

TEST(Render, LineEndsBetweenChineseCharactersSayNothing) {
    const auto rendered = render(wording("您好\n世界 and\nmore"), {}, reader("zh"));
    ASSERT_TRUE(rendered);
    EXPECT_EQ(rendered->text, "您好世界 and more");
    EXPECT_EQ(rendered->html, "<p>您好世界 and\nmore</p>\n");
}

TEST(Render, ApostrophesArePlainButNotBeforeBraces) {
    EXPECT_EQ(text_of("l'an d'hier don't", {}), "l'an d'hier don't");
    const std::string mistake = text_of("a\nl'{name}", {{"name", "x"}});
    EXPECT_NE(mistake.find("content/x.en.md:6:2: an apostrophe right before {"), std::string::npos)
        << mistake;
    EXPECT_EQ(text_of("brace '{'", {}), "brace {");
}

TEST(Render, PatternMistakesAreNamedAtTheirPlace) {
    EXPECT_NE(text_of("ok\nbad {name", {}).find("content/x.en.md:6:5: a { is not closed"),
              std::string::npos)
        << text_of("ok\nbad {name", {});
    std::string deep;
    for (int i = 0; i < 20'000; ++i) {
        deep += "{a, select, other {";
    }
    EXPECT_NE(text_of(deep, {}).find("content/x.en.md:5:951: branches lie within branches"),
              std::string::npos)
        << text_of(deep, {});
    EXPECT_NE(text_of("{n, plural, one {x}}", {}).find("need a branch \"other"), std::string::npos);
    EXPECT_NE(text_of("{d, date, lang}", {}).find("\"lang\" is no style of a date"),
              std::string::npos);
    EXPECT_NE(text_of("{d, dat}", {}).find("\"dat\" is no kind of argument"), std::string::npos);
    EXPECT_NE(text_of("{n, choice, 0#x|1#y}", {}).find("choice is out of date"), std::string::npos);
}

TEST(Render, ListsVariables) {
    const auto uses = list_variables(wording(
        "{name} {d, date, long} {d, time, short} {n, plural, one {{inner}} other {#}} {name}",
        "{clinic}"));
    ASSERT_TRUE(uses);
    using Kind = VariableUse::Kind;
    const std::vector<VariableUse> expected = {{"clinic", Kind::Text}, {"name", Kind::Text},
                                               {"d", Kind::Date},      {"d", Kind::Time},
                                               {"n", Kind::Plural},    {"inner", Kind::Text}};
    EXPECT_EQ(*uses, expected);
}

TEST(Render, FormatsOneLine) {
    EXPECT_EQ(*format_line("To {n}: a*b", {{"n", "x*y"}}, reader("en")), "To x*y: a*b");
    EXPECT_FALSE(format_line("{n", {}, reader("en")));
}

TEST(Render, UnknownLanguageStillSpeaks) {
    EXPECT_EQ(text_of("{n, number}", {{"n", 1.5}}, reader("xx-invalid-tag-999999999")), "1.5");
}

practice::Content content_of(const std::vector<std::pair<std::string, std::string>>& files) {
    practice::ContentLibrary library;
    std::vector<Error> errors;
    for (const auto& [path, text] : files) {
        library.add(path, text, errors);
    }
    EXPECT_TRUE(errors.empty()) << errors.front().to_text();
    return *library.find("x");
}

std::vector<std::string> check(const practice::Content& content,
                               const std::vector<std::string>& languages) {
    const KnownVariables known = {{"given_name", VariableType::Text},
                                  {"visit", VariableType::Date},
                                  {"count", VariableType::Number}};
    std::vector<std::string> messages;
    for (const Error& error : check_content(content, known, languages)) {
        messages.push_back(error.to_text());
    }
    return messages;
}

TEST(CheckContent, PassesWhatIsRight) {
    const auto content =
        content_of({{"content/x.en.md",
                     "---\nvariables: { given_name: text, visit: date }\n---\n"
                     "Hi {given_name}, {visit, date, long}"},
                    {"content/x.fr.md", "Bonjour {given_name}, {visit, date, long}"}});
    EXPECT_EQ(check(content, {"en", "fr"}), std::vector<std::string>{});
}

TEST(CheckContent, NamesEveryMistake) {
    const auto content = content_of(
        {{"content/x.en.md",
          "---\nchannels: [email, sms]\nsubject: s\nvariables: { given_name: text, count: text }\n"
          "---\nHi {givenname} <b>you</b>\n\n{visit, plural, other {x}}\n"},
         {"content/x.fr.sms.md", "Bonjour {given_name"}});
    const auto messages = check(content, {"en", "fr", "zh"});
    const auto has = [&](std::string_view words) {
        return std::ranges::any_of(messages, [&](const std::string& message) {
            return message.find(words) != std::string::npos;
        });
    };
    EXPECT_TRUE(
        has("content/x.en.md:6:1: there is no variable \"givenname\"; did you mean "
            "\"given_name\"?"));
    EXPECT_TRUE(has("content/x.en.md:6:1: HTML would be left out"));
    EXPECT_TRUE(has("\"visit\" is a date, but is used as a number"));
    EXPECT_TRUE(has("\"visit\" is used but not declared"));
    EXPECT_TRUE(has("\"count\" is a number, but is declared as text"));
    EXPECT_TRUE(has("\"count\" is declared but never used"));
    EXPECT_TRUE(has("content/x.fr.sms.md:1:9: a { is not closed"));
    EXPECT_TRUE(has("says nothing in \"zh\"; add content/x.zh.md"));
    EXPECT_TRUE(has("says nothing in \"fr\" for email"));
    for (const std::string& message : messages) {
        SCOPED_TRACE(message);
        EXPECT_EQ(message.find("says nothing in \"en\""), std::string::npos);
    }
}

TEST(Render, DamagedPatternsAreSaidOrRefused) {
    SeededRandom random(7);
    const std::string sound =
        "Hi {name}, l'a '{' **{d, date, ::EEEEdMMMM}** {n, plural, offset:1 =0 {none} one {# x} "
        "other {{k, select, a {{name}} other {#}}}}\n\n- [x](https://example.org/{name})\n";
    constexpr std::string_view signs = "{}#,=|'<>[]()*-: \n";
    const Variables variables = {{"name", "Ann"}, {"d", at("2026-01-01")}, {"n", 3.0}, {"k", "a"}};
    int said = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text = sound;
        for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
            const std::size_t place = random.below(text.size());
            if (random.below(2) == 0) {
                text.erase(place, 1 + random.below(6));
            } else {
                text.insert(place, 1 + random.below(2), signs[random.below(signs.size())]);
            }
        }
        const auto rendered = render(wording(text), variables, reader("fr", "Europe/Paris"));
        said += rendered ? 1 : 0;
        EXPECT_TRUE(rendered || !rendered.error().message.empty());
    }
    EXPECT_GT(said, 300);
    EXPECT_LT(said, 2700);
}

TEST(Markdown, EscapesEverySign) {
    std::string signs;
    for (int c = 0x21; c < 0x7F; ++c) {
        signs += static_cast<char>(c);
    }
    EXPECT_EQ(markdown_to_text("x" + escape_markdown(signs) + "x"), "x" + signs + "x");
}

/// Most messages are paragraphs and lists of words, and read by a shorter way: emphasis before them
/// makes the whole go the long one.
TEST(Markdown, TheShortWaySaysTheSame) {
    const std::vector<std::string> pieces = {
        "a",    "Zoë",      "7",   ".",   ") ", " ", "**",      "\n", "\n\n", "\n- ",
        "\\.",  "\\*",      "\\a", "-",   "- ", "+", "=",       "#",  "!",    "'",
        "’",    "–",        "中",  "~",   "|",  ":", "@",       "\"", "> ",   "*",
        "_",    "&",        "x,",  "(",   "{",  "}", "?",       "\\", "b c",  "\t",
        "\xc3", "\xe2\x80", "  ",  "\\-", "é",  "×", "\xc2\xa0"};
    SeededRandom random(11);
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const std::size_t count = 1 + random.below(12);
        for (std::size_t i = 0; i < count; ++i) {
            // Words stand oftener than signs.
            text += pieces[random.below(random.below(2) == 0 ? 10 : pieces.size())];
        }
        const std::string with_more = markdown_to_text("*begin*\n\n" + text);
        const std::string said = markdown_to_text(text);
        EXPECT_EQ(said.empty() ? "begin" : "begin\n\n" + said, with_more) << text;
    }
}

TEST(Markdown, DangerousLinksLoseTheirAddress) {
    const std::string html = markdown_to_html("[a](javascript:alert(1)) <img src=x onerror=y>");
    EXPECT_EQ(html.find("javascript"), std::string::npos) << html;
    EXPECT_EQ(html.find("<img"), std::string::npos) << html;
}

TEST(Render, ValuesHoldNothingHidden) {
    EXPECT_EQ(text_of("Hello {name}!", {{"name", "\u202eann\u2066A\x1b[31mb\u2028c\u0085d\ufeff"}}),
              text_of("Hello annA \\[31mb c d!", {}));
    const auto rendered =
        render(wording("x", "Hello {name}"), {{"name", "\u202ea\r\nb"}}, reader("en"));
    ASSERT_TRUE(rendered);
    EXPECT_EQ(rendered->subject, "Hello a  b");
    EXPECT_NE(text_of("{name}", {{"name", "\u202e\x1b"}}).find("is not known"), std::string::npos)
        << "nothing is left of it: it is missing, not blank";
    EXPECT_EQ(text_of("{name}", {{"name", "م\u200dن"}}), "م\u200dن") << "what joins letters stays";
}

TEST(Render, AValueLongerThanAnyNameIsRefused) {
    EXPECT_EQ(text_of("{name}", {{"name", std::string(120, 'a')}}), std::string(120, 'a'));
    const std::string refused = text_of("{name}", {{"name", std::string(5000, 'a')}});
    EXPECT_NE(refused.find("name: the value has 5000 characters, more than the 120"),
              std::string::npos)
        << refused;
    std::string chinese;
    for (int i = 0; i < 120; ++i) {
        chinese += "王";
    }
    EXPECT_EQ(text_of("{name}", {{"name", chinese}}), chinese) << "characters, not bytes";
}

}  // namespace
}  // namespace parcours::outreach
