// What the mock answers is what the API's description allows.
import Ajv2020 from 'ajv/dist/2020';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { description, listen } from './listen.mjs';
// @ts-expect-error plain JavaScript
import { permissions, password } from './staff.mjs';

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'api', ...description });
let mock: Awaited<ReturnType<typeof listen>>;
let cookie = '';
let csrf = '';

async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const response = await fetch(mock.url + path, { method, headers: { cookie, ...more, ...(method === 'GET' ? {} : { 'x-csrf-token': csrf, 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = response.headers.get('content-type')?.includes('event-stream') ? '' : await response.text();
  return { status: response.status, tag: response.headers.get('etag') ?? '', type: response.headers.get('content-type') ?? '', body: text === '' ? undefined : JSON.parse(text), cookie: response.headers.get('set-cookie') ?? '' };
}

function check(template: string, method: string, status: number, body: unknown) {
  const kind = Object.keys(description.paths[template][method].responses[String(status)]?.content ?? {})[0];
  const pointer = kind ? `api#/paths/${template.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses/${status}/content/${kind.replace('/', '~1')}/schema` : 'api#/components/schemas/Problem';
  const valid = ajv.getSchema(encodeURI(pointer).replaceAll('%7B', '{').replaceAll('%7D', '}')) ?? ajv.compile({ $ref: pointer });
  expect(valid(body), `${method} ${template} ${status}: ${JSON.stringify(valid.errors?.slice(0, 3))}`).toBe(true);
}

beforeAll(async () => {
  mock = await listen();
  const entered = await ask('POST', '/api/v1/session', { name: 'amina', password });
  cookie = entered.cookie.split(';')[0]!;
  csrf = entered.body.csrf;
});
afterAll(() => mock.close());

describe('the mock', () => {
  it('answers every operation as described', async () => {
    const first = (await ask('GET', '/api/v1/patients?limit=1')).body.patients[0].id;
    const task = (await ask('GET', '/api/v1/tasks?limit=1')).body.tasks[0];
    const message = (await ask('GET', '/api/v1/outbox?limit=1')).body.messages[0];
    const key = (await ask('GET', `/api/v1/patients/${first}`)).body.timeline[0].key;
    const calls: [string, string, string, unknown?][] = [
      ['get', '/api/v1/session', ''], ['get', '/api/v1/session/all', '?staff=all'], ['get', '/api/v1/practice', ''], ['get', '/api/v1/map', '?concern=heart'], ['get', '/api/v1/map', '?as_of=2026-01-01'], ['get', '/api/v1/attention', ''],
      ['get', '/api/v1/patients', '?limit=200&state=overdue'], ['get', '/api/v1/cohorts', ''], ['post', '/api/v1/cohorts/count', '', { cql: 'AgeInYears() >= 65' }], ['post', '/api/v1/cohorts/explain', '', { cql: 'AgeInYears() >= 65' }], ['get', '/api/v1/cohorts/explain', '?cql=true'], ['get', '/api/v1/definitions', ''], ['post', '/api/v1/definitions/publish', '', { note: 'why', files: [{ path: 'cohorts/a.yaml', text: 'a' }] }], ['get', '/api/v1/definitions/history', ''], ['post', '/api/v1/definitions/check', '', { files: [{ path: 'a.yaml', text: 'a:\n\tb' }] }],
      ['get', '/api/v1/campaigns', ''], ['get', '/api/v1/holds', ''], ['get', '/api/v1/tasks', '?state=all&limit=200'], ['get', '/api/v1/outbox', '?limit=200'], ['get', '/api/v1/quarantine', ''], ['post', '/api/v1/quarantine/retry', ''], ['get', '/api/v1/imports', ''], ['post', '/api/v1/imports', '', { paths: ['export'] }],
      ['get', '/api/v1/account', ''], ['put', '/api/v1/account/password', '', { old: password, new: password }], ['post', '/api/v1/account/second-step', '', { password }], ['put', '/api/v1/account/second-step', '', { code: '123456' }], ['post', '/api/v1/account/recovery-codes', '', { password }], ['post', '/api/v1/account/second-step/remove', '', { password }], ['get', '/api/v1/tokens', ''], ['post', '/api/v1/tokens', '', { name: 'report', scopes: ['read'] }],
      ['get', '/api/v1/audit', ''], ['get', '/api/v1/users', ''], ['post', '/api/v1/users', '', { name: 'gina', role: 'agent', password: 'twelve letters' }],
    ];
    for (const [method, path, query, body] of calls) {
      const answer = await ask(method.toUpperCase(), path + query, body, path.endsWith('/publish') ? { 'if-match': (await ask('GET', '/api/v1/definitions')).tag } : {});
      expect(answer.status, path).toBeLessThan(300);
      check(path, method, answer.status, answer.body);
    }
    const named: [string, string, Record<string, string>, unknown?][] = [
      ['get', '/api/v1/patients/{patient}', { patient: first }], ['get', '/api/v1/patients/{patient}/record', { patient: first }], ['get', '/api/v1/patients/{patient}/record/{key}', { patient: first, key }], ['get', '/api/v1/patients/{patient}/campaigns/{campaign}', { patient: first, campaign: 'welcome' }], ['put', '/api/v1/cohorts/{name}', { name: 'elders' }, { cql: 'AgeInYears() >= 80' }],
      ['get', '/api/v1/definitions/history/{version}', { version: '2' }], ['get', '/api/v1/tasks/{id}', { id: task.id }], ['get', '/api/v1/outbox/{id}', { id: message.id }],
      ['get', '/api/v1/definitions/{path}', { path: 'campaigns/welcome.yaml' }], ['get', '/api/v1/campaigns/{name}', { name: 'colorectal-screening' }], ['put', '/api/v1/campaigns/{name}/pause', { name: 'welcome' }, { paused: true }],
      ['post', '/api/v1/campaigns/{name}/enrolments', { name: 'welcome' }, { patient: first }], ['post', '/api/v1/patients/{patient}/answers', { patient: first }, { answers: { smoker: false } }], ['get', '/api/v1/campaigns/{name}/comparison', { name: 'welcome' }], ['post', '/api/v1/campaigns/{name}/moves/preview', { name: 'welcome' }, {}], ['post', '/api/v1/campaigns/{name}/moves', { name: 'welcome' }, { rest: 'finish' }], ['post', '/api/v1/campaigns/{name}/undo-launch', { name: 'welcome' }, {}], ['put', '/api/v1/holds/{name}', { name: 'sms' }, { held: true, reason: 'a test' }],
      ['post', '/api/v1/tasks/{id}/close', { id: task.id }, { outcome: task.outcomes[0] }], ['patch', '/api/v1/users/{name}', { name: 'gina' }, { disabled: true }], ['delete', '/api/v1/users/{name}/second-step', { name: 'gina' }],
    ];
    for (const [method, template, params, body] of named) {
      const answer = await ask(method.toUpperCase(), template.replace(/\{(\w+)\}/g, (_, k: string) => encodeURIComponent(params[k]!)), body, template.endsWith('/cohorts/{name}') ? { 'if-none-match': '*' } : {});
      expect(answer.status, template).toBeLessThan(300);
      check(template, method, answer.status, answer.body);
    }
    const known = Object.entries(description.paths as Record<string, Record<string, { operationId?: string }>>).flatMap(([t, ms]) => Object.entries(ms).filter(([, o]) => o.operationId).map(([m]) => `${m} ${t}`));
    const done = new Set([...calls.map(([m, p]) => `${m} ${p}`), ...named.map(([m, p]) => `${m} ${p}`), 'post /api/v1/session', 'delete /api/v1/session', 'delete /api/v1/session/all/{id}', 'get /api/v1/session/provider', 'get /api/v1/session/provider/callback', 'delete /api/v1/tokens/{id}', 'get /api/v1/events']);
    expect(known.filter((k) => !done.has(k)), 'operations that the mock does not know yet').toEqual([]);
  });
  it('answers problems as described', async () => {
    for (const [method, path, body, status] of [['GET', '/api/v1/patients/nobody', undefined, 404], ['POST', '/api/v1/cohorts/count', { cql: 'exists [Condition' }, 422], ['GET', '/api/v1/map?as_of=soon', undefined, 400], ['GET', '/api/v1/nothing', undefined, 404], ['GET', '/api/v1/map?mock_fail=getMap', undefined, 503]] as const) {
      const answer = await ask(method, path, body);
      expect(answer.status).toBe(status);
      expect(answer.type).toBe('application/problem+json');
      check('/api/v1/map', 'get', 999, answer.body);
    }
  });
  it('publishes only what was decided on the practice that runs', async () => {
    const publish = (text: string, more: Record<string, string>) => ask('POST', '/api/v1/definitions/publish', { note: 'why', files: [{ path: 'cohorts/b.yaml', text }] }, more);
    const { tag } = await ask('GET', '/api/v1/definitions');
    expect((await publish('b', {})).status).toBe(428);
    const done = await publish('b', { 'if-match': tag });
    expect(done.status).toBe(200);
    const late = await publish('c', { 'if-match': tag });
    expect(late.status).toBe(412);
    check('/api/v1/map', 'get', 999, late.body);
    const now = await ask('GET', '/api/v1/definitions');
    expect(now.tag).toBe(done.tag);
    expect(now.body.digest).toBe(done.body.digest);
    expect((await ask('GET', '/api/v1/definitions/cohorts%2Fb.yaml')).body).toMatchObject({ built_in: false, text: 'b' });
  });
  it('counts what its lists hold', async () => {
    const map = (await ask('GET', '/api/v1/map')).body;
    const total = async (query: string) => (await ask('GET', `/api/v1/patients?limit=1&${query}`)).body.total;
    for (const stage of map.stages) {
      expect(await total(`stage=${stage.stage}`), stage.stage).toBe(stage.patients);
      expect(await total(`stage=${stage.stage}&state=overdue`)).toBe(stage.overdue);
      expect(await total(`moved=:${stage.stage}:7`)).toBe(stage.in_7_days);
    }
    for (const move of map.moves_30_days) expect(await total(`moved=${move.from}:${move.to}:30`)).toBe(move.patients);
    for (const concern of map.concerns) expect(await total(`concern=${concern.concern}&state=overdue`)).toBe(concern.overdue);
    const campaign = (await ask('GET', '/api/v1/campaigns/colorectal-screening')).body;
    for (const step of campaign.steps) if (step.kind !== 'end') expect(await total(`campaign=colorectal-screening&step=${step.name}`)).toBe(step.here);
    // Without its campaign a step is that of every campaign which has one of this name.
    for (const step of campaign.steps) if (step.kind !== 'end') expect(await total(`step=${step.name}`)).toBeGreaterThanOrEqual(step.here);
    expect(await total('step=no-such-step')).toBe(0);
  });
  it('answers what is known of a campaign that is left out', async () => {
    const listed = (await ask('GET', '/api/v1/campaigns')).body;
    const [left] = listed.left_behind;
    expect(left.running).toBeGreaterThan(0);
    expect(listed.campaigns.map((c: { name: string }) => c.name)).not.toContain(left.campaign);
    const answer = await ask('GET', `/api/v1/campaigns/${left.campaign}`);
    check('/api/v1/campaigns/{name}', 'get', answer.status, answer.body);
    expect(answer.body).toMatchObject({ left_out: true, row: { running: left.running } });
    expect((await ask('GET', `/api/v1/patients?limit=1&campaign=${left.campaign}`)).body.total).toBe(left.running);
    expect((await ask('GET', '/api/v1/campaigns/welcome')).body.left_out).toBe(false);
  });
  it('refuses what a role may not do, and writes without the token', async () => {
    expect(permissions.reader).not.toContain('user.manage');
    const before = csrf;
    csrf = 'forged';
    expect((await ask('POST', '/api/v1/quarantine/retry')).status).toBe(403);
    csrf = before;
  });
});
