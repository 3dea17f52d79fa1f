#include "synth/diseases.h"

#include <array>
#include <cstddef>
#include <span>

#include "synth/codes.h"

namespace parcours::synth {
namespace {

using D = Disease;
using Drugs = std::array<const Drug*, 3>;

// clang-format off: tables read better in columns.
constexpr Drug insulin{rxnorm("106892", "Humulin 70/30 Injectable Suspension"), 180};
constexpr Drug metformin{rxnorm("860975", "24 HR Metformin hydrochloride 500 MG ER Oral Tablet"), 360};
constexpr Drug glipizide{rxnorm("310488", "Glipizide 10 MG Oral Tablet"), 360};
constexpr Drug lisinopril{rxnorm("314076", "Lisinopril 10 MG Oral Tablet"), 360};
constexpr Drug hydrochlorothiazide{rxnorm("310798", "Hydrochlorothiazide 25 MG Oral Tablet"), 360};
constexpr Drug amlodipine{rxnorm("197361", "Amlodipine 5 MG Oral Tablet"), 360};
constexpr Drug simvastatin{rxnorm("312961", "Simvastatin 20 MG Oral Tablet"), 360};
constexpr Drug atorvastatin{rxnorm("259255", "Atorvastatin 80 MG Oral Tablet"), 360};
constexpr Drug albuterol{rxnorm("745679", "200 ACTUAT Albuterol 0.09 MG/ACTUAT Inhaler"), 180};
constexpr Drug fluticasone{rxnorm("895994", "120 ACTUAT Fluticasone 0.044 MG/ACTUAT Inhaler"), 180};
constexpr Drug salmeterol{rxnorm("896209", "60 ACTUAT Fluticasone 0.25 / salmeterol 0.05 MG"), 180};
constexpr Drug furosemide{rxnorm("313988", "Furosemide 40 MG Oral Tablet"), 360};
constexpr Drug metoprolol{rxnorm("866414", "24 HR metoprolol succinate 100 MG Oral Tablet"), 360};
constexpr Drug aspirin{rxnorm("243670", "Aspirin 81 MG Oral Tablet"), 360};
constexpr Drug clopidogrel{rxnorm("309362", "Clopidogrel 75 MG Oral Tablet"), 360};
constexpr Drug warfarin{rxnorm("855332", "Warfarin Sodium 5 MG Oral Tablet"), 360};
constexpr Drug sertraline{rxnorm("312941", "Sertraline 50 MG Oral Tablet"), 180};
constexpr Drug escitalopram{rxnorm("349332", "Escitalopram 10 MG Oral Tablet"), 180};
constexpr Drug alendronate{rxnorm("904419", "Alendronic acid 10 MG Oral Tablet"), 360};
constexpr Drug naproxen{rxnorm("198014", "Naproxen 500 MG Oral Tablet"), 30};
constexpr Drug acetaminophen{rxnorm("313782", "Acetaminophen 325 MG Oral Tablet"), 30};
constexpr Drug donepezil{rxnorm("997223", "Donepezil hydrochloride 10 MG Oral Tablet"), 360};
constexpr Drug loratadine{rxnorm("311372", "Loratadine 10 MG Oral Tablet"), 30};
constexpr Drug tamoxifen{rxnorm("198240", "Tamoxifen 10 MG Oral Tablet"), 360};
constexpr Drug leuprolide{rxnorm("752899", "0.25 ML Leuprolide Acetate 30 MG/ML Syringe"), 90};

constexpr Drug amoxicillin{rxnorm("308182", "Amoxicillin 250 MG Oral Capsule"), 10};
constexpr Drug co_amoxiclav{rxnorm("562251", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"), 10};
constexpr Drug penicillin{rxnorm("834061", "Penicillin V Potassium 250 MG Oral Tablet"), 10};
constexpr Drug nitrofurantoin{rxnorm("311995", "Nitrofurantoin 50 MG Oral Capsule"), 7};
constexpr Drug ibuprofen{rxnorm("310965", "Ibuprofen 200 MG Oral Tablet"), 14};

constexpr Code diabetes_plan = snomed("698360004", "Diabetes self management plan");
constexpr Code heart_failure_plan = snomed("735984001", "Heart failure self management plan");
constexpr Code lipid_plan = snomed("736285004", "Hyperlipidemia clinical management plan");
constexpr Code self_care_plan = snomed("326051000000105", "Self care");
constexpr Code asthma_plan = snomed("699728000", "Asthma self management");
constexpr Code copd_plan = snomed("412776001", "COPD clinical management plan");
constexpr Code mind_plan = snomed("736254008", "Psychiatry care plan");
constexpr Code fracture_plan = snomed("385691007", "Fracture care");
constexpr Code physical_plan = snomed("91251008", "Physical therapy procedure");
constexpr Code wound_plan = snomed("225358003", "Wound care");
constexpr Code cancer_plan = snomed("395082007", "Cancer care plan");
constexpr Code dementia_plan = snomed("386257007", "Demential management");

constexpr Code immobilisation = snomed("274474001", "Bone immobilization");
constexpr Code suture = snomed("288086009", "Suture open wound");
constexpr Code throat_culture = snomed("117015009", "Throat culture");

// Prevalences are rounded from what is published for the United States, so that the population
// looks familiar; nothing is meant to be estimated from them.
constexpr std::array<DiseaseRow, disease_count> diseases = {{
    {D::DiabetesType1, {snomed("46635009", "Diabetes mellitus type 1"), "E10.9"},
     {1, 4, 5, 5, 5, 5, 4, 3, 2, 2}, 100, 100, 4, 35, false, true,
     Drugs{&insulin, nullptr, nullptr}, &diabetes_plan},
    {D::DiabetesType2, {snomed("44054006", "Diabetes mellitus type 2"), "E11.9"},
     {0, 1, 6, 25, 70, 130, 195, 230, 220, 190}, 92, 108, 28, 85, false, true,
     Drugs{&metformin, &glipizide, &insulin}, &diabetes_plan},
    {D::Prediabetes, {snomed("15777000", "Prediabetes"), "R73.03"},
     {0, 5, 30, 80, 140, 190, 210, 210, 180, 150}, 95, 105, 18, 85, false, true,
     Drugs{}, &self_care_plan},
    {D::Hypertension, {snomed("38341003", "Hypertension"), "I10"},
     {0, 2, 30, 90, 190, 320, 470, 600, 660, 660}, 96, 104, 18, 88, false, true,
     Drugs{&lisinopril, &hydrochlorothiazide, &amlodipine}, &self_care_plan},
    {D::Hyperlipidemia, {snomed("55822004", "Hyperlipidemia"), "E78.5"},
     {0, 3, 25, 80, 170, 270, 360, 400, 360, 300}, 95, 105, 18, 85, false, true,
     Drugs{&simvastatin, &atorvastatin, nullptr}, &lipid_plan},
    {D::Asthma, {snomed("195967001", "Asthma"), "J45.909"},
     {75, 95, 80, 75, 75, 75, 75, 70, 60, 50}, 108, 92, 3, 60, false, true,
     Drugs{&albuterol, &fluticasone, nullptr}, &asthma_plan},
    {D::Copd, {snomed("13645005", "Chronic obstructive pulmonary disease"), "J44.9"},
     {0, 0, 0, 2, 20, 60, 100, 130, 140, 120}, 95, 105, 40, 85, false, true,
     Drugs{&albuterol, &salmeterol, nullptr}, &copd_plan},
    {D::HeartFailure, {snomed("88805009", "Chronic congestive heart failure"), "I50.22"},
     {0, 0, 1, 3, 7, 18, 45, 90, 150, 190}, 95, 105, 35, 92, false, true,
     Drugs{&furosemide, &metoprolol, &lisinopril}, &heart_failure_plan},
    {D::CoronaryDisease, {snomed("53741008", "Coronary Heart Disease"), "I25.10"},
     {0, 0, 1, 5, 20, 50, 105, 170, 220, 230}, 70, 130, 35, 90, false, true,
     Drugs{&aspirin, &atorvastatin, &clopidogrel}, nullptr},
    {D::AtrialFibrillation, {snomed("49436004", "Atrial Fibrillation"), "I48.91"},
     {0, 0, 0, 2, 6, 18, 45, 95, 140, 160}, 85, 115, 40, 92, false, true,
     Drugs{&warfarin, &metoprolol, nullptr}, nullptr},
    {D::Stroke, {snomed("230690007", "Stroke"), "I63.9"},
     {0, 0, 1, 3, 9, 22, 45, 75, 105, 120}, 95, 105, 40, 92, false, false,
     Drugs{&clopidogrel, nullptr, nullptr}, nullptr},
    {D::Depression, {snomed("370143000", "Major depressive disorder"), "F32.9"},
     {0, 55, 105, 95, 95, 95, 80, 65, 60, 60}, 125, 75, 12, 80, true, true,
     Drugs{&sertraline, &escitalopram, nullptr}, &mind_plan},
    {D::Anxiety, {snomed("21897009", "Generalized anxiety disorder"), "F41.1"},
     {2, 45, 70, 70, 65, 55, 45, 35, 30, 25}, 125, 75, 10, 75, true, true,
     Drugs{&escitalopram, nullptr, nullptr}, &mind_plan},
    {D::KidneyDisease, {snomed("433144002", "Chronic kidney disease stage 3"), "N18.30"},
     {0, 0, 1, 3, 12, 35, 80, 160, 240, 280}, 105, 95, 40, 92, false, true,
     Drugs{&lisinopril, nullptr, nullptr}, nullptr},
    {D::Osteoporosis, {snomed("64859006", "Osteoporosis"), "M81.0"},
     {0, 0, 0, 1, 6, 45, 110, 170, 220, 240}, 165, 35, 45, 88, false, true,
     Drugs{&alendronate, nullptr, nullptr}, nullptr},
    {D::Osteoarthritis, {snomed("239873007", "Osteoarthritis of knee"), "M17.9"},
     {0, 0, 2, 12, 45, 110, 190, 250, 270, 260}, 115, 85, 35, 85, false, false,
     Drugs{&naproxen, &acetaminophen, nullptr}, nullptr},
    {D::Obesity, {snomed("162864005", "Body mass index 30+ - obesity"), "E66.9"},
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 100, 100, 18, 60, false, false, Drugs{}, nullptr},
    {D::Dementia, {snomed("26929004", "Alzheimer's disease"), "G30.9"},
     {0, 0, 0, 0, 0, 2, 15, 50, 160, 270}, 112, 88, 58, 94, false, true,
     Drugs{&donepezil, nullptr, nullptr}, &dementia_plan},
    {D::AllergicRhinitis, {snomed("367498001", "Seasonal allergic rhinitis"), "J30.2"},
     {70, 100, 100, 90, 80, 70, 55, 40, 30, 25}, 100, 100, 3, 45, false, false,
     Drugs{&loratadine, nullptr, nullptr}, nullptr},
    {D::Alcohol, {snomed("7200002", "Alcoholism"), "F10.20"},
     {0, 2, 22, 28, 28, 28, 22, 12, 6, 4}, 60, 140, 18, 65, true, false, Drugs{}, nullptr},
    {D::BreastCancer, {snomed("254837009", "Malignant neoplasm of breast"), "C50.919"},
     {0, 0, 0, 5, 16, 35, 60, 80, 85, 80}, 100, 0, 32, 88, true, true,
     Drugs{&tamoxifen, nullptr, nullptr}, &cancer_plan},
    {D::ColonCancer, {snomed("363406005", "Malignant tumor of colon"), "C18.9"},
     {0, 0, 0, 1, 3, 8, 18, 32, 45, 50}, 90, 110, 38, 90, true, true,
     Drugs{}, &cancer_plan},
    {D::LungCancer, {snomed("254637007", "Non-small cell lung cancer"), "C34.90"},
     {0, 0, 0, 0, 1, 5, 12, 18, 18, 12}, 90, 110, 45, 88, true, true,
     Drugs{}, &cancer_plan},
    {D::ProstateCancer, {snomed("399068003", "Malignant tumor of prostate"), "C61"},
     {0, 0, 0, 0, 2, 18, 60, 105, 125, 130}, 0, 100, 46, 90, true, true,
     Drugs{&leuprolide, nullptr, nullptr}, &cancer_plan},
}};

constexpr std::array<EpisodeRow, 10> infections = {{
    {{snomed("444814009", "Viral sinusitis"), "J01.90"}, 30, 3, 99, 100, 8, 20, nullptr, false,
     nullptr, nullptr},
    {{snomed("195662009", "Acute viral pharyngitis"), "J02.9"}, 24, 2, 75, 100, 6, 12, nullptr, false,
     nullptr, nullptr},
    {{snomed("10509002", "Acute bronchitis"), "J20.9"}, 18, 1, 99, 100, 10, 21, &acetaminophen,
     false, nullptr, nullptr},
    {{snomed("65363002", "Otitis media"), "H66.90"}, 60, 0, 8, 100, 7, 14, &amoxicillin, false,
     nullptr, nullptr},
    {{snomed("43878008", "Streptococcal sore throat"), "J02.0"}, 10, 4, 40, 100, 7, 12,
     &penicillin, false, &throat_culture, nullptr},
    {{snomed("38822007", "Cystitis"), "N30.90"}, 16, 15, 99, 180, 5, 12, &nitrofurantoin, false,
     nullptr, nullptr},
    {{snomed("75498004", "Acute bacterial sinusitis"), "J01.90"}, 5, 6, 99, 100, 10, 25,
     &co_amoxiclav, false, nullptr, nullptr},
    {{snomed("6142004", "Influenza"), "J11.1"}, 8, 1, 99, 100, 7, 14, nullptr, false, nullptr,
     nullptr},
    {{snomed("840539006", "COVID-19"), "U07.1"}, 8, 1, 99, 100, 8, 21, nullptr, false, nullptr,
     nullptr},
    {{snomed("233604007", "Pneumonia"), "J18.9"}, 4, 40, 99, 100, 14, 35, &co_amoxiclav, true,
     nullptr, nullptr},
}};

constexpr std::array<EpisodeRow, 9> injuries = {{
    {{snomed("44465007", "Sprain of ankle"), "S93.409A"}, 26, 8, 75, 100, 21, 50, &ibuprofen, false,
     nullptr, &physical_plan},
    {{snomed("70704007", "Sprain of wrist"), "S63.509A"}, 12, 8, 80, 100, 18, 45, &ibuprofen, false,
     nullptr, &physical_plan},
    {{snomed("263102004", "Fracture subluxation of wrist"), "S62.90XA"}, 12, 5, 99, 105, 45, 85,
     &acetaminophen, true, &immobilisation, &fracture_plan},
    {{snomed("65966004", "Fracture of forearm"), "S52.90XA"}, 10, 4, 99, 95, 45, 85,
     &acetaminophen, true, &immobilisation, &fracture_plan},
    {{snomed("16114001", "Fracture of ankle"), "S82.899A"}, 8, 14, 90, 100, 50, 88, &acetaminophen,
     true, &immobilisation, &fracture_plan},
    {{snomed("58150001", "Fracture of clavicle"), "S42.009A"}, 6, 5, 70, 80, 40, 80,
     &acetaminophen, true, &immobilisation, &fracture_plan},
    {{snomed("283371005", "Laceration of forearm"), "S51.819A"}, 12, 3, 85, 80, 10, 25, nullptr,
     true, &suture, &wound_plan},
    {{snomed("62106007", "Concussion with no loss of consciousness"), "S06.0X0A"}, 10, 4, 90, 95,
     12, 45, nullptr, true, nullptr, nullptr},
    {{snomed("39848009", "Whiplash injury to neck"), "S13.4XXA"}, 8, 17, 75, 100, 20, 60,
     &naproxen, true, nullptr, nullptr},
}};

// clang-format on

}  // namespace

std::span<const DiseaseRow> disease_table() {
    return diseases;
}

const DiseaseRow& row_of(Disease disease) {
    return diseases[static_cast<std::size_t>(disease)];
}

std::span<const EpisodeRow> infection_table() {
    return infections;
}

std::span<const EpisodeRow> injury_table() {
    return injuries;
}

}  // namespace parcours::synth
