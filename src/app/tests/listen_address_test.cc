#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace parcours::app {
namespace {

TEST(ListenAddress, HostsAreWhatBrowsersSend) {
    EXPECT_EQ(host_of_url("https://clinic.example.org"), "clinic.example.org");
    EXPECT_EQ(host_of_url("https://clinic.example.org:8443/x?y#z"), "clinic.example.org");
    EXPECT_EQ(host_of_url("http://[2001:db8::1]:8080/"), "[2001:db8::1]");
    EXPECT_EQ(host_of_url("clinic.example.org"), "");
    EXPECT_EQ(host_of_url(""), "");
    EXPECT_EQ(host_of_address("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(host_of_address("2001:db8::1"), "[2001:db8::1]");
}

}  // namespace
}  // namespace parcours::app
