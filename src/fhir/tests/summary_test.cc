#include "fhir/summary.h"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace parcours::fhir {
namespace {

class SummaryTest : public testing::Test {
  protected:
    const Summary& read(std::string_view json) {
        const auto parsed = document_.parse(json);
        EXPECT_TRUE(parsed) << json;
        const auto done = summarise(*parsed, summary_);
        EXPECT_TRUE(done) << (done ? "" : done.error().message);
        return summary_;
    }
    std::string refuse(std::string_view json) {
        const auto parsed = document_.parse(json);
        EXPECT_TRUE(parsed);
        const auto done = summarise(*parsed, summary_);
        EXPECT_FALSE(done);
        return done ? "" : done.error().message;
    }

    static Instant at(std::string_view text) { return parse_instant(text).value(); }

  private:
    JsonDocument document_;
    Summary summary_;
};

TEST_F(SummaryTest, Condition) {
    const Summary& s = read(R"({"resourceType":"Condition","id":"c1",
        "clinicalStatus":{"coding":[{"code":"resolved"}]},
        "verificationStatus":{"coding":[{"code":"confirmed"}]},
        "code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006","display":"D"}],"text":"Diabetes"},
        "subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e"},
        "onsetDateTime":"2010-02-03","abatementDateTime":"2011-01-01T10:00:00+01:00",
        "recordedDate":"2010-02-04"})");
    EXPECT_EQ(s.type, ResourceType::Condition);
    EXPECT_EQ(s.patient, "Patient/p");
    EXPECT_EQ(s.encounter, "Encounter/e");
    EXPECT_EQ(s.status, Status::Resolved);
    EXPECT_EQ(s.verification, Status::Confirmed);
    ASSERT_EQ(s.code.codings.size(), 1U);
    EXPECT_EQ(s.code.codings[0].code, "44054006");
    EXPECT_EQ(s.code.text, "Diabetes");
    EXPECT_EQ(s.occurred->start, at("2010-02-03"));
    EXPECT_EQ(s.span.end->start, at("2011-01-01T09:00:00Z"));
    EXPECT_EQ(s.recorded->start, at("2010-02-04"));
}

TEST_F(SummaryTest, OneSummaryServesManyResources) {
    read(R"({"resourceType":"Condition","id":"c","code":{"text":"x"},"onsetDateTime":"2010"})");
    const Summary& s = read(R"({"resourceType":"Patient","id":"p"})");
    EXPECT_TRUE(s.code.empty());
    EXPECT_FALSE(s.occurred);
    EXPECT_TRUE(s.active);
}

TEST_F(SummaryTest, ObservationWithQuantity) {
    const Summary& s = read(R"({"resourceType":"Observation","id":"o","status":"final",
        "category":[{"coding":[{"system":"s","code":"laboratory"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},
        "subject":{"reference":"http://host/fhir/Patient/p"},"effectiveDateTime":"2019-01-01T08:00:00Z",
        "issued":"2019-01-02T08:00:00Z","valueQuantity":{"value":8.1,"unit":"%","code":"%"}})");
    EXPECT_EQ(s.status, Status::Final);
    EXPECT_EQ(s.category.codings.at(0).code, "laboratory");
    EXPECT_DOUBLE_EQ(s.quantity.value(), 8.1);
    EXPECT_EQ(s.unit, "%");
    EXPECT_EQ(s.occurred->start, at("2019-01-01T08:00:00Z"));
    EXPECT_EQ(s.recorded->start, at("2019-01-02T08:00:00Z"));
    EXPECT_EQ(s.patient, "http://host/fhir/Patient/p");
}

TEST_F(SummaryTest, AppointmentIsKnownSinceItWasMade) {
    const Summary& s = read(R"({"resourceType":"Appointment","id":"a","status":"booked",
        "created":"2019-05-01","start":"2019-06-20T09:00:00-04:00","end":"2019-06-20T09:30:00-04:00",
        "participant":[{"actor":{"reference":"Practitioner/x"}},{"actor":{"reference":"Patient/p"}}]})");
    EXPECT_EQ(s.patient, "Patient/p");
    EXPECT_EQ(s.occurred->start, at("2019-05-01"));
    EXPECT_EQ(s.span.start->start, at("2019-06-20T13:00:00Z"));
}

TEST_F(SummaryTest, SupplyEndsAfterItsDaysAndRepeats) {
    const Summary& s = read(R"({"resourceType":"MedicationRequest","id":"m","status":"active",
        "medicationReference":{"reference":"#med"},
        "contained":[{"resourceType":"Medication","id":"med","code":{"coding":[{"code":"860975"}]}}],
        "subject":{"reference":"Patient/p"},"authoredOn":"2019-01-01",
        "dispenseRequest":{"numberOfRepeatsAllowed":1,"expectedSupplyDuration":{"value":30,"code":"d"}}})");
    EXPECT_EQ(s.code.codings.at(0).code, "860975");
    EXPECT_EQ(s.supply_end->start, at("2019-03-02"));
}

TEST_F(SummaryTest, PatientDeathAndMerge) {
    const Summary& s = read(R"({"resourceType":"Patient","id":"p","active":false,"gender":"female",
        "birthDate":"1950-03-01","deceasedDateTime":"2018-01-01T00:00:00Z",
        "link":[{"other":{"reference":"Patient/q"},"type":"replaced-by"}]})");
    EXPECT_FALSE(s.active);
    EXPECT_EQ(s.birth->start, at("1950-03-01"));
    EXPECT_EQ(s.deceased->start, at("2018-01-01"));
    EXPECT_EQ(s.replaced_by, "Patient/q");
    EXPECT_EQ(s.gender, "female");
}

TEST_F(SummaryTest, CommunicationTellsItsDirection) {
    EXPECT_TRUE(read(R"({"resourceType":"Communication","id":"1","sender":{"reference":"Patient/p"},
        "sent":"2019-01-01"})")
                    .from_patient);
    const Summary& s = read(R"({"resourceType":"Communication","id":"2",
        "subject":{"reference":"Patient/p"},"sender":{"reference":"Practitioner/d"},
        "medium":[{"coding":[{"code":"PHONE"}]}]})");
    EXPECT_FALSE(s.from_patient);
    EXPECT_EQ(s.category.codings.at(0).code, "PHONE");
}

TEST_F(SummaryTest, PatientIsFoundWhateverItsIdContains) {
    EXPECT_EQ(read(R"({"resourceType":"Condition","id":"c",
        "subject":{"reference":"Patient/Patient-1"}})")
                  .patient,
              "Patient/Patient-1");
    EXPECT_TRUE(read(R"({"resourceType":"Condition","id":"c",
        "subject":{"reference":"Group/Patient"}})")
                    .patient.empty());
    EXPECT_TRUE(read(R"({"resourceType":"Communication","id":"m",
        "sender":{"reference":"Patient/my-Patient-2"}})")
                    .from_patient);
}

TEST_F(SummaryTest, AnImpossibleDateOfDeathIsADeath) {
    for (const char* const date : {"\"2024-02-30\"", "\"0000\"", "\"\"", "2024"}) {
        const Summary& s = read(std::string(R"({"resourceType":"Patient","id":"p",
            "deceasedDateTime":)") +
                                date + R"(,"deceasedBoolean":false})");
        EXPECT_FALSE(s.deceased) << date;
        EXPECT_TRUE(s.deceased_flag) << date;
    }
    EXPECT_FALSE(read(R"({"resourceType":"Patient","id":"p"})").deceased_flag);
}

TEST_F(SummaryTest, AppointmentWithoutCreationIsKnownBeforeItBegins) {
    const Summary& s = read(R"({"resourceType":"Appointment","id":"a","status":"booked",
        "start":"2019-06-20T09:00:00Z","meta":{"lastUpdated":"2019-05-02T00:00:00Z"}})");
    EXPECT_EQ(s.occurred->start, at("2019-05-02"));
    EXPECT_EQ(s.span.start->start, at("2019-06-20T09:00:00Z"));
    EXPECT_FALSE(read(R"({"resourceType":"Appointment","id":"a","start":"2019-06-20T09:00:00Z",
        "meta":{"lastUpdated":"2026-05-02T00:00:00Z"}})")
                     .occurred);
    EXPECT_FALSE(read(R"({"resourceType":"Appointment","id":"a",
        "start":"2019-06-20T09:00:00Z"})")
                     .occurred);
    EXPECT_EQ(read(R"({"resourceType":"ServiceRequest","id":"r",
        "occurrenceDateTime":"2019-06-20"})")
                  .occurred->start,
              at("2019-06-20"));
}

TEST_F(SummaryTest, EveryTypesOwnDateIsRead) {
    const auto occurred = [this](std::string_view type, std::string_view members) {
        const Summary& s = read("{\"resourceType\":\"" + std::string(type) + "\",\"id\":\"x\"," +
                                std::string(members) + "}");
        return s.occurred ? format_date(s.occurred->start) : "none";
    };
    EXPECT_EQ(occurred("MedicationDispense",
                       R"("whenHandedOver":"2019-01-03","whenPrepared":"2019-01-01")"),
              "2019-01-03");
    EXPECT_EQ(occurred("MedicationDispense", R"("whenPrepared":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("MedicationStatement", R"("dateAsserted":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("VisionPrescription", R"("dateWritten":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("Account", R"("servicePeriod":{"start":"2019-01-01"})"), "2019-01-01");
    EXPECT_EQ(occurred("ChargeItem", R"("enteredDate":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("Provenance", R"("recorded":"2019-01-01T00:00:00Z")"), "2019-01-01");
    EXPECT_EQ(occurred("RiskAssessment", R"("occurrenceDateTime":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("DetectedIssue", R"("identifiedDateTime":"2019-01-01")"), "2019-01-01");
    EXPECT_EQ(occurred("DeviceUseStatement", R"("timingPeriod":{"start":"2019-01-01"})"),
              "2019-01-01");
    EXPECT_EQ(occurred("Specimen", R"("collection":{"collectedDateTime":"2019-01-01"})"),
              "2019-01-01");
    EXPECT_EQ(
        occurred("ClinicalImpression", R"("effectiveDateTime":"2019-01-01","date":"2019-02-01")"),
        "2019-01-01");
}

TEST_F(SummaryTest, PeriodWithOnlyAnEndTakesIt) {
    EXPECT_EQ(read(R"({"resourceType":"Encounter","id":"e","period":{"end":"2019-03-01"}})")
                  .occurred->start,
              at("2019-03-01"));
    EXPECT_EQ(read(R"({"resourceType":"CarePlan","id":"c","created":"2019-01-01",
        "period":{"end":"2030-03-01"}})")
                  .occurred->start,
              at("2019-01-01"));
    EXPECT_FALSE(
        read(R"({"resourceType":"Condition","id":"c","abatementDateTime":"2019-01-01"})").occurred);
}

TEST_F(SummaryTest, ImpossibleDateGivesWayToTheNextBest) {
    EXPECT_EQ(read(R"({"resourceType":"Condition","id":"c","onsetDateTime":"2019-02-30",
        "recordedDate":"2019-03-02"})")
                  .occurred->start,
              at("2019-03-02"));
    EXPECT_EQ(read(R"({"resourceType":"Condition","id":"c","onsetDateTime":"2019-02-30",
        "meta":{"lastUpdated":"2019-04-01T00:00:00Z"}})")
                  .occurred->start,
              at("2019-04-01"));
    EXPECT_FALSE(read(R"({"resourceType":"Condition","id":"c",
        "meta":{"lastUpdated":"2019-04-01T00:00:00Z"}})")
                     .occurred);
}

TEST_F(SummaryTest, IdsMustBeUsable) {
    for (const std::string id : {"a b", "a/b", "a\\\\b", "a\\nb", "\xE7\xB3\x96"}) {
        EXPECT_NE(refuse("{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}").find("id of this"),
                  std::string::npos)
            << id;
    }
    EXPECT_NE(refuse("{\"resourceType\":\"Patient\",\"id\":\"" + std::string(257, 'x') + "\"}"),
              "");
    EXPECT_EQ(read(R"({"resourceType":"Patient","id":"a_b.C-1|2"})").id, "a_b.C-1|2");
    EXPECT_EQ(
        read("{\"resourceType\":\"Patient\",\"id\":\"" + std::string(256, 'x') + "\"}").id.size(),
        256U);
}

TEST_F(SummaryTest, MisspeltTypesAreCutBetweenCharacters) {
    const std::string reason =
        refuse("{\"resourceType\":\"" + std::string(63, 'x') + "\xE7\xB3\x96\",\"id\":\"1\"}");
    EXPECT_TRUE(is_utf8(reason)) << reason;
}

TEST_F(SummaryTest, BadDatesArePassedOver) {
    const Summary& s = read(R"({"resourceType":"Condition","id":"c","onsetDateTime":"2019-02-30",
        "recordedDate":"0000","subject":{"reference":"Group/g"}})");
    EXPECT_FALSE(s.occurred);
    EXPECT_TRUE(s.patient.empty());
}

TEST_F(SummaryTest, RefusesWhatIsNoResource) {
    EXPECT_NE(refuse("[]").find("not a FHIR resource"), std::string::npos);
    EXPECT_NE(refuse("{}").find("resourceType"), std::string::npos);
    EXPECT_NE(refuse(R"({"resourceType":"Pacient","id":"1"})").find("\"Patient\""),
              std::string::npos);
    EXPECT_NE(refuse(R"({"resourceType":"Patient"})").find("no id"), std::string::npos);
}

}  // namespace
}  // namespace parcours::fhir
