// Damaged definitions: whatever stands in a file, reading it ends with a value or an error.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "practice/folder.h"
#include "practice/yaml.h"

namespace parcours::practice {
namespace {

/// Changes, drops, doubles and inserts pieces.
std::string damage(std::string text, SeededRandom& random) {
    constexpr std::string_view signs = "{}[]:,-&*!|>'\"%@`#?~\n\t \\=<é\xff";
    for (std::uint64_t i = 1 + random.below(6); i > 0 && !text.empty(); --i) {
        const std::size_t at = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[at] = signs[random.below(signs.size())];
                break;
            case 1:
                text.erase(at, random.below(12));
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), random.below(20)));
                break;
            default:
                text.insert(at, 1 + random.below(4), signs[random.below(signs.size())]);
        }
    }
    return text;
}

TEST(Mutation, FoldersAreReadOrRefusedWithAPlace) {
    SeededRandom random(20260609);
    const FileMap& sound = built_in_files();
    std::vector<std::string> paths;
    for (const auto& [path, text] : sound) {
        if (text.size() < 4000) {
            paths.push_back(path);
        }
    }
    std::size_t refused = 0;
    for (int round = 0; round < 3000; ++round) {
        const std::string& path = paths[random.below(paths.size())];
        const FileMap files = {{"practice.yaml", "name: x\n"},
                               {path, damage(sound.at(path), random)}};
        std::vector<Error> errors;
        static_cast<void>(read_folder(files, errors));
        refused += errors.empty() ? 0 : 1;
        for (const Error& error : errors) {
            ASSERT_FALSE(error.message.empty());
            ASSERT_FALSE(error.where.file.empty()) << error.message;
        }
    }
    EXPECT_GT(refused, 300U) << "the damage must be noticed often enough to mean something";
}

}  // namespace
}  // namespace parcours::practice
