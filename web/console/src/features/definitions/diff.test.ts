import { describe, expect, it } from 'vitest';
import { diffFiles, diffLines, foldSame } from './diff';

const both = (before: string, after: string) => {
  const lines = diffLines(before, after);
  const of = (...kinds: string[]) => lines.filter((l) => kinds.includes(l.kind)).map((l) => l.text).join('\n');
  return { lines, before: of('same', 'old'), after: of('same', 'new') };
};

describe('differences', () => {
  it('hold both texts, whatever they are', () => {
    const texts = ['', 'a', 'a\nb\nc', 'a\nx\nc', 'c\nb\na', 'a\na\na\nb', 'b\na\na', 'x\ny\nz\na\nb\nc\n'];
    for (const one of texts) for (const other of texts) {
      const told = both(one, other);
      expect(told.before, `${one} → ${other}`).toBe(one);
      expect(told.after, `${one} → ${other}`).toBe(other);
    }
  });
  it('keep what stayed', () => {
    expect(diffLines('a\nb\nc\nd', 'a\nc\nd\ne').map((l) => `${l.kind} ${l.text}`)).toEqual(['same a', 'old b', 'same c', 'same d', 'new e']);
    expect(diffLines('same', 'same')).toEqual([{ kind: 'same', text: 'same' }]);
  });
  it('name files that came, went and changed, and no other', () => {
    const told = diffFiles([{ path: 'gone', text: 'x' }, { path: 'kept', text: 'y' }, { path: 'other', text: '1\n2' }], [{ path: 'kept', text: 'y' }, { path: 'other', text: '1\n3' }, { path: 'added', text: 'z' }]);
    expect(told.map((f) => [f.path, f.how])).toEqual([['added', 'new'], ['gone', 'old'], ['other', 'both']]);
  });
  it('fold long stretches', () => {
    const lines = diffLines(Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n'), [...Array.from({ length: 20 }, (_, i) => `line ${i}`), 'new'].join('\n'));
    expect(foldSame(lines, 2).map((l) => l.kind)).toEqual(['fold', 'same', 'same', 'new']);
    expect(foldSame(lines, 2)[0]).toEqual({ kind: 'fold', count: 18 });
  });
});
