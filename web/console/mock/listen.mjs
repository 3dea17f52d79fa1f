// HTTP around the operations: routes from the OpenAPI file, sessions, CSRF, failures on demand.
import { parse } from 'yaml';
import { dist, fs, headersOf, http, kinds, makeState, openSession, operations, path, policy } from './server.mjs';
import { duty, sessionBody } from './account.mjs';
import { Refusal } from './answers.mjs';
import { permissions } from './staff.mjs';

export const description = parse(fs.readFileSync(new URL('../../../src/http/api/openapi.yaml', import.meta.url), 'utf8'));
const routes = Object.entries(description.paths).flatMap(([template, methods]) => Object.entries(methods).filter(([, o]) => o.operationId).map(([method, operation]) => ({
  method: method.toUpperCase(), operation, template, fixed: !template.includes('{'),
  pattern: new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) }))).sort((a, b) => Number(b.fixed) - Number(a.fixed));

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

function send(response, status, body, headers = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sessionOf(state, request) {
  const key = /parcours_mock=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  return state.sessions.get(key);
}
async function bodyOf(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? undefined : JSON.parse(text);
}

function logIn(state, body, response) {
  const user = state.users.find((u) => u.name === body?.name && u.password === body?.password && !u.disabled);
  if (!user) throw new Refusal(401, 'bad-log-in', 'Name and password do not fit together', { cure: 'Try again, or ask an administrator for a new password.' });
  if (user.code && !body.code) return send(response, 200, { staff: null, csrf: 'before-log-in', code_needed: true });
  const spare = user.recovery?.indexOf(body.code) ?? -1;
  if (spare >= 0) user.recovery.splice(spare, 1);
  else if (user.code && user.code !== body.code) throw new Refusal(401, 'bad-code', 'The code is not right, or it is too old', { cure: 'Type the six digits that the app shows now.' });
  const key = openSession(state, user.name);
  return send(response, 200, sessionBody(state, state.sessions.get(key)), { 'set-cookie': `parcours_mock=${key}; HttpOnly; SameSite=Strict; Path=/` });
}

function stream(state, request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': here\n\n');
  state.streams.add(response);
  request.on('close', () => state.streams.delete(response));
}

/** `?mock_fail=getMap&mock_delay=900` in the page's address (or the request's) makes states visible. */
async function trouble(url, request, operationId) {
  const from = new URLSearchParams(request.headers.referer ? new URL(request.headers.referer).search : '');
  const wish = (name) => url.searchParams.get(name) ?? from.get(name);
  if (wish('mock_delay') && operationId !== 'getSession') await wait(Number(wish('mock_delay')));
  if (wish('mock_fail')?.split(',').includes(operationId)) throw new Refusal(503, 'store-busy', 'The store did not answer in time', { detail: 'The last answer took longer than 2 s.', cure: 'Try again in a moment; if it stays so, see the server’s log.' });
}

/** The provider lets everybody in as Dora, and nobody where the story says so. */
function byProvider(state, url, response) {
  if (state.refuse) return send(response, 303, undefined, { location: `/?log_in=${state.refuse}` });
  const key = openSession(state, 'dora');
  return send(response, 303, undefined, { location: url.searchParams.get('to') ?? '/', 'set-cookie': `parcours_mock=${key}; HttpOnly; SameSite=Strict; Path=/` });
}

async function api(state, url, request, response) {
  const hit = routes.map((r) => [r, r.method === request.method ? r.pattern.exec(url.pathname) : null]).find(([, m]) => m);
  if (!hit) throw new Refusal(404, 'no-route', 'There is nothing here', { cure: 'See /api/openapi.json.' });
  const [{ operation }, match] = hit;
  await trouble(url, request, operation.operationId);
  const session = sessionOf(state, request);
  if (operation.operationId === 'getSession') return send(response, 200, sessionBody(state, session));
  const body = request.method === 'GET' ? undefined : await bodyOf(request);
  if (operation.operationId === 'logIn') return logIn(state, body, response);
  if (operation.operationId === 'startProviderLogIn') return byProvider(state, url, response);
  if (!session) throw new Refusal(401, 'not-logged-in', 'You are not logged in', { cure: 'Log in.' });
  if (!permissions[session.role].includes(operation['x-permission'])) throw new Refusal(403, 'not-allowed', 'Your role does not allow this', { cure: 'Ask an administrator.' });
  const due = duty(state.users.find((u) => u.name === session.staff));
  if (due && operation['x-permission'] !== 'session.own') throw new Refusal(403, 'second-step-needed', 'Something must be done first', { cure: 'Do it in your account.' });
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) throw new Refusal(403, request.headers['x-csrf-token'] ? 'session-changed' : 'forbidden', 'Not permitted', { detail: 'The change carries the token of another session.', cure: 'Read GET /api/v1/session again.' });
  if (operation.operationId === 'logOut') { state.sessions.delete(session.key); return send(response, 204); }
  if (operation.operationId === 'streamEvents') return stream(state, request, response);
  const params = Object.fromEntries(Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]));
  const query = Object.fromEntries([...url.searchParams].filter(([k]) => !k.startsWith('mock_')));
  const answer = operations[operation.operationId](state, { params, query, body, session, headers: request.headers });
  return send(response, answer === undefined ? 204 : Object.keys(operation.responses).map(Number).find((n) => n >= 200 && n < 300), answer, headersOf(operation.operationId, answer));
}

function file(url, response) {
  const wanted = path.join(dist, path.normalize(decodeURIComponent(url.pathname)));
  const found = wanted.startsWith(dist) && fs.existsSync(wanted) && fs.statSync(wanted).isFile() ? wanted : path.join(dist, 'index.html');
  if (!fs.existsSync(found)) return send(response, 404, { type: 'about:blank', title: 'The console is not built', status: 404, code: 'not-built', cure: 'Run web/build.' });
  const hashed = found.includes('/assets/');
  response.writeHead(200, { 'content-type': kinds[path.extname(found)] ?? 'application/octet-stream', 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache' });
  fs.createReadStream(found).pipe(response);
}

/** Starts the mock; `server.state` lets a test change the world. */
export async function listen(options = {}) {
  const state = makeState(options);
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    try {
      if (!url.pathname.startsWith('/api/')) return file(url, response);
      await api(state, url, request, response);
    } catch (error) {
      if (error instanceof Refusal) return send(response, error.status, error.body);
      console.error(error);
      send(response, 500, { type: 'about:blank', title: 'The mock broke', status: 500, code: 'mock-broke', detail: String(error) });
    }
  });
  await new Promise((done, fail) => { server.once('error', fail); server.listen(options.port ?? 0, '127.0.0.1', done); });
  return { url: `http://127.0.0.1:${server.address().port}`, state, server, close: () => { server.closeAllConnections(); return new Promise((done) => server.close(done)); } };
}
