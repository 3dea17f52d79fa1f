import { useElementSize } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { useLinkTo } from '@/ui/url';
import { drawArcs, placeTiles } from './loop';
import { StageTile } from './StageTile';

const tile = { width: 236, height: 114 };
const height = 560;

/** The six stages as a loop with the real moves between them. Where it is narrow: a list. */
export function Loop({ map, days }: { map: Schemas['Map']; days: 7 | 30 }) {
  const { ref, width } = useElementSize();
  const words = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const [near, setNear] = useState<string | null>(null);
  const moves = days === 7 ? map.moves_7_days : map.moves_30_days;
  const area = { width: Math.max(width, 1), height };
  const arcs = useMemo(() => (width >= 640 ? drawArcs(moves, area, tile) : []), [moves, width]);
  const places = placeTiles(area, tile);
  const concern = map.concern ?? undefined;
  const far = (from: string, to: string) => near !== null && near !== from && near !== to;
  const to = (move: Schemas['Move']) => link('/patients', { moved: `${move.from}:${move.to}:${days}`, concern });
  const says = (move: Schemas['Move']) => words.t('home.move', { from: words.stage(move.from), to: words.stage(move.to), count: move.patients, days });
  const loop = width >= 640;
  return (
    <div ref={ref} className={loop ? 'loop' : 'loop narrow'} style={loop ? { height } : {}}>
      {loop && (
        <svg className="loop-arcs" width={width} height={height} aria-hidden="true">
          <defs>
            {arcs.map((arc) => (
              <linearGradient key={`${arc.from}-${arc.to}`} id={`arc-${arc.from}-${arc.to}`} gradientUnits="userSpaceOnUse" x1={arc.start.x} y1={arc.start.y} x2={arc.end.x} y2={arc.end.y}>
                <stop offset="0" stopColor={`var(--stage-${arc.from})`} /><stop offset="1" stopColor={`var(--stage-${arc.to})`} />
              </linearGradient>
            ))}
          </defs>
          {[...arcs].reverse().map((arc) => (
            <g key={`${arc.from}-${arc.to}`} className={far(arc.from, arc.to) ? 'arc far' : 'arc'}>
              <path d={arc.path} fill="none" stroke={`url(#arc-${arc.from}-${arc.to})`} strokeWidth={arc.thickness} />
              <path d={`M-1 ${-arc.head / 1.7}L${arc.head} 0L-1 ${arc.head / 1.7}Z`} fill={`var(--stage-${arc.to})`} stroke={`var(--stage-${arc.to})`} strokeWidth={1.5} strokeLinejoin="round" transform={`translate(${arc.end.x} ${arc.end.y}) rotate(${arc.angle})`} />
            </g>
          ))}
        </svg>
      )}
      <div className="loop-middle"><Link className="door big num" to={link('/patients', { concern })}>{format.number(map.patients)}</Link><div className="soft small">{concern ? words.t('home.with', { concern: words.concern(concern), count: map.patients }) : words.t('home.incare', { count: map.patients })}</div></div>
      {map.stages.map((stage, i) => (
        <div key={stage.stage} className="loop-place" style={loop ? { left: places[i]!.x - tile.width / 2, top: places[i]!.y - tile.height / 2, width: tile.width, height: tile.height } : {}} onMouseEnter={() => setNear(stage.stage)} onMouseLeave={() => setNear(null)}>
          <StageTile stage={stage} days={days} {...(concern ? { concern } : {})} />
        </div>
      ))}
      {loop
        ? arcs.map((arc) => (
          <Link key={`${arc.from}-${arc.to}`} className={far(arc.from, arc.to) ? 'arc-label num far' : 'arc-label num'} style={{ left: arc.label.x, top: arc.label.y }} to={to(arc)} title={says(arc)} aria-label={says(arc)}>{format.number(arc.patients)}</Link>
        ))
        : (
          <div className="loop-moves"><h3>{words.t('home.moves', { days })}</h3>
            <ul>{[...moves].sort((a, b) => b.patients - a.patients).map((move) => <li key={`${move.from}-${move.to}`}><Link className="door" to={to(move)}>{words.stage(move.from)} → {words.stage(move.to)}</Link><span className="num">{format.number(move.patients)}</span></li>)}</ul>
          </div>
        )}
    </div>
  );
}
