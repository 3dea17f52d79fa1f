import type { Schemas } from '@/api/client';
import { stages } from '@/ui/Stage';

export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
export type Arc = { from: Schemas['Stage']; to: Schemas['Stage']; patients: number; path: string; thickness: number; head: number; start: Point; end: Point; label: Point; angle: number };

/** Where the six tiles stand: clockwise from the upper left, on an ellipse that leaves them room. */
export function placeTiles(area: Size, tile: Size): Point[] {
  const centre = { x: area.width / 2, y: area.height / 2 };
  const rx = (area.width - tile.width) / 2;
  const ry = (area.height - tile.height) / 2;
  return stages.map((_, i) => {
    const angle = -(2 * Math.PI) / 3 + (i * Math.PI) / 3;
    // The upper and lower pairs touch the edge (sin 60° is stretched to 1) and stand a little apart.
    const apart = i % 3 === 2 ? 1 : 1.28;
    return { x: centre.x + rx * Math.cos(angle) * apart, y: centre.y + (ry * Math.sin(angle)) / Math.sin(Math.PI / 3) };
  });
}

const mix = (a: Point, b: Point, t: number) => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
/** A point of the quadratic curve. */
export function onCurve(a: Point, c: Point, b: Point, t: number): Point {
  return mix(mix(a, c, t), mix(c, b, t), t);
}

function inside(p: Point, centre: Point, box: Size, gap: number) {
  return Math.abs(p.x - centre.x) < box.width / 2 + gap && Math.abs(p.y - centre.y) < box.height / 2 + gap;
}

/** The curve's control point: neighbours forward along the outside of the loop, backward along its
 * inside; over one stage towards the middle; opposite ones bend to
 * their right around it, so that there and back never meet. */
function control(from: number, to: number, a: Point, b: Point, centre: Point, reach: number): Point {
  const middle = mix(a, b, 0.5);
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const right = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const hops = (to - from + 6) % 6;
  if (hops === 1 || hops === 5) {
    const out = { x: middle.x - centre.x, y: middle.y - centre.y };
    const size = Math.hypot(out.x, out.y) || 1;
    const push = hops === 1 ? 0.16 * reach : -0.15 * reach;
    return { x: middle.x + (out.x / size) * push, y: middle.y + (out.y / size) * push };
  }
  if (hops === 3) {
    const bend = (Math.abs(a.y - b.y) < 1 ? 0.42 : 0.2) * reach;
    return { x: middle.x + right.x * bend, y: middle.y + right.y * bend };
  }
  // Over one stage: past its tile on the side of the middle, there nearer to it than back.
  // Upright ones pass a whole tile.
  const upright = Math.abs(a.x - b.x) < 1;
  const pull = (hops === 2 ? 0.16 : 0.42) + (upright ? 0.5 : 0);
  return mix(middle, centre, pull);
}

/** Curves between the tiles: they begin and end at the tiles' edges, their width follows the number
 * of patients, and labels avoid tiles, the middle and each other. */
export function drawArcs(moves: Schemas['Move'][], area: Size, tile: Size, middle: Size = { width: 150, height: 76 }): Arc[] {
  const at = placeTiles(area, tile);
  const centre = { x: area.width / 2, y: area.height / 2 };
  const reach = Math.min(area.width * 0.62, area.height);
  const most = Math.max(1, ...moves.map((m) => m.patients));
  const taken: Point[] = [];
  return [...moves].sort((a, b) => b.patients - a.patients).flatMap((move) => {
    const from = stages.indexOf(move.from);
    const to = stages.indexOf(move.to);
    if (from < 0 || to < 0 || from === to) return [];
    const a = at[from] as Point;
    const b = at[to] as Point;
    const c = control(from, to, a, b, centre, reach);
    const thickness = 1.25 + 6.75 * Math.sqrt(move.patients / most);
    const head = 6 + thickness;
    const steps = Array.from({ length: 97 }, (_, i) => i / 96);
    const first = steps.find((t) => !inside(onCurve(a, c, b, t), a, tile, 4)) ?? 0;
    const last = [...steps].reverse().find((t) => !inside(onCurve(a, c, b, t), b, tile, 5 + head)) ?? 1;
    if (last <= first) return [];
    const start = onCurve(a, c, b, first);
    const end = onCurve(a, c, b, last);
    // The part between two parameters of a quadratic curve is one again.
    const cut = mix(mix(a, c, first), mix(c, b, first), last);
    const free = (p: Point) => !inside(p, centre, middle, 10) && at.every((q) => !inside(p, q, tile, 16)) && taken.every((q) => Math.abs(p.x - q.x) > 38 || Math.abs(p.y - q.y) > 24);
    const choices = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8].map((t) => onCurve(start, cut, end, t));
    const label = choices.find(free) ?? (choices[0] as Point);
    taken.push(label);
    return [{
      ...move, start, end, label,
      path: `M${r(start.x)} ${r(start.y)}Q${r(cut.x)} ${r(cut.y)} ${r(end.x)} ${r(end.y)}`,
      thickness, head,
      angle: (Math.atan2(end.y - cut.y, end.x - cut.x) * 180) / Math.PI,
    }];
  });
}

const r = (n: number) => Math.round(n * 10) / 10;
