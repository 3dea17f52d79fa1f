#include "http/event_stream.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/byte_stream.h"
#include "http/message.h"

namespace parcours::http {
namespace {

std::shared_ptr<ByteStream> stream_of(const Response& response) {
    return std::get<std::shared_ptr<ByteStream>>(response.body);
}

Request came_back(std::string last) {
    Request request;
    request.headers.add("Last-Event-ID", std::move(last));
    return request;
}

constexpr std::string_view opening = "retry: 3000\n\n";

TEST(EventText, KeepsLinesApart) {
    EXPECT_EQ(event_text(7, {"mo\nved", "a\r\nb\nc\r"}),
              "id: 7\nevent: moved\ndata: a\ndata: b\ndata: c\ndata: \n\n");
}

TEST(EventHub, TellsWhoWatches) {
    EventHub hub;
    const auto all = stream_of(hub.watch({}));
    const auto some =
        stream_of(hub.watch({}, [](const ServerEvent& event) { return event.name == "b"; }));
    int woken = 0;
    all->on_ready([&woken] { ++woken; });
    hub.publish({"a", "1"});
    hub.publish({"b", "2"});
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(all->take(),
              std::string(opening) + "id: 1\nevent: a\ndata: 1\n\nid: 2\nevent: b\ndata: 2\n\n");
    EXPECT_EQ(some->take(), std::string(opening) + "id: 2\nevent: b\ndata: 2\n\n");
    EXPECT_EQ(all->take(), "");
    all->stop();
    hub.publish({"a", "3"});
    EXPECT_EQ(hub.watcher_count(), 1U);
    hub.close();
    EXPECT_TRUE(some->ended());
}

TEST(EventHub, RepeatsWhatWasMissed) {
    EventHub hub({.history_count_max = 2});
    for (const std::string_view data : {"1", "2", "3"}) {
        hub.publish({"n", std::string(data)});
    }
    EXPECT_EQ(stream_of(hub.watch(came_back("2")))->take(),
              std::string(opening) + "id: 3\nevent: n\ndata: 3\n\n");
    EXPECT_EQ(stream_of(hub.watch(came_back("3")))->take(), opening);
    const std::string reset = std::string(opening) + "id: 3\nevent: reset\ndata: {}\n\n";
    EXPECT_EQ(stream_of(hub.watch(came_back("0")))->take(), reset);
    EXPECT_EQ(stream_of(hub.watch(came_back("9")))->take(), reset);
    EXPECT_EQ(stream_of(hub.watch(came_back("x")))->take(), reset);
}

TEST(EventHub, KnowsIdsOfTheProcessBefore) {
    EventHub hub({.id_before_first = 1'000'000});
    for (int i = 0; i < 9; ++i) {
        hub.publish({"n", "x"});
    }
    EXPECT_NE(stream_of(hub.watch(came_back("5")))->take().find("event: reset"), std::string::npos);
    EXPECT_EQ(stream_of(hub.watch(came_back("1000008")))->take(),
              std::string(opening) + "id: 1000009\nevent: n\ndata: x\n\n");
}

TEST(EventHub, EndsTheStreamOfWhoMayNotStay) {
    EventHub hub;
    bool may_stay = true;
    const auto guest = stream_of(hub.watch({}, {}, [&may_stay] { return may_stay; }));
    const auto staff = stream_of(hub.watch({}));
    hub.review();
    hub.publish({"n", "1"});
    EXPECT_NE(guest->take().find("data: 1"), std::string::npos);
    may_stay = false;
    hub.publish({"n", "2"});
    EXPECT_TRUE(guest->ended());
    EXPECT_EQ(guest->take(), "") << "nothing is told from then on";
    EXPECT_NE(staff->take().find("data: 2"), std::string::npos);
    may_stay = true;
    const auto quiet = stream_of(hub.watch({}, {}, [&may_stay] { return may_stay; }));
    may_stay = false;
    hub.review();
    EXPECT_TRUE(quiet->ended()) << "also where nothing happens";
    EXPECT_EQ(hub.watcher_count(), 1U);
}

TEST(EventHub, DropsWhoReadsTooSlowly) {
    EventHub hub({.buffer_bytes_max = 200, .watcher_count_max = 2});
    const auto slow = stream_of(hub.watch({}));
    const auto quick = stream_of(hub.watch({}));
    EXPECT_EQ(hub.watch({}).status, 503);
    for (int i = 0; i < 10; ++i) {
        hub.publish({"n", std::string(30, 'x')});
        EXPECT_FALSE(quick->take().empty());
    }
    EXPECT_TRUE(slow->ended());
    EXPECT_FALSE(quick->ended());
    EXPECT_LE(slow->take().size(), 200U);
    EXPECT_EQ(hub.watcher_count(), 1U);
}

}  // namespace
}  // namespace parcours::http
