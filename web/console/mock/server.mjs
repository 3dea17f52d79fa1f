// The API's operations over the invented practice, and the built console with the headers that the
// real server sends. For development and tests only.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountOperations, userRow } from './account.mjs';
import * as answers from './answers.mjs';
import { chance } from './chance.mjs';
import { makePractice, moment, now } from './practice.mjs';
import { staff } from './staff.mjs';

export const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
const { Refusal } = answers;

function page(list, query) {
  const start = query.cursor ? Number(query.cursor) : 0;
  const limit = Number(query.limit ?? 50);
  if (!Number.isInteger(start) || !(limit >= 1 && limit <= 200)) throw new Refusal(400, 'bad-query', 'The cursor or the limit is not right', { cure: 'Give `next` of the last answer as `cursor`, and a limit of 1 to 200.' });
  return { rows: list.slice(start, start + limit), next: start + limit < list.length ? String(start + limit) : null };
}
const tally = (list, key) => [...list.reduce((m, x) => m.set(x[key], (m.get(x[key]) ?? 0) + 1), new Map())].map(([name, count]) => ({ name, count })).sort((a, b) => (a.name < b.name ? -1 : 1));

/** The built-in files, and over them those that were published. */
function files(s) {
  const own = (name) => ({ path: name, kind: kindOf(name), built_in: false, bytes: Buffer.byteLength(s.published.get(name)) });
  return [...builtIn().filter((f) => !s.published.has(f.path)), ...[...s.published.keys()].map(own)].sort((a, b) => (a.path < b.path ? -1 : 1));
}
const kindOf = (name) => (name.includes('/') ? name.split('/')[0].replace(/s$/, '') : 'practice');
function builtIn() {
  const root = path.join(repository, 'practice');
  return fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => path.relative(root, path.join(f.parentPath ?? f.path, f.name))).sort()
    .map((name) => ({ path: name, kind: kindOf(name), built_in: true, bytes: fs.statSync(path.join(root, name)).size }));
}

/** operationId → answer(state, {params, query, body, session}) */
export const operations = {
  getPractice: (s) => answers.practice(s.world),
  getMap: (s, { query }) => answers.map(s.world, query, s.scale),
  getAttention: (s, { query }) => answers.attention(s.world, query),
  listPatients: (s, { query }) => { const all = answers.findPatients(s.world, query); const { rows, next } = page(all, query); return { patients: rows, total: all.length, next }; },
  getPatient: (s, { params, query, session }) => { s.audit(session, 'patient.read', params.patient, query.why ?? ''); return answers.patient(s.world, params.patient, query); },
  listRecord: (s, { params, query }) => { const p = answers.patient(s.world, params.patient, {}); const rows = p.timeline.filter((r) => !query.type || r.type === query.type).map(resource); const { rows: resources, next } = page(rows, query); return { resources, next }; },
  getPatientCampaign: (s, { params, query }) => {
    const enrolments = answers.patient(s.world, params.patient, {}).enrolments.filter((e) => e.campaign === params.campaign);
    return {
      patient: params.patient, campaign: params.campaign, as_of: moment(answers.parseAsOf(query.as_of)), outside: enrolments.length > 0 ? '' : 'is not in the cohort that this campaign is for',
      enrolments: enrolments.map((enrolment) => ({ enrolment, came_in: 'enrolled', held: '', says: enrolment.step === '' ? '' : 'waits', ways: enrolment.step === '' ? [] : [{ when: 'the time has come', to: 'next' }] })),
    };
  },
  getRecordItem: (s, { params }) => { const row = answers.patient(s.world, params.patient, { timeline: '500' }).timeline.find((r) => r.key === params.key); if (!row) throw new Refusal(404, 'no-record', 'No such record', { cure: 'Load the patient again.' }); return resource(row); },
  listCohorts: (s) => ({ cohorts: answers.allCohorts(s.world) }),
  countCohort: (s, { body }) => ({ patients: s.world.patients.filter(answers.cohortTest(s.world, body.cql)).length, seconds: 0.0021, as_of: moment(answers.parseAsOf(body.as_of)) }),
  explainNamedCohort: (s, { query }) => plan(s, query.cql, query.as_of),
  explainCohort: (s, { body }) => plan(s, body.cql, body.as_of),
  saveCohort: (s, { params, body, headers, session }) => {
    const now = s.world.saved.find((c) => c.name === params.name);
    const match = headers['if-match']; const isNew = headers['if-none-match'] === '*';
    if (!match && !isNew) throw new Refusal(428, 'precondition-required', 'It is not said what is changed', { cure: 'Send If-Match with the etag of the list, or If-None-Match: *.' });
    if (match ? !now || (match !== '*' && match !== now.etag) : now) throw new Refusal(412, 'stale', 'Somebody changed it meanwhile', { detail: now ? `${now.saved_by} saved a cohort under this name at ${now.saved_at}` : 'There is no saved cohort of this name.', cure: 'Read the list again, and decide anew.' });
    answers.cohortTest(s.world, body.cql);
    const cohort = { name: params.name, title: params.name, cql: body.cql, saved: true, saved_by: session.staff, saved_at: moment(new Date()), etag: `"${createHash('sha256').update(body.cql).digest('hex').slice(0, 32)}"` };
    s.world.saved = [...s.world.saved.filter((c) => c.name !== params.name), cohort];
    s.say('map');
    return cohort;
  },
  listDefinitions: (s) => ({ definitions: files(s), digest: digest(s), version: s.versions.at(-1)?.version.version ?? null }),
  publishDefinitions: (s, { body, session, headers }) => {
    if (!headers['if-match']) throw new Refusal(428, 'precondition-required', 'It is not said what is changed', { cure: 'Send If-Match with the ETag of what was read.' });
    if (headers['if-match'] !== tag(digest(s))) throw new Refusal(412, 'stale', 'Somebody changed it meanwhile', { detail: 'The practice was changed after what this change was decided on.', cure: 'Read it again and decide on what it is now.' });
    if (s.versions.length === 0) addVersion(s, 'parcours', 'what ran before the first publication', []);
    for (const f of body.files) if (f.text === null) s.published.delete(f.path); else s.published.set(f.path, f.text);
    const version = addVersion(s, session.staff, body.note, body.files.filter((f) => f.text !== null));
    s.audit(session, 'definitions.publish');
    for (const kind of ['map', 'campaign', 'quarantine']) s.say(kind);
    return version;
  },
  listDefinitionVersions: (s, { query }) => { const all = s.versions.map((v) => v.version).reverse(); const { rows, next } = page(all, query); return { versions: rows, total: all.length, next }; },
  getDefinitionVersion: (s, { params }) => { const found = s.versions.find((v) => String(v.version.version) === params.version); if (!found) throw new Refusal(404, 'not-found', 'No such version', { cure: 'Choose one from the history.' }); return found; },
  getDefinition: (s, { params }) => { const row = files(s).find((f) => f.path === params.path); if (!row) throw new Refusal(404, 'no-definition', 'No such file', { cure: 'Choose one from the list.' }); return { path: row.path, kind: row.kind, built_in: row.built_in, text: s.published.get(row.path) ?? fs.readFileSync(path.join(repository, 'practice', row.path), 'utf8') }; },
  checkDefinitions: (s, { body }) => ({ mistakes: body.files.flatMap((f) => f.text.split('\n').flatMap((line, i) => (line.includes('\t') ? [{ file: f.path, line: i + 1, column: line.indexOf('\t') + 1, message: 'a tab cannot indent; write spaces' }] : []))) }),
  listCampaigns: (s) => ({ campaigns: answers.campaigns.map((c) => answers.campaignRow(s.world, c)), left_behind: answers.leftBehind(s.world) }),
  getCampaign: (s, { params }) => answers.campaign(s.world, params.name),
  enrolPatient: (s, { params, body, session }) => { answers.campaign(s.world, params.name); answers.patient(s.world, body.patient, {}); s.audit(session, 'campaign.enrol', body.patient, '', params.name); s.say('campaign', params.name); return { enrolment: '00112233445566778899aabbccddeeff', campaign: params.name, patient: body.patient, about: body.about ?? '', step: 'call', result: '', holdout: false }; },
  saveAnswers: (s, { params, body, session }) => { answers.patient(s.world, params.patient, {}); s.audit(session, 'answer.save', params.patient, '', ''); return { saved: Object.keys(body.answers) }; },
  pauseCampaign: (s, { params, body, session }) => { answers.campaign(s.world, params.name); s.world.paused.set(params.name, body.paused); s.audit(session, 'campaign.pause', '', body.reason ?? '', params.name); s.say('campaign', params.name); return answers.campaign(s.world, params.name).row; },
  listHolds: (s) => ({ holds: [...s.world.holds.values()], waiting: 0 }),
  setHold: (s, { params, body, session }) => {
    if (body.held) s.world.holds.set(params.name, { name: params.name, by: session?.staff ?? '', reason: body.reason ?? '', since: moment(now) }); else s.world.holds.delete(params.name);
    s.audit(session, 'campaign.pause', '', body.reason ?? '', params.name); s.say('campaign'); return { name: params.name, held: body.held };
  },
  compareReleases: (s, { params }) => { const c = answers.campaign(s.world, params.name); return { campaign: params.name, before: c.releases[1].id, after: c.release, differences: [{ what: 'changed', kind: 'step', name: c.steps[0].name, before: 'Wait 2 days.', after: 'Wait 1 day.' }, { what: 'added', kind: 'words', name: 'welcome.fr', before: '', after: 'Bonjour {given_name}' }] }; },
  previewMoves: (s, { params, body }) => { const c = answers.campaign(s.world, params.name); const from = c.steps[0].name; return { campaign: params.name, release: c.release, moving: 2, without_equivalent: 0, steps: [{ release: c.releases[1].id, from, to: body.moves?.[from] ?? from, goes_on: true, people: 2 }] }; },
  movePeople: (s, { params, session }) => { answers.campaign(s.world, params.name); s.audit(session, 'campaign.move', '', '', params.name); s.say('campaign', params.name); return { campaign: params.name, moved: 2, finishing: 0, stopped: 0 }; },
  undoLaunch: (s, { params, body, session }) => { answers.campaign(s.world, params.name); s.world.paused.set(params.name, true); s.audit(session, 'campaign.pause', '', body.reason ?? '', params.name); s.say('campaign', params.name); return { campaign: params.name, undone: 0, elsewhere: 0 }; },
  listTasks: (s, { query }) => {
    const state = query.state ?? 'open';
    const open = s.world.tasks.filter((t) => state === 'all' || (t.outcome === '') === (state === 'open'));
    const sort = query.sort ?? 'due'; const key = sort.replace('-', ''); const sign = sort.startsWith('-') ? -1 : 1;
    const all = open.filter((t) => (!query.queue || t.queue === query.queue) && (!query.kind || t.kind === query.kind) && (!query.campaign || t.campaign === query.campaign) && (!query.step || t.step === query.step)).sort((a, b) => (a[key] < b[key] ? -sign : sign));
    const { rows, next } = page(all, query);
    return { tasks: rows.map(answers.task), total: all.length, queues: tally(open, 'queue'), next };
  },
  getTask: (s, { params }) => { const task = s.world.tasks.find((t) => t.id === params.id); if (!task) throw new Refusal(404, 'no-task', 'No such task', { cure: 'Load the list again.' }); return answers.taskSheet(s.world, task); },
  closeTask: (s, { params, body, session }) => {
    const task = s.world.tasks.find((t) => t.id === params.id);
    if (!task) throw new Refusal(404, 'no-task', 'No such task', { cure: 'Load the list again.' });
    if (task.outcome !== '') throw new Refusal(409, 'task-closed', 'Somebody has closed this task already', { cure: 'Load the list again.' });
    if (!task.outcomes.includes(body.outcome)) throw new Refusal(422, 'bad-outcome', `"${body.outcome}" is not one of its outcomes`, { cure: `Choose one of ${task.outcomes.join(', ')}.` });
    task.outcome = body.outcome; task.closed_by = session?.staff ?? ''; s.say('task', task.id); return answers.task(task);
  },
  listOutbox: (s, { query }) => { const all = s.world.messages.filter((m) => (!query.status || m.status === query.status) && (!query.reason || m.reason === query.reason) && (!query.campaign || m.campaign === query.campaign) && (!query.channel || m.channel === query.channel)); const { rows, next } = page(all, query); return { messages: rows, total: all.length, next }; },
  getMessage: (s, { params }) => { const found = s.world.messages.find((m) => m.id === params.id); if (!found) throw new Refusal(404, 'no-message', 'No such message', { cure: 'Load the list again.' }); return found; },
  listQuarantine: (s, { query }) => { const { rows, next } = page(s.world.quarantine, query); return { entries: rows, total: s.world.quarantine.length, next }; },
  retryQuarantine: (s) => { const tried = s.world.quarantine.length; s.world.quarantine = s.world.quarantine.filter((_, i) => i % 5 !== 0); s.say('quarantine'); return { tried, resolved: tried - s.world.quarantine.length }; },
  listImports: () => ({ imports: [{ id: 'i1', state: 'done', started: moment(now - 7_200_000), source: 'main', bytes_done: 14188000, bytes_total: 14188000, resources: 27307, stored: 412, unchanged: 26872, quarantined: 23, message: '' }] }),
  startImport: (s, { body }) => ({ id: 'i2', state: 'running', started: moment(now), source: body.source ?? 'main', bytes_done: 0, bytes_total: 14188000, resources: 0, stored: 0, unchanged: 0, quarantined: 0, message: '' }),
  listAudit: (s, { query }) => { const all = s.entries.filter((e) => (!query.patient || e.patient === query.patient) && (!query.actor || e.actor === query.actor) && (!query.action || e.action === query.action)); const { rows, next } = page(all, query); return { entries: rows, head: `${s.entries[0]?.sequence ?? 0} 9f2c51e07b4a66d1c3f8`, next }; },
  listUsers: (s) => ({ users: s.users.map(userRow) }),
  addUser: (s, { body }) => { if (s.users.some((u) => u.name === body.name)) throw new Refusal(409, 'name-taken', 'Somebody has this name already', { cure: 'Choose another name.' }); if (!body.by_provider && body.password.length < 12) throw new Refusal(422, 'weak-password', 'The password is too short', { cure: 'Take 12 characters or more.' }); s.users.push({ ...body, must_change: !body.by_provider, disabled: false, last_seen: null }); return userRow(s.users.at(-1)); },
  changeUser: (s, { params, body, session }) => { const user = s.users.find((u) => u.name === params.name); if (!user) throw new Refusal(404, 'no-user', 'No such member of staff', { cure: 'Load the list again.' }); if (body.password && params.name === session.staff) throw new Refusal(409, 'conflict', 'Change your own password and second step in your account'); Object.assign(user, body, body.password ? { must_change: true } : {}); return userRow(user); },
  listSessions: (s, { query, session }) => ({ sessions: [...s.sessions.values()].filter((x) => query.staff === 'all' || x.staff === session.staff).map((x) => ({ id: x.id, staff: x.staff, since: moment(x.since), last_seen: moment(Date.now()), until: moment(x.since + 43_200_000), peer: '192.0.2.17', mine: x === session })) }),
  ...accountOperations,
  revokeSession: (s, { params }) => { for (const [key, x] of s.sessions) if (x.id === params.id) s.sessions.delete(key); return undefined; },
};
const resource = (r) => ({ resourceType: r.type, id: `r${r.key}`, status: 'final', code: { text: r.what.replace(/^\w+: /, '') }, effectiveDateTime: r.at, subject: { reference: 'Patient/invented' } });

const digest = (s) => String(s.versions.length).padStart(32, '0');
const tag = (of) => `"${of}"`;
/** The headers of an answer, beside those of every one. */
export const headersOf = (operation, answer) => (operation === 'listDefinitions' || operation === 'publishDefinitions' ? { etag: tag(answer.digest) } : {});
function addVersion(s, by, note, list) {
  const version = { version: s.versions.length + 1, digest: String(s.versions.length + 1).padStart(32, '0'), at: moment(now), by, note, files: list.length };
  s.versions.push({ version, files: list });
  return version;
}
function plan(s, cql, as_of) {
  const patients = s.world.patients.filter(answers.cohortTest(s.world, cql)).length;
  const everybody = s.world.patients.length;
  const parts = cql.split(/\s+and\s+(?![^([]*[)\]])/).filter((text) => text.trim() !== '');
  // The mock cannot judge a part: each leaves an even share of those the whole leaves out.
  const left = (i) => Math.round(everybody + ((patients - everybody) * i) / parts.length);
  const step = (text, i, depth) => ({ text: text.trim(), at: `1:${1 + cql.indexOf(text)}`, depth, join: '', way: i % 2 ? 'codes' : 'patient', asked: left(i), left: left(i + 1), open: 0, time_us: 812 - 97 * i });
  const steps = parts.length < 2
    ? [{ ...step(cql, 0, 0), left: patients }]
    : [{ text: cql, at: '1:1', depth: 0, join: 'and', way: 'combination', asked: everybody, left: patients, open: 0, time_us: 2100 }, ...parts.map((text, i) => step(text, i, 1))];
  return { patients, seconds: 0.0021, as_of: moment(answers.parseAsOf(as_of)), singly: 0, singly_us: 0, steps };
}

export function makeState(options = {}) {
  const dice = chance(99);
  const state = { world: makePractice(options), scale: options.scale ?? 1, users: structuredClone(staff), sessions: new Map(), tokens: [], provider: options.provider ?? '', streams: new Set(), entries: [], versions: [], published: new Map(), failures: 0, dice };
  state.audit = (session, action, patient = '', why = '', detail = '') => state.entries.unshift({ sequence: state.entries.length + 1, at: moment(now + state.entries.length * 1000), actor: session?.staff ?? '', action, patient, detail, why, peer: '192.0.2.17' });
  state.say = (kind, id) => { for (const stream of state.streams) stream.write(`event: ${kind}\ndata: ${JSON.stringify(id ? { id } : {})}\n\n`); };
  const actors = staff.map((u) => ({ staff: u.name }));
  for (let i = 0; i < 140; ++i) state.audit(dice.pick(actors), dice.pick(['patient.read', 'patient.read', 'patients.list', 'session.open', 'task.close', 'campaign.pause']), dice.holds(0.6) ? dice.pick(state.world.patients).id : '', '', '');
  return state;
}

export function openSession(state, name) {
  const key = state.dice.id() + state.dice.id();
  const user = state.users.find((u) => u.name === name);
  state.sessions.set(key, { id: state.dice.id(), key, staff: name, role: user.role, csrf: state.dice.id(), since: Date.now() });
  return key;
}

export { dist, kinds, http, fs, path };
