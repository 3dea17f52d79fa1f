import { describe, expect, it } from 'vitest';
import { Problem, toProblem } from './problem';

describe('a problem', () => {
  it('says what was found rather than the name of a status', () => {
    expect(new Problem({ status: 422, title: 'Unprocessable Content', detail: "the name 'x' is unknown" })).toMatchObject({ message: "The name 'x' is unknown", detail: '' });
    expect(new Problem({ status: 503, title: 'The store is busy', detail: 'for 2 s' })).toMatchObject({ message: 'The store is busy', detail: 'for 2 s' });
    expect(new Problem({ status: 404, title: 'Not Found' }).message).toBe('Not Found');
  });
  it('is made of anything that was thrown', () => {
    expect(toProblem(new Error('broken')).message).toBe('broken');
    expect(toProblem('text').message).toBe('text');
    const same = new Problem({ status: 400 });
    expect(toProblem(same)).toBe(same);
  });
});
