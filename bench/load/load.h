#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "load/answer_reader.h"
#include "load/samples.h"
#include "load/socket.h"

namespace parcours::bench {

struct LoadOptions {
    std::uint16_t port = 8080;
    std::size_t connections = 64;
    /// Requests due per second, at random times (Poisson). 0: each connection asks again as soon as
    /// it is answered, to find the greatest rate.
    double rate = 0;
    double warm_up_seconds = 2;
    double seconds = 10;
    std::uint64_t seed = 1;
    std::vector<std::string>
        requests;  ///< whole requests, of which one is taken by chance each time
};

struct LoadReport {
    Samples latencies;  ///< of answers 200 and 304, of requests due after the warm-up
    std::map<int, std::size_t> other_statuses;
    std::size_t broken = 0;  ///< connections that ended with a request under way
    std::size_t unanswered =
        0;  ///< still under way or waiting, five seconds after the last was due
    double answers_per_second = 0;
    double body_bytes_mean = 0;
    double worst_at_seconds = 0;  ///< after the warm-up, the request that took longest was due
    std::size_t waiting_max = 0;  ///< requests that were due while every connection was taken
};

/// Asks one server from one thread. With a rate the load is open: requests fall due whatever the
/// server does, and a latency counts from when its request was due, so that a server that stalls
/// does not thin out the very requests that would show it.
class Load {
  public:
    explicit Load(const LoadOptions& options);
    /// Nothing where nobody listens.
    [[nodiscard]] std::optional<LoadReport> run();

  private:
    struct Line {
        Descriptor socket;
        AnswerReader reader;
        std::string_view unsent;
        std::int64_t due = 0;
        bool busy = false;
    };

    [[nodiscard]] bool open_line(std::size_t number);
    void fall_due(std::int64_t now);
    void give_out(std::int64_t now);
    void ask(std::size_t number, std::int64_t due);
    void send_rest(std::size_t number);
    void receive(std::size_t number);
    void complete(std::size_t number);
    void lose(std::size_t number);
    void wait(std::int64_t until);
    [[nodiscard]] bool is_over(std::int64_t now) const;

    const LoadOptions& options_;
    SeededRandom random_;
    Descriptor poll_;
    std::vector<Line> lines_;
    std::vector<std::size_t> free_;
    std::deque<std::int64_t> waiting_;  // when each was due
    std::size_t under_way_ = 0;
    std::int64_t next_due_ = 0;
    std::int64_t measured_from_ = 0;
    std::int64_t measured_to_ = 0;
    std::size_t answers_ = 0;
    std::int64_t worst_ = 0;
    std::size_t body_bytes_ = 0;
    LoadReport report_;
};

}  // namespace parcours::bench
