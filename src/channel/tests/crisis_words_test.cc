#include "channel/crisis_words.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parcours::channel {
namespace {

TEST(CrisisWords, AreFoundInThreeLanguages) {
    const std::vector<std::pair<std::string_view, Crisis>> all = {
        {"I want to DIE", Crisis::SelfHarm},
        {"feeling suicidal tonight", Crisis::SelfHarm},
        {"I don't want to live any more", Crisis::SelfHarm},
        {"j’ai envie de mourir", Crisis::SelfHarm},
        {"我不想活了", Crisis::SelfHarm},
        {"my husband hit me.", Crisis::Violence},
        {"Il me frappe", Crisis::Violence},
        {"他打我", Crisis::Violence},
        {"chest pain since noon", Crisis::Chest},
        {"Douleurs à la poitrine", Crisis::Chest},
        {"胸 痛", Crisis::Chest},
        {"her speech is slurred", Crisis::Stroke},
        {"AVC ?", Crisis::Stroke},
        {"中风", Crisis::Stroke},
        {"I can't breathe", Crisis::Breathing},
        {"je n'arrive plus à respirer", Crisis::Breathing},
        {"呼吸困难", Crisis::Breathing},
        {"I am 20 weeks and bleeding", Crisis::Bleeding},
        {"je saigne beaucoup", Crisis::Bleeding},
        {"怀孕出血", Crisis::Bleeding},
    };
    for (const auto& [text, crisis] : all) {
        EXPECT_EQ(find_crisis(text), crisis) << text;
    }
}

TEST(CrisisWords, NegationDoesNotHide) {
    EXPECT_EQ(find_crisis("no chest pain today"), Crisis::Chest);
    EXPECT_EQ(find_crisis("I'm not suicidal"), Crisis::SelfHarm);
    EXPECT_EQ(find_crisis("pas de douleur thoracique"), Crisis::Chest);
    EXPECT_EQ(find_crisis("没有胸痛"), Crisis::Chest);
}

TEST(CrisisWords, OrdinaryRepliesHaveNone) {
    for (const std::string_view text :
         {"STOP", "yes please", "Can I come at 10?", "merci, à demain", "好的，谢谢", "",
          "the violets in your waiting room are lovely", "stroking the cat", "\xff\xfe"}) {
        EXPECT_EQ(find_crisis(text), std::nullopt) << text;
    }
}

TEST(CrisisWords, TheClinicsOwn) {
    const std::vector<std::string> more = {"Insulin gone", "发烧", ""};
    EXPECT_EQ(find_crisis("my insulin  GONE!", more), Crisis::Other);
    EXPECT_EQ(find_crisis("孩子发烧了", more), Crisis::Other);
    EXPECT_EQ(find_crisis("insulin", more), std::nullopt);
}

}  // namespace
}  // namespace parcours::channel
