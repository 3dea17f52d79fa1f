import { describe, expect, it } from 'vitest';
import { no_work, onto, withDraft } from './drafts';

describe('drafts', () => {
  it('stay on the practice that the first of them was decided on', () => {
    const first = withDraft(no_work, '"1"', 'a.yaml', { text: 'mine', was: 'old' });
    expect(first.base).toBe('"1"');
    const second = withDraft(withDraft(first, '"2"', 'a.yaml', { text: 'mine still', was: 'old' }), '"2"', 'b.yaml', { text: 'b', was: '' });
    expect(second.base).toBe('"1"');
    expect([...second.drafts.keys()]).toEqual(['a.yaml', 'b.yaml']);
    expect(withDraft(second, '"2"', 'a.yaml', null).base).toBe('"1"');
    expect(first.drafts.size).toBe(1);
  });
  it('begin anew after the last was discarded', () => {
    const none = withDraft(withDraft(no_work, '"1"', 'a.yaml', { text: 'mine', was: 'old' }), '"1"', 'a.yaml', null);
    expect(none).toBe(no_work);
    expect(withDraft(none, '"2"', 'a.yaml', { text: 'mine', was: 'theirs' }).base).toBe('"2"');
  });
  it('go over to what was published once compared; what says the same is none any more', () => {
    const work = withDraft(withDraft(no_work, '"1"', 'a.yaml', { text: 'mine', was: 'old' }), '"1"', 'b.yaml', { text: 'same', was: 'old' });
    const next = onto(work, '"2"', new Map([['a.yaml', 'theirs'], ['b.yaml', 'same']]));
    expect(next.base).toBe('"2"');
    expect([...next.drafts]).toEqual([['a.yaml', { text: 'mine', was: 'theirs' }]]);
    expect(onto(work, '"2"', new Map([['a.yaml', 'mine'], ['b.yaml', 'same']]))).toBe(no_work);
  });
});
