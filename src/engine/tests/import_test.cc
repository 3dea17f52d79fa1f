#include "engine/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "import_fixture.h"

namespace parcours::engine {
namespace {

using ::testing::SizeIs;

class Import : public ImportFixture {};

TEST_F(Import, StoresNothingTwice) {
    files.files["x.ndjson"] = patient("p") + "\n" + condition("a", "1") + "\n";
    EXPECT_EQ(import({"x.ndjson"}).stored, 2U);
    const ImportReport again = import({"x.ndjson"});
    EXPECT_EQ(again.stored, 0U);
    EXPECT_EQ(again.unchanged, 2U);
    EXPECT_EQ(again.resources, 2U);
    EXPECT_EQ(again.patients, 1U);
    EXPECT_THAT(bodies(), SizeIs(2));
}

}  // namespace
}  // namespace parcours::engine
