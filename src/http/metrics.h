#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "http/application.h"
#include "http/message.h"

namespace parcours::http {

/// Counts what was served, in Prometheus' text format. The labels are names of operations, methods
/// and classes of status: nothing of any patient. Safe for use by several threads.
class Metrics {
  public:
    /// A number that is asked for when the page is: its name, one line of help, the number.
    using Gauge = std::function<double()>;

    void count(const Exchange& exchange);
    void add_gauge(std::string name, std::string help, Gauge gauge);
    /// A count that only grows.
    void add_counter(std::string name, std::string help, Gauge gauge);

    /// The page (text/plain; version=0.0.4).
    [[nodiscard]] std::string text() const;

    /// Upper bounds of the classes of the latency, in seconds.
    static constexpr std::array<double, 12> seconds_bounds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0};

  private:
    struct Histogram {
        std::array<std::uint64_t, seconds_bounds.size() + 1> classes{};
        std::uint64_t count = 0;
        double seconds = 0;
    };
    struct Source {
        std::string name;
        std::string help;
        std::string_view type;
        Gauge value;
    };

    void write_requests(std::string& out) const;
    void write_latencies(std::string& out) const;

    mutable std::mutex mutex_;
    std::map<std::tuple<std::string_view, Method, int>, std::uint64_t> requests_;
    std::map<std::string_view, Histogram> latencies_;
    std::uint64_t body_bytes_ = 0;
    std::vector<Source> sources_;
};

/// Serves /metrics, and nothing else: for a port of its own on loopback.
class MetricsPage final : public Application {
  public:
    explicit MetricsPage(const Metrics& metrics) : metrics_(metrics) {}
    [[nodiscard]] Admission admit(Request& head) override;
    [[nodiscard]] std::optional<Response> authorise(Request& head) override;
    void handle(Request request, Answer answer) override;

  private:
    const Metrics& metrics_;
};

}  // namespace parcours::http
