import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Segments } from '@/ui/Segments';
import { useParamsOf } from '@/ui/url';
import { axisTicks, lanes, marksOf, placeMarks, type LaneName, type Placed } from './lanes';

const day = 86_400_000;
const spans = ['90', '365', '1825', 'all'] as const;

const laneHeight = (marks: Placed[]) => 46 + 30 * Math.max(0, ...marks.map((m) => m.line));

/** Lanes over time: what was done, who called, what they told us, what we sent and did not, campaigns. */
export function Timeline({ patient, open }: { patient: Schemas['Patient']; open: (id: string) => void }) {
  const { t, language } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  const { ref, width } = useElementSize();
  const [{ span }, set] = useParamsOf(['span']);
  const chosen = spans.find((s) => s === span) ?? '365';
  const end = Date.parse(patient.as_of);
  const marks = useMemo(() => marksOf(patient, title, end), [patient, title, end]);
  const oldest = Math.min(end - 30 * day, ...marks.map((m) => m.from));
  const start = chosen === 'all' ? oldest - (end - oldest) * 0.02 : end - Number(chosen) * day;
  const inner = Math.max(120, width - 8);
  const ticks = axisTicks(start, end, Math.max(3, Math.floor(inner / 96)));
  const tickFormat = useMemo(() => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { month: 'short', ...(chosen === '90' ? {} : { year: 'numeric' }), timeZone: 'UTC' }), [language, chosen]);
  const x = (at: number) => ((at - start) / (end - start)) * inner;
  const placed = useMemo(() => Object.fromEntries(lanes.map((lane) => [lane, placeMarks(marks.filter((m) => m.lane === lane), start, end, inner)])) as { [lane in LaneName]: Placed[] }, [marks, start, end, inner]);
  const laneName = (lane: string) => t(`lane.${lane}`);
  return (
    <Panel title={t('patient.timeline')} label={t('patient.timeline')} beside={<Segments label={t('patient.span')} value={chosen} onChange={(value) => set({ span: value === '365' ? undefined : value })} options={spans.map((s) => ({ value: s, label: t(`span.${s}`) }))} />}>
      <div className="timeline">
        <div className="timeline-names" aria-hidden="true">{lanes.map((lane) => <div key={lane} style={{ height: laneHeight(placed[lane]) }}>{laneName(lane)}</div>)}</div>
        <div className="timeline-lanes" ref={ref}>
          {ticks.map((at) => <div key={at} className="timeline-tick" style={{ left: x(at) }}>{x(at) < inner - 64 && <span>{tickFormat.format(at)}</span>}</div>)}
          {lanes.map((lane) => (
            <div key={lane} className="lane" role="group" aria-label={laneName(lane)} style={{ height: laneHeight(placed[lane]) }}>
              <div className="lane-line" />
              {placed[lane].map((mark) => <LaneMark key={mark.id} mark={mark} open={open} day={format.day(new Date(mark.from).toISOString())} more={mark.hidden > 0 ? t('patient.same', { count: mark.hidden }) : ''} not={mark.hollow && lane === 'message' ? t('message.not-sent') : ''} limit={inner} />)}
            </div>
          ))}
        </div>
      </div>
    </Panel>
  );
}

function LaneMark({ mark, open, day: on, more, not, limit }: { mark: Placed; open: (id: string) => void; day: string; more: string; not: string; limit: number }) {
  const says = [on, mark.label, not, more].filter(Boolean).join(' · ');
  const bar = mark.to !== null;
  const middle = mark.x + mark.width / 2;
  const edge = middle < 90 ? 'start' : middle > limit - 90 ? 'stop' : '';
  return (
    <button type="button" className={['mark', bar ? 'bar-mark' : '', mark.hollow ? 'hollow' : '', mark.alert ? 'alert-mark' : '', mark.hidden > 0 ? 'many' : ''].join(' ').trim()} data-stage={mark.stage} style={{ left: bar ? Math.min(mark.x, limit - 24) : mark.x, ...(bar ? { width: Math.max(24, mark.width), bottom: 1 + 30 * mark.line } : {}) }} title={says} aria-label={says} onClick={() => open(mark.id)}>
      <span className="mark-dot" />
      {mark.labelled && <span className={`mark-label ${edge}`} aria-hidden="true">{mark.label}</span>}
    </button>
  );
}
