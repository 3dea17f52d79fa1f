#include "engine/import.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "engine/clinic.h"
#include "engine/imported_terminology.h"
#include "import_fixture.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "store/memory/memory_store.h"

namespace parcours::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Import : public ImportFixture {
  protected:
    /// Conditions of many patients, some given twice, some twice with other content, some broken.
    void write_practice() {
        std::string text;
        for (int i = 0; i < 12'000; ++i) {
            const std::string id = "c" + std::to_string(i % 9'000);
            text += condition(id, std::to_string(i % 7 == 0 ? i : i % 9'000)) + "\n";
            if (i % 1'000 == 17) {
                text += "{\"resourceType\":\"Condition\"}\n[" + std::to_string(i) + "\n\n";
            }
        }
        files.files["F/Condition.ndjson"] = text;
        files.files["F/Patient.ndjson"] = patient("p") + "\n" + patient("q") + "\n";
        files.files["F/cut.ndjson.gz"] = gzip(text.substr(0, 300'000)).substr(0, 5'000);
    }

    [[nodiscard]] std::string quarantined() const {
        std::string text;
        for (const QuarantineEntry& entry : quarantine()) {
            text += fmt::format("{}:{}:{} {}\n", entry.where.file, entry.where.line,
                                entry.where.column, entry.reason);
        }
        return text;
    }

    /// Imports a Bundle of these entries.
    ImportReport import_bundle(std::string_view type, std::string_view entries) {
        files.files["bundle.json"] =
            fmt::format(R"({{"resourceType":"Bundle","type":"{}","entry":[{}]}})", type, entries);
        return import({"bundle.json"});
    }

    /// Imports Condition a in these versions, in this order.
    ImportReport give(const std::vector<std::string>& codes) {
        std::string text;
        for (const std::string& code : codes) {
            text += condition("a", code) + "\n";
        }
        files.files["a.ndjson"] = text;
        return import({"a.ndjson"});
    }

    /// Gives them and expects that the last is current and that the same again stores nothing.
    void expect_last(const std::vector<std::string>& codes, std::uint64_t stored) {
        EXPECT_EQ(give(codes).stored, stored);
        EXPECT_EQ(current("a"), codes.back());
        EXPECT_EQ(give(codes).stored, 0U);
        EXPECT_EQ(current("a"), codes.back());
    }
};

TEST_F(Import, ValueSetsAndCodeSystemsThatCameWithRecordsAreKnown) {
    files.files["a.ndjson"] =
        R"({"resourceType":"ValueSet","id":"cats","url":"urn:cats","compose":{"include":[{"system":"urn:a","filter":[{"property":"concept","op":"is-a","value":"cat"}]}]}})"
        "\n"
        R"({"resourceType":"ValueSet","id":"plants","url":"urn:plants","compose":{"include":[{"system":"urn:p","filter":[{"property":"concept","op":"is-a","value":"oak"}]}]}})"
        "\n"
        R"({"resourceType":"CodeSystem","id":"a","url":"urn:a","concept":[{"code":"cat","concept":[{"code":"lion"}]},{"code":"dog"}]})"
        "\n";
    EXPECT_EQ(imported_terminology(*folder), nullptr);
    import({"a.ndjson"});
    const auto clinic = load_clinic("", ClinicUse::Read, imported_terminology(*folder));
    ASSERT_TRUE(clinic);
    const practice::ValueSets& sets = (*clinic)->folder.value_sets;
    ASSERT_TRUE(sets.find_value_set("cats"));
    EXPECT_TRUE(sets.contains("urn:cats", "urn:a", "lion"));
    EXPECT_FALSE(sets.contains("urn:cats", "urn:a", "dog"));
    EXPECT_TRUE(sets.subsumes("urn:a", "cat", "lion").value_or(false));
    EXPECT_FALSE(sets.find_value_set("urn:plants"));
    EXPECT_THAT(sets.why_unusable("urn:plants").value_or(""),
                ::testing::HasSubstr("that CodeSystem is not here"));
    EXPECT_TRUE(sets.find_value_set("diabetes")) << "the practice's own are there too";
}

TEST_F(Import, StoresNothingTwice) {
    files.files["x.ndjson"] = patient("p") + "\n" + condition("a", "1") + "\n";
    EXPECT_EQ(import({"x.ndjson"}).stored, 2U);
    for (int i = 0; i < 2; ++i) {
        const ImportReport again = import({"x.ndjson"});
        EXPECT_EQ(again.stored, 0U);
        EXPECT_EQ(again.unchanged, 2U);
        EXPECT_EQ(again.resources, 2U);
        EXPECT_EQ(again.patients, 1U);
        reopen();
    }
    EXPECT_THAT(bodies(), SizeIs(2));
}

TEST_F(Import, IsTheSameWithAnyNumberOfThreads) {
    write_practice();
    const ImportReport one = import({"F"}, 1);
    EXPECT_EQ(one.resources, 9'002U);
    const auto stored = bodies();
    const std::string index = indexed();
    const std::string refused = quarantined();
    EXPECT_THAT(refused, HasSubstr("cut off or damaged"));
    for (const unsigned workers : {2U, 4U}) {
        start_anew();
        const ImportReport report = import({"F"}, workers);
        EXPECT_EQ(report.stored, one.stored);
        EXPECT_EQ(report.unchanged, one.unchanged);
        EXPECT_EQ(bodies(), stored) << workers;
        EXPECT_EQ(indexed(), index) << workers;
        EXPECT_EQ(quarantined(), refused) << workers;
        EXPECT_EQ(import({"F"}, 5 - workers).stored, 0U);
        reopen();
        EXPECT_EQ(indexed(), index) << "from the snapshot";
        ASSERT_TRUE(folder->forget_snapshots());
        reopen();
        EXPECT_EQ(indexed(), index) << "from the log alone";
        EXPECT_EQ(import({"F"}, workers).stored, 0U);
    }
}

TEST_F(Import, IsTheSameHoweverOftenItMerges) {
    write_practice();
    import({"F"});
    const auto stored = bodies();
    const std::string index = indexed();
    for (const std::size_t entries : {1U, 1'000U, 6'000U}) {
        start_anew();
        merge_entries_min = entries;
        import({"F"}, 1 + entries % 3);
        EXPECT_EQ(bodies(), stored) << entries;
        EXPECT_EQ(indexed(), index) << entries;
        EXPECT_EQ(folder->index()->covers() + 1, folder->end()) << entries;
        reopen();
        EXPECT_EQ(indexed(), index) << entries;
    }
}

TEST_F(Import, KnowsWhatIsInTheLogAfterAFailure) {
    write_practice();
    for (const std::size_t entries : {1U, 1'000'000U}) {
        merge_entries_min = entries;
        int commits = 0;
        faults = [&commits](store::FaultPoint point) -> std::optional<Error> {
            if (point == store::FaultPoint::BeforeCommit && ++commits == 2) {
                return Error{ErrorCode::NoSpace, "no room", {}};
            }
            return std::nullopt;
        };
        start_anew();
        ImportOptions options;
        options.paths = {"F"};
        options.merge_entries_min = entries;
        EXPECT_EQ(
            import_files(*folder, files, clock, options, [](const ImportProgress&) {}).error().code,
            ErrorCode::NoSpace);
        const std::string index = indexed();
        EXPECT_THAT(bodies(), ::testing::Not(IsEmpty()));
        faults = {};
        reopen();
        EXPECT_EQ(indexed(), index) << "what a restart folds from the log";
        import({"F"});
        EXPECT_EQ(import({"F"}).stored, 0U);
    }
}

TEST_F(Import, ReadsGzipAsItReadsPlainText) {
    write_practice();
    import({"F/Condition.ndjson"});
    const auto stored = bodies();
    start_anew();
    files.files["Condition.ndjson.gz"] = gzip(files.files["F/Condition.ndjson"]);
    import({"Condition.ndjson.gz"});
    EXPECT_EQ(bodies(), stored);
}

TEST_F(Import, TellsOneFeedFromAnother) {
    files.files["x.ndjson"] = condition("a", "1") + "\n";
    import({"x.ndjson"});
    ImportOptions options;
    options.paths = {"x.ndjson"};
    options.source = "hospital";
    const auto report = import_files(*folder, files, clock, options, [](const ImportProgress&) {});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->stored, 1U);
    EXPECT_THAT(bodies(), ElementsAre(HasSubstr("main/Condition"), HasSubstr("hospital/Condi")));
}

TEST_F(Import, ResolvesNamesInsideABundle) {
    const ImportReport report = import_bundle("transaction", R"(
        {"fullUrl":"urn:uuid:11","resource":{"resourceType":"Condition","id":"c",
            "subject":{"reference":"urn:uuid:22"}},"request":{"method":"POST"}},
        {"fullUrl":"urn:uuid:22","resource":{"resourceType":"Patient","birthDate":"1970-01-02"}})");
    EXPECT_EQ(report.stored, 2U);
    EXPECT_EQ(report.patients, 1U);
    const auto number = folder->index()->find_patient(patient_key("main", "22"));
    ASSERT_TRUE(number) << "the id is that of the fullUrl";
    const Key key = resource_key("main", fhir::ResourceType::Condition, "c");
    const auto index = folder->index();
    const auto place = index->find_rows(fhir::ResourceType::Condition, std::span(&key, 1)).front();
    ASSERT_TRUE(place);
    EXPECT_EQ(place->owner(), *number);
    EXPECT_THAT(bodies()[0], HasSubstr(R"({"reference":"Patient/22"})"));
    EXPECT_EQ(import({"bundle.json"}).stored, 0U);
}

TEST_F(Import, ReadsEveryKindOfBundle) {
    const std::string entries =
        "{\"resource\":" + condition("a", "1") + "},{\"resource\":" + patient("p") + "}";
    for (const std::string type :
         {"transaction", "batch", "collection", "searchset", "history", "document"}) {
        start_anew();
        EXPECT_EQ(import_bundle(type, entries).stored, 2U) << type;
        EXPECT_THAT(bodies(), ElementsAre(HasSubstr(condition("a", "1")), HasSubstr(patient("p"))))
            << "byte for byte";
    }
    start_anew();
    EXPECT_EQ(
        import_bundle("searchset", R"({"resource":{"resourceType":"OperationOutcome","id":"o"},)"
                                   R"("search":{"mode":"outcome"}},{"resource":)" +
                                       patient("p") + "}")
            .stored,
        1U);
    EXPECT_THAT(quarantine(), IsEmpty());
}

TEST_F(Import, RefusesWhatABundleMayNotHold) {
    const ImportReport report = import_bundle(
        "batch", "\n{\"resource\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" +
                     patient("inner") +
                     "}]}},\n{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/x\"}},\n7,\n"
                     "{\"resource\":" +
                     patient("p") + "}");
    EXPECT_EQ(report.stored, 1U);
    EXPECT_EQ(report.quarantined, 3U);
    EXPECT_THAT(quarantined(), HasSubstr("bundle.json:2:13 a Bundle inside a Bundle"));
    EXPECT_THAT(quarantined(), HasSubstr("bundle.json:3:1 a Bundle entry with the method DELETE"));
    EXPECT_THAT(quarantined(), HasSubstr("bundle.json:4:1 an entry of a Bundle must be an object"));
}

TEST_F(Import, PassesOverALineThatIsTooLong) {
    files.files["x.ndjson"] =
        condition("a", "1") + "\n" + std::string(3U << 20U, ' ') + "[\n" + condition("b", "2");
    ImportOptions options;
    options.paths = {"x.ndjson"};
    options.document_bytes_max = 2U << 20U;
    const auto report = import_files(*folder, files, clock, options, [](const ImportProgress&) {});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->stored, 2U);
    EXPECT_EQ(report->quarantined, 1U);
    EXPECT_THAT(quarantined(), HasSubstr("x.ndjson:2:1 this line is longer than 2 MB"));
}

TEST_F(Import, GoesBackToFormerContent) {
    expect_last({"A"}, 1);
    expect_last({"B"}, 1);
    expect_last({"A"}, 1);
    expect_last({"B"}, 1);
    EXPECT_THAT(bodies(), SizeIs(4));
    reopen();
    EXPECT_EQ(current("a"), "B");
    expect_last({"B"}, 0);
    expect_last({"A"}, 1);
    ASSERT_TRUE(folder->forget_snapshots());
    reopen();
    EXPECT_EQ(current("a"), "A");
    expect_last({"A"}, 0);
    expect_last({"B"}, 1);
}

TEST_F(Import, LetsTheLastOfTheInputDecide) {
    expect_last({"A", "B"}, 2);
    expect_last({"A", "B"}, 0);
    expect_last({"B", "A"}, 1);
    expect_last({"A", "B", "A"}, 0);
    start_anew();
    expect_last({"A", "B", "A"}, 3);
    expect_last({"A", "C", "A", "B"}, 2);
    start_anew();
    expect_last({"A"}, 1);
    expect_last({"B", "A"}, 2);
    start_anew();
    expect_last({"A", "A", "B", "B"}, 2);
}

TEST_F(Import, CountsWhatWentBackAsStored) {
    give({"A"});
    give({"B"});
    const ImportReport report = give({"A", "A"});
    EXPECT_EQ(report.stored, 1U);
    EXPECT_EQ(report.unchanged, 1U);
    EXPECT_EQ(report.resources, 1U);
}

TEST_F(Import, LetsMetaDecideWhereItSaysWhatIsNewer) {
    for (const std::string_view meta :
         {R"("lastUpdated":"2020-01-0{}T00:00:00Z")", R"("versionId":"{}")"}) {
        start_anew();
        const auto give_version = [&](int number) {
            files.files["a.ndjson"] =
                condition("a", std::to_string(number), fmt::format(fmt::runtime(meta), number)) +
                "\n";
            return import({"a.ndjson"}).stored;
        };
        EXPECT_EQ(give_version(1), 1U);
        EXPECT_EQ(give_version(3), 1U);
        EXPECT_EQ(give_version(1), 0U);
        EXPECT_EQ(current("a"), "3");
        EXPECT_EQ(give_version(2), 1U) << "an older one that comes late is kept";
        EXPECT_EQ(current("a"), "3");
    }
}

TEST_F(Import, GoesBackWhereVersionIdsHaveNoOrder) {
    for (const std::string id : {"x", "y", "x"}) {
        files.files["a.ndjson"] = condition("a", id, "\"versionId\":\"" + id + "\"") + "\n";
        import({"a.ndjson"});
        EXPECT_EQ(current("a"), id);
        EXPECT_EQ(import({"a.ndjson"}).stored, 0U);
    }
}

/// Random inputs of a few resources against the rule itself, over restarts, lost snapshots and
/// crashes in the middle of an import.
class Returning : public ImportFixture, public ::testing::WithParamInterface<std::uint64_t> {
  protected:
    /// A folder in which resources stand several times, in up to three files.
    std::map<std::string, std::string> write_folder() {
        files.files.clear();
        std::map<std::string, std::string> last;
        const std::uint64_t file_count = 1 + random_.below(3);
        for (std::uint64_t file = 0; file < file_count; ++file) {
            std::string text;
            for (std::uint64_t left = 1 + random_.below(12); left > 0; --left) {
                const std::string id = "c" + std::to_string(random_.below(6));
                const std::string code(1, static_cast<char>('A' + random_.below(4)));
                text += condition(id, code) + "\n";
                last[id] = code;
            }
            files.files["F/" + std::to_string(file) + ".ndjson"] = text;
        }
        return last;
    }

    void import_and_crash() {
        bool crashed = false;
        const bool kept = random_.below(2) == 0;
        faults = [&crashed, kept](store::FaultPoint point) -> std::optional<Error> {
            const auto here =
                kept ? store::FaultPoint::AfterCommit : store::FaultPoint::BeforeCommit;
            if (point != here || crashed) {
                return std::nullopt;
            }
            crashed = true;
            return Error{ErrorCode::Unavailable, "the power went", {}};
        };
        reopen();
        ImportOptions options;
        options.paths = {"F"};
        (void)import_files(*folder, files, clock, options, [](const ImportProgress&) {});
        faults = {};
        reopen();
    }

    void disturb() {
        switch (random_.below(4)) {
            case 0:
                ASSERT_TRUE(folder->forget_snapshots());
                [[fallthrough]];
            case 1:
                reopen();
                break;
            case 2:
                import_and_crash();
                break;
            default:
                break;
        }
    }

    SeededRandom random_{GetParam()};
};

TEST_P(Returning, TheNewestInputWins) {
    std::map<std::string, std::string> expected;
    for (int round = 0; round < 12; ++round) {
        for (const auto& [id, code] : write_folder()) {
            expected[id] = code;
        }
        disturb();
        merge_entries_min = 1 + random_.below(20);
        import({"F"}, static_cast<unsigned>(1 + random_.below(3)));
        for (const auto& [id, code] : expected) {
            ASSERT_EQ(current(id), code) << id << " in round " << round;
        }
        if (random_.below(3) == 0) {
            reopen();
        }
        ASSERT_EQ(import({"F"}).stored, 0U) << "round " << round;
    }
    ASSERT_TRUE(folder->forget_snapshots());
    reopen();
    for (const auto& [id, code] : expected) {
        EXPECT_EQ(current(id), code) << id << " from the log alone";
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Returning, ::testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace parcours::engine
