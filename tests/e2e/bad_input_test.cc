// Everything of the issue's "bad input": one clear sentence that says what to do, an exit code that
// says so, and nothing lost.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>
#include <zlib.h>

#include "base/error.h"
#include "base/json.h"
#include "support/program.h"

namespace parcours::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view patient =
    R"({"resourceType":"Patient","id":"ok","birthDate":"1980-02-03"})";

/// One sentence on standard error, nothing on standard output, the code of that kind of error.
void expect_refused(const Ended& ended, ErrorCode code, std::string_view words) {
    EXPECT_EQ(ended.code, exit_code(code)) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(words));
    EXPECT_TRUE(ended.err.starts_with("parcours: ")) << ended.err;
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_EQ(ended.out, "");
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(compressBound(text.size()) + 64, '\0');
    std::string copy(text);
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

class BadInput : public ::testing::Test {
  protected:
    [[nodiscard]] Ended import(const std::string& path) const {
        return run({"import", path, "--data", folder / "D", "--json"});
    }

    std::int64_t number(const Ended& ended, std::string_view name) {
        const auto parsed = document_.parse(ended.last_line());
        return parsed ? (*parsed)[name].integer().value_or(-1) : -1;
    }

    /// Imports a file and expects these counts, and each reason in the list of the quarantine.
    void expect_import(const std::string& path, std::int64_t stored, std::int64_t quarantined,
                       const std::vector<std::string>& reasons) {
        const Ended ended = import(path);
        EXPECT_EQ(ended.code, 0) << ended.err;
        EXPECT_EQ(number(ended, "stored"), stored) << ended.out;
        EXPECT_EQ(number(ended, "quarantined"), quarantined) << ended.out;
        const Ended list = run({"quarantine", "--data", folder / "D", "--json"});
        for (const std::string& reason : reasons) {
            EXPECT_THAT(list.last_line(), HasSubstr(reason));
        }
    }

    TemporaryFolder folder;

  private:
    JsonDocument document_;
};

TEST_F(BadInput, NamesWhatIsMisspelt) {
    expect_refused(run({"maap"}), ErrorCode::Usage, "there is no command \"maap\"; did you mean");
    expect_refused(run({"map", "--dota", "x"}), ErrorCode::Usage, "did you mean \"--data\"");
    expect_refused(run({"cohort", "count", "true", "--data", "x", "--jsn"}), ErrorCode::Usage,
                   "did you mean \"--json\"");
    expect_refused(run({}), ErrorCode::Usage, "--help");
    expect_refused(run({"map"}), ErrorCode::Usage, "--data");
}

TEST_F(BadInput, KnowsEveryCommandByItsHelp) {
    for (const std::string command : {"import", "map", "why", "cohort", "check", "work", "outbox",
                                      "task", "receive", "preview", "quarantine", "synth"}) {
        const Ended ended = run({command, "--help"});
        EXPECT_EQ(ended.code, 0) << command;
        EXPECT_THAT(ended.out, HasSubstr("Usage: parcours " + command));
    }
}

TEST_F(BadInput, RefusesPathsWithoutRecords) {
    expect_refused(import(folder / "nowhere"), ErrorCode::NotFound, "check the path");
    std::filesystem::create_directory(folder / "empty");
    expect_refused(import(folder / "empty"), ErrorCode::NotFound, "is empty; a FHIR export has");
    folder.write("other/notes.txt", "hello");
    expect_refused(import(folder / "other"), ErrorCode::NotFound, "holds no FHIR files");
    expect_refused(import(folder / "other/notes.txt"), ErrorCode::InvalidInput, ".ndjson");
    EXPECT_FALSE(std::filesystem::exists(folder / "D")) << "no data folder for nothing";
}

TEST_F(BadInput, RefusesDataFoldersThatAreNone) {
    expect_refused(run({"map", "--data", folder / "none"}), ErrorCode::NotFound, "import");
    for (const std::string command : {"work", "outbox", "quarantine"}) {
        EXPECT_EQ(run({command, "--data", folder / "none"}).code, exit_code(ErrorCode::NotFound))
            << command;
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "none"));
}

TEST_F(BadInput, ReadsATruncatedGzipUpToItsBreak) {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += R"({"resourceType":"Patient","id":"p)" + std::to_string(i * 7919) + "\"}\n";
    }
    const std::string whole = gzip(text);
    const std::string path = folder.write("Patient.ndjson.gz", whole.substr(0, whole.size() / 2));
    const Ended ended = import(path);
    EXPECT_EQ(ended.code, 0);
    EXPECT_GT(number(ended, "stored"), 1000);
    EXPECT_LT(number(ended, "stored"), 4999);
    EXPECT_GE(number(ended, "quarantined"), 1);
    EXPECT_THAT(run({"quarantine", "--data", folder / "D"}).out, HasSubstr("cut off or damaged"));
    folder.write("Patient.ndjson.gz", whole);
    const Ended again = import(path);
    EXPECT_EQ(number(again, "stored") + number(ended, "stored"), 5000);
    EXPECT_EQ(number(again, "quarantined"), 0);
}

TEST_F(BadInput, QuarantinesBytesThatAreNoText) {
    const std::string path =
        folder.write("Patient.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"u\xff\xfe\"}\n" +
                                           std::string(patient) + "\n");
    expect_import(path, 1, 1, {"not valid UTF-8", "\"line\":1", "\"column\":34"});
}

TEST_F(BadInput, BoundsTheMemoryOfALineOfTwoGigabytes) {
    const std::string path = folder.write("Patient.ndjson", "");
    std::filesystem::resize_file(path, 2'147'483'648);
    std::ofstream(path, std::ios::app) << "\n" << patient << "\n";
    const Ended ended = import(path);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(number(ended, "stored"), 1);
    EXPECT_EQ(number(ended, "quarantined"), 1);
    EXPECT_LT(ended.memory_max_kb, 1'000'000U);
    EXPECT_THAT(run({"quarantine", "--data", folder / "D"}).out, HasSubstr("longer than"));
}

TEST_F(BadInput, RefusesEndlessNesting) {
    const std::string deep(100'000, '[');
    const std::string path = folder.write(
        "Patient.ndjson", deep + std::string(100'000, ']') + "\n" +
                              R"({"resourceType":"Patient","id":"d","x":)" + deep +
                              std::string(100'000, ']') + "}\n" + std::string(patient) + "\n");
    expect_import(path, 1, 2, {"nested deeper than"});
}

TEST_F(BadInput, KeepsBothContentsOfOneId) {
    const std::string path = folder.write(
        "Patient.ndjson",
        R"({"resourceType":"Patient","id":"a","gender":"female","meta":{"lastUpdated":"2021-01-01T00:00:00Z"}})"
        "\n"
        R"({"resourceType":"Patient","id":"a","gender":"male","meta":{"lastUpdated":"2020-01-01T00:00:00Z"}})"
        "\n");
    const Ended ended = import(path);
    EXPECT_EQ(number(ended, "resources"), 1);
    EXPECT_EQ(number(ended, "stored"), 2);
    EXPECT_EQ(number(ended, "patients"), 1);
    const Ended count =
        run({"cohort", "count", "Patient.gender = 'female'", "--data", folder / "D", "--json"});
    EXPECT_EQ(number(count, "patients"), 1) << count.out << count.err;
}

TEST_F(BadInput, TakesAPlainBundleAndRefusesTheOneInside) {
    const std::string path = folder.write("Bundle.json",
                                          R"({"resourceType":"Bundle","type":"collection","entry":[
             {"resource":{"resourceType":"Bundle","type":"collection","entry":[]}},
             {"resource":{"resourceType":"Patient","id":"outer"}}]})");
    expect_import(path, 1, 1, {"a Bundle inside a Bundle", "\"line\":2"});
}

TEST_F(BadInput, OneBadEntryCostsTheBundleOnlyItself) {
    const std::string path = folder.write("Bundle.json",
                                          R"({"resourceType":"Bundle","type":"collection","entry":[
             {"resource":"x"},
             {"resource":null},
             {"resource":{"resourceType":"Patient","id":"a b"}},
             {"resource":{"resourceType":"Patient","id":"Patient-1"}},
             {"resource":{"resourceType":"Condition","id":"c",
                          "subject":{"reference":"Patient/Patient-1"}}}]})");
    expect_import(path, 2, 3, {"must be an object", "\"line\":2", "\"line\":3", "cannot be used"});
    const Ended count =
        run({"cohort", "count", "exists [Condition]", "--data", folder / "D", "--json"});
    EXPECT_EQ(number(count, "patients"), 1) << count.out << count.err;
}

TEST_F(BadInput, ListsWhatStoodInAFileWithAStrangeName) {
    const std::string path =
        folder.write("Pati\xFF\xE7.ndjson", "{\n" + std::string(patient) + "\n");
    expect_import(path, 1, 1, {"Pati\xEF\xBF\xBD"});
}

TEST_F(BadInput, RefusesAPipe) {
    const std::string path = folder / "Patient.ndjson";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    expect_refused(import(path), ErrorCode::InvalidInput, "a pipe or a device");
}

TEST_F(BadInput, KeepsReferencesToNobodyAndImpossibleDates) {
    const std::string path = folder.write(
        "Condition.ndjson",
        R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/nobody"},"onsetDateTime":"2019-01-01"})"
        "\n"
        R"({"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/ok"},"onsetDateTime":"2019-02-30"})"
        "\n"
        R"({"resourceType":"Condition","id":"c3","subject":{"reference":"Patient/ok"},"onsetDateTime":"0000"})"
        "\n"
        R"({"resourceType":"Condition","id":"c4","subject":{"reference":"no reference"}})"
        "\n" +
            std::string(patient) + "\n");
    expect_import(path, 5, 0, {});
    const Ended map = run({"map", "--data", folder / "D", "--json"});
    EXPECT_EQ(number(map, "patients"), 1);
    EXPECT_THAT(run({"why", "ok", "--data", folder / "D"}).out, ::testing::Not(HasSubstr("1970")));
    // Whoever is only referred to is not found, and stops nobody else's campaigns.
    expect_refused(run({"why", "nobody", "--data", folder / "D"}), ErrorCode::NotFound, "nobody");
    const Ended work = run({"work", "--data", folder / "D", "--virtual", "--from", "2019-01-01",
                            "--until", "2020-01-01", "--json"});
    EXPECT_EQ(work.code, 0) << work.err;
}

TEST_F(BadInput, KeepsWhatIsNoFhirForLater) {
    const std::string path = folder.write(
        "x.ndjson",
        "{\"resourceType\":\"Conditon\",\"id\":\"c\"}\n{\"resourceType\":\"Patient\"}\n"
        "[1,2]\n\"x\"\n{\"a\":\nnull\n\n   \n");
    expect_import(path, 0, 6, {"did you mean \\\"Condition\\\"", "has no id", "resourceType"});
    folder.write("x.ndjson", "{\"resourceType\":\"Condition\",\"id\":\"c\"}\n");
    // The kept text, not the mended file, is tried again: what was met stays as it was.
    const Ended retried = run({"quarantine", "--retry", "--data", folder / "D", "--json"});
    EXPECT_EQ(retried.code, 0);
    EXPECT_EQ(number(retried, "tried"), 6);
}

TEST_F(BadInput, RefusesAMistakenPracticeFolder) {
    folder.write("P/cohorts/a.yaml", "cohort: a\ncohort: b\ncql: \"true\"\n");
    const Ended checked = run({"check", folder / "P"});
    EXPECT_EQ(checked.code, exit_code(ErrorCode::InvalidInput));
    EXPECT_THAT(checked.out + checked.err, HasSubstr("cohorts/a.yaml:2:1"));
    EXPECT_THAT(checked.out + checked.err, HasSubstr("stands twice"));
    folder.write("Patient.ndjson", patient);
    EXPECT_EQ(import(folder / "Patient.ndjson").code, 0);
    expect_refused(run({"map", "--data", folder / "D", "--practice", folder / "P"}),
                   ErrorCode::InvalidInput, "cohorts/a.yaml:2:1");
}

TEST_F(BadInput, RefusesDatesAndExpressionsThatMeanNothing) {
    folder.write("Patient.ndjson", patient);
    EXPECT_EQ(import(folder / "Patient.ndjson").code, 0);
    for (const std::string date : {"2019-02-30", "0000", "soon", "2019-13-01"}) {
        expect_refused(run({"map", "--data", folder / "D", "--as-of", date}), ErrorCode::Usage,
                       "write 2019-06-01");
    }
    expect_refused(run({"cohort", "count", "exists [Condition", "--data", folder / "D"}),
                   ErrorCode::InvalidInput, "1:18");
    expect_refused(
        run({"cohort", "count", "exists [Condition: code in \"diabtes\"]", "--data", folder / "D"}),
        ErrorCode::InvalidInput, "did you mean 'diabetes'");
    expect_refused(run({"work", "--data", folder / "D", "--virtual", "--from", "2019-06-01"}),
                   ErrorCode::Usage, "--until");
    expect_refused(run({"work", "--data", folder / "D", "--virtual", "--from", "2019-06-01",
                        "--until", "2019-01-01"}),
                   ErrorCode::Usage, "must end after it begins");
}

}  // namespace
}  // namespace parcours::testing
