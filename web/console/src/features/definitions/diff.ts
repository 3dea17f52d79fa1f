export type Line = { kind: 'same' | 'new' | 'old'; text: string };
export type Changed = { path: string; how: 'new' | 'old' | 'both'; lines: Line[] };
type File = { path: string; text: string };

/** Above it the table of the comparison would be too large: all of it is then told as replaced. */
const cells_max = 4_000_000;

/** The lines of two texts, those that stayed matched up (longest common subsequence). */
export function diffLines(before: string, after: string): Line[] {
  const a = before === '' ? [] : before.split('\n');
  const b = after === '' ? [] : after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const same = (text: string): Line => ({ kind: 'same', text });
  const middle = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
}

function diffMiddle(a: string[], b: string[]): Line[] {
  const lines: Line[] = [];
  const width = b.length + 1;
  if ((a.length + 1) * width > cells_max) return [...a.map((text): Line => ({ kind: 'old', text })), ...b.map((text): Line => ({ kind: 'new', text }))];
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; --i) for (let j = b.length - 1; j >= 0; --j) common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { lines.push({ kind: 'same', text: a[i]! }); i += 1; j += 1; }
    else if (i < a.length && (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) { lines.push({ kind: 'old', text: a[i]! }); i += 1; }
    else { lines.push({ kind: 'new', text: b[j]! }); j += 1; }
  }
  return lines;
}

/** The files that differ, by path. */
export function diffFiles(before: File[], after: File[]): Changed[] {
  const was = new Map(before.map((f) => [f.path, f.text]));
  const is = new Map(after.map((f) => [f.path, f.text]));
  return [...new Set([...was.keys(), ...is.keys()])].sort().filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path, how: !was.has(path) ? 'new' : !is.has(path) ? 'old' : 'both', lines: diffLines(was.get(path) ?? '', is.get(path) ?? '') }));
}

/** Long stretches that stayed are folded: `context` lines around a change are shown. */
export function foldSame(lines: Line[], context = 3): (Line | { kind: 'fold'; count: number })[] {
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - context), i + context + 1).some((l) => l.kind !== 'same'));
  const folded: (Line | { kind: 'fold'; count: number })[] = [];
  for (const [i, line] of lines.entries()) {
    const last = folded.at(-1);
    if (near[i]) folded.push(line);
    else if (last?.kind === 'fold') last.count += 1;
    else folded.push({ kind: 'fold', count: 1 });
  }
  return folded;
}
