// Each rule against a planted violation, and against what only looks like one.

#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <span>
#include <string>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

using Check = std::function<std::vector<Finding>(std::span<const SourceFile>)>;

std::vector<Finding> judge(const Check& check, const std::string& path, const std::string& text) {
    const std::vector<SourceFile> files{{path, text}};
    return check(files);
}

/// One finding, in the named line.
void expect_found(const Check& check, const std::string& path, const std::string& text,
                  std::size_t line) {
    const auto findings = judge(check, path, text);
    ASSERT_EQ(findings.size(), 1U) << path << ": " << text;
    EXPECT_EQ(findings.front().line, line) << text;
    EXPECT_EQ(findings.front().path, path);
}

void expect_clean(const Check& check, const std::string& path, const std::string& text) {
    const auto findings = judge(check, path, text);
    EXPECT_TRUE(findings.empty()) << path << ": " << text << "\n  " << findings.front().says;
}

TEST(Ranks, RefuseHigherAndSibling) {
    expect_found(check_ranks, "src/record/x.h", "// x\n#include \"engine/world.h\"\n", 2);
    expect_found(check_ranks, "src/store/x.cc", "#include \"channel/channel.h\"\n", 1);
    expect_found(check_ranks, "src/fhir/x.cc", "#include \"nowhere/x.h\"\n", 1);
    expect_found(check_ranks, "src/utopia/x.cc", "#include \"base/error.h\"\n", 1);
    expect_found(check_ranks, "src/base/tests/x.cc", "#include \"fhir/summary.h\"\n", 1);
}

TEST(Ranks, AllowLowerAndOwn) {
    expect_clean(check_ranks, "src/engine/x.cc",
                 "#include <engine.h>\n#include \"engine/world.h\"\n#include \"base/error.h\"\n"
                 "// #include \"app/terminal.h\"\n");
}

TEST(Links, RefuseHigherSiblingAndMissing) {
    expect_found(check_links, "src/fhir/CMakeLists.txt",
                 "parcours_module(fhir\n  SOURCES a.cc\n  LINKS parcours_record)\n", 3);
    expect_found(check_links, "src/store/CMakeLists.txt",
                 "parcours_module(store LINKS parcours_channel)\n", 1);
    const std::vector<SourceFile> files{
        {"src/store/CMakeLists.txt", "parcours_module(store LINKS parcours_base)\n"},
        {"src/store/x.cc", "#include \"base/error.h\"\n#include \"record/log.h\"\n"}};
    const auto findings = check_links(files);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().line, 2U);
}

TEST(Links, ReachThroughOthers) {
    const std::vector<SourceFile> files{
        {"src/fhir/CMakeLists.txt", "parcours_module(fhir LINKS parcours_base)\n"},
        {"src/record/CMakeLists.txt",
         "parcours_module(record LINKS parcours_fhir # parcours_app\n)"},
        {"src/record/x.cc", "#include \"base/error.h\"\n"}};
    EXPECT_TRUE(check_links(files).empty());
}

TEST(Links, PartsOfAModuleAreThatModule) {
    const std::vector<SourceFile> files{
        {"src/http/CMakeLists.txt", "parcours_module(http LINKS parcours_base)\n"},
        {"src/http/api/CMakeLists.txt",
         "parcours_module(http_api LINKS parcours_http "
         "parcours_engine)\n"},
        {"src/http/fhir/CMakeLists.txt", "parcours_module(http_fhir LINKS parcours_http_api)\n"},
        {"src/http/fhir/x.cc", "#include \"engine/service.h\"\n"}};
    EXPECT_TRUE(check_links(files).empty());
    expect_found(check_links, "src/engine/CMakeLists.txt",
                 "parcours_module(engine LINKS parcours_http_api)\n", 1);
}

TEST(ThirdParty, StandsWhereItIsWrapped) {
    expect_found(check_third_party, "src/engine/x.cc", "#include <sqlite3.h>\n", 1);
    expect_found(check_third_party, "src/population/x.h", "#include <simdjson.h>\n", 1);
    expect_found(check_third_party, "src/app/x.cc", "#include <somebody/else.hpp>\n", 1);
    expect_clean(check_third_party, "src/store/sqlite/connection.cc", "#include <sqlite3.h>\n");
    expect_clean(check_third_party, "src/engine/x.cc",
                 "#include <vector>\n#include <unistd.h>\n#include <sys/stat.h>\n");
}

TEST(StandardHeaders, AreIncludedByTheHeaderThatUsesThem) {
    expect_found(check_standard_headers, "src/base/x.h",
                 "#include <string>\nstd::vector<std::string> x();\n", 2);
    expect_found(check_standard_headers, "src/base/x.h", "int a;\nstd::size_t x(std::size_t y);\n",
                 2);
    expect_clean(check_standard_headers, "src/base/x.h",
                 "#include <vector>\n// std::map\nstd::vector<int> x(); mine::map y;\n");
    expect_clean(check_standard_headers, "src/base/x.cc", "std::vector<int> x;\n");
}

TEST(Reach, FindsATypeWhoseHeaderIsNotIncluded) {
    const std::vector<SourceFile> files{
        {"src/base/bag.h", "struct Bag {};\n"},
        {"src/base/box.h", "#include \"base/bag.h\"\nclass Box : public Bag {};\n"},
        {"src/engine/x.h", "#include \"base/bag.h\"\nBag a();\nbase::Box b();\nBox c();\n"}};
    const auto findings = check_reach(files);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().path, "src/engine/x.h");
    EXPECT_EQ(findings.front().line, 3U);
    EXPECT_EQ(findings.front().says, "reaches no header that has Box, such as src/base/box.h");
}

TEST(Reach, IsNotMisledByParametersOfTemplatesAndAttributes) {
    const std::vector<SourceFile> files{
        {"src/base/a.h",
         "template <class Value, typename Row = int> void a(Value, Row);\n"
         "template <class... Cell, Like<int> Heap> void b(Cell..., Heap);\n"},
        {"src/base/z.h",
         "struct [[nodiscard]] Value {};\nclass alignas(64) Row final {};\n"
         "struct Cell : Value {};\nusing Heap = Cell;\n"},
        {"src/engine/x.h", "#include \"base/a.h\"\nValue b();\nRow c();\nCell d();\nHeap e();\n"}};
    const auto findings = check_reach(files);
    ASSERT_EQ(findings.size(), 4U);
    EXPECT_EQ(findings[0].says, "reaches no header that has Value, such as src/base/z.h");
    EXPECT_EQ(findings[1].says, "reaches no header that has Row, such as src/base/z.h");
    EXPECT_EQ(findings[2].line, 4U);
    EXPECT_EQ(findings[3].line, 5U);
}

TEST(Reach, TakesWhatComesByOthersIsDeclaredOrIsNobodysType) {
    const std::vector<SourceFile> files{
        {"src/base/bag.h",
         "struct Bag {};\nenum class Kind : int { Red, Green };\nusing Heap = Bag;\n"},
        {"src/base/box.h", "#include \"base/bag.h\"\nclass Box;\n"},
        {"src/base/red.h", "struct Red {};\ntemplate <class Visit> void see(Visit visit);\n"},
        {"src/engine/x.h",
         "#include \"base/box.h\"\nBag a(Box&, Kind kind = Kind::Red);\nHeap b();\n"
         "// Visit\nclass Visit;\nVisit c();\nenum class Light { Red };\n"},
        {"tests/support/y.h", "struct Yard {};\n"},
        {"tests/e2e/z.h", "#include \"support/y.h\"\nYard yard();\n"},
        {"src/engine/y.cc", "Red red();\n"}};
    EXPECT_TRUE(check_reach(files).empty());
}

TEST(Touches, AreFound) {
    const std::string path = "src/campaign/x.cc";
    expect_found(check_touches, path, "a();\nauto n = std::chrono::system_clock::now();\n", 2);
    expect_found(check_touches, path, "std::chrono::steady_clock::time_point t;\n", 1);
    expect_found(check_touches, path, "auto n = std::time(nullptr);\n", 1);
    expect_found(check_touches, path, "auto n = ::time(nullptr);\n", 1);
    expect_found(check_touches, path, "std::random_device d;\n", 1);
    expect_found(check_touches, path, "auto r = std::rand();\n", 1);
    expect_found(check_touches, path, "std::jthread worker(run);\n", 1);
    expect_found(check_touches, path, "#include <fstream>\n", 1);
    expect_found(check_touches, path, "int f = ::open(path, O_RDONLY);\n", 1);
    expect_found(check_touches, path, "#include <sys/socket.h>\n", 1);
    expect_found(check_touches, path, "if (fork() == 0) { run(); }\n", 1);
    expect_found(check_touches, path, "auto v = std::getenv(name);\n", 1);
    expect_found(check_touches, path, "std::this_thread::sleep_for(delay);\n", 1);
    expect_found(check_touches, "src/campaign/tests/x_test.cc",
                 "std::this_thread::sleep_for(delay);\n", 1);
}

TEST(Touches, AreNotSeenWhereThereAreNone) {
    expect_clean(check_touches, "src/campaign/x.cc",
                 "// std::random_device\n"
                 "auto says = \"std::jthread\";\n"
                 "auto raw = R\"x(getenv \" fork)x\";\n"
                 "const auto t = json.time(\"at\"); state->fork(); Value time(Arguments in);\n"
                 "using Instant = std::chrono::time_point<std::chrono::system_clock>;\n"
                 "const auto n = Options::time(1'000'000);\n");
    expect_clean(check_touches, "src/base/time.cc", "std::chrono::system_clock::now();\n");
    expect_clean(check_touches, "src/store/tests/x_test.cc", "std::jthread worker(run);\n");
}

TEST(Sizes, HaveBounds) {
    const auto lines = [](std::size_t count) { return std::string(count, '\n'); };
    expect_clean(check_sizes, "src/base/x.h", lines(150));
    expect_found(check_sizes, "src/base/x.h", lines(151), 151);
    expect_clean(check_sizes, "src/base/x.cc", lines(800));
    expect_found(check_sizes, "src/base/x.cc", lines(801), 801);
    expect_found(list_long_sources, "src/base/x.cc", lines(401), 401);
    expect_clean(list_long_sources, "src/base/x.cc", lines(400));
}

TEST(Habits, AreKept) {
    expect_found(check_habits, "src/base/string_utils.cc", "int a;\n", 1);
    expect_found(check_habits, "src/common/x.cc", "int a;\n", 1);
    expect_found(check_habits, "src/a/b/c/d/x.cc", "int a;\n", 1);
    expect_found(check_habits, "src/base/x.cc", "\nco_await thing;\n", 2);
    expect_found(check_habits, "src/base/x.cc", "try { a(); } catch (...) {\n}\n", 1);
    expect_found(check_habits, "src/base/x.h", "int a;\n", 1);
    expect_found(check_habits, "src/base/x.cc", "#include <map>\n#include \"base/x.h\"\n", 2);
    expect_found(check_habits, "src/base/tests/x_test.cc",
                 "#include <map>\n\n#include \"base/x.h\"\n", 3);
    expect_found(check_habits, "src/base/x.cc",
                 "auto p = \"/hom"
                 "e/somebody/data\";\n",
                 1);
}

TEST(Habits, AreNotSeenWhereThereAreNone) {
    expect_clean(check_habits, "src/base/x.h", "#pragma once\n");
    expect_clean(check_habits, "src/base/x.cc", "#include \"base/x.h\"\n#include \"base/y.h\"\n");
    expect_clean(check_habits, "src/base/x.cc", "#include \"base/y.h\"\n");
    expect_clean(check_habits, "src/base/tests/x_test.cc",
                 "// What x does.\n#include \"base/x.h\"\n#include <map>\n");
    expect_clean(check_habits, "src/base/commonly.cc",
                 "try { a(); } catch (...) { throw; }\nauto u = \"https://a.org/hom"
                 "e/b\";\n");
}

TEST(Tables, NameDeadEntries) {
    const std::vector<SourceFile> none;
    EXPECT_GT(check_tables(none).size(), 10U);
}

}  // namespace
}  // namespace parcours::tidy
