#include "record/identity.h"

#include <gtest/gtest.h>
#include <set>

#include "fhir/resource_type.h"
#include "record/log.h"

namespace parcours {
namespace {

using fhir::ResourceType;

TEST(ReferenceKey, AllFormsOfAReferenceNameTheSameResource) {
    const Key patient = patient_key("main", "p1");
    EXPECT_EQ(reference_key("main", "Patient/p1"), patient);
    EXPECT_EQ(reference_key("main", "http://host/fhir/Patient/p1"), patient);
    EXPECT_EQ(reference_key("main", "https://host/fhir/Patient/p1/_history/3"), patient);
    EXPECT_EQ(resource_key("main", ResourceType::Patient, "p1"), patient);
}

TEST(ReferenceKey, OtherTextNamesNothing) {
    for (const char* const text : {"", "#contained", "urn:uuid:p1", "p1", "/p1", "Pacient/p1",
                                   "Patient/", "Patient?identifier=1"}) {
        EXPECT_EQ(reference_key("main", text), 0U) << text;
    }
}

TEST(PatientReferenceKey, ReadsEveryNameOfAPatient) {
    const Key patient = patient_key("main", "p1");
    EXPECT_EQ(patient_reference_key("main", "Patient/p1"), patient);
    EXPECT_EQ(patient_reference_key("main", "urn:uuid:p1"), patient);
    EXPECT_EQ(patient_reference_key("main", "Person/p1"), 0U);
    EXPECT_EQ(patient_reference_key("main", ""), 0U);
}

TEST(ResourceKey, SourceTypeAndIdAllCount) {
    const std::set<Key> keys = {resource_key("main", ResourceType::Patient, "1"),
                                resource_key("lab", ResourceType::Patient, "1"),
                                resource_key("main", ResourceType::Person, "1"),
                                resource_key("main", ResourceType::Patient, "2")};
    EXPECT_EQ(keys.size(), 4U);
    EXPECT_FALSE(keys.contains(0));
}

TEST(ShardOf, SpreadsPatientsAndReservesOne) {
    EXPECT_EQ(shard_of(0), shard_without_patient);
    std::set<std::uint16_t> shards;
    for (int i = 0; i < 1000; ++i) {
        const auto shard = shard_of(patient_key("main", std::to_string(i)));
        EXPECT_LT(shard, shard_count);
        shards.insert(shard);
    }
    EXPECT_GT(shards.size(), 800U);  // 1,000 balls into 4,096 boxes fill 887 on average
}

}  // namespace
}  // namespace parcours
