// Puts an open load on an HTTP server and prints latencies, counted from when each request was due.
//   load_bench --port N [--rate R] [--connections N] [--seconds S] [--warm-up S] [--seed N]
//              [--header "Name: value"]… [--targets FILE] [TARGET]…
// One JSON object on standard output. A rate of 0 asks as fast as answers come. --targets names a
// file with one target a line; one is taken by chance for each request.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "load/load.h"
#include "load/socket.h"
#include "usage.h"

namespace {

using namespace parcours::bench;

struct Asked {
    LoadOptions load;
    std::string headers;
    std::vector<std::string> targets;
};

void read_targets(const char* path, std::vector<std::string>& targets) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) {
            targets.push_back(line);
        }
    }
}

/// One option with its value; false where there is none of this name.
bool read_option(Asked& asked, std::string_view name, const char* value) {
    LoadOptions& load = asked.load;
    if (name == "--port") {
        load.port = static_cast<std::uint16_t>(std::atoi(value));
    } else if (name == "--rate") {
        load.rate = std::atof(value);
    } else if (name == "--connections") {
        load.connections = std::strtoull(value, nullptr, 10);
    } else if (name == "--seconds") {
        load.seconds = std::atof(value);
    } else if (name == "--warm-up") {
        load.warm_up_seconds = std::atof(value);
    } else if (name == "--seed") {
        load.seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--header") {
        asked.headers += std::string(value) + "\r\n";
    } else if (name == "--targets") {
        read_targets(value, asked.targets);
    } else {
        return false;
    }
    return true;
}

Asked read_arguments(int count, char** arguments) {
    Asked asked;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (!name.starts_with("--")) {
            asked.targets.emplace_back(name);
        } else if (i + 1 == count || !read_option(asked, name, arguments[i + 1])) {
            fmt::print(stderr, "load_bench: {} is no option, or lacks its value\n", name);
            std::exit(2);
        } else {
            ++i;
        }
    }
    for (const std::string& target : asked.targets) {
        asked.load.requests.push_back(
            fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n", target, asked.headers));
    }
    return asked;
}

void print_report(LoadReport& report) {
    std::size_t refused = 0;
    std::string statuses;
    for (const auto& [status, count] : report.other_statuses) {
        refused += count;
        statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
    }
    fmt::print(
        "{{\"answered\":{},\"per_second\":{:.1f},\"errors\":{},\"other_statuses\":{{{}}},"
        "\"broken\":{},\"unanswered\":{},\"bytes\":{:.0f},\"waiting_max\":{},\"worst_at_s\":{:.2f},"
        "\"mean_ms\":{:.3f},\"p50_ms\":{:.3f},\"p90_ms\":{:.3f},\"p99_ms\":{:.3f},"
        "\"p999_ms\":{:.3f},\"max_ms\":{:.3f}}}\n",
        report.latencies.count(), report.answers_per_second,
        refused + report.broken + report.unanswered, statuses, report.broken, report.unanswered,
        report.body_bytes_mean, report.waiting_max, report.worst_at_seconds,
        report.latencies.mean_ms(), report.latencies.percentile_ms(0.5),
        report.latencies.percentile_ms(0.9), report.latencies.percentile_ms(0.99),
        report.latencies.percentile_ms(0.999), report.latencies.percentile_ms(1));
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "load_bench --port N [--rate R] [--connections N] [--seconds S] [--warm-up S] [--seed "
            "N]\n"
            "           [--header \"Name: value\"]… [--targets FILE] [TARGET]…\n"
            "An open load on a server of this machine; latencies as JSON. A rate of 0: as fast as "
            "it answers.")) {
        return 0;
    }
    const Asked asked = read_arguments(count, arguments);
    if (asked.load.requests.empty()) {
        fmt::print(stderr, "load_bench: name a target, or a file of them by --targets\n");
        return 2;
    }
    raise_file_limit();
    auto report = Load(asked.load).run();
    if (!report) {
        fmt::print(stderr, "load_bench: nobody listens at 127.0.0.1 port {}\n", asked.load.port);
        return 1;
    }
    print_report(*report);
    return 0;
}
