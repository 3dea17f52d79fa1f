// The campaigns of the built-in practice folder, and the published schema of their grammar.
#include <algorithm>
#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "campaign/check.h"
#include "campaign/definition.h"
#include "campaign/describe.h"
#include "campaign/release.h"
#include "campaign/steps.h"
#include "practice/content.h"
#include "practice/folder.h"
#include "practice/release.h"

namespace parcours::campaign {
namespace {

const practice::Folder& folder() {
    static std::vector<Error> errors;
    static const practice::Folder opened =
        practice::read_folder(practice::built_in_files(), errors);
    EXPECT_TRUE(errors.empty()) << (errors.empty() ? "" : errors.front().to_text());
    return opened;
}

std::vector<Campaign> shipped() {
    std::vector<Error> errors;
    std::vector<Campaign> campaigns = read_campaigns(folder(), errors);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
    return campaigns;
}

TEST(Shipped, CampaignsHaveNoMistakes) {
    std::set<std::string> names;
    for (const Campaign& campaign : shipped()) {
        names.insert(campaign.name);
    }
    EXPECT_EQ(names, (std::set<std::string>{"appointment-reminder", "colorectal-screening",
                                            "crisis-reply", "diabetes-hba1c", "welcome"}));
}

TEST(Shipped, CohortsCompile) {
    for (const Error& error : check_cohorts(folder())) {
        ADD_FAILURE() << error.to_text();
    }
}

TEST(Shipped, EveryCampaignHasEvidenceAndAReleaseOfItsOwn) {
    std::set<std::string> ids;
    for (const Campaign& campaign : shipped()) {
        EXPECT_FALSE(campaign.evidence_effect.empty()) << campaign.name;
        const auto release = make_release(campaign, folder());
        ASSERT_TRUE(release.has_value()) << release.error().to_text();
        ids.insert(release->id.to_hex());
        EXPECT_GT(release->parts.size(), 1U);
    }
    EXPECT_EQ(ids.size(), 5U);
}

TEST(Shipped, AReleaseHoldsWhatConditionsAndCohortsName) {
    for (const Campaign& campaign : shipped()) {
        if (campaign.name != "colorectal-screening") {
            continue;
        }
        const auto release = make_release(campaign, folder()).value();
        const auto holds = [&](std::string_view kind, std::string_view name) {
            return std::ranges::any_of(release.parts, [&](const practice::ReleasePart& part) {
                return part.kind == kind && part.name == name;
            });
        };
        EXPECT_TRUE(holds("campaign", "colorectal-screening"));
        EXPECT_TRUE(holds("cohort", "colorectal-screening-due"));
        EXPECT_TRUE(holds("cohort", "palliative-care"));  // by not-for
        EXPECT_TRUE(holds("value-set", "colonoscopy"));
        EXPECT_TRUE(holds("value-set", "negative-finding"));  // in a branch only
        EXPECT_TRUE(holds("value-set", "palliative-care"));   // by the cohort of not-for
        EXPECT_TRUE(holds("content", "screening-abnormal-call"));
    }
}

TEST(Shipped, AWordOfContentChangesTheRelease) {
    practice::FileMap files = practice::built_in_files();
    files["content/welcome.fr.md"] += "\nÀ bientôt.\n";
    std::vector<Error> errors;
    const practice::Folder changed = practice::read_folder(files, errors);
    for (const Campaign& campaign : shipped()) {
        const bool same =
            make_release(campaign, folder())->id == make_release(campaign, changed)->id;
        EXPECT_EQ(same, campaign.name != "welcome") << campaign.name;
    }
}

TEST(Shipped, ReadAloudNamesEveryStep) {
    for (const Campaign& campaign : shipped()) {
        const std::string text = describe(campaign);
        for (const Step& step : campaign.steps) {
            EXPECT_NE(text.find(". " + step.name + ": "), std::string::npos) << text;
        }
    }
}

/// The letters GSM 03.38 knows; those of the extension table count twice.
std::size_t gsm_length(const std::u32string& text, bool& fits) {
    static const std::u32string basic =
        U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUV"
        U"WXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    static const std::u32string extended = U"^{}\\[~]|€";
    std::size_t length = 0;
    fits = true;
    for (const char32_t letter : text) {
        const bool is_extended = extended.find(letter) != std::u32string::npos;
        fits = fits && (is_extended || basic.find(letter) != std::u32string::npos);
        length += is_extended ? 2 : 1;
    }
    return length;
}

std::u32string decode(const std::string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        char32_t letter = size == 1 ? first : first & (0x7FU >> size);
        for (std::size_t k = 1; k < size; ++k) {
            letter = letter << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        }
        out.push_back(letter);
        i += size;
    }
    return out;
}

/// The text with long but likely values for its variables.
std::string filled(std::string text) {
    const std::vector<std::pair<std::string, std::string>> values{
        {"{given_name}", "Maximiliane"},
        {"{clinic_name}", "Riverside Family Practice"},
        {"{clinic_phone}", "(617) 555-0100"},
        {"{appointment_date, date, ::EEEdMMM}", "Wed, Sep 30"},
        {"{appointment_date, date, ::MMMdEEE}", "9月30日周三"},
        {"{appointment_date, time, short}", "10:30 AM"}};
    for (const auto& [name, value] : values) {
        for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
            text.replace(at, name.size(), value);
        }
    }
    return text;
}

TEST(Shipped, TextMessagesFitTwoSegmentsAndOfferAWayOut) {
    int messages = 0;
    for (const auto& [name, content] : folder().content.all()) {
        for (const practice::Wording& wording : content.wordings) {
            if (wording.channel != "sms") {
                continue;
            }
            ++messages;
            const std::string text = filled(wording.body);
            EXPECT_EQ(text.find('{'), std::string::npos) << name << " " << text;
            bool gsm = false;
            const std::size_t length = gsm_length(decode(text), gsm);
            EXPECT_LE(length, gsm ? 2U * 153 : 2U * 67)
                << name << "." << wording.language << ": " << text;
            const std::string way_out = wording.language == "zh" ? "TD" : "STOP";
            EXPECT_NE(text.find(way_out), std::string::npos) << text;
        }
    }
    EXPECT_EQ(messages, 21);
}

TEST(Shipped, TextMessagesNameNoIllness) {
    for (const auto& [name, content] : folder().content.all()) {
        for (const practice::Wording& wording : content.wordings) {
            for (const std::string word : {"diab", "sugar", "cancer", "colon", "HbA1c", "bowel",
                                           "糖尿病", "癌", "肠", "intestin"}) {
                const bool named = wording.body.find(word) != std::string::npos;
                EXPECT_FALSE(wording.channel == "sms" && named) << name << ": " << wording.body;
            }
        }
    }
}

}  // namespace
}  // namespace parcours::campaign
