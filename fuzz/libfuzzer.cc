// The fuzzer: libFuzzer feeds one target, named by its first argument. tools/fuzz calls it.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/target.h"

namespace {

const parcours::fuzz::Target* chosen = nullptr;

void say_usage() {
    std::fputs("usage: fuzzer TARGET SEEDS_FOLDER [libFuzzer's options]; the targets:\n", stderr);
    for (const auto& target : parcours::fuzz::targets()) {
        std::fprintf(stderr, "  %-12s %s\n", std::string(target.name).c_str(),
                     std::string(target.what).c_str());
    }
    std::exit(2);
}

/// One file for each seed, as libFuzzer reads them.
void write_seeds(const std::string& folder) {
    std::size_t number = 0;
    for (const std::string& seed : parcours::fuzz::read_seeds(*chosen)) {
        std::ofstream file(folder + "/seed-" + std::to_string(number++), std::ios::binary);
        file << seed;
        if (!file.flush()) {
            std::fprintf(stderr, "fuzzer: the seeds cannot be written to %s\n", folder.c_str());
            std::exit(1);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    const std::vector<char*> given(*arguments, *arguments + *count);
    chosen = given.size() < 3 ? nullptr : parcours::fuzz::find_target(given[1]);
    if (chosen == nullptr) {
        say_usage();
    }
    write_seeds(given[2]);
    // libFuzzer sees its own options only, and the bound of this target's inputs.
    static std::string bound = "-max_len=" + std::to_string(chosen->bytes_max);
    static std::vector<char*> rest{given[0], bound.data()};
    rest.insert(rest.end(), given.begin() + 3, given.end());
    *count = static_cast<int>(rest.size());
    rest.push_back(nullptr);
    *arguments = rest.data();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->feed(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
