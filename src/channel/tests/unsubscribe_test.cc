#include "channel/unsubscribe.h"

#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>
#include <string>

namespace parcours::channel {
namespace {

constexpr std::string_view id = "0123456789abcdef0123456789abcdef";

TEST(Unsubscribe, MakesTokensThatFitAMailbox) {
    const auto token = make_unsubscribe_token("secret", id, "hash");
    ASSERT_TRUE(token.has_value());
    EXPECT_EQ(token->size(), 48U);
    EXPECT_LE(std::string("unsubscribe+").size() + token->size(), 64U);
    EXPECT_TRUE(std::ranges::all_of(
        *token, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); }));
    EXPECT_EQ(*token, *make_unsubscribe_token("secret", id, "hash")) << "the same every time";
    EXPECT_EQ(find_token_message(*token), id);
}

TEST(Unsubscribe, VerifiesOnlyItsOwnSecretAndAddress) {
    const std::string token = *make_unsubscribe_token("secret", id, "hash");
    EXPECT_TRUE(verify_unsubscribe_token("secret", token, "hash"));
    EXPECT_FALSE(verify_unsubscribe_token("other", token, "hash"));
    EXPECT_FALSE(verify_unsubscribe_token("secret", token, "other"));
    EXPECT_FALSE(verify_unsubscribe_token("", token, "hash"));
    const std::string other =
        *make_unsubscribe_token("secret", "ffffffffffffffffffffffffffffffff", "hash");
    EXPECT_FALSE(
        verify_unsubscribe_token("secret", other.substr(0, 24) + token.substr(24), "hash"));
    std::string shouted = token;
    std::ranges::transform(shouted, shouted.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_TRUE(verify_unsubscribe_token("secret", shouted, "hash"))
        << "mail servers change the case of mailbox names";
}

TEST(Unsubscribe, RefusesEachChangedCharacter) {
    const std::string token = *make_unsubscribe_token("secret", id, "hash");
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(verify_unsubscribe_token("secret", changed, "hash")) << i;
    }
    for (const std::string& wrong : {std::string(), std::string("x"), token.substr(1), token + "a",
                                     token.substr(0, 47) + "!", std::string(48, '=')}) {
        EXPECT_FALSE(verify_unsubscribe_token("secret", wrong, "hash")) << wrong;
        EXPECT_FALSE(find_token_message(wrong).has_value()) << wrong;
    }
}

TEST(Unsubscribe, RefusesWhatItCannotSign) {
    EXPECT_FALSE(make_unsubscribe_token("secret", "short", "hash").has_value());
    EXPECT_FALSE(make_unsubscribe_token("secret", std::string(32, 'x'), "hash").has_value());
    EXPECT_FALSE(make_unsubscribe_token("", id, "hash").has_value());
}

}  // namespace
}  // namespace parcours::channel
