// What a clinician would look for: every record reads, refers to what exists, and makes sense.
#include <algorithm>
#include <bits/chrono.h>
#include <cstddef>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "synth/synth.h"
#include "synth/tests/export_reader.h"

namespace parcours::synth {
namespace {

using testing::Export;
using testing::Resource;

/// One population of 1,000 patients for all tests of this file.
const Export& records() {
    static const Export read = [] {
        Options options;
        options.patients = 1000;
        options.seed = 7;
        return Export(testing::population(options));
    }();
    return read;
}

CivilDate date_of(const std::string& text) {
    const auto read = parse_date_time(text);
    EXPECT_TRUE(read) << text;
    return read ? utc_date(read->start) : CivilDate{};
}

const std::map<std::string, const Resource*>& patients() {
    static const auto found = [] {
        std::map<std::string, const Resource*> by_id;
        for (const Resource& one : records().of("Patient")) {
            by_id[one.text("id")] = &one;
        }
        return by_id;
    }();
    return found;
}

int age_at(const Resource& event, const std::string& when) {
    const Resource& patient = *patients().at(event.patient());
    return whole_years(date_of(patient.text("birthDate")), date_of(when));
}

void collect_references(const JsonView& json, std::vector<std::string>& found) {
    if (json.is_object()) {
        for (const auto& [name, value] : json.members()) {
            if (name == "reference") {
                found.emplace_back(value.text());
            } else {
                collect_references(value, found);
            }
        }
    }
    for (const JsonView& element : json.elements()) {
        collect_references(element, found);
    }
}

TEST(SynthRecords, EveryLineIsAResourceOfItsFile) {
    std::set<std::string> keys;
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            EXPECT_EQ(one.json["resourceType"].text(), type);
            EXPECT_TRUE(keys.insert(type + "/" + one.text("id")).second)
                << "twice " << one.text("id");
        }
    }
    EXPECT_EQ(records().of("Patient").size(), 1000U);
}

TEST(SynthRecords, EveryReferenceResolves) {
    std::set<std::string> keys;
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            keys.insert(type + "/" + one.text("id"));
        }
    }
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            std::vector<std::string> references;
            collect_references(one.json, references);
            for (const std::string& reference : references) {
                ASSERT_TRUE(keys.contains(reference)) << type << " refers to " << reference;
            }
        }
    }
}

TEST(SynthRecords, HoldsEveryKindOfThing) {
    for (const char* type : {"AllergyIntolerance",
                             "Appointment",
                             "CarePlan",
                             "CareTeam",
                             "Communication",
                             "Condition",
                             "Consent",
                             "DiagnosticReport",
                             "Encounter",
                             "FamilyMemberHistory",
                             "Goal",
                             "Immunization",
                             "Location",
                             "MedicationRequest",
                             "Observation",
                             "Organization",
                             "Patient",
                             "Practitioner",
                             "Procedure",
                             "QuestionnaireResponse",
                             "RelatedPerson",
                             "ServiceRequest"}) {
        EXPECT_FALSE(records().of(type).empty()) << type;
    }
}

std::map<std::string, int> count_codes(const char* type, const char* member) {
    std::map<std::string, int> counts;
    for (const Resource& one : records().of(type)) {
        for (const JsonView& coding : one.json[member]["coding"].elements()) {
            ++counts[std::string(coding["code"].text())];
        }
    }
    return counts;
}

TEST(SynthRecords, HoldsTheConditionsThatWereAskedFor) {
    const auto conditions = count_codes("Condition", "code");
    for (const char* code :
         {"44054006", "15777000", "38341003", "55822004", "195967001", "13645005", "88805009",
          "53741008", "370143000", "21897009", "72892002", "19169002", "64859006", "433144002",
          "254837009", "363406005", "44465007", "65966004"}) {
        EXPECT_TRUE(conditions.contains(code)) << code;
    }
    EXPECT_GT(conditions.count("E11.9"), 0U);
}

TEST(SynthRecords, HoldsTheObservationsThatWereAskedFor) {
    const auto observations = count_codes("Observation", "code");
    for (const char* code : {"85354-9", "39156-5", "29463-7", "8302-2", "4548-4", "2339-0",
                             "18262-6", "33914-3", "38483-4", "44261-6", "19935-6", "57905-2",
                             "72166-2", "75626-2", "71802-3", "88122-7", "93030-5", "82589-3"}) {
        EXPECT_TRUE(observations.contains(code)) << code;
    }
}

TEST(SynthRecords, HasEncountersOfSeveralClassesAndStatuses) {
    std::map<std::string, int> classes;
    std::map<std::string, int> open;
    int discharged = 0;
    for (const Resource& one : records().of("Encounter")) {
        ++classes[std::string(one.json["class"]["code"].text())];
        ++open[one.text("status")];
        discharged += one.json["hospitalization"]["dischargeDisposition"] ? 1 : 0;
    }
    for (const char* kind : {"AMB", "EMER", "IMP", "OBSENC", "VR", "HH"}) {
        EXPECT_GT(classes[kind], 0) << kind;
    }
    EXPECT_GT(open["in-progress"], 0);
    EXPECT_LT(open["in-progress"] * 100, open["finished"]);
    EXPECT_GT(discharged, 30);
}

TEST(SynthRecords, ReadmitsSome) {
    std::map<std::string, std::vector<const Resource*>> stays;
    for (const Resource& one : records().of("Encounter")) {
        if (one.json["class"]["code"].text() == "IMP") {
            stays[one.patient()].push_back(&one);
        }
    }
    int again = 0;
    for (auto& [patient, all] : stays) {
        std::sort(all.begin(), all.end(),
                  [](const Resource* a, const Resource* b) { return a->when() < b->when(); });
        for (std::size_t i = 1; i < all.size(); ++i) {
            const std::string end(all[i - 1]->json["period"]["end"].text());
            if (!end.empty() && date_of(all[i]->when()) - date_of(end) <= std::chrono::days(30)) {
                ++again;
            }
        }
    }
    EXPECT_GT(again, 0);
}

TEST(SynthRecords, EndsAfterItBegins) {
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            for (const char* name : {"period", "performedPeriod"}) {
                const auto period = one.json[name];
                if (period["end"] && period["start"]) {
                    EXPECT_LE(period["start"].text(), period["end"].text())
                        << type << one.text("id");
                }
            }
            if (one.json["abatementDateTime"]) {
                EXPECT_LE(one.text("onsetDateTime"), one.text("abatementDateTime"));
            }
            if (one.json["onsetDateTime"] && one.json["recordedDate"]) {
                EXPECT_LE(one.text("onsetDateTime"), one.text("recordedDate"));
            }
        }
    }
}

TEST(SynthRecords, NothingHappensBeforeBirthOrAfterHistory) {
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            const std::string when = one.when();
            const auto patient = patients().find(one.patient());
            if (when.empty() || patient == patients().end()) {
                continue;
            }
            EXPECT_GE(when.substr(0, 10), patient->second->text("birthDate")) << type;
            const bool ahead = type == "Appointment" || one.text("status") == "planned";
            EXPECT_LT(when, ahead ? "2026-07-05" : "2026-01-02") << type;
        }
    }
}

TEST(SynthRecords, OnlyMistakesFollowADeath) {
    int mistakes = 0;
    int dead = 0;
    for (const auto& [id, patient] : patients()) {
        dead += patient->json["deceasedDateTime"] ? 1 : 0;
    }
    for (const auto& [type, all] : records().all()) {
        for (const Resource& one : all) {
            const auto patient = patients().find(one.patient());
            if (patient == patients().end() || !patient->second->json["deceasedDateTime"]) {
                continue;
            }
            const std::string died = patient->second->text("deceasedDateTime").substr(0, 10);
            if (one.when().substr(0, 10) > died) {
                ++mistakes;
                EXPECT_TRUE(type == "Appointment" || type == "Immunization" ||
                            type == "Observation")
                    << type;
            }
        }
    }
    EXPECT_GT(dead, 10);
    EXPECT_GT(mistakes, 0);
    EXPECT_LT(mistakes, dead);
}

TEST(SynthRecords, PregnancyIsForWomenOfItsAge) {
    int births = 0;
    for (const Resource& one : records().of("Condition")) {
        if (one.has_code("code", "72892002") || one.has_code("code", "19169002")) {
            EXPECT_EQ(patients().at(one.patient())->text("gender"), "female");
            const int age = age_at(one, one.text("onsetDateTime"));
            EXPECT_TRUE(age >= 16 && age <= 46) << age;
        }
    }
    for (const Resource& one : records().of("Procedure")) {
        births += one.has_code("code", "66348005") || one.has_code("code", "11466000") ? 1 : 0;
    }
    EXPECT_GT(births, 5);
}

TEST(SynthRecords, BirthsHaveTheirChildInTheFamily) {
    std::set<std::string> born;
    for (const auto& [id, patient] : patients()) {
        born.insert(patient->text("birthDate"));
    }
    for (const Resource& one : records().of("Procedure")) {
        if (one.has_code("code", "66348005") || one.has_code("code", "11466000")) {
            const CivilDate day = date_of(one.when());
            const bool known = born.contains(format_date(day)) ||
                               born.contains(format_date(day - std::chrono::days(1)));
            EXPECT_TRUE(known) << one.when();
        }
    }
}

TEST(SynthRecords, TreatmentFollowsDiagnosis) {
    std::map<std::string, std::string> onset;
    for (const Resource& one : records().of("Condition")) {
        onset[one.text("id")] = one.text("onsetDateTime");
    }
    for (const Resource& one : records().of("MedicationRequest")) {
        for (const JsonView& reason : one.json["reasonReference"].elements()) {
            EXPECT_GE(one.text("authoredOn"),
                      onset.at(Resource::id_of(reason["reference"].text())));
        }
        EXPECT_TRUE(one.json["dispenseRequest"]["expectedSupplyDuration"]["value"].number());
    }
}

TEST(SynthRecords, RenewsAndStopsMedicines) {
    std::map<std::string, int> by_patient_and_drug;
    std::map<std::string, int> statuses;
    for (const Resource& one : records().of("MedicationRequest")) {
        ++by_patient_and_drug[one.patient() + one.code("medicationCodeableConcept")];
        ++statuses[one.text("status")];
    }
    const auto renewed = std::count_if(by_patient_and_drug.begin(), by_patient_and_drug.end(),
                                       [](const auto& one) { return one.second > 1; });
    EXPECT_GT(renewed, 100);
    EXPECT_GT(statuses["stopped"], 20);
    EXPECT_GT(statuses["completed"], 100);
    EXPECT_GT(statuses["active"], 100);
}

TEST(SynthRecords, DiabetesIsAsCommonAsInLife) {
    std::set<std::string> diabetic;
    for (const Resource& one : records().of("Condition")) {
        const bool coded = one.has_code("code", "44054006") || one.has_code("code", "46635009") ||
                           one.has_code("code", "E11.9") || one.has_code("code", "E10.9");
        if (coded) {
            diabetic.insert(one.patient());
        }
        if (one.has_code("code", "13645005") || one.has_code("code", "J44.9")) {
            EXPECT_GT(age_at(one, one.text("onsetDateTime")), 35);
        }
    }
    double old = 0;
    double old_diabetic = 0;
    double young = 0;
    double young_diabetic = 0;
    for (const auto& [id, patient] : patients()) {
        const int age = whole_years(date_of(patient->text("birthDate")), date_of("2026-01-01"));
        (age >= 65 ? old : young) += 1;
        (age >= 65 ? old_diabetic : young_diabetic) += diabetic.contains(id) ? 1 : 0;
    }
    EXPECT_GT(old_diabetic / old, 0.12);
    EXPECT_LT(old_diabetic / old, 0.35);
    EXPECT_LT(young_diabetic / young, 0.08);
}

TEST(SynthRecords, SugarIsHigherInDiabetesAndFallsWithTreatment) {
    std::map<std::string, std::string> since;
    for (const Resource& one : records().of("Condition")) {
        if (one.has_code("code", "44054006") || one.has_code("code", "E11.9")) {
            since[one.patient()] = one.text("onsetDateTime");
        }
    }
    double early = 0;
    double early_count = 0;
    double late = 0;
    double late_count = 0;
    for (const Resource& one : records().of("Observation")) {
        const auto found = since.find(one.patient());
        if (!one.has_code("code", "4548-4") || found == since.end()) {
            continue;
        }
        const auto after = date_of(one.when()) - date_of(found->second);
        const double value = one.json["valueQuantity"]["value"].number().value_or(0);
        if (after < std::chrono::days(60)) {
            early += value;
            early_count += 1;
        } else if (after > std::chrono::days(360)) {
            late += value;
            late_count += 1;
        }
    }
    ASSERT_GT(early_count, 5);
    ASSERT_GT(late_count, 20);
    EXPECT_GT(early / early_count, 8.0);
    EXPECT_GT(late / late_count, 6.4);
    EXPECT_LT(late / late_count, early / early_count - 0.5);
}

TEST(SynthRecords, PressureIsAPairThatMakesSense) {
    for (const Resource& one : records().of("Observation")) {
        const auto parts = one.json["component"].elements();
        if (parts.empty()) {
            continue;
        }
        ASSERT_EQ(parts.size(), 2U);
        const double upper = parts[0]["valueQuantity"]["value"].number().value_or(0);
        const double lower = parts[1]["valueQuantity"]["value"].number().value_or(0);
        EXPECT_GT(upper, lower + 15);
        EXPECT_TRUE(upper > 70 && upper < 220);
    }
}

TEST(SynthRecords, ScreeningHasBothResultsAndIsFollowedUp) {
    std::map<std::string, std::string> positive;
    int negative = 0;
    std::map<std::string, std::vector<std::string>> colonoscopies;
    for (const Resource& one : records().of("Observation")) {
        if (one.has_code("code", "57905-2")) {
            if (one.code("interpretation") == "POS") {
                positive[one.patient()] = one.when();
            } else {
                ++negative;
            }
        }
    }
    for (const Resource& one : records().of("Procedure")) {
        if (one.has_code("code", "73761001")) {
            colonoscopies[one.patient()].push_back(one.when());
        }
    }
    int followed = 0;
    for (const auto& [patient, when] : positive) {
        const auto& seen = colonoscopies[patient];
        followed +=
            std::any_of(seen.begin(), seen.end(), [&](const auto& day) { return day > when; });
    }
    EXPECT_GT(negative, static_cast<int>(positive.size()) * 5);
    EXPECT_GT(positive.size(), 2U);
    EXPECT_GE(followed * 2, static_cast<int>(positive.size()));
}

TEST(SynthRecords, PeopleComeGoAndAreFoundTwice) {
    int moved = 0;
    int merged = 0;
    int replaces = 0;
    for (const auto& [id, patient] : patients()) {
        const auto addresses = patient->json["address"].elements();
        const bool left = !addresses.empty() && addresses[0]["period"]["end"];
        moved += left ? 1 : 0;
        if (left) {
            EXPECT_EQ(patient->json["active"].boolean(), false);
        }
        for (const JsonView& link : patient->json["link"].elements()) {
            merged += link["type"].text() == "replaced-by" ? 1 : 0;
            replaces += link["type"].text() == "replaces" ? 1 : 0;
        }
    }
    EXPECT_GT(moved, 10);
    EXPECT_GT(merged, 0);
    EXPECT_EQ(merged, replaces);
}

TEST(SynthRecords, SpeaksThreeLanguages) {
    std::map<std::string, int> languages;
    int unreachable = 0;
    for (const auto& [id, patient] : patients()) {
        const auto first = patient->json["communication"].elements();
        ASSERT_EQ(first.size(), 1U);
        const auto codings = first[0]["language"]["coding"].elements();
        ++languages[std::string(codings[0]["code"].text())];
        unreachable += patient->json["telecom"] ? 0 : 1;
    }
    EXPECT_GT(languages["en"], 600);
    EXPECT_GT(languages["fr"], 30);
    EXPECT_GT(languages["zh"], 30);
    EXPECT_GT(unreachable, 3);
    EXPECT_LT(unreachable, 80);
}

TEST(SynthRecords, AppointmentsLieBehindAndAhead) {
    std::map<std::string, int> statuses;
    int ahead = 0;
    for (const Resource& one : records().of("Appointment")) {
        ++statuses[one.text("status")];
        ahead += one.text("start") > "2026-01-02" && one.text("status") == "booked" ? 1 : 0;
        if (one.json["start"]) {
            EXPECT_LE(one.text("created"), one.text("start"));
        }
    }
    for (const char* status :
         {"fulfilled", "booked", "noshow", "cancelled", "proposed", "waitlist"}) {
        EXPECT_GT(statuses[status], 0) << status;
    }
    EXPECT_GT(ahead, 50);
}

TEST(SynthRecords, ConsentsAndContactsAreEncodedAsDocumented) {
    std::map<std::string, int> provisions;
    for (const Resource& one : records().of("Consent")) {
        const auto codes = one.json["provision"]["code"].elements();
        ASSERT_EQ(codes.size(), 1U);
        const auto coding = codes[0]["coding"].elements()[0];
        EXPECT_TRUE(
            coding["system"].text().starts_with("https://parcours.example/fhir/CodeSystem/"));
        ++provisions[std::string(one.json["provision"]["type"].text())];
    }
    EXPECT_GT(provisions["deny"], 10);
    EXPECT_GT(provisions["permit"], 10);
    std::set<std::string> media;
    int from_patients = 0;
    for (const Resource& one : records().of("Communication")) {
        media.insert(one.code("medium"));
        from_patients += one.json["sender"]["reference"].text().starts_with("Patient/") ? 1 : 0;
    }
    for (const char* medium : {"PHONE", "SMSWRIT", "EMAILWRIT", "ONLINEWRIT"}) {
        EXPECT_TRUE(media.contains(medium)) << medium;
    }
    EXPECT_GT(from_patients, 50);
    EXPECT_LT(from_patients, static_cast<int>(records().of("Communication").size()));
}

TEST(SynthRecords, HasTheDefectsOfRealData) {
    int words_only = 0;
    int wrong = 0;
    int in_error = 0;
    for (const Resource& one : records().of("Condition")) {
        words_only += one.json["code"]["text"] && one.code("code").empty() ? 1 : 0;
        wrong += one.has_code("code", "00000000") ? 1 : 0;
        in_error += one.code("verificationStatus") == "entered-in-error" ? 1 : 0;
    }
    EXPECT_GT(words_only, 5);
    EXPECT_GT(wrong, 1);
    EXPECT_GT(in_error, 1);
}

TEST(SynthRecords, CaresToTheEnd) {
    int plans = 0;
    for (const Resource& one : records().of("CarePlan")) {
        const std::string code = one.code("category");
        plans += code == "103735009" || code == "182964004" ? 1 : 0;
    }
    EXPECT_GT(plans, 3);
}

TEST(SynthRecords, HasPeopleInHospitalNowAndExpected) {
    int now = 0;
    int expected = 0;
    for (const Resource& one : records().of("Encounter")) {
        const bool stay = one.json["class"]["code"].text() == "IMP";
        now += stay && one.text("status") == "in-progress" && one.when() > "2025-12-24" ? 1 : 0;
        if (one.text("status") == "planned") {
            ++expected;
            EXPECT_GT(one.when(), "2026-01-01");
        }
    }
    EXPECT_GT(now, 0);
    EXPECT_LT(now, 15);
    EXPECT_GT(expected, 0);
}

TEST(SynthRecords, DiabetesOfManyYearsHasComplications) {
    std::map<std::string, std::string> since;
    for (const Resource& one : records().of("Condition")) {
        if (one.has_code("code", "44054006") || one.has_code("code", "E11.9")) {
            since[one.patient()] = one.text("onsetDateTime");
        }
    }
    int found = 0;
    for (const Resource& one : records().of("Condition")) {
        for (const char* code : {"422034002", "368581000119106", "127013003"}) {
            if (one.has_code("code", code) && since.contains(one.patient())) {
                ++found;
                EXPECT_GT(date_of(one.text("onsetDateTime")) - date_of(since[one.patient()]),
                          std::chrono::days(4 * 365));
            }
        }
    }
    EXPECT_GT(found, 3);
}

TEST(SynthRecords, WhoTextsStopHasOptedOut) {
    std::map<std::string, std::set<std::string>> opted_out;
    for (const Resource& one : records().of("Consent")) {
        if (one.json["provision"]["type"].text() == "deny") {
            opted_out[one.patient()].insert(one.text("dateTime"));
        }
    }
    int stops = 0;
    for (const Resource& one : records().of("Communication")) {
        if (one.code("topic") == "stop") {
            ++stops;
            EXPECT_TRUE(opted_out[one.patient()].contains(one.text("sent")));
        }
    }
    EXPECT_GT(stops, 0);
}

TEST(SynthRecords, ChildrenHaveAGuardianWhoIsSpokenTo) {
    std::set<std::string> related;
    for (const Resource& one : records().of("RelatedPerson")) {
        related.insert(one.patient());
    }
    int children = 0;
    for (const auto& [id, patient] : patients()) {
        const int age = whole_years(date_of(patient->text("birthDate")), date_of("2026-01-01"));
        if (age >= 17 || patient->json["link"]) {
            continue;
        }
        ++children;
        EXPECT_TRUE(related.contains(id)) << id;
        EXPECT_EQ(patient->json["contact"].elements().size(), 1U);
    }
    EXPECT_GT(children, 100);
}

TEST(SynthRecords, NobodyIsVisitedInTwoStaysAtOnce) {
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> stays;
    for (const Resource& one : records().of("Encounter")) {
        if (one.json["class"]["code"].text() == "IMP" && one.json["period"]["end"]) {
            stays[one.patient()].emplace_back(one.when(), one.json["period"]["end"].text());
        }
    }
    for (auto& [patient, all] : stays) {
        std::sort(all.begin(), all.end());
        for (std::size_t i = 1; i < all.size(); ++i) {
            EXPECT_LE(all[i - 1].second, all[i].first) << patient;
        }
    }
}

}  // namespace
}  // namespace parcours::synth
