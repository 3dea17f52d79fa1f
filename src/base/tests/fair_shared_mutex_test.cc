#include "base/fair_shared_mutex.h"

#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

namespace parcours {
namespace {

void wait_for(const FairSharedMutex& mutex, std::uint64_t waiting) {
    while (mutex.waiting() != waiting) {
        std::this_thread::yield();
    }
}

TEST(FairSharedMutex, LetsReadersInTogether) {
    FairSharedMutex mutex;
    const std::shared_lock one(mutex);
    std::thread other([&mutex] { const std::shared_lock two(mutex); });
    other.join();  // while the first is still inside
    EXPECT_EQ(mutex.waiting(), 0U);
}

TEST(FairSharedMutex, AWriterGoesBeforeReadersThatCameLater) {
    FairSharedMutex mutex;
    std::string order;
    std::shared_lock inside(mutex);
    std::thread writer([&] {
        const std::unique_lock lock(mutex);
        order += 'w';
    });
    wait_for(mutex, 1);
    std::thread reader([&] {
        const std::shared_lock lock(mutex);
        order += 'r';
    });
    wait_for(mutex, 2);  // a mutex that prefers readers would let it in: nobody would ever wait
    inside.unlock();
    writer.join();
    reader.join();
    EXPECT_EQ(order, "wr");
}

TEST(FairSharedMutex, AReaderGoesBeforeAWriterThatComesBackAtOnce) {
    FairSharedMutex mutex;
    std::string order;
    std::unique_lock inside(mutex);
    std::thread reader([&] {
        const std::shared_lock lock(mutex);
        order += 'r';
    });
    wait_for(mutex, 1);
    inside.unlock();
    inside.lock();  // the reader was there before
    order += 'w';
    inside.unlock();
    reader.join();
    EXPECT_EQ(order, "rw");
}

TEST(FairSharedMutex, KnowsWhoseItIs) {
    FairSharedMutex mutex;
    EXPECT_FALSE(mutex.is_mine());
    const std::unique_lock lock(mutex);
    EXPECT_TRUE(mutex.is_mine());
    bool of_another = true;
    std::thread([&] { of_another = mutex.is_mine(); }).join();
    EXPECT_FALSE(of_another);
}

TEST(FairSharedMutex, KeepsWritersApart) {
    FairSharedMutex mutex;
    int count = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 2'000; ++i) {
                if (thread % 2 == 0) {
                    const std::unique_lock lock(mutex);
                    ++count;
                    ++count;
                } else {
                    const std::shared_lock lock(mutex);
                    if (count % 2 != 0) {
                        std::abort();
                    }
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(count, 8'000);
}

}  // namespace
}  // namespace parcours
