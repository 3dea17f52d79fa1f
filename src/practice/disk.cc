// Reads a practice folder from disk: the only place of this module that touches files.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_count_max = 10'000;
constexpr int folder_depth_max = 4;

bool is_definition(const fs::path& path) {
    constexpr std::array<std::string_view, 5> endings = {".yaml", ".yml", ".md", ".json", ".cql"};
    return std::ranges::find(endings, path.extension().string()) != endings.end();
}

bool is_hidden(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
}

/// Whether a path in a practice folder is one that is looked at.
bool is_of_practice(std::string_view path) {
    constexpr std::array<std::string_view, 10> beginnings = {
        "practice.y", "flows/",     "forms/", "campaigns/", "cohorts/",
        "content/",   "libraries/", "maps/",  "measures/",  "valuesets/"};
    return std::ranges::any_of(beginnings,
                               [path](std::string_view one) { return path.starts_with(one); });
}

Result<std::string> read_file(const fs::path& path) {
    std::error_code code;
    const auto size = fs::file_size(path, code);
    if (!code && size > yaml_size_max) {
        return fail(ErrorCode::Limit,
                    "the file has " + std::to_string(size) + " bytes; at most " +
                        std::to_string(yaml_size_max) + " are read: split it",
                    {path.string(), 0, 0});
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text(code ? 0 : static_cast<std::size_t>(size), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (code || !stream || static_cast<std::size_t>(stream.gcount()) != text.size()) {
        return fail(ErrorCode::Unavailable, "the file cannot be read; check its permissions",
                    {path.string(), 0, 0});
    }
    return text;
}

}  // namespace

Result<FileMap> read_practice_folder(const std::string& path) {
    const fs::path root(path);
    std::error_code code;
    if (!fs::is_directory(root, code)) {
        return fail(ErrorCode::NotFound,
                    "there is no practice folder \"" + path +
                        "\"; name a folder that holds practice.yaml, campaigns/ and the like");
    }
    FileMap files;
    fs::recursive_directory_iterator entry(root, code);
    const fs::recursive_directory_iterator end;
    for (; !code && entry != end; entry.increment(code)) {
        if (is_hidden(entry->path())) {
            entry.disable_recursion_pending();
            continue;
        }
        if (entry->is_directory(code)) {
            if (entry.depth() >= folder_depth_max) {
                entry.disable_recursion_pending();
            }
            continue;
        }
        if (!entry->is_regular_file(code) || !is_definition(entry->path())) {
            continue;
        }
        if (files.size() >= file_count_max) {
            return fail(ErrorCode::Limit, "the practice folder \"" + path + "\" holds more than " +
                                              std::to_string(file_count_max) + " files");
        }
        auto text = read_file(entry->path());
        if (!text) {
            return pass_on(text);
        }
        files.emplace(entry->path().lexically_relative(root).generic_string(), *std::move(text));
    }
    if (code) {
        return fail(ErrorCode::Unavailable,
                    "the practice folder \"" + path + "\" cannot be listed: " + code.message());
    }
    if (std::ranges::none_of(files, [](const auto& file) { return is_of_practice(file.first); })) {
        return fail(
            ErrorCode::InvalidInput,
            "the folder \"" + path +
                "\" holds no definition; a practice folder holds practice.yaml, or files in "
                "campaigns/, cohorts/, content/, libraries/, maps/, measures/ or valuesets/");
    }
    return files;
}

}  // namespace parcours::practice
