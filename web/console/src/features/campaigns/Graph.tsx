import { Background, BaseEdge, Controls, EdgeLabelRenderer, Handle, Position, ReactFlow, type Edge, type EdgeProps, type Node, type NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useQuery } from '@tanstack/react-query';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { Bone, ProblemView } from '@/ui/States';
import { withParams } from '@/ui/url';
import { edgeId, layOut, nodeSize, roundPath, type Point } from './layout';

type Step = Schemas['Campaign']['steps'][number] & { campaign: string };
type StepNode = Node<Step, 'step'>;
type MoveEdge = Edge<{ points: Point[]; label: Point; words: string; moved: number; thickness: number }, 'move'>;

function StepBox({ data: s }: NodeProps<StepNode>) {
  const { t, step } = useWords();
  const format = useFormat();
  const { may } = useAccess();
  return (
    <div className={`step-box ${s.kind}-step`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <div className="row"><span className="strong clip grow" title={s.name}>{s.name}</span><span className="tag">{step(s.kind)}</span></div>
      <div className="soft two-lines" title={s.summary}>{s.summary}</div>
      <div className="row step-numbers">
        {s.kind === 'end' ? <span className="strong">{format.number(s.entered)}</span> : may('patient.search')
          ? <Link className="nodrag door strong" to={`/patients${withParams('', { campaign: s.campaign, step: s.name })}`} aria-label={t('campaigns.here', { step: s.name, number: format.number(s.here) })}>{t('campaigns.here.short', { number: format.number(s.here) })}</Link>
          : <span className="strong">{t('campaigns.here.short', { number: format.number(s.here) })}</span>}
        <span className="grow" />
        {s.sent !== undefined && <span className="small faint">{t('campaigns.step.sent', { sent: format.number(s.sent), not: format.number(s.not_sent ?? 0) })}</span>}
      </div>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

function MoveLine({ data, markerEnd }: EdgeProps<MoveEdge>) {
  const format = useFormat();
  if (!data) return null;
  return (
    <>
      <BaseEdge path={roundPath(data.points)} {...(markerEnd ? { markerEnd } : {})} style={{ strokeWidth: data.thickness }} />
      <EdgeLabelRenderer>
        <div className="edge-label" style={{ transform: `translate(-50%, -50%) translate(${data.label.x}px, ${data.label.y}px)` }}>{data.words && <span>{data.words}</span>}<b>{format.number(data.moved)}</b></div>
      </EdgeLabelRenderer>
    </>
  );
}
const nodeTypes = { step: StepBox };
const edgeTypes = { move: MoveLine };

/** The campaign as a graph; the numbers are patients now and moves so far. */
export default function Graph({ campaign }: { campaign: Schemas['Campaign'] }) {
  const { t } = useWords();
  const shape = JSON.stringify([campaign.steps.map((s) => s.name), campaign.edges.map(edgeId)]);
  const drawn = useQuery({ queryKey: ['layout', campaign.row.name, shape], queryFn: () => layOut(campaign, (e) => `${e.label} 0000`), staleTime: Infinity });
  const most = Math.max(1, ...campaign.edges.map((e) => e.moved));
  const nodes = useMemo<StepNode[]>(() => campaign.steps.map((s) => ({ id: s.name, type: 'step', position: drawn.data?.nodes.get(s.name) ?? { x: 0, y: 0 }, data: { ...s, campaign: campaign.row.name }, ...nodeSize, draggable: false, connectable: false, deletable: false, ariaLabel: `${s.name}: ${s.summary}` })), [campaign, drawn.data]);
  const edges = useMemo<MoveEdge[]>(() => campaign.edges.map((e) => {
    const at = drawn.data?.edges.get(edgeId(e));
    return { id: edgeId(e), source: e.from, target: e.to, type: 'move', deletable: false, focusable: false, markerEnd: { type: 'arrowclosed' as never, width: 12, height: 12, markerUnits: 'userSpaceOnUse', color: 'var(--line-strong)' }, data: { points: at?.points ?? [], label: at?.label ?? { x: 0, y: 0 }, words: e.label, moved: e.moved, thickness: 1.25 + 4 * Math.sqrt(e.moved / most) } };
  }), [campaign, drawn.data, most]);
  const { ref, width } = useElementSize();
  // As tall as it needs to be: the page scrolls, the graph need not be moved to be read.
  const zoom = drawn.data ? Math.min(1, Math.max(0.3, (width - 48) / Math.max(1, drawn.data.width))) : 1;
  return (
    <div className="graph" ref={ref} role="group" aria-label={t('campaigns.graph')} style={{ height: drawn.data ? Math.round(drawn.data.height * zoom) + 56 : 520 }}>
      {drawn.error && <div style={{ padding: 18 }}><ProblemView error={drawn.error} /></div>}
      {!drawn.data && !drawn.error && <div style={{ padding: 24 }}><Bone width="100%" height={420} /></div>}
      {drawn.data && width > 0 && (
        <ReactFlow key={Math.round(width)} nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} defaultViewport={{ x: (width - drawn.data.width * zoom) / 2, y: 28, zoom }} minZoom={0.25} maxZoom={1.5} nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} zoomOnScroll={false} preventScrolling={false} panOnScroll={false} proOptions={{ hideAttribution: true }}>
          <Background gap={22} size={1} color="var(--line)" />
          <Controls showInteractive={false} aria-label={t('campaigns.zoom')} />
        </ReactFlow>
      )}
    </div>
  );
}
