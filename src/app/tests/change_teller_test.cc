#include "app/change_teller.h"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <variant>

#include "base/time.h"
#include "engine/changes.h"
#include "http/byte_stream.h"
#include "http/event_stream.h"
#include "http/message.h"

namespace parcours::app {
namespace {

TEST(ChangeTeller, TellsABurstOnce) {
    http::EventHub hub;
    const auto page = std::get<std::shared_ptr<http::ByteStream>>(hub.watch({}).body);
    (void)page->take();
    ChangeTeller teller(hub);
    Instant now = parse_instant("2026-03-02T10:00:00Z").value();
    teller.tell({}, now);
    EXPECT_EQ(page->take(), "");
    teller.tell({.tasks = true}, now);
    EXPECT_NE(page->take().find("event: task"), std::string::npos) << "the first at once";
    teller.tell({.messages = true}, now);
    teller.tell({.campaigns = true}, now + std::chrono::milliseconds(10));
    teller.tell({.messages = true}, now + std::chrono::milliseconds(20));
    EXPECT_EQ(page->take(), "");
    EXPECT_TRUE(teller.waiting());
    now += std::chrono::seconds(1);
    teller.tell({}, now);
    EXPECT_FALSE(teller.waiting());
    const std::string told = page->take();
    EXPECT_NE(told.find("event: campaign"), std::string::npos);
    const auto first = told.find("event: message");
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(told.find("event: message", first + 1), std::string::npos) << "both together";
    EXPECT_EQ(told.find("event: task"), std::string::npos) << "nothing is told twice";
}

TEST(ChangeTeller, AClockSetBackDoesNotSilenceIt) {
    http::EventHub hub;
    const auto page = std::get<std::shared_ptr<http::ByteStream>>(hub.watch({}).body);
    ChangeTeller teller(hub);
    const Instant now = parse_instant("2026-03-02T10:00:00Z").value();
    teller.tell({.record = true}, now);
    (void)page->take();
    teller.tell({.record = true}, now - std::chrono::hours(24));
    EXPECT_NE(page->take().find("event: map"), std::string::npos);
}

}  // namespace
}  // namespace parcours::app
