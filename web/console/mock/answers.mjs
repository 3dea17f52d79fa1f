// What the API would say about the invented practice: one function for each reading operation.
import { campaigns, leftOut } from './campaigns.mjs';
import { answerNoise, clinicalNoise, contactNoise, date, moment, now, stages } from './practice.mjs';
import { concerns } from './words.mjs';

const day = 86_400_000;
export class Refusal extends Error {
  constructor(status, code, title, more = {}) { super(title); Object.assign(this, { status, body: { type: `/problems/${code}`, title, status, code, ...more } }); }
}

export function parseAsOf(text) {
  if (!text) return now;
  const ms = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(ms)) throw new Refusal(400, 'bad-as-of', `"${text}" is not a date`, { cure: 'Write 2026-03-01 or 2026-03-01T08:30:00Z.' });
  return ms;
}

const inCare = (p) => p.status === 'active' || p.status === 'palliative';
/** Where a patient stood: later moves are taken back. */
export function headlineAt(p, at) {
  const position = p.positions[0];
  if (!position) return null;
  return position.since <= at ? position : { ...position, stage: position.from, since: null, overdue: false, lost: false, because: `Where they stood before ${date(position.since)}.`, rule: 'earlier', expected: null };
}
export const rowOfPosition = (p) => p && ({ concern: p.concern, stage: p.stage, since: p.since === null ? null : moment(p.since), open: true, overdue: p.overdue, lost: p.lost,
  because: p.because, rule: p.rule, expected: p.expected === null ? null : moment(p.expected), evidence: [p.key] });

function positionOf(p, concern, at) {
  if (!concern) return headlineAt(p, at);
  return p.positions.find((x) => x.concern === concern && x.since <= at) ?? null;
}

export function map(world, { as_of, concern }, scale = 1) {
  const at = parseAsOf(as_of);
  const people = world.patients.filter(inCare).map((p) => [p, positionOf(p, concern, at)]).filter(([, x]) => x);
  const moves = (days) => {
    const found = new Map();
    for (const [p, x] of people) if (x.since !== null && x.since > at - days * day && x === p.positions[0] && x.from !== x.stage) found.set(`${x.from} ${x.stage}`, (found.get(`${x.from} ${x.stage}`) ?? 0) + 1);
    return [...found].map(([k, patients]) => ({ from: k.split(' ')[0], to: k.split(' ')[1], patients: patients * scale }));
  };
  const seven = moves(7); const thirty = moves(30);
  const sum = (list, key, stage) => list.filter((m) => m[key] === stage).reduce((n, m) => n + m.patients, 0);
  const count = (test) => people.filter(test).length * scale;
  return {
    as_of: moment(at), concern: concern ?? null, patients: people.length * scale, left: world.patients.filter((p) => p.status === 'left').length * scale,
    registered: world.patients.filter((p) => p.status === 'registered').length * scale, palliative: count(([p]) => p.status === 'palliative'), in_hospital: world.noStays ? null : count(([p]) => p.inHospital),
    suspected_deaths: count(([p]) => p.suspectedDeath), deceased: world.patients.filter((p) => p.status === 'deceased').length * scale,
    overdue: count(([, x]) => x.overdue), lost: count(([, x]) => x.lost),
    stages: stages.map((stage) => {
      const here = people.filter(([, x]) => x.stage === stage);
      const days = here.filter(([, x]) => x.since !== null).map(([, x]) => Math.floor((at - x.since) / day)).sort((a, b) => a - b);
      return { stage, patients: here.length * scale, overdue: here.filter(([, x]) => x.overdue).length * scale, median_days: days.length > 0 ? days[days.length >> 1] : null,
        in_7_days: sum(seven, 'to', stage), out_7_days: sum(seven, 'from', stage), in_30_days: sum(thirty, 'to', stage), out_30_days: sum(thirty, 'from', stage) };
    }),
    moves_7_days: seven, moves_30_days: thirty,
    concerns: Object.keys(concerns).map((name) => {
      const having = world.patients.filter((p) => inCare(p)).map((p) => [p, p.positions.find((x) => x.concern === name && x.since <= at)]).filter(([, x]) => x);
      return { concern: name, patients: having.length * scale, headlines: having.filter(([p, x]) => p.positions[0] === x).length * scale, overdue: having.filter(([, x]) => x.overdue).length * scale, lost: having.filter(([, x]) => x.lost).length * scale };
    }),
  };
}

export function practice(world) {
  const feed = (kind, records, days) => ({ kind, records, newest: days === null ? null : moment(now - days * day) });
  return { name: 'Riverside Family Practice', zone: 'America/New_York', languages: ['en', 'fr', 'zh'], sandbox: true, as_of: null, now: moment(now), concerns: Object.keys(concerns),
    feeds: [feed('Patient', world.patients.length, 0.2), feed('Encounter', 18214, 0.1), feed('Condition', 4710, 0.4), feed('Observation', 61209, 0.1), feed('MedicationRequest', 9120, 0.3), feed('Procedure', 3301, 0.6),
      feed('Appointment', 2290, 0.05), feed('Communication', 5120, 0.02), feed('Immunization', 4100, 2), feed('QuestionnaireResponse', 912, 0.5), feed('Coverage', 0, null), feed('ServiceRequest', 0, null)] };
}

export function attention(world, { as_of } = {}) {
  const at = parseAsOf(as_of);
  const groups = new Map();
  for (const t of world.tasks) if (t.outcome === '') {
    const key = [t.kind, t.queue, t.campaign, t.step].join(' ');
    const g = groups.get(key) ?? { kind: t.kind, queue: t.queue, campaign: t.campaign, step: t.step, count: 0, oldest: t.opened };
    g.count += 1; if (t.opened < g.oldest) g.oldest = t.opened; groups.set(key, g);
  }
  const week = world.messages.filter((m) => Date.parse(m.planned) > at - 7 * day && Date.parse(m.planned) <= at);
  const tally = (list, key) => [...list.reduce((all, m) => all.set(m[key], (all.get(m[key]) ?? 0) + 1), new Map())].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
  return { tasks: [...groups.values()].sort((a, b) => (a.oldest < b.oldest ? -1 : 1)), tasks_late: world.tasks.filter((t) => t.outcome === '' && t.due && Date.parse(t.due) < at).length,
    unknown_messages: world.messages.filter((m) => m.status === 'unknown').length, sent_7_days: tally(week.filter((m) => m.status === 'captured'), 'channel'),
    not_sent_7_days: tally(week.filter((m) => m.status === 'not-sent'), 'reason'), quarantined: world.quarantine.length };
}

export function patientRow(p, at) {
  const phone = p.phones[0];
  return { id: p.id, name: p.name, birth_date: date(p.born), age: p.age, gender: p.gender, language: p.language, phone: phone ? `••• ${phone.slice(-3)}` : null, status: p.status, headline: rowOfPosition(headlineAt(p, at)) };
}

const states = { overdue: (p, x) => x?.overdue, lost: (p, x) => x?.lost, 'in-hospital': (p) => p.inHospital, palliative: (p) => p.status === 'palliative', left: (p) => p.status === 'left',
  deceased: (p) => p.status === 'deceased', registered: (p) => p.status === 'registered', 'suspected-death': (p) => p.suspectedDeath };

export function findPatients(world, query) {
  const at = parseAsOf(query.as_of);
  const q = (query.q ?? '').trim().toLowerCase();
  const digits = q.replace(/\D/g, '');
  const asks = query.stage || query.concern || query.moved || query.state === 'overdue' || query.state === 'lost' || query.state === 'in-hospital' || query.state === 'suspected-death';
  const [from, to, days] = (query.moved ?? '').split(':');
  const cohort = query.cohort ? cohortTest(world, query.cohort) : null;
  const found = world.patients.filter((p) => {
    if (asks && !inCare(p)) return false;
    const x = positionOf(p, query.concern, at);
    if (query.concern && !x) return false;
    if (query.stage && x?.stage !== query.stage) return false;
    if (query.state && !states[query.state]?.(p, x)) return false;
    if (query.moved && !(x && x === p.positions[0] && x.since !== null && x.since > at - Number(days) * day && x.from !== x.stage && (!from || x.from === from) && (!to || x.stage === to))) return false;
    if ((query.campaign || query.step) && !p.enrolments.some((e) => (!query.campaign || e.campaign === query.campaign) && (query.step ? e.step === query.step : e.step !== ''))) return false;
    if (cohort && !cohort(p)) return false;
    return !q || p.name.toLowerCase().includes(q) || p.id.startsWith(q) || p.identifiers.some((i) => i.toLowerCase().includes(q)) || (digits.length > 2 && p.phones.some((n) => n.includes(digits)));
  });
  const key = { name: (p) => p.name.toLowerCase(), since: (p) => headlineAt(p, at)?.since ?? 0, age: (p) => p.age }[(query.sort ?? 'name').replace('-', '')];
  const sign = (query.sort ?? 'name').startsWith('-') ? -1 : 1;
  return found.sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : a.id < b.id ? -1 : 1)).map((p) => patientRow(p, at));
}

/** Not CQL: enough of it for the screens; an unknown word is a mistake with its place. */
export function cohortTest(world, text) {
  const named = allCohorts(world).find((c) => c.name === text);
  const cql = (named?.cql ?? text).trim();
  const words = [...cql.matchAll(/[A-Za-z_]+/g)];
  const known = /^(AgeInYears|between|and|or|not|exists|Condition|Observation|Procedure|Encounter|Immunization|CarePlan|Position|Enrolment|Message|Contact|Patient|where|code|in|effective|performed|period|starts|ends|after|before|on|Now|Today|is|null|true|false|deceased|years?|months?|days?|gender|concern|overdue|lost|stage|as|Quantity|value|interpretation|[A-Z])$/;
  const outside = cql.replace(/"[^"]*"|'[^']*'/g, (m) => ' '.repeat(m.length));
  const bad = [...outside.matchAll(/[A-Za-z_]+/g)].find((m) => !known.test(m[0]));
  if (bad || words.length === 0 || [['(', ')'], ['[', ']']].some(([o, c]) => cql.split(o).length !== cql.split(c).length)) {
    const index = bad?.index ?? cql.length;
    const before = cql.slice(0, index).split('\n');
    throw new Refusal(422, 'bad-cql', 'The expression cannot be read', { cure: 'Correct the expression at the place shown.',
      errors: [{ at: `${before.length}:${before.at(-1).length + 1}`, detail: bad ? `"${bad[0]}" is unknown here; expected a function, a query or a literal` : 'expected ")"' }] });
  }
  const age = outside.match(/AgeInYears\(\)\s*(>=|>|<=|<|between)\s*(\d+)(?:\s*and\s*(\d+))?/);
  const condition = cql.match(/"(diabetes|heart|respiratory|pregnancy|cancer|musculoskeletal|mental-health)"|concern = '([a-z-]+)'/);
  const concern = condition?.[1] ?? condition?.[2];
  return (p) => p.status !== 'deceased' && (!age || (age[1] === 'between' ? p.age >= +age[2] && p.age <= +age[3] : age[1] === '>=' ? p.age >= +age[2] : age[1] === '>' ? p.age > +age[2] : age[1] === '<' ? p.age < +age[2] : p.age <= +age[2]))
    && (!concern || p.positions.some((x) => x.concern === concern)) && (!/overdue/.test(cql) || p.positions.some((x) => x.overdue)) && (!/gender = 'female'/.test(cql) || p.gender === 'female');
}
const builtIn = [
  { name: 'colorectal-screening-due', title: 'Colorectal screening due (45–75 years)', saved: false, cql: 'AgeInYears() between 45 and 75\n  and not exists ([Procedure: "colonoscopy"] P where P.performed after Now() - 10 years)\n  and not exists ([Observation: "fit-test"] O where O.effective after Now() - 1 year)\n  and Patient.deceased is null' },
  { name: 'diabetes-hba1c-due', title: 'Diabetes, no HbA1c in our records for 6 months', saved: false, cql: 'exists [Condition: "diabetes"]\n  and not exists ([Observation: "hba1c"] O where O.effective after Now() - 6 months)\n  and Patient.deceased is null' },
  { name: 'new-patients', title: 'First visit within the last 30 days', saved: false, cql: 'exists ([Encounter] E where E.period starts after Now() - 30 days)\n  and not exists ([Encounter] E where E.period starts on or before Now() - 30 days)' },
  { name: 'palliative-care', title: 'In palliative care', saved: false, cql: 'exists [CarePlan: "palliative-care"]\n  or exists [Condition: "palliative-care"]' },
];
export const allCohorts = (world) => [...builtIn, ...world.saved].sort((a, b) => (a.name < b.name ? -1 : 1));

export function patient(world, id, { as_of, timeline = '50' }) {
  const p = world.byId.get(id);
  if (!p) throw new Refusal(404, 'no-patient', 'No such patient', { detail: `Nobody has the id ${id}.`, cure: 'Search by name, phone or identifier.' });
  const at = parseAsOf(as_of);
  const noise = { clinical: clinicalNoise, contact: contactNoise, answer: answerNoise };
  const rows = p.noise.map((n) => { const list = noise[n.kind]; const [type, text] = list[Math.floor(n.pick * list.length)];
    return { at: moment(n.at), end: null, lane: n.kind, type, what: `${type}: ${text}`, says: n.kind === 'answer' ? 'they told us' : n.kind === 'contact' ? 'a contact' : 'something was noted, looked at or screened for', key: String(Math.floor(n.pick * 1e9)), deciding: false }; });
  for (const x of p.positions) rows.push({ at: moment(x.since), end: x.rule === 'hospital-stay' && !p.inHospital ? moment(x.since + 6 * day) : null, lane: x.type === 'Communication' ? 'contact' : 'clinical', type: x.type, what: x.what, says: x.says, key: x.key, deciding: true });
  rows.sort((a, b) => (a.at < b.at ? 1 : -1));
  const shown = p.positions.filter((x) => x.since <= at);
  return { id: p.id, as_of: moment(at), status: p.status,
    person: { name: p.name, birth_date: date(p.born), age: p.age, gender: p.gender, language: p.language, zone: p.zone, identifiers: p.identifiers, phones: p.phones, emails: p.emails, address: p.address, deceased_at: p.deceasedAt ? moment(p.deceasedAt) : null },
    headline: rowOfPosition(headlineAt(p, at)), positions: (shown.length > 0 ? shown : p.positions.slice(0, 1).map((x) => headlineAt(p, at))).map(rowOfPosition),
    timeline: rows.filter((r) => Date.parse(r.at) <= at).slice(0, Number(timeline)), enrolments: p.enrolments.filter((e) => e.enrolled <= at).map(enrolment),
    messages: world.messages.filter((m) => m.patient === id && Date.parse(m.planned) <= at), tasks: world.tasks.filter((t) => t.patient === id).map(task), choices: p.choices,
    answers: rows.filter((r) => r.lane === 'answer' && Date.parse(r.at) <= at).map((r) => ({ at: r.at, what: r.what.replace(/^\w+: /, ''), source: answerNoise.find(([, t]) => r.what.endsWith(t))?.[2] ?? 'form' })) };
}
const enrolment = (e) => ({ id: e.id, campaign: e.campaign, key: e.key, enrolled: moment(e.enrolled), holdout: e.holdout, step: e.step ?? '', due: e.due ? moment(e.due) : null, result: e.result, ended: e.ended ? moment(e.ended) : null,
  because: e.path.at(-1).because, path: e.path });
export const task = ({ enrolment: _, ...t }) => ({ closed_by: '', ...t });
/** One task, with whom to call and what to say. */
export function taskSheet(world, t) {
  const p = world.byId.get(t.patient);
  const words = `Good day, may I speak with ${p.name}?\n\nI am calling from the practice: ${t.reason}. Would you like me to make an appointment for you?`;
  return { ...task(t), phones: p.phones, emails: p.emails, birth_date: date(p.born), language: p.language, script_text: t.script === '' ? '' : words };
}

export function campaignRow(world, c) {
  const all = world.patients.flatMap((p) => p.enrolments.filter((e) => e.campaign === c.name));
  const mine = world.messages.filter((m) => m.campaign === c.name);
  return { name: c.name, title: c.title, purpose: c.purpose, concern: c.concern, launched: moment(now - 80 * day), paused: world.paused.get(c.name) ?? false, running: all.filter((e) => e.result === '').length, ended: all.filter((e) => e.result !== '').length, undone: all.filter((e) => e.result === 'undone').length,
    successes: all.filter((e) => e.result === 'completed').length, sent: mine.filter((m) => m.status === 'captured').length, not_sent: mine.filter((m) => m.status === 'not-sent').length,
    tasks_open: world.tasks.filter((t) => t.campaign === c.name && t.outcome === '').length, holdout: all.filter((e) => e.holdout).length,
    holdout_successes: all.filter((e) => e.holdout && e.result === 'completed').length };
}
export function campaign(world, name) {
  const c = [...campaigns, ...leftOut].find((x) => x.name === name);
  if (!c) throw new Refusal(404, 'no-campaign', 'No such campaign', { cure: 'Choose one from the list.' });
  const all = world.patients.flatMap((p) => p.enrolments.filter((e) => e.campaign === name));
  const results = all.reduce((found, e) => (e.result ? found.set(e.result, (found.get(e.result) ?? 0) + 1) : found), new Map());
  const left = leftOut.includes(c);
  return { row: campaignRow(world, c), left_out: left, release: 'c0ffee51d2a94b7e', file: `campaigns/${name}.yaml`, cohort: c.cohort, success: c.success,
    steps: c.steps.map((s) => ({ ...s, here: all.filter((e) => e.step === s.name).length, entered: c.state.entered.get(s.name) ?? 0, ...(s.kind === 'send' ? { sent: c.state.sent.get(s.name) ?? 0, not_sent: c.state.notSent.get(s.name) ?? 0 } : {}) })),
    edges: c.edges.map((e) => ({ ...e, moved: c.state.edges.get(`${e.from} ${e.to} ${e.label}`) ?? 0 })), results: [...results].map(([n, count]) => ({ name: n, count })), arms: [],
    releases: [{ id: 'c0ffee51d2a94b7e', launched: moment(now - 80 * day), running: all.filter((e) => e.result === '').length, present: !left }, { id: '0ddba11500c0ffee', launched: moment(now - 200 * day), running: 0, present: false }] };
}
export { campaigns };
export const leftBehind = (world) => leftOut.map((c) => ({ campaign: c.name, running: campaignRow(world, c).running }));
