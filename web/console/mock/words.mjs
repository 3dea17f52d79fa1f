// Names and texts of the invented practice. Nobody here exists; phones and addresses are reserved ones.
export const given = {
  en: { female: ['Alice', 'Brenda', 'Carol', 'Dorothy', 'Elena', 'Fiona', 'Grace', 'Hannah', 'Ivy', 'Joan', 'Keisha', 'Laura', 'Maya', 'Nora', 'Olive', 'Priya', 'Rosa', 'Sofia', 'Tamara', 'Wendy'],
    male: ['Aaron', 'Brian', 'Caleb', 'Daniel', 'Elijah', 'Frank', 'George', 'Henry', 'Isaac', 'Jamal', 'Kofi', 'Liam', 'Mateo', 'Noah', 'Oscar', 'Peter', 'Rafael', 'Samuel', 'Theo', 'Victor'] },
  fr: { female: ['Margaux', 'Amélie', 'Chloé', 'Élodie', 'Geneviève', 'Inès', 'Joséphine', 'Maëlle', 'Océane', 'Solène'],
    male: ['Adrien', 'Benoît', 'Étienne', 'François', 'Gaël', 'Loïc', 'Mathéo', 'Noël', 'Rémi', 'Théodore'] },
  zh: { female: ['秀英', '丽娜', '雨桐', '晓燕', '梦洁', '佳怡', '淑芬', '文静'], male: ['建国', '伟强', '志明', '子轩', '浩然', '国栋', '俊杰', '文博'] },
};
export const family = {
  en: ['Whitcombe', 'Elmhurst', 'Okafor', 'Ferrandez', 'Ashgrove', 'Kowalczyk', 'Nakamori', 'Oduya', 'Pemberton', 'Quillfeather', 'Ravensworth', 'Saltmarsh', 'Thornbury', 'Umberleigh', 'Vantongeren', 'Wexcombe', 'Yarborough', 'Abernethy', 'Birchall', 'Castellane'],
  fr: ['Lefèvre', 'Beauchêne', 'Delacourt', 'Fontanel', 'Grandmaison', 'Hautecœur', 'Jouvenel', 'Lachassagne', 'Montbrison', 'Rochebrune'],
  zh: ['王', '李', '张', '刘', '陈', '杨', '欧阳', '司马', '赵', '周'],
};
/** Names that test the room a screen leaves. */
export const long = [
  ['Maximiliane Anneliese Wolkenstein-Trostberg von und zu Lichtenau', 'female', 'en'],
  ['Jean-Baptiste-Théodore de La Rochebrune-Montbrison', 'male', 'fr'],
  ['O’Shaughnessy-Featherstonehaugh, Bartholomew Ignatius', 'male', 'en'],
  ['阿卜杜热合曼·买买提依明·托合提', 'male', 'zh'],
];

/** concern: weight, and for each stage the record that put somebody there: [resource type, text, what it says, rule]. */
export const concerns = {
  general: { weight: 30, stages: {
    awareness: ['Communication', 'Visit to the practice’s page about check-ups', 'a visit to our pages', 'web-visit'],
    help: ['Communication', 'Call: asked for an appointment', 'they asked for help', 'asked-for-help'],
    care: ['Encounter', 'Encounter for problem', 'a visit for a problem', 'problem-visit'],
    treatment: ['MedicationRequest', 'Amoxicillin 500 MG Oral Capsule', 'a new medicine', 'new-medicine'],
    lifestyle: ['CarePlan', 'Diet and exercise plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Encounter for check up', 'a check-up', 'check-up'] } },
  heart: { weight: 18, stages: {
    awareness: ['Observation', 'Blood pressure 138/88', 'something to watch was noted', 'noted'],
    help: ['Communication', 'Call: breathless on the stairs', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Essential hypertension', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['Encounter', 'Encounter Inpatient, because of Chronic congestive heart failure', 'in hospital', 'hospital-stay'],
    lifestyle: ['CarePlan', 'Lifestyle education regarding hypertension', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of Essential hypertension', 'a follow-up visit', 'follow-up-visit'] } },
  diabetes: { weight: 14, stages: {
    awareness: ['Observation', 'Glucose 6.4 mmol/L', 'something to watch was noted', 'noted'],
    help: ['Communication', 'Message: question about finger-prick values', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Type 2 diabetes mellitus', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['MedicationRequest', '24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet', 'a new medicine', 'new-medicine'],
    lifestyle: ['CarePlan', 'Diabetes self-management plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of Type 2 diabetes mellitus', 'a follow-up visit', 'follow-up-visit'] } },
  respiratory: { weight: 9, stages: {
    awareness: ['Observation', 'Tobacco use', 'something to watch was noted', 'noted'],
    help: ['Communication', 'Call: coughing for three weeks', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Asthma', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['MedicationRequest', '120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler', 'a new medicine', 'new-medicine'],
    lifestyle: ['CarePlan', 'Asthma self management', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of Asthma', 'a follow-up visit', 'follow-up-visit'] } },
  pregnancy: { weight: 5, stages: {
    awareness: ['Communication', 'Visit to the practice’s page about pregnancy', 'a visit to our pages', 'web-visit'],
    help: ['Communication', 'Call: first appointment of a pregnancy', 'they asked for help', 'asked-for-help'],
    care: ['Encounter', 'Prenatal initial visit', 'a visit for a problem', 'problem-visit'],
    treatment: ['Condition', 'Normal pregnancy', 'a pregnancy, until it ends', 'pregnancy'],
    lifestyle: ['CarePlan', 'Antenatal exercise plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Postnatal visit', 'aftercare', 'aftercare'] } },
  'mental-health': { weight: 8, stages: {
    awareness: ['Observation', 'PHQ-2 score 2', 'something to watch was noted', 'noted'],
    help: ['Communication', 'Message: sleeps badly, would like to talk', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Major depressive disorder, single episode', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['MedicationRequest', 'Sertraline 50 MG Oral Tablet', 'a new medicine', 'new-medicine'],
    lifestyle: ['CarePlan', 'Sleep and activity plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of Depression', 'a follow-up visit', 'follow-up-visit'] } },
  musculoskeletal: { weight: 8, stages: {
    awareness: ['Communication', 'Visit to the practice’s page about back pain', 'a visit to our pages', 'web-visit'],
    help: ['Communication', 'Call: knee pain since the winter', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Osteoarthritis of knee', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['Procedure', 'Total replacement of knee joint', 'an operation', 'procedure'],
    lifestyle: ['CarePlan', 'Physical therapy plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of Osteoarthritis of knee', 'a follow-up visit', 'follow-up-visit'] } },
  'cancer-screening': { weight: 6, stages: {
    awareness: ['Communication', 'Letter about bowel screening', 'they were told', 'told'],
    help: ['Communication', 'Call: asked for the test kit', 'they asked for help', 'asked-for-help'],
    care: ['Procedure', 'Colonoscopy', 'an examination', 'examination'],
    treatment: ['Procedure', 'Polypectomy', 'an operation', 'procedure'],
    lifestyle: ['CarePlan', 'Smoking cessation plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Observation', 'Fecal immunochemical test: negative', 'screening is done for now', 'screened'] } },
  cancer: { weight: 2, stages: {
    awareness: ['Observation', 'Family history noted', 'something to watch was noted', 'noted'],
    help: ['Communication', 'Call: question before chemotherapy', 'they asked for help', 'asked-for-help'],
    care: ['Condition', 'Malignant neoplasm of breast', 'a new diagnosis', 'new-diagnosis'],
    treatment: ['Procedure', 'Chemotherapy', 'a treatment', 'procedure'],
    lifestyle: ['CarePlan', 'Rehabilitation plan', 'a plan of change', 'self-management-plan'],
    ongoing: ['Encounter', 'Follow-up encounter, because of cancer in remission', 'a follow-up visit', 'follow-up-visit'] } },
};

export const clinicalNoise = [
  ['Observation', 'Body weight 81.4 kg'], ['Observation', 'Blood pressure 128/82'], ['Observation', 'Hemoglobin A1c 6.9 %'],
  ['Immunization', 'Influenza, seasonal, injectable, preservative free'], ['Procedure', 'Medication reconciliation'],
  ['Observation', 'Creatinine 84 µmol/L'], ['Encounter', 'Telemedicine consultation with patient'], ['DiagnosticReport', 'Lipid panel'],
];
export const contactNoise = [
  ['Communication', 'Called us: asked for a repeat prescription'], ['Communication', 'We called: not reached'],
  ['Communication', 'Reply by SMS: “Yes, thank you”'], ['Communication', 'Called us: moved the appointment'],
];
export const answerNoise = [
  ['QuestionnaireResponse', 'Best time to reach: after 17:00', 'form before the visit'], ['QuestionnaireResponse', 'Lives with: alone, stairs at home', 'form before the visit'],
  ['Observation', 'Weight at home: 72.4 kg', 'reply by SMS'], ['QuestionnaireResponse', 'Allergy: penicillin, still right', 'call'],
  ['QuestionnaireResponse', 'Needs a lift on weekdays', 'call'], ['QuestionnaireResponse', 'Mobility: walks with a stick', 'form before the visit'],
];

export const checks = ['alive', 'merged', 'in-care', 'still-true', 'holdout', 'palliative', 'consent', 'not-for', 'guardian', 'address-known',
  'address-valid', 'suppression', 'channel', 'content-channel', 'language', 'approved', 'words', 'duplicate', 'too-late', 'suspected-death', 'feed',
  'quiet-hours', 'contact-budget', 'capacity'];
/** reason: [check that finds it, what it found, what would change it, does it only wait] */
export const reasons = {
  'no-address': ['address-known', 'No current e-mail address is recorded.', 'Record a phone number or e-mail address.', false],
  'bad-address': ['address-valid', 'The recorded phone number cannot be used: no such number exists in its country’s plan.', 'Correct the phone number or e-mail address in the record.', false],
  'opted-out': ['consent', 'Reply STOP by SMS on 2025-11-02.', 'Only the patient can change this: by replying START, or by telling a member of staff.', false],
  'no-longer-true': ['still-true', 'The result came on 2026-03-02 (Observation/fit-7731).', 'Nothing: the reason for the message is gone.', false],
  palliative: ['palliative', 'A palliative care plan is active since 2025-12-04.', 'End the palliative care plan in the record if it no longer applies.', false],
  'no-language': ['language', 'The content speaks en, fr, zh; the patient speaks pt.', 'Translate it, or let the clinic’s language stand in (other-language: use-default).', false],
  duplicate: ['duplicate', 'The same was said on 2026-03-09.', 'Wait, or shorten repeat-after in practice.yaml.', false],
  'too-late': ['too-late', 'It had to be said before 2026-03-10 10:00.', 'Nothing; give the step a later not-after if it would still have helped.', false],
  'contact-budget': ['contact-budget', 'Two messages in the last seven days; two are allowed.', 'Nothing: it leaves when there is room; see contact-budget in practice.yaml.', true],
  'quiet-hours': ['quiet-hours', 'Nobody is contacted at this time in Europe/Paris.', 'Nothing: it leaves when the contact hours begin.', true],
};
