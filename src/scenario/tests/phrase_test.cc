#include "scenario/phrase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scenario/misfit.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Words words(std::string_view line) {
    const auto split = split_words(line, {"x.scenario", 7, 3});
    EXPECT_TRUE(split) << split.error().to_text();
    return split.value_or(Words{});
}

std::vector<std::string> texts(std::string_view line) {
    std::vector<std::string> all;
    for (const Word& word : words(line)) {
        all.push_back(word.text);
    }
    return all;
}

TEST(Words, AreSplitAtBlanksAndMarksAtTheirEnd) {
    EXPECT_THAT(texts("patient anna: born 1970-04-02, email a@b.c  # her"),
                ElementsAre("patient", "anna", ":", "born", "1970-04-02", ",", "email", "a@b.c"));
    EXPECT_THAT(texts("2026-03-29 02:30 Europe/Paris"),
                ElementsAre("2026-03-29", "02:30", "Europe/Paris"));
}

TEST(Words, AQuotedTextIsOneWordAndNeverAMark) {
    const Words line = words(R"(replies: "say \"yes\", please #1" ":")");
    ASSERT_EQ(line.size(), 4U);
    EXPECT_EQ(line[2].text, R"(say "yes", please #1)");
    EXPECT_FALSE(line[3].is_mark());
    EXPECT_EQ(line[2].where.column, 12U);
    EXPECT_EQ(join_words(line), R"(replies: "say \"yes\", please #1" ":")");
}

TEST(Words, QuotesMustEnd) {
    const auto split = split_words("replies: \"STOP", {"x.scenario", 7, 3});
    ASSERT_FALSE(split);
    EXPECT_EQ(split.error().where.column, 12U);
}

TEST(Phrase, FillsItsPlaces) {
    const Phrase phrase("sent to {patient} by {channel}: {content} [in {language}] [to {address}]");
    const auto fit = phrase.fit(words("sent to anna by sms: ping to +1413"));
    ASSERT_TRUE(fit.whole);
    EXPECT_EQ(fit.slots.text("patient"), "anna");
    EXPECT_EQ(fit.slots.text("content"), "ping");
    EXPECT_FALSE(fit.slots.has("language"));
    EXPECT_EQ(fit.slots.text("address"), "+1413");
}

TEST(Phrase, AMomentIsADayWithTimeAndZoneIfGiven) {
    const Phrase phrase("booked for {when:moment} [made {made:moment}]");
    const auto fit = phrase.fit(words("booked for 2026-03-10 14:00 Europe/Paris made 2026-01-05"));
    ASSERT_TRUE(fit.whole);
    EXPECT_EQ(fit.slots.find("when")->size(), 3U);
    EXPECT_EQ(fit.slots.find("made")->size(), 1U);
    EXPECT_FALSE(phrase.fit(words("booked for tomorrow")).whole);
}

TEST(Phrase, ANumberIsNoOtherWord) {
    const Phrase phrase("result of {what} [{value:number} {unit}] [on {when:moment}]");
    const auto fit = phrase.fit(words("result of x on 2026-03-10"));
    ASSERT_TRUE(fit.whole);
    EXPECT_FALSE(fit.slots.has("value"));
    EXPECT_EQ(phrase.fit(words("result of x 7.1 % on 2026-03-10")).slots.text("value"), "7.1");
    EXPECT_FALSE(phrase.fit(words("result of x 2026-03-10 %")).whole);
}

TEST(Phrase, TheRestIsKeptAsItIsWritten) {
    const std::string text = R"(resource {"id": "f1",   "x": [1, 2]})";
    auto fit = Phrase("resource {json...}").fit(words(text));
    ASSERT_TRUE(fit.whole);
    fit.slots.keep_raw(text);
    EXPECT_EQ(fit.slots.raw(), R"({"id": "f1",   "x": [1, 2]})");
}

TEST(Phrase, WhatIsLeftOutLeavesNothingBehind) {
    const Phrase phrase("close {kind} [at {step}] as {outcome}");
    const auto fit = phrase.fit(words("close call as done"));
    ASSERT_TRUE(fit.whole);
    EXPECT_FALSE(fit.slots.has("step"));
}

std::string why_not(std::string_view line) {
    const std::vector<Phrase> phrases = {Phrase("sent to {patient} by {channel}: {content}"),
                                         Phrase("staff pause {campaign}"),
                                         Phrase("{patient} is at {step} of {campaign}")};
    const Words sentence = words(line);
    std::vector<Phrase::Fit> misfits;
    for (const Phrase& phrase : phrases) {
        misfits.push_back(phrase.fit(sentence));
        EXPECT_FALSE(misfits.back().whole);
    }
    return misfit(sentence, misfits, "here").to_text();
}

TEST(Misfit, NamesThePlaceAndWhatCouldStandThere) {
    EXPECT_THAT(why_not("sent to anna with sms: ping"), HasSubstr("x.scenario:7:16"));
    EXPECT_THAT(why_not("sent to anna with sms: ping"), HasSubstr("\"by\""));
    EXPECT_THAT(why_not("sent to anna by sms ping"), HasSubstr("\":\""));
}

TEST(Misfit, GuessesAWordThatWasMisspelt) {
    EXPECT_THAT(why_not("sennt to anna by sms: ping"), HasSubstr("did you mean \"sent\"?"));
    EXPECT_THAT(why_not("staff paus ping"), HasSubstr("did you mean \"pause\"?"));
}

TEST(Misfit, SaysWhatIsMissingAtTheEnd) {
    EXPECT_THAT(why_not("anna is at done of"), HasSubstr("ends too soon"));
    EXPECT_THAT(why_not("anna is at done of"), HasSubstr("{campaign}"));
}

}  // namespace
}  // namespace parcours::scenario
