// How fast the log takes records, beside what SQLite and the disk allow in the same run.
//   store_bench [FOLDER-OF-NDJSON] [--records N] [--data DIR]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "record/log.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"
#include "usage.h"

namespace {

using namespace parcours;
using namespace parcours::store;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

template <class T>
T need(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "{}\n", result.error().to_text());
        std::exit(exit_code(result.error().code));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

struct Resource {
    std::string topic;
    std::string body;
};

std::vector<Resource> read_resources(const std::filesystem::path& folder) {
    std::vector<Resource> resources;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".ndjson") {
            continue;
        }
        std::ifstream file(entry.path());
        const std::string topic = "main/" + entry.path().stem().string();
        for (std::string line; std::getline(file, line);) {
            resources.push_back({topic, line});
        }
    }
    return resources;
}

LogRecord record_at(LogPosition position, std::string_view topic, std::string_view payload) {
    LogRecord record;
    record.position = position;
    record.shard = static_cast<std::uint16_t>(fast_hash("", position) % shard_count);
    record.patient = fast_hash("patient", position % 100'000);
    record.previous = position > 1000 ? position - 1000 : 0;
    record.topic = topic;
    record.occurred_at = Instant(std::chrono::microseconds(1'700'000'000'000'000 + position));
    record.recorded_at = record.occurred_at;
    record.ingested_at = record.occurred_at;
    record.payload = payload;
    return record;
}

std::string event_payload(std::uint64_t i) {
    return fmt::format(
        R"({{"enrolment":"{:016x}{:016x}","step":"step-{}","from":"step-{}",)"
        R"("release":"9f2c4e","due":"2026-{:02}-{:02}T10:00:00Z","because":"{:08x}"}})",
        fast_hash("e", i), fast_hash("f", i), i % 7, (i + 6) % 7, 1 + i % 12, 1 + i % 28,
        fast_hash("g", i) & 0xFFFFFFFFU);
}

void run_sql(sqlite3* database, const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        fmt::print(stderr, "{}: {}\n", sql, sqlite3_errmsg(database));
        std::exit(1);
    }
}

// The yardstick: rows of position, patient, time and body, bound and stepped and nothing else.
double raw_rows_per_second(const std::filesystem::path& folder, std::size_t count,
                           std::size_t batch,
                           const std::function<std::string_view(std::size_t)>& body) {
    const std::string file = (folder / "raw.db").string();
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    run_sql(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    run_sql(database,
            "CREATE TABLE log(position INTEGER PRIMARY KEY, patient INTEGER, at INTEGER, "
            "body BLOB)");
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(database, "INSERT INTO log VALUES(?, ?, ?, ?)", -1, &insert, nullptr);
    const double begin = seconds();
    for (std::size_t i = 0; i < count;) {
        run_sql(database, "BEGIN");
        for (const std::size_t stop = std::min(count, i + batch); i < stop; ++i) {
            const std::string_view bytes = body(i);
            sqlite3_bind_int64(insert, 1, static_cast<std::int64_t>(i + 1));
            sqlite3_bind_int64(insert, 2, static_cast<std::int64_t>(fast_hash("", i)));
            sqlite3_bind_int64(insert, 3, static_cast<std::int64_t>(1'700'000'000'000'000 + i));
            sqlite3_bind_blob64(insert, 4, bytes.data(), bytes.size(), SQLITE_STATIC);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        run_sql(database, "COMMIT");
    }
    const double rate = static_cast<double>(count) / (seconds() - begin);
    sqlite3_finalize(insert);
    sqlite3_close(database);
    std::filesystem::remove(file);
    return rate;
}

double syncs_per_second(const std::filesystem::path& folder) {
    const std::string file = (folder / "sync").string();
    const int descriptor = open(file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    const std::string block(4096, 'x');
    const double begin = seconds();
    int count = 0;
    while (seconds() - begin < 0.5 && write(descriptor, block.data(), block.size()) > 0) {
        fdatasync(descriptor);
        ++count;
    }
    const double rate = count / (seconds() - begin);
    close(descriptor);
    std::filesystem::remove(file);
    return rate;
}

struct Measured {
    double rate = 0;
    double commit_p50_ms = 0;
    double commit_p99_ms = 0;
    double commit_max_ms = 0;
};

Measured append_events(const std::filesystem::path& folder, std::size_t count, std::size_t batch,
                       const std::vector<std::string>& payloads) {
    std::filesystem::remove_all(folder / "events");
    const auto store = need(open_sqlite_store(folder / "events", {.create = true}));
    const std::uint64_t epoch = need(store->acquire_lease("bench"));
    std::vector<double> commits;
    std::vector<Append> records;
    const double begin = seconds();
    for (std::size_t i = 0; i < count;) {
        records.clear();
        for (const std::size_t stop = std::min(count, i + batch); i < stop; ++i) {
            records.push_back({record_at(i + 1, "transition", payloads[i % payloads.size()]), {}});
        }
        const double commit = seconds();
        need(store->append(records, epoch));
        commits.push_back((seconds() - commit) * 1e3);
    }
    Measured measured{.rate = static_cast<double>(count) / (seconds() - begin)};
    std::ranges::sort(commits);
    measured.commit_p50_ms = commits[commits.size() / 2];
    measured.commit_p99_ms = commits[commits.size() * 99 / 100];
    measured.commit_max_ms = commits.back();
    return measured;
}

class Counter final : public ScanVisitor {
  public:
    bool visit(const LogRecord& record) override {
        bytes += record.payload.size();
        ++count;
        return true;
    }
    bool damaged(LogPosition, const Error&) override { return false; }
    std::size_t bytes = 0;
    std::size_t count = 0;
};

// Seals all resources with so many threads; returns the sealed contents in order.
std::vector<std::string> seal_all(Store& store, const std::vector<Resource>& resources,
                                  std::size_t thread_count) {
    std::vector<std::string> sealed(resources.size());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < thread_count; ++t) {
        threads.emplace_back([&, t] {
            const std::size_t share = (resources.size() + thread_count - 1) / thread_count;
            const std::size_t stop = std::min(resources.size(), (t + 1) * share);
            for (std::size_t i = t * share; i < stop; ++i) {
                need(store.codec().seal(resources[i].topic, resources[i].body, sealed[i]));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    return sealed;
}

void bench_bodies(const std::filesystem::path& folder, const std::vector<Resource>& resources,
                  std::size_t thread_count) {
    std::filesystem::remove_all(folder / "bodies");
    std::size_t raw = 0;
    std::size_t stored = 0;
    const double begin = seconds();
    {
        const auto store = need(open_sqlite_store(folder / "bodies", {.create = true}));
        const std::uint64_t epoch = need(store->acquire_lease("bench"));
        const double opened = seconds();
        const auto sealed = seal_all(*store, resources, thread_count);
        const double compressed = seconds();
        std::vector<Append> records;
        for (std::size_t i = 0; i < resources.size(); ++i) {
            raw += resources[i].body.size();
            stored += sealed[i].size();
            records.push_back({record_at(i + 1, resources[i].topic, ""), sealed[i]});
            if (records.size() == 5000 || i + 1 == resources.size()) {
                need(store->append(records, epoch));
                records.clear();
            }
        }
        const double appended = seconds();
        const auto count = static_cast<double>(resources.size());
        fmt::print("bodies, {} thread(s): sealed {:.0f}/s, appended {:.0f}/s, {:.2f} : 1\n",
                   thread_count, count / (compressed - opened), count / (appended - compressed),
                   static_cast<double>(raw) / static_cast<double>(stored));
        fmt::print("  open {:.1f} ms, seal {:.1f} ms, append {:.1f} ms\n", (opened - begin) * 1e3,
                   (compressed - opened) * 1e3, (appended - compressed) * 1e3);
    }
    const double closed = seconds();
    fmt::print(
        "  whole, opened and closed: {:.0f} bodies/s; database {:.1f} MB for {:.1f} MB\n",
        static_cast<double>(resources.size()) / (closed - begin),
        static_cast<double>(std::filesystem::file_size(folder / "bodies" / "parcours.db")) / 1e6,
        static_cast<double>(raw) / 1e6);
    const auto store = need(open_sqlite_store(folder / "bodies", {.access = Access::Read}));
    Counter counter;
    const double scan = seconds();
    need(store->scan(1, UINT64_MAX, counter));
    fmt::print("  scanned {:.0f} bodies/s, {:.0f} MB/s\n",
               static_cast<double>(counter.count) / (seconds() - scan),
               static_cast<double>(counter.bytes) / (seconds() - scan) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
    if (parcours::bench::was_helped(argc, argv,
                                    "store_bench [FOLDER-OF-NDJSON] [--records N] [--data DIR]\n"
                                    "How fast the log takes records, beside what SQLite and the "
                                    "disk allow. DIR and all in it is removed.")) {
        return 0;
    }
    std::filesystem::path data = std::filesystem::temp_directory_path() / "store-bench";
    std::filesystem::path resources_at;
    std::size_t count = 1'000'000;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--records" && i + 1 < argc) {
            count = std::strtoull(argv[++i], nullptr, 10);
        } else if (argument == "--data" && i + 1 < argc) {
            data = argv[++i];
        } else {
            resources_at = argument;
        }
    }
    std::filesystem::create_directories(data);
    fmt::print("disk: {:.0f} fdatasync/s\n", syncs_per_second(data));
    std::vector<std::string> payloads;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        payloads.push_back(event_payload(i));
    }
    fmt::print("events of {} bytes:\n", payloads.front().size());
    for (const std::size_t batch : {1000U, 5000U}) {
        const double raw = raw_rows_per_second(
            data, count, batch, [&](std::size_t i) { return payloads[i % payloads.size()]; });
        const Measured log = append_events(data, count, batch, payloads);
        fmt::print(
            "  one sync per {}: {:.0f}/s; raw SQLite rows {:.0f}/s; ratio {:.2f}; commit p50 "
            "{:.1f} ms, p99 {:.1f} ms, max {:.1f} ms\n",
            batch, log.rate, raw, log.rate / raw, log.commit_p50_ms, log.commit_p99_ms,
            log.commit_max_ms);
    }
    if (!resources_at.empty()) {
        const std::vector<Resource> resources = read_resources(resources_at);
        const double raw = raw_rows_per_second(data, resources.size(), 5000, [&](std::size_t i) {
            return std::string_view(resources[i].body);
        });
        fmt::print("{} bodies: raw SQLite rows, not compressed {:.0f}/s\n", resources.size(), raw);
        for (const std::size_t threads : {1U, 2U}) {
            bench_bodies(data, resources, threads);
        }
    }
    std::filesystem::remove_all(data);
    return 0;
}
