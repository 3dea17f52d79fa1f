// The invented people of the stories, beside a synthesised practice, and the clinic's definitions.
import fs from 'node:fs';
import path from 'node:path';
import { token } from './gateway';

/** Numbers that North America keeps for fiction and that its plan still knows. */
export const patients = {
  mirabel: { id: 'mirabel', given: 'Mirabel', family: 'Ashgrove', phone: '+13515550100', mrn: 'KX-77001' },
  tobias: { id: 'tobias', given: 'Tobias', family: 'Fenwick', phone: '+13515550101', mrn: 'KX-77002' },
  leonie: { id: 'leonie', given: 'Léonie', family: 'Marchetti', phone: '+13515550102', mrn: 'KX-77003' },
} as const;
const born = '1996-05-04';
const diabetes = { coding: [{ system: 'http://snomed.info/sct', code: '44054006', display: 'Diabetes mellitus type 2' }], text: 'Diabetes mellitus type 2' };

function write(file: string, text: string) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

export function writeRecords(folder: string) {
  const lines = { Patient: [] as object[], Condition: [] as object[] };
  for (const { id, given, family, phone, mrn } of Object.values(patients)) {
    lines.Patient.push({ resourceType: 'Patient', id, birthDate: born, gender: 'female', name: [{ given: [given], family }], identifier: [{ system: 'urn:stories', value: mrn }], communication: [{ language: { coding: [{ code: 'en' }] } }], telecom: [{ system: 'phone', use: 'mobile', value: phone }, { system: 'email', value: `${id}@example.org` }] });
    lines.Condition.push({ resourceType: 'Condition', id: `${id}-diabetes`, subject: { reference: `Patient/${id}` }, clinicalStatus: { coding: [{ code: 'active' }] }, verificationStatus: { coding: [{ code: 'confirmed' }] }, code: diabetes, onsetDateTime: '2025-03-10', recordedDate: '2025-03-10' });
  }
  for (const [type, list] of Object.entries(lines)) write(path.join(folder, `${type}.ndjson`), list.map((r) => `${JSON.stringify(r)}\n`).join(''));
}

/** Somebody new, and a line that was torn. */
export function writeBroken(folder: string) {
  write(path.join(folder, 'Patient.ndjson'), `${JSON.stringify({ resourceType: 'Patient', id: 'late', birthDate: '1980-02-03', name: [{ given: ['Late'], family: 'Comer' }] })}\n{"resourceType":"Patient","id":"torn","name":\n`);
}

const content = (subject: string, text: string) => `---\npurpose: operations\ntopic: check-in\nsubject: ${subject}\napproved: { on: 2020-01-01, by: a test }\n---\n${text}\n`;

/** SMS goes to the gateway, e-mail is captured; contact at any hour. */
export function writePractice(folder: string, gateway: string) {
  write(path.join(folder, 'practice.yaml'), `name: Hillside Practice
reply-to: hello@practice.example.org
phone: "+1 413 555 0100"
country: US
time-zone: America/New_York
language: en
languages: [en]
contact-hours: { from: "00:00", until: "24:00" }
contact-budget: { per-day: 50, per-week: 50, per-month: 50 }
channels:
  sms: { adapter: twilio, url: "${gateway}", account_sid: AC1, auth_token: ${token}, from: "+12125550100" }
  email: { adapter: sandbox }
`);
  write(path.join(folder, 'cohorts/check-in.yaml'), `cohort: check-in\ntitle: { en: Check-in }\ncql: Patient.birthDate = @${born}\n`);
  write(path.join(folder, 'campaigns/check-in.yaml'), `campaign: check-in
title: { en: Check-in, fr: Prise de nouvelles, zh: 问候 }
purpose: operations
concern: diabetes
topic: check-in
priority: 50
enter: { cohort: check-in, again: never }
steps:
  hello:  { send: check-in-hello, by: [sms], then: letter, else: letter }
  letter: { send: check-in-letter, by: [email], then: answer, else: answer }
  answer: { wait-for: reply, at-most: 30 days, then: again, else: done }
  again:  { send: check-in-again, by: [sms], then: done, else: done }
  done:   { end: completed }
`);
  write(path.join(folder, 'content/check-in-hello.en.md'), content('Hello', 'Hello {given_name}, how are you getting on? Reply STOP to stop.'));
  write(path.join(folder, 'content/check-in-letter.en.md'), content('Your check-in', 'Hello {given_name}, we also wrote you a letter about your check-in.'));
  write(path.join(folder, 'content/check-in-again.en.md'), content('Thank you', 'Thank you {given_name}, we have read your answer.'));
}
