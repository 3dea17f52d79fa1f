#include "record/patient_card.h"

#include <gtest/gtest.h>
#include <string>

namespace parcours {
namespace {

constexpr const char* person = R"({"resourceType":"Patient","id":"p1",
  "identifier":[{"system":"urn:mrn","value":"MRN 20418"},{"system":"urn:other"}],
  "name":[{"use":"official","family":"Lefèvre","given":["Margaux","Anne"]},
          {"use":"maiden","family":"Ølsen","given":["Margaux"]}],
  "telecom":[{"system":"phone","value":"+33 6 12 34 56 78","use":"mobile"},
             {"system":"phone","value":"+33 1 00 00 00 00","use":"old"},
             {"system":"email","value":"M.Lefevre@example.org"}],
  "address":[{"use":"old","city":"Old"},{"use":"home","line":["3 rue A"],"postalCode":"69003","city":"Lyon"}],
  "communication":[{"language":{"coding":[{"code":"fr"}]}}]})";

TEST(PatientCard, HoldsWhatStaffKnowAPersonBy) {
    const PatientCard card = parse_patient_card(person).value();
    EXPECT_EQ(card.name, "Margaux Anne Lefèvre");
    EXPECT_EQ(card.sort_name, "lefevre margaux");
    EXPECT_EQ(card.identifiers, (std::vector<std::string>{"MRN 20418"}));
    EXPECT_EQ(card.phones, (std::vector<std::string>{"+33 6 12 34 56 78"}));
    EXPECT_EQ(card.emails, (std::vector<std::string>{"M.Lefevre@example.org"}));
    EXPECT_EQ(card.language, "fr");
    EXPECT_EQ(card.address, "3 rue A, 69003, Lyon");
}

TEST(PatientCard, SearchMeetsEveryNameNumberAndAddress) {
    const std::string text = parse_patient_card(person).value().search_text();
    for (const char* const met : {"margaux anne lefevre", "lefevre margaux", "33612345678",
                                  "mrn 20418", "m.lefevre@example.org", "margaux ølsen"}) {
        EXPECT_NE(text.find(met), std::string::npos) << met;
    }
    EXPECT_EQ(text.find("33100000000"), std::string::npos) << "an old number is not theirs";
}

TEST(PatientCard, FoldsAccentsCaseWidthAndSpace) {
    EXPECT_EQ(fold_for_search("  LEFÈVRE \t Zoë "), "lefevre zoe");
    EXPECT_EQ(fold_for_search("Straße"), "strasse");
    EXPECT_EQ(fold_for_search("王小明"), "王小明");
    EXPECT_EQ(fold_for_search("ＡＢＣ"), "abc");
    EXPECT_EQ(fold_for_search(""), "");
}

TEST(PatientCard, RefusesWhatIsNoPatient) {
    EXPECT_FALSE(parse_patient_card(R"({"resourceType":"Observation"})"));
    EXPECT_FALSE(parse_patient_card("{"));
    const PatientCard nameless =
        parse_patient_card(R"({"resourceType":"Patient","id":"x"})").value();
    EXPECT_EQ(nameless.name, "");
    EXPECT_EQ(nameless.sort_name, "");
}

}  // namespace
}  // namespace parcours
