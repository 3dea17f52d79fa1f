#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "fhir/summary.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/live_index.h"

namespace parcours::population {

/// A record of the log as tests hand it in: its position is its place here, from 1 on.
struct LoggedBody {
    std::string source = "main";
    std::string json;
};

inline void add_body(IndexPart& part, const LoggedBody& body, LogPosition position) {
    JsonDocument document;
    const auto resource = document.parse(body.json);
    ASSERT_TRUE(resource) << resource.error().to_text() << body.json;
    fhir::Summary summary;
    const auto read = fhir::summarise(*resource, summary);
    ASSERT_TRUE(read) << read.error().to_text();
    part.add(body.source, summary, *resource, position);
}

/// The index of log[from, to) over `part_count` parts, handed out in turn from `first_part` on.
inline std::shared_ptr<const Index> build_index(const std::vector<LoggedBody>& log,
                                                std::size_t from, std::size_t to,
                                                std::size_t part_count, const Index* previous,
                                                bool backwards = false) {
    std::vector<IndexPart> parts(part_count);
    for (std::size_t i = from; i < to; ++i) {
        const std::size_t at = backwards ? to - 1 - (i - from) : i;
        add_body(parts[(at * 7) % part_count], log[at], at + 1);
    }
    std::vector<const IndexPart*> pointers;
    for (const IndexPart& part : parts) {
        pointers.push_back(&part);
    }
    auto index = merge(pointers, previous);
    EXPECT_TRUE(index);
    return index ? *index : nullptr;
}

inline std::shared_ptr<const Index> build_index(const std::vector<LoggedBody>& log) {
    return build_index(log, 0, log.size(), 1, nullptr);
}

/// The entries log[from, to) as one part.
inline std::shared_ptr<const IndexPart> build_part(const std::vector<LoggedBody>& log,
                                                   std::size_t from, std::size_t to) {
    auto part = std::make_shared<IndexPart>();
    for (std::size_t i = from; i < to; ++i) {
        add_body(*part, log[i], i + 1);
    }
    return part;
}

/// A live index with log[from, to) on top of it.
inline std::shared_ptr<const LiveIndex> add_to(const LiveIndex& before,
                                               const std::vector<LoggedBody>& log, std::size_t from,
                                               std::size_t to) {
    auto added = LiveIndex::add(before, {build_part(log, from, to)});
    EXPECT_TRUE(added);
    return added ? *added : nullptr;
}

/// The lines of the real export, in the order of file names; empty where it is missing.
inline std::vector<LoggedBody> read_export(std::size_t lines_per_file_max = SIZE_MAX) {
    namespace fs = std::filesystem;
    const fs::path folder = PARCOURS_SOURCE_DIR "/../shared/data/synthea-150";
    std::vector<fs::path> files;
    if (fs::exists(folder)) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".ndjson") {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<LoggedBody> log;
    for (const fs::path& file : files) {
        std::ifstream in(file);
        std::string line;
        for (std::size_t count = 0; count < lines_per_file_max && std::getline(in, line);) {
            if (!line.empty()) {
                log.push_back({"main", line});
                ++count;
            }
        }
    }
    return log;
}

}  // namespace parcours::population
