#pragma once

#include <cstdint>
#include <string_view>

namespace parcours::synth {

/// The code systems of the export.
enum class System : std::uint8_t {
    Snomed,
    Icd10cm,
    Loinc,
    Rxnorm,
    Cvx,
    ActCode,
    ParticipationMode,
    Local
};

/// "http://snomed.info/sct".
[[nodiscard]] std::string_view system_url(System system);

/// One coding.
struct Code {
    System system = System::Snomed;
    std::string_view code;
    std::string_view display;
};

/// Shorthands for the tables.
constexpr Code snomed(std::string_view code, std::string_view display) {
    return {System::Snomed, code, display};
}
constexpr Code loinc(std::string_view code, std::string_view display) {
    return {System::Loinc, code, display};
}
constexpr Code rxnorm(std::string_view code, std::string_view display) {
    return {System::Rxnorm, code, display};
}
constexpr Code cvx(std::string_view code, std::string_view display) {
    return {System::Cvx, code, display};
}

/// A disease or finding as a Condition names it: SNOMED CT, and ICD-10-CM for billing.
struct Ailment {
    Code code;
    std::string_view icd10cm;
};

/// A medicine as it is prescribed.
struct Drug {
    Code code;
    int supply_days = 90;  ///< what one prescription lasts, its repeats included
};

/// Something measured: its code, category, UCUM unit and how many decimals are reported.
struct Measure {
    Code code;
    std::string_view category;  ///< vital-signs, laboratory, survey, social-history, procedure
    std::string_view unit;
    int decimals = 0;
};

/// Types of encounters.
namespace visit_type {
inline constexpr Code check_up = snomed("185349003", "Encounter for check up");
inline constexpr Code examination = snomed("162673000", "General examination of patient");
inline constexpr Code child_check = snomed("410620009", "Well child visit");
inline constexpr Code symptom = snomed("185345009", "Encounter for symptom");
inline constexpr Code problem = snomed("185347001", "Encounter for problem");
inline constexpr Code follow_up = snomed("390906007", "Follow-up encounter");
inline constexpr Code outpatient = snomed("371883000", "Outpatient procedure");
inline constexpr Code prenatal_first = snomed("424441002", "Prenatal initial visit");
inline constexpr Code prenatal = snomed("424619006", "Prenatal visit");
inline constexpr Code postnatal = snomed("169762003", "Postnatal visit");
inline constexpr Code tele = snomed("448337001", "Telemedicine consultation with patient");
inline constexpr Code emergency = snomed("50849002", "Emergency room admission");
inline constexpr Code inpatient = snomed("183452005", "Encounter Inpatient");
inline constexpr Code birth = snomed("183460006", "Obstetric emergency hospital admission");
inline constexpr Code home = snomed("439708006", "Home visit");
inline constexpr Code treatment = snomed("698314001", "Consultation for treatment");
inline constexpr Code death = snomed("308646001", "Death Certification");
inline constexpr Code hospice = snomed("305336008", "Admission to hospice");
}  // namespace visit_type

/// What is measured at visits and in the laboratory.
namespace measure {
inline constexpr std::string_view vital = "vital-signs";
inline constexpr std::string_view lab = "laboratory";
inline constexpr Measure height{loinc("8302-2", "Body Height"), vital, "cm", 1};
inline constexpr Measure weight{loinc("29463-7", "Body Weight"), vital, "kg", 1};
inline constexpr Measure bmi{loinc("39156-5", "Body Mass Index"), vital, "kg/m2", 1};
inline constexpr Measure temperature{loinc("8310-5", "Body temperature"), vital, "Cel", 1};
inline constexpr Measure saturation{loinc("59408-5", "Oxygen saturation"), vital, "%", 0};
inline constexpr Measure heart_rate{loinc("8867-4", "Heart rate"), vital, "/min", 0};
inline constexpr Measure hba1c{loinc("4548-4", "Hemoglobin A1c"), lab, "%", 1};
inline constexpr Measure glucose{loinc("2339-0", "Glucose"), lab, "mg/dL", 0};
inline constexpr Measure cholesterol{loinc("2093-3", "Total Cholesterol"), lab, "mg/dL", 0};
inline constexpr Measure triglycerides{loinc("2571-8", "Triglycerides"), lab, "mg/dL", 0};
inline constexpr Measure ldl{loinc("18262-6", "LDL Cholesterol"), lab, "mg/dL", 0};
inline constexpr Measure hdl{loinc("2085-9", "HDL Cholesterol"), lab, "mg/dL", 0};
inline constexpr Measure creatinine{loinc("38483-4", "Creatinine"), lab, "mg/dL", 2};
inline constexpr Measure egfr{loinc("33914-3", "Estimated GFR"), lab, "mL/min/{1.73_m2}", 0};
inline constexpr Measure albuminuria{loinc("14959-1", "Microalbumin Creatinine Ratio"), lab, "mg/g",
                                     0};
inline constexpr Measure potassium{loinc("6298-4", "Potassium"), lab, "mmol/L", 1};
inline constexpr Measure sodium{loinc("2947-0", "Sodium"), lab, "mmol/L", 0};
inline constexpr Measure hemoglobin{loinc("718-7", "Hemoglobin"), lab, "g/dL", 1};
inline constexpr Measure leukocytes{loinc("6690-2", "Leukocytes"), lab, "10*3/uL", 1};
inline constexpr Measure bnp{loinc("33762-6", "NT-proBNP"), lab, "pg/mL", 0};
inline constexpr Measure psa{loinc("2857-1", "Prostate specific Ag"), lab, "ng/mL", 1};
inline constexpr Measure fit{loinc("57905-2", "Fecal occult blood, immunoassay"), lab, "ng/mL", 0};
inline constexpr Measure phq9{loinc("44261-6", "PHQ-9 total score"), "survey", "{score}", 0};
inline constexpr Measure gad7{loinc("70274-6", "GAD-7 total score"), "survey", "{score}", 0};
inline constexpr Measure audit_c{loinc("75626-2", "AUDIT-C total score"), "survey", "{score}", 0};
inline constexpr Measure pain{loinc("72514-3", "Pain severity 0-10"), vital, "{score}", 0};
inline constexpr Measure peak_flow{loinc("19935-6", "Peak expiratory flow"), "procedure", "L/min",
                                   0};
inline constexpr Measure fev1_ratio{loinc("19926-5", "FEV1/FVC"), "procedure", "%", 0};
inline constexpr Measure t_score{loinc("38265-5", "DXA T-score"), "procedure", "{T-score}", 1};
inline constexpr Measure ejection{loinc("10230-1", "Left ventricular Ejection fraction"),
                                  "procedure", "%", 0};
}  // namespace measure

}  // namespace parcours::synth
