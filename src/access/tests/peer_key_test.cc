#include "access/peer_key.h"

#include <gtest/gtest.h>
#include <string>

namespace parcours::access {
namespace {

TEST(PeerKey, OfIPv6IsItsNetworkHoweverItIsWritten) {
    const std::string network = "2001:db8:0:1::/64";
    for (const std::string address :
         {"2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8::1:0:0:0:1",
          "2001:DB8:0:1:a:b:c:d", "2001:0db8:0000:0001::", "2001:db8:0:1::192.0.2.1"}) {
        EXPECT_EQ(peer_key(address), network) << address;
    }
    EXPECT_NE(peer_key("2001:db8:0:2::1"), network);
    EXPECT_EQ(peer_key("fe80::1%eth0"), "fe80:0:0:0::/64");
    EXPECT_EQ(peer_key("::1"), "0:0:0:0::/64");
}

TEST(PeerKey, OfIPv4IsTheAddress) {
    EXPECT_EQ(peer_key("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(peer_key("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_NE(peer_key("::ffff:192.0.2.1"), peer_key("::ffff:192.0.2.2"));
}

TEST(PeerKey, WhatIsNoAddressIsItsOwn) {
    for (const std::string address :
         {"", "x", "1:2:3", "::1::2", ":", "1:2:3:4:5:6:7:8:9", "12345::", "g::1"}) {
        EXPECT_EQ(peer_key(address), address);
    }
}

}  // namespace
}  // namespace parcours::access
