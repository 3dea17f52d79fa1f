// What a start reads of a folder in which staff have worked for long: as many notes of use as asked
// for (one for each minute of each session), in sessions of eight hours, and some reads between.
//   access_bench DATA [NOTES]
// DATA is a data folder without `access`. One JSON object on standard output.

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string>

#include "access/access.h"
#include "access/audit.h"
#include "access/log_in.h"
#include "access/principal.h"
#include "access/roles.h"
#include "app/access_store.h"
#include "base/error.h"
#include "base/random.h"
#include "base/time.h"
#include "usage.h"

namespace {

using namespace parcours;
using std::chrono::steady_clock;

constexpr std::size_t notes_per_session = 480;
constexpr std::string_view password = "a walk along the river";

double milliseconds_since(steady_clock::time_point from) {
    return std::chrono::duration<double, std::milli>(steady_clock::now() - from).count();
}

/// Logs somebody in again and again and lets them look once a minute.
Result<> work(access::Access& access, std::size_t notes, Instant now) {
    const auto added = access.add_staff({.name = "ada",
                                         .display = {},
                                         .role = access::Role::Administrator,
                                         .password = std::string(password),
                                         .identity = {}},
                                        {access::system_principal("bench"), "", now, ""});
    if (!added) {
        return pass_on(added);
    }
    for (std::size_t noted = 0; noted < notes;) {
        now += std::chrono::hours(16);
        const auto session = access.log_in({"ada", std::string(password), {}}, "127.0.0.1", now);
        if (!session || session->outcome != access::LogIn::Outcome::Open) {
            return session ? fail(ErrorCode::Internal, "nobody can log in") : pass_on(session);
        }
        for (std::size_t i = 0; i < notes_per_session && noted < notes; ++i, ++noted) {
            now += std::chrono::minutes(1);
            if (!access.authenticate_session(session->cookie, now)) {
                return fail(ErrorCode::Internal, "the session has ended");
            }
        }
    }
    return {};
}

int refuse(const Error& error) {
    fmt::print(stderr, "access_bench: {}\n", error.message);
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(count, arguments,
                                    "access_bench DATA [NOTES]\n"
                                    "What a start reads of a folder in which staff worked for "
                                    "long: NOTES notes of use (30,000).\n"
                                    "DATA is a data folder without `access`.")) {
        return 0;
    }
    if (count < 2) {
        fmt::print(stderr, "access_bench: name a data folder\n");
        return 2;
    }
    const std::size_t notes =
        count > 2 ? static_cast<std::size_t>(std::atoll(arguments[2])) : 30'000;
    SeededRandom random(7);
    access::AccessOptions options;
    options.password = {.passes = 1, .memory_bytes = 8192};
    {
        const auto folder = app::AccessFolder::open(arguments[1], random, options);
        if (!folder) {
            return refuse(folder.error());
        }
        const Instant begin = SystemClock().now() - std::chrono::hours(24 * 365);
        if (const auto worked = work((*folder)->access(), notes, begin); !worked) {
            return refuse(worked.error());
        }
    }
    const auto from = steady_clock::now();
    const auto folder = app::AccessFolder::open(arguments[1], random, options);
    if (!folder) {
        return refuse(folder.error());
    }
    fmt::print("{{\"notes\":{},\"entries\":{},\"open_ms\":{:.1f}}}\n", notes,
               (*folder)->access().head().sequence, milliseconds_since(from));
    return 0;
}
