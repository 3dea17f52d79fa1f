#include "fhir/resource_type.h"

#include <cstddef>
#include <gtest/gtest.h>

#include "fhir/status.h"

namespace parcours::fhir {
namespace {

TEST(ResourceType, NamesAndTypesAreInverse) {
    for (std::size_t i = 0; i < resource_type_count; ++i) {
        const auto type = static_cast<ResourceType>(i);
        EXPECT_EQ(find_resource_type(resource_type_name(type)), type);
    }
    EXPECT_EQ(resource_type_name(ResourceType::Patient), "Patient");
    EXPECT_EQ(resource_type_name(ResourceType::VisionPrescription), "VisionPrescription");
}

TEST(ResourceType, UnknownNamesAreNothingAndHaveANeighbour) {
    EXPECT_FALSE(find_resource_type("Pacient"));
    EXPECT_FALSE(find_resource_type(""));
    EXPECT_EQ(nearest_resource_type("Pacient"), "Patient");
    EXPECT_EQ(nearest_resource_type("Observations"), "Observation");
}

TEST(Status, CodesAndStatusesAreInverse) {
    for (int i = 2; i <= static_cast<int>(Status::NotTaken); ++i) {
        const auto status = static_cast<Status>(i);
        EXPECT_EQ(find_status(status_code(status)), status) << i;
    }
    EXPECT_EQ(find_status("entered-in-error"), Status::EnteredInError);
    EXPECT_EQ(find_status("noshow"), Status::Noshow);
    EXPECT_EQ(find_status(""), Status::None);
    EXPECT_EQ(find_status("sleeping"), Status::Other);
}

}  // namespace
}  // namespace parcours::fhir
