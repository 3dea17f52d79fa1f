import i18next from 'i18next';
import createClient, { type Middleware } from 'openapi-fetch';
import { Problem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

let csrf = '';
let sessionLost: () => void = () => {};
let sessionChanged: () => Promise<boolean> = () => Promise.resolve(false);

export function setCsrf(token: string) {
  csrf = token;
}
/** Called when an answer says that nobody is logged in any more. */
export function onSessionLost(callback: () => void) {
  sessionLost = callback;
}

/** Called when a change was refused because the page knows an older session than the browser: reads
 * the present one. True where it is still the same person's, so that the change is theirs. */
export function onSessionChanged(callback: () => Promise<boolean>) {
  sessionChanged = callback;
}

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Writes carry the session's token, so that no other site can make them, and a key, so that a
 * repeated one is done once. */
export const guard: Middleware = {
  onRequest({ request }) {
    if (!writes.has(request.method)) return undefined;
    if (csrf !== '') request.headers.set('X-CSRF-Token', csrf);
    if (request.method !== 'DELETE' && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', newKey());
    }
    return request;
  },
};

/** Also where the page came without TLS from another machine, and randomUUID is not there. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

const session_changed = 'session-changed';

async function isOfOlderSession(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body = (await response.clone().json().catch(() => null)) as { code?: string } | null;
  return body?.code === session_changed;
}

/** Somebody may have logged in by another tab since this page read its token: a change refused for
 * that is sent once more with the present one. Its key stays, so that it is done once. */
async function send(request: Request): Promise<Response> {
  if (!writes.has(request.method)) return fetch(request);
  const again = request.clone();
  const response = await fetch(request);
  if (!(await isOfOlderSession(response)) || !(await sessionChanged())) return response;
  again.headers.set('X-CSRF-Token', csrf);
  return fetch(again);
}

const baseUrl = typeof location === 'undefined' ? 'http://localhost' : location.origin;
// fetch is looked up at each call, so that tests can replace it.
export const client = createClient<paths>({ baseUrl, fetch: send });
client.use(guard);

/** The server says to programs what helps; to people it is something else. */
function toldInWords(problem: Problem): Problem {
  if (problem.code !== session_changed) return problem;
  return new Problem({ status: problem.status, code: problem.code, title: i18next.t('session.other') });
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer's body, or throws a Problem. */
export async function take<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem({ status: 0, code: 'offline' });
  }
  if (answer.response.ok) return answer.data as T;
  const body = typeof answer.error === 'object' && answer.error !== null ? (answer.error as object) : {};
  const problem = toldInWords(new Problem({ ...body, status: answer.response.status }));
  if (problem.status === 401 && problem.code !== 'bad-log-in' && problem.code !== 'bad-code') sessionLost();
  throw problem;
}
