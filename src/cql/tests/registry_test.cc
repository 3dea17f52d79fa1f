#include <gtest/gtest.h>
#include <string>

#include "cql/cql.h"
#include "cql/functions/function.h"
#include "cql/model/model.h"
#include "cql/tests/fixture.h"
#include "fhir/resource_type.h"

namespace parcours::cql {
namespace {

TEST(Registry, DocumentsEveryFunctionWithAnExampleThatWorks) {
    EXPECT_GT(functions().size(), 100U);
    for (const Function& function : functions()) {
        EXPECT_FALSE(function.description.empty()) << function.name;
        EXPECT_FALSE(function.overloads.empty()) << function.name;
        EXPECT_EQ(find_function(function.name), &function);
        std::string example(function.example);
        if (example.find("E.") != std::string::npos) {
            example = "[Encounter] E return all " + example;
        } else if (example.find("O.") != std::string::npos) {
            example = "[Observation] O return all " + example;
        }
        const auto compiled = compile(example, test::compile_context());
        ASSERT_TRUE(compiled) << function.name << ": " << compiled.error().to_text();
        const std::string answer = test::answer(example);
        EXPECT_FALSE(answer.starts_with("error:")) << function.name << ": " << answer;
    }
    EXPECT_EQ(find_function("Nonsense"), nullptr);
}

Type kind(Type::Kind simple) {
    return simple;
}

TEST(Registry, UnifiesTypes) {
    using Kind = Type::Kind;
    EXPECT_EQ(unify(kind(Kind::Integer), kind(Kind::Decimal)), kind(Kind::Decimal));
    EXPECT_EQ(unify(kind(Kind::DateTime), kind(Kind::Date)), kind(Kind::DateTime));
    EXPECT_EQ(unify(kind(Kind::Any), kind(Kind::String)), kind(Kind::String));
    EXPECT_EQ(unify(kind(Kind::String), kind(Kind::Integer)), std::nullopt);
    EXPECT_EQ(unify(Type::choice({kind(Kind::String), kind(Kind::Quantity)}), kind(Kind::Quantity)),
              kind(Kind::Quantity));
    EXPECT_EQ(unify(Type::list(kind(Kind::Integer)), Type::list(kind(Kind::Long))),
              Type::list(kind(Kind::Long)));
    EXPECT_EQ(unify(Type::of_resource(model::contact), Type::of_resource(model::message)),
              std::nullopt);
}

TEST(Model, DescribesWhatItNames) {
    const model::ModelType* condition = model::find_type("Condition");
    ASSERT_NE(condition, nullptr);
    EXPECT_EQ(condition->find("onset")->column, model::Column::Clinical);
    EXPECT_EQ(model::find_type("Nothing"), nullptr);
    EXPECT_EQ(model::find_type("Enrolment")->id, model::enrolment);
    for (std::uint16_t i = 0; i < model::type_count; ++i) {
        const model::ModelType& type = model::get_type(model::TypeId{i});
        EXPECT_FALSE(type.name.empty()) << i;
        EXPECT_EQ(model::find_type(type.name), &type);
        EXPECT_TRUE(type.primary_code.empty() || type.find(type.primary_code) != nullptr)
            << type.name;
    }
}

TEST(Model, HasEveryElementTypeThatPropertiesName) {
    const auto check_properties = [](const std::string& owner,
                                     const std::vector<model::Property>& properties) {
        for (const model::Property& property : properties) {
            for (const std::string& type : property.fhir_types) {
                const bool any = type == "Resource";  // read by its shape
                const bool known = any || !model::cql_type(type).is(Type::Kind::Element) ||
                                   model::find_element(type) != nullptr;
                EXPECT_TRUE(known) << owner << "." << property.name << ": " << type;
            }
        }
    };
    for (std::uint16_t i = 0; i < model::type_count; ++i) {
        const model::ModelType& type = model::get_type(model::TypeId{i});
        EXPECT_GE(type.properties.size(), 5U) << type.name;
        check_properties(type.name, type.properties);
    }
    check_properties("Timing", model::find_element("Timing")->properties);
    check_properties("HumanName", model::find_element("HumanName")->properties);
}

TEST(Model, FindsPathsOrSaysThereAreNone) {
    const auto encounter = model::type_id(fhir::ResourceType::Encounter);
    const auto path = model::find_path(encounter, {"period", "start"});
    ASSERT_TRUE(path);
    EXPECT_EQ(path->column, model::Column::Clinical);
    EXPECT_EQ(path->type, Type(Type::Kind::DateTime));
    EXPECT_EQ(path->to_text(), "period.start");
    EXPECT_FALSE(model::find_path(encounter, {"period", "middle"}));
    EXPECT_FALSE(model::find_path(encounter, {"periodd"}));
}

}  // namespace
}  // namespace parcours::cql
