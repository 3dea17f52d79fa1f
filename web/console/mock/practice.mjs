// The invented practice: about 800 patients with positions, moves, enrolments, messages and tasks,
// the same on every run.
import { campaigns, contents, leftOut } from './campaigns.mjs';
import { chance } from './chance.mjs';
import { answerNoise, checks, clinicalNoise, concerns, contactNoise, family, given, long, reasons } from './words.mjs';

export const now = Date.parse('2026-03-12T15:20:00Z');
const day = 86_400_000;
export const moment = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const date = (ms) => moment(ms).slice(0, 10);
const stages = ['awareness', 'help', 'care', 'treatment', 'lifestyle', 'ongoing'];
const dwell = { awareness: 9, help: 3, care: 6, treatment: 44, lifestyle: 90, ongoing: 320 };
const next = {
  awareness: { help: 6, ongoing: 1 }, help: { care: 8, ongoing: 1 }, care: { treatment: 6, ongoing: 4, lifestyle: 1 },
  treatment: { ongoing: 5, lifestyle: 3, care: 1 }, lifestyle: { ongoing: 6, treatment: 1 }, ongoing: { help: 5, treatment: 3, awareness: 1, care: 3 },
};

export function makePractice({ patients: count = 812, seed = 7 } = {}) {
  const dice = chance(seed);
  const patients = [];
  for (let index = 0; index < count; ++index) patients.push(makePatient(dice, index));
  const world = { patients, byId: new Map(patients.map((p) => [p.id, p])), messages: [], tasks: [], paused: new Map(), holds: new Map(), saved: [], quarantine: [] };
  for (const campaign of campaigns) enrol(dice, world, campaign);
  for (const campaign of leftOut) enrol(chance(seed + 1), world, campaign);
  world.messages.sort((a, b) => (a.planned < b.planned ? 1 : a.planned > b.planned ? -1 : a.id < b.id ? 1 : -1));
  extraTasks(dice, world);
  world.quarantine = makeQuarantine(dice);
  return world;
}

function makePatient(dice, index) {
  const language = dice.weighted({ en: 70, fr: 14, zh: 13, pt: 3 });
  const words = given[language] ? language : 'en';
  const gender = dice.holds(0.52) ? 'female' : 'male';
  const odd = index % 97 === 5 ? long[(index / 97) % long.length | 0] : null;
  const last = dice.pick(family[words]);
  const first = dice.pick(given[words][gender]);
  const name = odd ? odd[0] : words === 'zh' ? last + first : `${first} ${last}`;
  const age = Math.max(0, Math.min(101, Math.round(20 + 70 * dice.next() - (dice.holds(0.12) ? 45 * dice.next() : 0))));
  const born = now - (age * 365.25 + dice.between(1, 360)) * day;
  const ascii = `patient${1000 + index}`;
  const person = {
    id: dice.id(), name, gender: odd ? odd[1] : gender, language: odd ? odd[2] : language,
    born, age: Math.floor((now - born) / day / 365.2425),
    phones: dice.holds(0.93) ? [`+1617555${String(100 + (index % 100)).padStart(4, '0')}`] : [],
    emails: dice.holds(0.72) ? [`${ascii}@example.org`] : [],
    identifiers: [`MRN ${20000 + index * 7}`],
    address: dice.holds(0.9) ? `${dice.between(1, 180)} ${dice.pick(['Mill Lane', 'Harbor Street', 'Orchard Road', 'Quarry Hill', 'Station Square'])}, Riverside, MA` : null,
    zone: dice.holds(0.96) ? 'America/New_York' : 'Europe/Paris',
    status: dice.weighted({ active: 90, left: 5, palliative: 1.6, deceased: 2.4, registered: 1 }),
    suspectedDeath: dice.holds(0.003),
  };
  if (person.status === 'deceased') person.deceasedAt = now - dice.between(20, 700) * day;
  person.positions = makePositions(dice, person);
  person.inHospital = person.status === 'active' && person.positions[0]?.rule === 'hospital-stay' && dice.holds(0.3);
  person.noise = Array.from({ length: dice.between(4, 22) }, () => ({ at: now - Math.floor(dice.next() ** 2 * 900) * day - dice.between(0, 9) * 3_600_000, kind: dice.weighted({ clinical: 6, contact: 3, answer: 2 }), pick: dice.next() }));
  person.choices = [];
  return person;
}

function makePositions(dice, person) {
  const weights = Object.fromEntries(Object.entries(concerns).map(([k, c]) => [k, c.weight]));
  if (person.gender !== 'female' || person.age < 18 || person.age > 44) delete weights.pregnancy;
  const wanted = new Set();
  for (let i = dice.weighted({ 1: 5, 2: 4, 3: 2, 4: 1 }); i > 0; --i) wanted.add(dice.weighted(weights));
  const positions = [...wanted].map((concern) => {
    const stage = dice.weighted({ awareness: 4, help: 5, care: 6, treatment: 21, lifestyle: 8, ongoing: 56 });
    const days = Math.max(0, Math.round(dwell[stage] * (0.05 + 1.9 * dice.next())));
    const since = now - days * day - dice.between(0, 1) * 3_600_000;
    const overdue = dice.holds(stage === 'ongoing' ? 0.2 : stage === 'help' ? 0.14 : 0.07);
    const lost = overdue && dice.holds(0.16);
    return place(dice, person, { concern, stage, since, overdue, lost });
  });
  positions.sort((a, b) => b.since - a.since);
  const urgent = positions.findIndex((p) => p.concern === 'pregnancy' || p.concern === 'cancer');
  if (urgent > 0) positions.unshift(...positions.splice(urgent, 1));
  if (positions[0]) positions[0].from = dice.weighted(invert(positions[0].stage));
  return positions;
}

const invert = (to) => Object.fromEntries(stages.filter((s) => next[s][to]).map((s) => [s, next[s][to]]));

function place(dice, person, { concern, stage, since, overdue, lost }) {
  const [type, text, says, rule] = concerns[concern].stages[stage];
  const expected = overdue ? now - dice.between(lost ? 380 : 5, lost ? 700 : 160) * day : now + dice.between(6, 240) * day;
  const key = String(1e6 + Math.floor(dice.next() * 1e9));
  return { concern, stage, since, overdue, lost, rule, type, key, says, what: `${type}: ${text}`,
    because: `${date(since)}: ${text} (${says}); the next step ${overdue ? 'was due on' : 'is due by'} ${date(expected)}${lost ? ', and nothing has been heard since' : ''}.`, expected };
}

const share = { 'appointment-reminder': 0.16, 'colorectal-screening': 0.3, 'diabetes-hba1c': 0.14, welcome: 0.05, 'flu-2025': 0.03 };

function enrol(dice, world, campaign) {
  campaign.state = { edges: new Map(), entered: new Map(), sent: new Map(), notSent: new Map() };
  for (const patient of world.patients) {
    patient.enrolments ??= [];
    if (patient.status === 'deceased' || !dice.holds(share[campaign.name])) continue;
    const enrolled = now - dice.between(1, 80) * day;
    const e = { id: dice.id() + dice.id(), campaign: campaign.name, key: campaign.name === 'appointment-reminder' ? `Appointment/a${dice.between(100, 999)}` : '',
      enrolled, holdout: campaign.name === 'diabetes-hba1c' && dice.holds(0.1), path: [], result: '', ended: null };
    walk(dice, world, campaign, patient, e);
    patient.enrolments.push(e);
  }
}

function bump(map, key) { map.set(key, (map.get(key) ?? 0) + 1); }

function walk(dice, world, campaign, patient, e) {
  let at = e.enrolled;
  let name = campaign.first;
  let because = 'enrolled';
  for (let hops = 0; hops < 9; ++hops) {
    e.path.push({ step: name, because });
    bump(campaign.state.entered, name);
    const step = campaign.steps.find((s) => s.name === name);
    if (step.kind === 'end') { e.result = step.summary; e.ended = at; e.step = ''; return; }
    let want = null;
    if (step.kind === 'send') {
      const message = say(dice, world, campaign, patient, step, at);
      want = message.status === 'not-sent' ? 'not sent' : 'sent';
      bump(message.status === 'not-sent' ? campaign.state.notSent : campaign.state.sent, name);
      if (message.status === 'waiting' || message.status === 'unknown') { e.step = name; e.due = now + day; return; }
    }
    at += dice.between(2, 15) * day;
    if (at > now || (step.kind === 'task' && dice.holds(0.5))) {
      e.step = name; e.due = Math.max(at, now + dice.between(1, 12) * day);
      if (step.kind === 'task') openTask(dice, world, campaign, patient, step, e, because);
      return;
    }
    const out = campaign.edges.filter((x) => x.from === name && (!want || !x.label || x.label === want));
    const chosen = dice.pick(out.length > 0 ? out : campaign.edges.filter((x) => x.from === name));
    bump(campaign.state.edges, `${chosen.from} ${chosen.to} ${chosen.label}`);
    because = want === 'not sent' ? `not sent: ${world.messages.at(-1).reason}` : chosen.label === 'too long' ? 'waited long enough' : chosen.label || 'the time came';
    name = chosen.to;
  }
  e.step = name; e.due = now + 3 * day;
}

function say(dice, world, campaign, patient, step, at) {
  const content = step.summary.split(' ')[0];
  const recent = at > now - 2 * day;
  let reason = patient.phones.length + patient.emails.length === 0 ? 'no-address' : patient.language === 'pt' ? 'no-language' : patient.status === 'palliative' ? 'palliative' : '';
  if (!reason && dice.holds(0.11)) reason = dice.weighted({ 'bad-address': 3, 'opted-out': 3, 'no-longer-true': 4, duplicate: 1, 'too-late': 1, ...(recent ? { 'contact-budget': 6, 'quiet-hours': 8 } : {}) });
  const waits = reason ? reasons[reason][3] : false;
  const status = waits ? 'waiting' : reason ? 'not-sent' : dice.holds(0.006) ? 'unknown' : 'captured';
  const channel = reason ? '' : patient.emails.length > 0 && dice.holds(0.55) ? 'email' : patient.phones.length > 0 ? 'sms' : 'email';
  const [subject, body] = contents[content];
  const first = patient.name.split(' ')[0];
  const tried = reason ? ['email', 'sms'] : [channel];
  const message = { id: dice.id() + dice.id(), patient: patient.id, patient_name: patient.name, campaign: campaign.name, step: step.name, content,
    purpose: campaign.purpose, status, channel: channel || 'email', reason, held: '', until: status === 'waiting' ? moment(now + 0.7 * day) : null, planned: moment(at), decided: status === 'waiting' ? null : moment(at + 60_000),
    decisions: tried.map((on) => ({ at: moment(at), channel: on, outcome: waits ? 'later' : reason ? 'not-sent' : 'send', reason,
      until: waits ? moment(now + 0.7 * day) : null, checks: decide(reason, on) })),
    attempts: reason ? [] : [{ at: moment(at + 60_000), channel, to: channel === 'sms' ? patient.phones[0] : patient.emails[0] ?? 'patient@example.org',
      subject: channel === 'sms' ? '' : subject, text: channel === 'sms' ? `Riverside Practice: ${first}, ${body.split('\n')[0]}` : `Hello ${first},\n\n${body}\n\nYour team at Riverside Practice`,
      result: status === 'unknown' ? 'no answer from the provider' : 'captured' }],
    notices: status === 'captured' && dice.holds(0.1) ? [{ at: moment(at + 3_600_000), what: dice.pick(['read', 'reply: thank you', 'reply: STOP']) }] : [] };
  if (message.notices[0]?.what === 'reply: STOP') patient.choices.push({ channel: 'sms', topic: '', allowed: false, at: message.notices[0].at, source: 'sms reply STOP' });
  world.messages.push(message);
  return message;
}

function decide(reason, on) {
  const found = reason ? reasons[reason] : null;
  return checks.map((check) => {
    if (!found || found[0] !== check) return { check, verdict: 'pass', reason: '', detail: '' };
    const detail = reason === 'no-address' && on === 'sms' ? 'No current phone number is recorded.' : found[1];
    return { check, verdict: found[3] ? 'wait' : 'fail', reason, detail, cure: found[2] };
  });
}

function openTask(dice, world, campaign, patient, step, e, because) {
  const [kind, queue] = step.summary.split(' · ');
  const critical = step.summary.includes('safety-critical');
  const opened = now - dice.between(0, 9) * day - dice.between(0, 20) * 3_600_000;
  world.tasks.push({ id: dice.id() + dice.id(), patient: patient.id, patient_name: patient.name, kind, queue, campaign: campaign.name, step: step.name,
    script: kind === 'call' ? (critical ? 'screening-abnormal-call' : campaign.name === 'diabetes-hba1c' ? 'hba1c-call' : campaign.name === 'appointment-reminder' ? 'appointment-call' : 'screening-call') : '',
    outcomes: campaign.edges.filter((x) => x.from === step.name).map((x) => x.label.replaceAll(' ', '-') || 'done'),
    opened: moment(opened), due: moment(opened + dice.pick([0.3, 2, 5, 5]) * day), reason: `${campaign.title.en}: ${step.name} (${because})`, outcome: '', enrolment: e.id });
}

function extraTasks(dice, world) {
  const crisis = ['Reply by SMS may speak of self-harm: “I can’t go on like this”', 'Reply by SMS that no rule understands: “who is this? wrong number”', 'Reply by SMS in a language we do not read'];
  crisis.forEach((reason, i) => {
    const patient = world.patients[31 + i * 140];
    world.tasks.push({ id: dice.id() + dice.id(), patient: patient.id, patient_name: patient.name, kind: 'read-reply', queue: i === 0 ? 'clinicians' : 'front-desk', campaign: '', step: '', script: '',
      outcomes: i === 0 ? ['reached', 'emergency-called', 'not-reached'] : ['answered', 'wrong-number'], opened: moment(now - (i * 5 + 0.1) * 3_600_000), due: moment(now + (i === 0 ? -0.05 : 6) * 3_600_000), reason, outcome: '' });
  });
  world.tasks.sort((a, b) => (a.due < b.due ? -1 : 1));
}

function makeQuarantine(dice) {
  const kinds = [['Observation.ndjson', 'valueQuantity.value is not a number: "7,2"; write 7.2'], ['Patient.ndjson', 'birthDate "1958-02-30" is not a date'], ['Encounter.ndjson', 'period.end is before period.start'], ['Condition.ndjson', 'the line ends inside a string; the file may have been cut off'], ['MedicationRequest.ndjson', 'subject is missing: a record must say whose it is']];
  return Array.from({ length: 23 }, (_, i) => { const [file, reason] = kinds[i % kinds.length]; return { id: dice.id(), source: i % 7 === 3 ? 'hospital' : 'main', file: `export/${file}`, line: dice.between(3, 9400), column: dice.between(1, 640), reason, at: moment(now - 3 * day - i * 1000) }; });
}
export { checks, clinicalNoise, contactNoise, answerNoise, reasons, stages, date };
