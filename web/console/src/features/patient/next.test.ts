import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { lastReached, nextOfOurs, refusals } from './next';

const patient = (parts: object) => ({ tasks: [], enrolments: [], messages: [], choices: [], ...parts }) as unknown as Schemas['Patient'];

describe('what lies ahead', () => {
  it('is an open task before a campaign, the earliest first', () => {
    const tasks = [{ id: 'b', outcome: '', due: '2026-02-01T10:00:00Z' }, { id: 'a', outcome: '', due: '2026-01-05T10:00:00Z' }, { id: 'done', outcome: 'booked', due: '2026-01-01T10:00:00Z' }, { id: 'any', outcome: '', due: null }];
    const enrolments = [{ id: 'e', result: '', holdout: false, due: '2026-01-02T10:00:00Z' }];
    expect(nextOfOurs(patient({ tasks, enrolments }))?.task?.id).toBe('a');
    expect(nextOfOurs(patient({ enrolments }))?.enrolment?.id).toBe('e');
    expect(nextOfOurs(patient({ enrolments: [{ ...enrolments[0], result: 'success' }, { ...enrolments[0], holdout: true }] }))).toBeNull();
  });
  it('says when they were last reached, not when we meant to', () => {
    const messages = [{ status: 'sent', channel: 'sms', decided: '2026-01-02T10:00:00Z', planned: '2026-01-01T10:00:00Z' }, { status: 'not-sent', channel: 'email', decided: '2026-03-02T10:00:00Z', planned: '2026-03-01T10:00:00Z' }, { status: 'unknown', channel: 'sms', decided: null, planned: '2026-02-01T10:00:00Z' }];
    expect(lastReached(patient({ messages }))).toEqual({ channel: 'sms', at: '2026-01-02T10:00:00Z' });
    expect(lastReached(patient({}))).toBeNull();
  });
  it('knows what is refused still', () => {
    const stop = { channel: 'sms', topic: '', allowed: false, at: '2026-01-01T00:00:00Z', source: 'STOP' };
    expect(refusals(patient({ choices: [stop] }))).toEqual([stop]);
    expect(refusals(patient({ choices: [{ ...stop, allowed: true, at: '2026-02-01T00:00:00Z' }, stop] }))).toEqual([]);
  });
});
