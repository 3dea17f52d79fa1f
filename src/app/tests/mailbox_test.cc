#include "app/mailbox.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <poll.h>

#include "engine/service.h"

namespace parcours::app {
namespace {

bool is_readable(const Mailbox& mailbox) {
    pollfd waiting{mailbox.descriptor(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
}

TEST(Mailbox, IsReadableWhileSomethingWaits) {
    Mailbox mailbox;
    EXPECT_FALSE(is_readable(mailbox));
    EXPECT_TRUE(mailbox.put([](engine::Service&) {}));
    EXPECT_TRUE(is_readable(mailbox));
    mailbox.wake();
    EXPECT_TRUE(is_readable(mailbox));
}

TEST(Mailbox, TakesSoManyAndNothingAfterItsEnd) {
    Mailbox mailbox;
    for (std::size_t i = 0; i < Mailbox::waiting_max; ++i) {
        ASSERT_TRUE(mailbox.put([](engine::Service&) {}));
    }
    EXPECT_FALSE(mailbox.put([](engine::Service&) {}));
    Mailbox closed;
    closed.close();
    EXPECT_FALSE(closed.put([](engine::Service&) {}));
}

}  // namespace
}  // namespace parcours::app
