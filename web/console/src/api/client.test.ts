import { afterEach, describe, expect, it, vi } from 'vitest';
import { client, onSessionChanged, onSessionLost, setCsrf, take } from './client';
import { Problem, toProblem } from './problem';

const answer = (status: number, body: unknown) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json' } });
const sent = (fetched: ReturnType<typeof vi.fn>) => fetched.mock.calls[0]![0] as Request;
afterEach(() => { vi.unstubAllGlobals(); setCsrf(''); onSessionLost(() => {}); onSessionChanged(async () => false); });

describe('the client', () => {
  it('gives writes the session’s token and a key of their own, and reads neither', async () => {
    setCsrf('token-1');
    const fetched = vi.fn(async () => answer(200, {}));
    vi.stubGlobal('fetch', fetched);
    await client.PUT('/api/v1/campaigns/{name}/pause', { params: { path: { name: 'welcome' } }, body: { paused: true } });
    await client.PUT('/api/v1/campaigns/{name}/pause', { params: { path: { name: 'welcome' } }, body: { paused: true } });
    const [first, second] = fetched.mock.calls.map((c) => (c as unknown as [Request])[0]);
    expect(first!.headers.get('X-CSRF-Token')).toBe('token-1');
    expect(first!.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
    expect(second!.headers.get('Idempotency-Key')).not.toBe(first!.headers.get('Idempotency-Key'));
    fetched.mockClear();
    await client.GET('/api/v1/practice');
    expect(sent(fetched).headers.get('X-CSRF-Token')).toBeNull();
    expect(sent(fetched).headers.get('Idempotency-Key')).toBeNull();
  });
  it('turns a problem document into words', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => answer(422, { type: '/problems/bad-cql', title: 'The expression cannot be read', status: 422, code: 'bad-cql', cure: 'Correct it.', errors: [{ at: '2:7', detail: 'expected ")"' }] })));
    const problem = await take(client.GET('/api/v1/practice')).catch(toProblem) as Problem;
    expect(problem).toMatchObject({ status: 422, code: 'bad-cql', message: 'The expression cannot be read', cure: 'Correct it.', places: [{ at: '2:7', detail: 'expected ")"' }] });
  });
  it('says offline where there is no answer at all', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => { throw new TypeError('failed to fetch'); }));
    const problem = await take(client.GET('/api/v1/practice')).catch(toProblem) as Problem;
    expect(problem.offline).toBe(true);
  });
  it('survives an error that is no problem document', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => new Response('<html>gateway</html>', { status: 502 })));
    const problem = await take(client.GET('/api/v1/practice')).catch(toProblem) as Problem;
    expect(problem).toMatchObject({ status: 502, code: 'unknown' });
  });
  it('tells when the session has ended, but not for a wrong password', async () => {
    const lost = vi.fn();
    onSessionLost(lost);
    vi.stubGlobal('fetch', vi.fn(async () => answer(401, { type: 'x', title: 'x', status: 401, code: 'bad-log-in' })));
    await take(client.POST('/api/v1/session', { body: { name: 'a', password: 'b' } })).catch(() => {});
    expect(lost).not.toHaveBeenCalled();
    vi.stubGlobal('fetch', vi.fn(async () => answer(401, { type: 'x', title: 'x', status: 401, code: 'not-logged-in' })));
    await take(client.GET('/api/v1/practice')).catch(() => {});
    expect(lost).toHaveBeenCalledOnce();
  });
  it('sends a change once more where the session is another one of the same person, and only then', async () => {
    const changed = { type: '/problems/session-changed', title: 'x', status: 403, code: 'session-changed' };
    const close = () => take(client.POST('/api/v1/tasks/{id}/close', { params: { path: { id: 'a' } }, body: { outcome: 'booked' } }));
    const seen: { csrf: string | null; key: string | null; body: string }[] = [];
    const server = vi.fn(async (request: Request) => {
      seen.push({ csrf: request.headers.get('X-CSRF-Token'), key: request.headers.get('Idempotency-Key'), body: await request.text() });
      return request.headers.get('X-CSRF-Token') === 'new' ? answer(200, { id: 'a' }) : answer(403, changed);
    });
    vi.stubGlobal('fetch', server);
    setCsrf('old');
    onSessionChanged(async () => { setCsrf('new'); return true; });
    expect(await close()).toEqual({ id: 'a' });
    expect(seen.map((x) => x.csrf)).toEqual(['old', 'new']);
    expect(seen[1]!.key).toBe(seen[0]!.key);
    expect(seen[1]!.body).toBe(seen[0]!.body);

    setCsrf('old');
    seen.length = 0;
    onSessionChanged(async () => { setCsrf('new'); return false; });
    expect(await close().catch(toProblem)).toMatchObject({ status: 403, code: 'session-changed' });
    expect(seen).toHaveLength(1);

    setCsrf('old');
    seen.length = 0;
    onSessionChanged(async () => true);
    expect(await close().catch(toProblem)).toMatchObject({ code: 'session-changed' });
    expect(seen, 'never a third time').toHaveLength(2);

    vi.stubGlobal('fetch', vi.fn(async () => answer(403, { ...changed, code: 'forbidden' })));
    const asked = vi.fn(async () => true);
    onSessionChanged(asked);
    await close().catch(() => {});
    expect(asked).not.toHaveBeenCalled();
  });
});
