import type { Schemas } from '@/api/client';

export type LaneName = 'clinical' | 'contact' | 'answer' | 'message' | 'campaign';
export type Mark = { id: string; lane: LaneName; from: number; to: number | null; label: string; stage?: Schemas['Stage']; hollow?: boolean; alert?: boolean };
export type Placed = Mark & { x: number; width: number; labelled: boolean; hidden: number; line: number };

export const lanes: LaneName[] = ['clinical', 'contact', 'answer', 'message', 'campaign'];

/** "Encounter: Follow-up encounter, because of X" → "Follow-up encounter". */
export function shortText(what: string): string {
  const text = what.replace(/^[A-Z]\w+:\s*/, '').replace(/, because of .*$/, '');
  return text.length > 34 ? `${text.slice(0, 32).trimEnd()}…` : text;
}

/** Everything that happened as marks on lanes; a row that decided a position has its stage. */
export function marksOf(patient: Schemas['Patient'], title: (campaign: string) => string, now: number): Mark[] {
  const decided = new Map<string, Schemas['Stage']>();
  for (const position of patient.positions) for (const key of position.evidence ?? []) if (!decided.has(key)) decided.set(key, position.stage);
  const marks: Mark[] = [];
  for (const row of patient.timeline) {
    if (row.at === null) continue;
    const stage = decided.get(row.key);
    marks.push({ id: `row-${row.key}`, lane: row.lane, from: Date.parse(row.at), to: row.end === null || Date.parse(row.end) - Date.parse(row.at) < short ? null : Date.parse(row.end), label: shortText(row.what), ...(stage ? { stage } : {}) });
  }
  for (const message of patient.messages) {
    const not = message.status === 'not-sent' || message.status === 'withdrawn';
    marks.push({ id: `message-${message.id}`, lane: 'message', from: Date.parse(message.decided ?? message.planned), to: null, label: title(message.campaign), hollow: not || message.status === 'waiting', alert: message.status === 'unknown' });
  }
  for (const enrolment of patient.enrolments) {
    marks.push({ id: `enrolment-${enrolment.id}`, lane: 'campaign', from: Date.parse(enrolment.enrolled), to: enrolment.ended === null ? now : Date.parse(enrolment.ended), label: title(enrolment.campaign), hollow: enrolment.ended !== null });
  }
  return marks;
}

/** Marks nearer than a finger is wide are one. */
const reach_px = 24;
const lines_max = 5;
/** A visit of some hours is a point. */
const short = 2 * 86_400_000;

/** Places the marks of one lane between `start` and `end` over `width` pixels. Labels that would meet
 * are left out (the newest keep theirs); marks too near to be hit singly are one with a count, which
 * looks like the one that decided a stage; bars that would overlap take a line of their own. */
export function placeMarks(marks: Mark[], start: number, end: number, width: number, letter_px = 6.2): Placed[] {
  const scale = width / Math.max(1, end - start);
  const inside = marks.filter((m) => (m.to ?? m.from) >= start && m.from <= end).sort((a, b) => b.from - a.from);
  const placed: Placed[] = [];
  let free = Infinity;
  for (const mark of inside) {
    const x = (Math.max(mark.from, start) - start) * scale;
    const right = mark.to === null ? x : Math.min(width, (Math.min(mark.to, end) - start) * scale);
    const before = placed.at(-1);
    if (before && mark.to === null && before.to === null && before.x - x < reach_px) {
      before.hidden += 1;
      if (mark.stage && !before.stage) Object.assign(before, { id: mark.id, stage: mark.stage });
      continue;
    }
    let line = 0;
    while (placed.some((p) => p.line === line && p.x < Math.max(right, x + reach_px) && Math.max(p.x + p.width, p.x + reach_px) > x)) line += 1;
    if (mark.to === null) line = 0;
    // Of very many bars at once the older ones are told by the record below.
    if (line > lines_max) continue;
    const size = mark.label.length * letter_px * (/[\u3000-\u9fff]/.test(mark.label) ? 1.9 : 1);
    const centre = mark.to === null ? x : (x + right) / 2;
    const left = Math.max(0, Math.min(centre - size / 2, width - size));
    const labelled = line === 0 && left + size < free - 8;
    if (labelled) free = left;
    placed.push({ ...mark, x, width: Math.max(0, right - x), labelled: labelled || line > 0, hidden: 0, line });
  }
  return placed;
}

/** Round moments for the axis: months, quarters or years, at most about `most` of them. */
export function axisTicks(start: number, end: number, most = 8): number[] {
  const months = (end - start) / (30.44 * 86_400_000);
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((m) => months / m <= most) ?? 480;
  const first = new Date(start);
  let index = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth() + (first.getUTCDate() > 1 ? 1 : 0)) / step) * step;
  const ticks: number[] = [];
  for (let guard = 0; guard < 100; ++guard, index += step) {
    const at = Date.UTC(Math.floor(index / 12), index % 12, 1);
    if (at > end) break;
    if (at >= start) ticks.push(at);
  }
  return ticks;
}
