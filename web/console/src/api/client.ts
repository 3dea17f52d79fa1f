import createClient, { type Middleware } from 'openapi-fetch';
import { Problem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

let csrf = '';
let sessionLost: () => void = () => {};

export function setCsrf(token: string) {
  csrf = token;
}
/** Called when an answer says that nobody is logged in any more. */
export function onSessionLost(callback: () => void) {
  sessionLost = callback;
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

// fetch is looked up at each call, so that tests can replace it.
export const client = createClient<paths>({ baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin, fetch: (request) => fetch(request) });
client.use(guard);

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
  const problem = new Problem({ ...body, status: answer.response.status });
  if (problem.status === 401 && problem.code !== 'bad-log-in' && problem.code !== 'bad-code') sessionLost();
  throw problem;
}
