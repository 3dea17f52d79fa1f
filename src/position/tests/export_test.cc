#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "position/explain.h"
#include "position/tests/clinic.h"

namespace parcours::position {
namespace {

const std::string data = std::string(PARCOURS_SOURCE_DIR) + "/../shared/data/synthea-150";

/// The real export, read once.
const Clinic& clinic() {
    static const Clinic* const read = [] {
        auto* made = new Clinic;
        for (const auto& entry : std::filesystem::directory_iterator(data)) {
            const std::string name = entry.path().stem();
            if (name != "Claim" && name != "ExplanationOfBenefit") {
                EXPECT_TRUE(made->add_file(entry.path()));
            }
        }
        made->open();
        return made;
    }();
    return *read;
}

class RealExport : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(data)) {
            GTEST_SKIP() << "the real export is not here";
        }
    }
};

TEST_F(RealExport, Look) {
    const char* const who = std::getenv("WHO");
    const char* const as_of = std::getenv("AS_OF");
    if (who == nullptr) {
        GTEST_SKIP() << "set WHO (an id prefix, or ALL) and AS_OF to look at positions";
    }
    for (const auto& [id, patient] : clinic().patients()) {
        if (std::string(who) == "ALL" || id.starts_with(who)) {
            const std::string day = as_of == nullptr ? "2019-06-01" : as_of;
            if (clinic().fold(id, day).counted()) {
                std::cout << id << " " << clinic().why(id, day);
            }
        }
    }
}

}  // namespace
}  // namespace parcours::position
