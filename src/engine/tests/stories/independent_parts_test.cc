// Parts of a population: whoever shares an address, however it is written, is in one of them; and
// the profiles that are kept for that.

#include "engine/independent_parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "base/files.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/kept_profiles.h"
#include "engine/tests/stories/records.h"
#include "engine/tests/stories/story.h"
#include "population/column.h"
#include "record/patient_profile.h"

namespace parcours::engine::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class IndependentParts : public ::testing::Test {
  protected:
    IndependentParts() {
        std::string pattern = (std::filesystem::temp_directory_path() / "parts-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~IndependentParts() override {
        folder_.reset();
        std::filesystem::remove_all(path_);
    }

    void import(const Lines& records) {
        std::string text;
        for (std::string line : records) {
            std::ranges::replace(line, '\n', ' ');
            text += line + "\n";
        }
        const SystemFiles files;
        EXPECT_TRUE(files.write(path_ + "/in.ndjson", text));
        folder_ = std::move(*DataFolder::open(path_ + "/D", DataFolder::Mode::Create));
        ImportOptions options;
        options.paths = {path_ + "/in.ndjson"};
        options.worker_count = 1;
        const VirtualClock clock(*parse_instant("2026-01-10"));
        EXPECT_TRUE(import_files(*folder_, files, clock, options, [](const ImportProgress&) {}));
    }

    /// The ids of each part, sorted.
    std::vector<Lines> parts_of(const Lines& records, population::PatientNumber size) {
        import(records);
        const auto clinic = make_clinic(practice_with({"welcome"}));
        EXPECT_TRUE(clinic);
        const auto index = folder_->index();
        SerialExecutor executor;
        std::vector<Lines> named;
        const auto order = list_by_record(*index);
        const KeptProfiles profiles = KeptProfiles::read(*folder_, *index, order, executor);
        for (const auto& part :
             part_by_address(profiles, **clinic, *index, order, size, executor)) {
            EXPECT_TRUE(std::ranges::is_sorted(part));
            Lines names;
            for (const auto number : part) {
                names.emplace_back(index->patients().id(number));
            }
            std::ranges::sort(names);
            named.push_back(names);
        }
        return named;
    }

    /// How many are kept, each as the record has it.
    [[nodiscard]] std::size_t compare_profiles() const {
        const auto index = folder_->index();
        SerialExecutor executor;
        const KeptProfiles kept =
            KeptProfiles::read(*folder_, *index, list_by_record(*index), executor);
        std::size_t count = 0;
        for (population::PatientNumber number = 0; number < index->patient_count(); ++number) {
            const auto profile = kept.find(number);
            const auto body = folder_->read_body(index->patients().position[number]);
            const auto read = body ? parse_patient_profile(*body) : pass_on(body);
            if (profile) {
                EXPECT_TRUE(read && *profile == *read) << index->patients().id(number);
                ++count;
            } else {
                EXPECT_TRUE(!read || !index->patients().counts(number));
            }
        }
        return count;
    }

    std::string path_;
    std::unique_ptr<DataFolder> folder_;
};

TEST_F(IndependentParts, WhoeverSharesAnAddressIsTogether) {
    EXPECT_THAT(
        parts_of({patient("alone").mobile("+14135550101").email("alone@example.org"),
                  patient("ann").mobile("+1 413 555 0102"), patient("bo").mobile("(413) 555-0102"),
                  patient("cy").mobile("1-413-555-0102").email("cy@Example.org"),
                  patient("di").email("mailto:cy@example.ORG")},
                 1),
        UnorderedElementsAre(ElementsAre("alone"), ElementsAre("ann", "bo", "cy", "di")));
}

TEST_F(IndependentParts, AChildIsWithThoseWhoShareItsGuardiansNumber) {
    EXPECT_THAT(
        parts_of({patient("child").born("2020-01-01").guardian("Eva", "", "+33 1 99 00 78 23"),
                  patient("eva").mobile("+33199007823"), patient("other")},
                 1),
        UnorderedElementsAre(ElementsAre("child", "eva"), ElementsAre("other")));
}

TEST_F(IndependentParts, TheRecordsOfOnePersonAreTogether) {
    EXPECT_THAT(parts_of({patient("one"), patient("old").merged_into("one"), patient("two")}, 1),
                UnorderedElementsAre(ElementsAre("old", "one"), ElementsAre("two")));
}

TEST_F(IndependentParts, StrangersFillAPart) {
    const auto parts =
        parts_of({patient("a"), patient("b"), patient("c"), patient("d"), patient("e")}, 2);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0].size(), 2U);
    EXPECT_EQ(parts[1].size(), 2U);
    EXPECT_EQ(parts[2].size(), 1U);
}

using KeptProfilesOf = IndependentParts;

TEST_F(KeptProfilesOf, EveryFieldIsWhatTheRecordSays) {
    import({R"({"resourceType": "Patient", "id": "all", "active": false, "gender": "female",
                "birthDate": "1931-02-28", "deceasedBoolean": true,
                "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/timezone",
                               "valueCode": "America/Denver"}],
                "name": [{"family": "Müller", "given": ["Zoë", "Ann"]}],
                "communication": [{"language": {"coding": [{"code": "fr-CH"}]}}],
                "telecom": [{"system": "phone", "value": "+41 79 000 00 00", "use": "mobile",
                             "rank": 2, "period": {"start": "1969-07-20", "end": "2030-01"}},
                            {"system": "email", "value": "zoe@example.org"}],
                "contact": [{"name": {"text": "Eva"},
                             "relationship": [{"coding": [{"code": "GUARD"}, {"code": "N"}]}],
                             "telecom": [{"system": "phone", "value": "1"}]}],
                "address": [{"country": "CH", "state": "VD", "postalCode": "1000"}]})",
            patient("plain"), patient("old").merged_into("plain")});
    EXPECT_EQ(compare_profiles(), 2U);
}

TEST_F(KeptProfilesOf, TheyLieInSeveralParts) {
    constexpr std::size_t count = 4'200;  // more than one thread takes at once
    Lines records;
    for (std::size_t i = 0; i < count; ++i) {
        records.push_back(patient("p" + std::to_string(i)).email(std::to_string(i) + "@e.org"));
    }
    records.push_back(visit("v", "nobody", "2025-01-01"));  // whose Patient resource never came
    import(records);
    EXPECT_EQ(compare_profiles(), count);
}

}  // namespace
}  // namespace parcours::engine::testing
