#include "http/metrics.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/application.h"
#include "http/message.h"
#include "http/problem.h"

namespace parcours::http {
namespace {

std::string_view label_of(std::string_view operation) {
    return operation.empty() ? std::string_view("none") : operation;
}

void write_heading(std::string& out, std::string_view name, std::string_view help,
                   std::string_view type) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

void Metrics::count(const Exchange& exchange) {
    const double seconds = std::chrono::duration<double>(exchange.took).count();
    const auto bound = std::ranges::lower_bound(seconds_bounds, seconds);
    const std::lock_guard lock(mutex_);
    ++requests_[{exchange.operation, exchange.method, exchange.status / 100}];
    body_bytes_ += exchange.body_bytes;
    Histogram& histogram = latencies_[exchange.operation];
    ++histogram.classes.at(static_cast<std::size_t>(bound - seconds_bounds.begin()));
    ++histogram.count;
    histogram.seconds += seconds;
}

void Metrics::add_gauge(std::string name, std::string help, Gauge gauge) {
    const std::lock_guard lock(mutex_);
    sources_.push_back({std::move(name), std::move(help), "gauge", std::move(gauge)});
}

void Metrics::add_counter(std::string name, std::string help, Gauge gauge) {
    const std::lock_guard lock(mutex_);
    sources_.push_back({std::move(name), std::move(help), "counter", std::move(gauge)});
}

void Metrics::write_requests(std::string& out) const {
    write_heading(out, "parcours_http_requests_total", "Requests answered.", "counter");
    for (const auto& [key, count] : requests_) {
        const auto& [operation, method, status_class] = key;
        fmt::format_to(std::back_inserter(out),
                       "parcours_http_requests_total{{operation=\"{}\",method=\"{}\","
                       "status=\"{}xx\"}} {}\n",
                       label_of(operation), method_name(method), status_class, count);
    }
    write_heading(out, "parcours_http_answer_bytes_total", "Bytes of bodies sent.", "counter");
    fmt::format_to(std::back_inserter(out), "parcours_http_answer_bytes_total {}\n", body_bytes_);
}

void Metrics::write_latencies(std::string& out) const {
    constexpr std::string_view name = "parcours_http_request_seconds";
    write_heading(out, name, "From the last byte of a request's head to the last of its answer.",
                  "histogram");
    for (const auto& [operation, histogram] : latencies_) {
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < seconds_bounds.size(); ++i) {
            below += histogram.classes.at(i);
            fmt::format_to(std::back_inserter(out), "{}_bucket{{operation=\"{}\",le=\"{}\"}} {}\n",
                           name, label_of(operation), seconds_bounds.at(i), below);
        }
        fmt::format_to(std::back_inserter(out),
                       "{0}_bucket{{operation=\"{1}\",le=\"+Inf\"}} {2}\n"
                       "{0}_sum{{operation=\"{1}\"}} {3:.6f}\n"
                       "{0}_count{{operation=\"{1}\"}} {2}\n",
                       name, label_of(operation), histogram.count, histogram.seconds);
    }
}

std::string Metrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    write_requests(out);
    write_latencies(out);
    for (const Source& source : sources_) {
        write_heading(out, source.name, source.help, source.type);
        fmt::format_to(std::back_inserter(out), "{} {}\n", source.name, source.value());
    }
    return out;
}

Admission MetricsPage::admit(Request& head) {
    Admission admission;
    if (head.path != "/metrics") {
        admission.answer = problem(404, "there is nothing at this path", "ask for /metrics");
    } else if (head.method != Method::Get && head.method != Method::Head) {
        admission.answer = problem(405, "this path takes GET and HEAD");
        admission.answer->headers.set("Allow", "GET, HEAD");
    }
    admission.body_bytes_max = 0;
    return admission;
}

std::optional<Response> MetricsPage::authorise(Request& /*head*/) {
    return std::nullopt;
}

void MetricsPage::handle(Request /*request*/, Answer answer) {
    answer(Response::text(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text()));
}

}  // namespace parcours::http
