#include "record/dictionary.h"

#include <gtest/gtest.h>
#include <vector>

#include "fhir/summary.h"

namespace parcours {
namespace {

TEST(Dictionary, TheSameCodeHasOneNumber) {
    Dictionary dictionary;
    const CodeId first = dictionary.add_code("s", "1", "One");
    EXPECT_NE(first, 0U);
    EXPECT_EQ(dictionary.add_code("s", "1", "Another display"), first);
    EXPECT_NE(dictionary.add_code("t", "1"), first);
    EXPECT_EQ(dictionary.find_code("s", "1"), first);
    EXPECT_EQ(dictionary.find_code("s", "2"), 0U);
    EXPECT_EQ(dictionary.code(first).display, "One");
}

TEST(Dictionary, TheOrderOfCodingsDoesNotMatter) {
    Dictionary dictionary;
    fhir::Codings one;
    one.codings = {{"s", "1", ""}, {"t", "2", ""}};
    fhir::Codings other;
    other.codings = {{"t", "2", ""}, {"s", "1", ""}, {"s", "1", ""}};
    const ConceptId id = dictionary.add_concept(one);
    EXPECT_EQ(dictionary.add_concept(other), id);
    EXPECT_EQ(dictionary.concept_codes(id).size(), 2U);
    other.text = "words";
    EXPECT_NE(dictionary.add_concept(other), id);
    EXPECT_EQ(dictionary.add_concept(fhir::Codings{}), 0U);
}

TEST(Dictionary, AConceptsTextFallsBackToItsCode) {
    Dictionary dictionary;
    EXPECT_EQ(
        dictionary.concept_text(dictionary.add_concept({dictionary.add_code("s", "1", "One")}, "")),
        "One");
    EXPECT_EQ(dictionary.concept_text(dictionary.add_concept({dictionary.add_code("s", "2")}, "")),
              "2");
    EXPECT_EQ(dictionary.concept_text(dictionary.add_concept(std::vector<CodeId>{}, "words")),
              "words");
    EXPECT_EQ(dictionary.concept_text(0), "");
}

TEST(Dictionary, UnitsHaveNumbers) {
    Dictionary dictionary;
    EXPECT_EQ(dictionary.add_unit(""), 0);
    const UnitId unit = dictionary.add_unit("mg/dL");
    EXPECT_EQ(dictionary.add_unit("mg/dL"), unit);
    EXPECT_EQ(dictionary.unit(unit), "mg/dL");
}

}  // namespace
}  // namespace parcours
