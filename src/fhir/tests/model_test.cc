#include "fhir/model.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <string_view>

#include "fhir/resource_type.h"

namespace parcours::fhir {
namespace {

const Model& model() {
    return Model::r4();
}

TypeId type(std::string_view name) {
    const TypeId id = model().find_type(name);
    EXPECT_NE(id, 0) << name;
    return id;
}

TEST(Model, EveryResourceTypeIsAResource) {
    for (std::size_t i = 0; i < resource_type_count; ++i) {
        const auto name = resource_type_name(static_cast<ResourceType>(i));
        const TypeId id = type(name);
        EXPECT_TRUE(model().is_resource(id)) << name;
        EXPECT_TRUE(model().is_subtype(id, type("Resource"))) << name;
    }
}

TEST(Model, TypesFormAHierarchy) {
    EXPECT_TRUE(model().is_subtype(type("Patient"), type("DomainResource")));
    EXPECT_TRUE(model().is_subtype(type("Age"), type("Quantity")));
    EXPECT_TRUE(model().is_subtype(type("code"), type("string")));
    EXPECT_TRUE(model().is_subtype(type("Patient.contact"), type("Element")));
    EXPECT_FALSE(model().is_subtype(type("string"), type("code")));
    EXPECT_FALSE(model().is_subtype(type("Bundle"), type("DomainResource")));
    EXPECT_EQ(model().find_type("Pacient"), 0);
    EXPECT_EQ(model().public_name(type("Patient.contact")), "BackboneElement");
}

TEST(Model, ElementsAreOwnAndInherited) {
    const ModelElement* const name = model().find_element(type("Patient"), "name");
    ASSERT_NE(name, nullptr);
    EXPECT_TRUE(name->is_list);
    EXPECT_EQ(name->types[0], type("HumanName"));
    const ModelElement* const id = model().find_element(type("Patient"), "id");
    ASSERT_NE(id, nullptr);
    EXPECT_EQ(id->types[0], type("System.String"));
    EXPECT_NE(model().find_element(type("code"), "extension"), nullptr);
    EXPECT_EQ(model().find_element(type("Patient"), "value"), nullptr);
    EXPECT_EQ(model().find_element(0, "name"), nullptr);
}

TEST(Model, ReferencesToContentHaveItsType) {
    const ModelElement* const item = model().find_element(type("Questionnaire.item"), "item");
    ASSERT_NE(item, nullptr);
    EXPECT_EQ(item->types[0], type("Questionnaire.item"));
}

TEST(Model, ChoicesKnowTheirMembers) {
    const ModelElement* const value = model().find_element(type("Observation"), "value");
    ASSERT_NE(value, nullptr);
    EXPECT_TRUE(value->is_choice);
    EXPECT_EQ(value->types.size(), 11U);
    const ModelElement* const member = model().find_element(type("Observation"), "valueQuantity");
    ASSERT_NE(member, nullptr);
    EXPECT_EQ(model().name(member->choice_of), "value");
    EXPECT_EQ(member->types[0], type("Quantity"));
    EXPECT_EQ(model().find_element(type("Observation"), "valueAge"), nullptr);
}

TEST(Model, ElementsComeBasesFirst) {
    const auto all = model().elements(type("Patient"));
    EXPECT_EQ(model().name(all.front()->name), "id");
    EXPECT_EQ(model().name(all.back()->name), "link");
    EXPECT_TRUE(std::ranges::none_of(all, [](const auto* one) { return one->choice_of != 0; }));
}

}  // namespace
}  // namespace parcours::fhir
