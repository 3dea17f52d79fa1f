#include "practice/folder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parcours::practice {
namespace {

TEST(Folder, BuiltInFolderHoldsNoMistake) {
    std::vector<Error> errors;
    const Folder folder = read_folder(built_in_files(), errors);
    for (const Error& error : errors) {
        ADD_FAILURE() << error.to_text();
    }
}

}  // namespace
}  // namespace parcours::practice
