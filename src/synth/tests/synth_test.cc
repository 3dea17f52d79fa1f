#include <gtest/gtest.h>

#include <cstdlib>

#include "synth/synth.h"

namespace parcours::synth {
namespace {

TEST(SynthTrial, Writes) {
    Options options;
    options.patients = std::strtoull(std::getenv("N"), nullptr, 10);
    options.density = std::getenv("R") ? std::atof(std::getenv("R")) : 30;
    options.out = std::getenv("OUT");
    const auto done = write_population(options, {});
    ASSERT_TRUE(done) << done.error().to_text();
    for (const auto& [type, count] : done->by_type) printf("%-24s %8llu\n", type.c_str(), (unsigned long long)count);
    printf("patients %llu resources %llu per patient %.1f bytes/resource %.0f\n", (unsigned long long)done->patients,
           (unsigned long long)done->resources, double(done->resources) / double(done->patients), double(done->bytes) / double(done->resources));
}

}  // namespace
}  // namespace parcours::synth
