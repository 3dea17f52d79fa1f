import ELK, { type ElkNode } from 'elkjs/lib/elk-api';
// A file of this server, run as a worker: drawing never stops the page.
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Schemas } from '@/api/client';

type Campaign = Schemas['Campaign'];
export type Point = { x: number; y: number };
export type Drawn = { nodes: Map<string, Point>; edges: Map<string, { points: Point[]; label: Point }>; width: number; height: number };

export const nodeSize = { width: 216, height: 106 };
export const edgeId = (e: { from: string; to: string; label: string }) => `${e.from}→${e.to}→${e.label}`;

/** Places steps in layers from the top, with edges at right angles, so that a path can be followed
 * with a finger. */
export async function layOut(campaign: Campaign, words: (edge: Campaign['edges'][number]) => string): Promise<Drawn> {
  const elk = new ELK({ workerFactory: () => new Worker(workerUrl) });
  try {
    const asked: ElkNode = {
      id: 'root',
      layoutOptions: {
        'elk.algorithm': 'layered', 'elk.direction': 'DOWN', 'elk.edgeRouting': 'ORTHOGONAL', 'elk.spacing.nodeNode': '44', 'elk.layered.spacing.nodeNodeBetweenLayers': '26',
        'elk.spacing.edgeNode': '22', 'elk.spacing.edgeEdge': '16', 'elk.spacing.edgeLabel': '4', 'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES', 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.layered.nodePlacement.networkSimplex.nodeFlexibility.default': 'NONE',
      },
      children: campaign.steps.map((s) => ({ id: s.name, ...nodeSize })),
      edges: campaign.edges.map((e) => ({ id: edgeId(e), sources: [e.from], targets: [e.to], labels: [{ text: words(e), width: Math.max(30, words(e).length * 7 + 14), height: 22, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }] })),
    };
    const graph: ElkNode = await elk.layout(asked);
    return {
      width: graph.width ?? 0, height: graph.height ?? 0,
      nodes: new Map((graph.children ?? []).map((n) => [n.id, { x: n.x ?? 0, y: n.y ?? 0 }])),
      edges: new Map((graph.edges ?? []).map((e): [string, { points: Point[]; label: Point }] => {
        const section = e.sections?.[0];
        const label = e.labels?.[0];
        return [e.id, { points: section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [], label: { x: (label?.x ?? 0) + (label?.width ?? 0) / 2, y: (label?.y ?? 0) + (label?.height ?? 0) / 2 } }];
      })),
    };
  } finally {
    elk.terminateWorker();
  }
}

/** A path along the points with round corners. */
export function roundPath(points: Point[], radius = 10): string {
  if (points.length < 2) return '';
  const [first, ...rest] = points as [Point, ...Point[]];
  let path = `M${first.x} ${first.y}`;
  rest.forEach((p, i) => {
    const before = i === 0 ? first : (rest[i - 1] as Point);
    const after = rest[i + 1];
    if (!after) { path += `L${p.x} ${p.y}`; return; }
    const near = (q: Point) => { const size = Math.hypot(q.x - p.x, q.y - p.y) || 1; const r = Math.min(radius, size / 2); return { x: p.x + ((q.x - p.x) / size) * r, y: p.y + ((q.y - p.y) / size) * r }; };
    const a = near(before);
    const b = near(after);
    path += `L${a.x} ${a.y}Q${p.x} ${p.y} ${b.x} ${b.y}`;
  });
  return path;
}
