// How fast an import is by the wall clock of the whole command, beside simdjson reading every line
// and SQLite taking every line as a row in the same run.
//   import_bench FOLDER-OF-NDJSON [--program PARCOURS] [--data DIR]

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <simdjson.h>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

#include "usage.h"

namespace {

namespace fs = std::filesystem;
using Time = std::chrono::steady_clock::time_point;

double since(Time from) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

[[noreturn]] void stop(std::string_view why) {
    fmt::print(stderr, "import_bench: {}\n", why);
    std::exit(1);
}

std::vector<std::string> read_files(const fs::path& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".ndjson") {
            std::ifstream in(entry.path(), std::ios::binary);
            files.emplace_back(std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>());
        }
    }
    return files;
}

template <class Take>
std::size_t each_line(const std::vector<std::string>& files, Take take) {
    std::size_t count = 0;
    for (const std::string& file : files) {
        for (std::size_t from = 0; from < file.size();) {
            const std::size_t end = std::min(file.find('\n', from), file.size());
            if (end > from) {
                take(std::string_view(file).substr(from, end - from));
                ++count;
            }
            from = end + 1;
        }
    }
    return count;
}

/// Reads every line with simdjson and writes it as a row, durable at the end.
double bare_rows(const std::vector<std::string>& files, const std::string& path) {
    sqlite3* database = nullptr;
    sqlite3_stmt* insert = nullptr;
    if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
        sqlite3_exec(database,
                     "pragma journal_mode=wal; pragma synchronous=full;"
                     "create table log(position integer primary key, id text, body blob);",
                     nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "insert into log(id, body) values(?, ?)", -1, &insert,
                           nullptr) != SQLITE_OK) {
        stop(sqlite3_errmsg(database));
    }
    const Time from = std::chrono::steady_clock::now();
    simdjson::dom::parser parser;
    std::size_t open = 0;
    const std::size_t count = each_line(files, [&](std::string_view line) {
        simdjson::dom::element element;
        std::string_view id;
        if (parser.parse(line.data(), line.size()).get(element) != simdjson::SUCCESS ||
            element["id"].get(id) != simdjson::SUCCESS) {
            return;
        }
        if (open++ % 10'000 == 0) {
            sqlite3_exec(database, open == 1 ? "begin" : "commit; begin", nullptr, nullptr,
                         nullptr);
        }
        sqlite3_bind_text(insert, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
        sqlite3_bind_blob(insert, 2, line.data(), static_cast<int>(line.size()), SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) {
            stop(sqlite3_errmsg(database));
        }
        sqlite3_reset(insert);
    });
    sqlite3_exec(database, "commit", nullptr, nullptr, nullptr);
    const double rate = static_cast<double>(count) / since(from);
    sqlite3_finalize(insert);
    sqlite3_close(database);
    return rate;
}

double parse_only(const std::vector<std::string>& files) {
    const Time from = std::chrono::steady_clock::now();
    simdjson::dom::parser parser;
    const std::size_t count = each_line(files, [&](std::string_view line) {
        if (parser.parse(line.data(), line.size()).error() != simdjson::SUCCESS) {
            stop("a line is not JSON");
        }
    });
    return static_cast<double>(count) / since(from);
}

}  // namespace

int main(int count, char** arguments) {
    if (parcours::bench::was_helped(
            count, arguments,
            "import_bench FOLDER-OF-NDJSON [--program PARCOURS] [--data DIR]\n"
            "An import by the wall clock, beside simdjson alone and SQLite rows.\n"
            "DIR and all in it is removed.")) {
        return 0;
    }
    std::string folder;
    std::string program = "build/release/parcours";
    std::string data = "build/bench-data/import";
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        if (word == "--program" && i + 1 < count) {
            program = arguments[++i];
        } else if (word == "--data" && i + 1 < count) {
            data = arguments[++i];
        } else {
            folder = word;
        }
    }
    if (folder.empty()) {
        stop("name a folder of NDJSON files");
    }
    fs::remove_all(data);
    fs::create_directories(data);
    const std::vector<std::string> files = read_files(folder);
    const std::size_t lines = each_line(files, [](std::string_view) {});
    const double parsed = parse_only(files);
    const double rows = bare_rows(files, data + "/rows.db");
    double best = 0;
    for (int run = 0; run < 3; ++run) {
        fs::remove_all(data + "/D");
        const std::string command =
            fmt::format("'{}' import '{}' --data '{}/D' > /dev/null", program, folder, data);
        const Time from = std::chrono::steady_clock::now();
        if (std::system(command.c_str()) != 0) {
            stop("the import failed");
        }
        best = std::max(best, static_cast<double>(lines) / since(from));
    }
    fmt::print("{} resources\n", lines);
    fmt::print("parcours import, best of 3     {:10.0f} /s\n", best);
    fmt::print("simdjson and bare SQLite rows  {:10.0f} /s   ratio {:.2f}\n", rows, best / rows);
    fmt::print("simdjson alone                 {:10.0f} /s\n", parsed);
    fs::remove_all(data);
    return 0;
}
