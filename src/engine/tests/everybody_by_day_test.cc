#include "engine/everybody_by_day.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "cql/cql.h"
#include "cql/value.h"
#include "population/everybody.h"

namespace parcours::engine {
namespace {

using population::KnownDefines;

const Instant day = *parse_instant("2026-03-01");

std::shared_ptr<const cql::Expression> compile(const std::string& text) {
    const auto compiled = cql::compile(text, {});
    EXPECT_TRUE(compiled) << compiled.error().to_text();
    return *compiled;
}

/// "All" is for nobody but "Count".
const std::string crowd =
    "context Unfiltered define All: [Patient] define Count: Count(All) "
    "context Patient define X: Count > 3";

KnownDefines known(const cql::Expression& expression, std::size_t length) {
    KnownDefines out(expression.defines.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (expression.defines[i].everybody) {
            out[i] =
                expression.defines[i].name == "All"
                    ? cql::Value(cql::ListValue{std::vector<cql::Value>(length, cql::Value(1)), 0})
                    : cql::Value(static_cast<std::int64_t>(length));
        }
    }
    return out;
}

std::size_t count_known(const EverybodyByDay::Known& found) {
    std::size_t count = 0;
    for (const auto& value : **found) {
        count += value ? 1U : 0U;
    }
    return count;
}

TEST(EverybodyByDay, IsFoundOnceForAllWhoAsk) {
    const auto expression = compile(crowd);
    EverybodyByDay everybody;
    std::atomic<int> found = 0;
    ThreadExecutor threads(4);
    threads.run(64, [&](std::size_t number) {
        const auto mine = everybody.find(expression, day + std::chrono::days{number % 2}, [&] {
            ++found;
            return Result<KnownDefines>(known(*expression, 5));
        });
        EXPECT_EQ(count_known(mine), 1U) << "what nobody is asked of is not kept";
    });
    EXPECT_EQ(found, 2) << "one a day";
    const auto other = compile(crowd);
    (void)everybody.find(other, day, [&] {
        ++found;
        return Result<KnownDefines>(known(*other, 5));
    });
    EXPECT_EQ(found, 3) << "and one an expression";
}

TEST(EverybodyByDay, AnErrorThatPassesIsNotKept) {
    const auto expression = compile(crowd);
    EverybodyByDay everybody;
    int asked = 0;
    const auto failing = [&](ErrorCode code) {
        return [&asked, code]() -> Result<KnownDefines> {
            ++asked;
            return fail(code, "no");
        };
    };
    EXPECT_FALSE(*everybody.find(expression, day, failing(ErrorCode::Unavailable)));
    EXPECT_FALSE(*everybody.find(expression, day, failing(ErrorCode::Limit)));
    EXPECT_FALSE(*everybody.find(expression, day, failing(ErrorCode::Limit)));
    EXPECT_EQ(asked, 2);
}

TEST(EverybodyByDay, KeepsNoMoreThanItMay) {
    const auto expression =
        compile("context Unfiltered define All: [Patient] context Patient define X: exists All");
    EverybodyByDay everybody(1'000);
    std::size_t asked = 0;
    const auto ask = [&](int days, std::size_t length) {
        return everybody.find(expression, day + std::chrono::days{days}, [&] {
            ++asked;
            return Result<KnownDefines>(known(*expression, length));
        });
    };
    for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(count_known(ask(0, 900)), 1U);
        EXPECT_EQ(count_known(ask(1, 900)), 1U) << "found, though it is not kept";
        EXPECT_EQ(count_known(ask(2, 10)), 1U);
    }
    EXPECT_EQ(asked, 1 + 3 + 1U);
}

TEST(EverybodyByDay, NobodyWaitsForWhatIsNotKept) {
    const auto expression = compile(crowd);
    EverybodyByDay everybody(0);
    (void)everybody.find(expression, day,
                         [&] { return Result<KnownDefines>(known(*expression, 5)); });
    std::atomic<int> inside = 0;
    ThreadExecutor threads(2);
    threads.run(2, [&](std::size_t) {
        (void)everybody.find(expression, day, [&] {
            ++inside;
            const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
            while (inside < 2 && std::chrono::steady_clock::now() < patience) {
                std::this_thread::yield();
            }
            EXPECT_EQ(inside, 2) << "one after the other";
            return Result<KnownDefines>(known(*expression, 5));
        });
    });
    EXPECT_EQ(inside, 2);
}

}  // namespace
}  // namespace parcours::engine
