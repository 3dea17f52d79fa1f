#include "practice/costs.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "practice/config.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

struct Read {
    Config config;
    std::vector<std::string> errors;
};

Read read(std::string_view more) {
    const auto node = parse_yaml("name: Mill Lane\n" + std::string(more), "practice.yaml");
    EXPECT_TRUE(node.has_value());
    std::vector<Error> errors;
    Read result{read_config(*node, errors), {}};
    for (const Error& error : errors) {
        result.errors.push_back(error.to_text());
    }
    return result;
}

TEST(Costs, AreNotStatedByDefault) {
    const Read result = read("");
    EXPECT_FALSE(result.config.costs.stated());
    EXPECT_TRUE(result.config.queues.empty());
}

TEST(Costs, CostsAreExact) {
    const Read result = read(
        "costs: { currency: USD, sms: { per-segment: 0.0079, per-message: 1 }, email: { "
        "per-message: 0.000001 }, call: 3.50 }\n");
    EXPECT_EQ(result.errors, std::vector<std::string>{});
    const Costs& costs = result.config.costs;
    EXPECT_EQ(costs.currency, "USD");
    EXPECT_EQ(costs.channels.at("sms").segment_millionths, 7'900);
    EXPECT_EQ(costs.channels.at("sms").message_millionths, 1'000'000);
    EXPECT_EQ(costs.channels.at("email").message_millionths, 1);
    EXPECT_EQ(costs.call_millionths, 3'500'000);
}

TEST(Costs, CallsOfAQueueAreANumber) {
    const Read result = read("queues: { front-desk: { calls-per-day: 40 } }\n");
    EXPECT_EQ(result.config.find_queue("front-desk")->calls_per_day, 40U);
    EXPECT_EQ(result.config.find_queue("back-desk"), nullptr);
    EXPECT_EQ(result.errors.size(), 0U);
}

TEST(Costs, MistakesAreNamedAtTheirPlace) {
    const auto only = [](std::string_view text) {
        const Read result = read(text);
        return result.errors.size() == 1 ? result.errors.front()
                                         : std::to_string(result.errors.size()) + " errors";
    };
    EXPECT_EQ(only("costs: { currency: usd }\n"),
              "practice.yaml:2:20: currency must be three capitals of ISO 4217 such as USD, EUR or "
              "CNY");
    EXPECT_EQ(only("costs: { call: 1 }\n"),
              "practice.yaml:2:8: costs need a currency: add currency: USD");
    EXPECT_EQ(only("costs: { currency: USD, call: 1.2345678 }\n"),
              "practice.yaml:2:31: call must be an amount such as 0.0079, with at most six "
              "decimals");
    EXPECT_EQ(only("costs: { currency: USD, call: -1 }\n").substr(0, 28),
              "practice.yaml:2:31: call mus");
    EXPECT_EQ(only("costs: { currency: USD, emial: { per-message: 1 } }\n"),
              "practice.yaml:2:25: costs know no \"emial\"; did you mean \"email\"?");
    EXPECT_EQ(only("costs: { currency: USD, email: { per-segment: 1 } }\n"),
              "practice.yaml:2:47: only sms has segments; use per-message");
    EXPECT_EQ(only("queues: { front-desk: { calls-per-day: 0 } }\n").substr(0, 19),
              "practice.yaml:2:40:");
}

}  // namespace
}  // namespace parcours::practice
