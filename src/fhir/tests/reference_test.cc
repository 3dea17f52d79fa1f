#include "fhir/reference.h"

#include <gtest/gtest.h>

namespace parcours::fhir {
namespace {

TEST(SplitReference, IdsMayContainTheNameOfAType) {
    EXPECT_EQ(split_reference("Patient/Patient-1").type, "Patient");
    EXPECT_EQ(split_reference("Patient/Patient-1").id, "Patient-1");
    EXPECT_EQ(split_reference("http://Patient/fhir/Observation/Patient/_history/2").type,
              "Observation");
}

TEST(PatientIdOf, NamesPatientsOnly) {
    EXPECT_EQ(patient_id_of("Patient/p"), "p");
    EXPECT_EQ(patient_id_of("https://host/Patient/Patient/_history/1"), "Patient");
    EXPECT_EQ(patient_id_of("urn:uuid:p"), "p");
    for (const char* const text : {"", "Practitioner/Patient", "#Patient/p", "Patient", "Patient/",
                                   "urn:uuid:", "urn:oid:1"}) {
        EXPECT_EQ(patient_id_of(text), "") << text;
    }
}

}  // namespace
}  // namespace parcours::fhir
