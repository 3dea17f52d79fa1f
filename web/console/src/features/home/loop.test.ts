import { describe, expect, it } from 'vitest';
import { stages } from '@/ui/Stage';
import { drawArcs, onCurve, placeTiles } from './loop';

const tile = { width: 236, height: 114 };
const all = stages.flatMap((from) => stages.filter((to) => to !== from).map((to, i) => ({ from, to, patients: i * 7 + 1 })));

describe('the loop', () => {
  it.each([[700, 560], [776, 560], [1100, 560]])('keeps tiles apart and inside %d × %d', (width, height) => {
    const at = placeTiles({ width, height }, tile);
    for (const [i, p] of at.entries()) {
      expect(p.x - tile.width / 2).toBeGreaterThanOrEqual(-0.5);
      expect(p.x + tile.width / 2).toBeLessThanOrEqual(width + 0.5);
      expect(p.y - tile.height / 2).toBeGreaterThanOrEqual(-0.5);
      for (const q of at.slice(i + 1)) expect(Math.abs(p.x - q.x) >= tile.width || Math.abs(p.y - q.y) >= tile.height).toBe(true);
    }
  });
  it('goes clockwise from awareness at the upper left', () => {
    const [awareness, help, care, , , ongoing] = placeTiles({ width: 800, height: 560 }, tile);
    expect(awareness!.x).toBeLessThan(help!.x);
    expect(care!.x).toBeGreaterThan(help!.x);
    expect(ongoing!.x).toBeLessThan(awareness!.x);
  });
  it('draws every move of two stages once, thicker for more, and none to itself', () => {
    const arcs = drawArcs([...all, { from: 'care', to: 'care', patients: 9 }], { width: 1000, height: 560 }, tile);
    expect(arcs).toHaveLength(30);
    const sorted = [...arcs].sort((a, b) => a.patients - b.patients);
    for (let i = 1; i < sorted.length; ++i) expect(sorted[i]!.thickness).toBeGreaterThanOrEqual(sorted[i - 1]!.thickness);
    expect(Math.max(...arcs.map((a) => a.thickness))).toBeLessThanOrEqual(8);
  });
  it('begins and ends outside the two tiles', () => {
    const area = { width: 900, height: 560 };
    const at = placeTiles(area, tile);
    for (const arc of drawArcs(all, area, tile)) {
      const from = at[stages.indexOf(arc.from)]!;
      const inside = Math.abs(arc.start.x - from.x) < tile.width / 2 && Math.abs(arc.start.y - from.y) < tile.height / 2;
      expect(inside).toBe(false);
    }
  });
  it.each([700, 776, 900, 1200])('passes behind no third tile at %d px', (width) => {
    const area = { width, height: 560 };
    const at = placeTiles(area, tile);
    for (const arc of drawArcs(all, area, tile)) {
      const [x1, y1, cx, cy, x2, y2] = arc.path.match(/-?[\d.]+/g)!.map(Number) as [number, number, number, number, number, number];
      for (let t = 0.1; t < 0.95; t += 0.05) {
        const p = onCurve({ x: x1, y: y1 }, { x: cx, y: cy }, { x: x2, y: y2 }, t);
        for (const [i, q] of at.entries()) {
          if (stages[i] === arc.from || stages[i] === arc.to) continue;
          expect(Math.abs(p.x - q.x) < tile.width / 2 - 2 && Math.abs(p.y - q.y) < tile.height / 2 - 2, `${arc.from} → ${arc.to} behind ${stages[i]}`).toBe(false);
        }
      }
    }
  });
  it('keeps labels of a usual week apart', () => {
    const usual = [['awareness', 'help', 21], ['help', 'care', 52], ['care', 'treatment', 40], ['treatment', 'ongoing', 16], ['ongoing', 'help', 34], ['ongoing', 'awareness', 9], ['care', 'ongoing', 31], ['ongoing', 'care', 12], ['treatment', 'care', 14]] as const;
    const arcs = drawArcs(usual.map(([from, to, patients]) => ({ from, to, patients })), { width: 776, height: 560 }, tile);
    for (const [i, a] of arcs.entries()) for (const b of arcs.slice(i + 1)) expect(Math.abs(a.label.x - b.label.x) > 30 || Math.abs(a.label.y - b.label.y) > 18).toBe(true);
  });
  it('meets the ends of a curve', () => {
    const [a, c, b] = [{ x: 0, y: 0 }, { x: 5, y: 9 }, { x: 10, y: 0 }];
    expect(onCurve(a!, c!, b!, 0)).toEqual(a);
    expect(onCurve(a!, c!, b!, 1)).toEqual(b);
  });
});
