import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { by } from '@/api/background';
import { client, take, type Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Choice } from '@/ui/Choice';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import { Await, Bone } from '@/ui/States';
import { useParamsOf } from '@/ui/url';

type Row = Schemas['TimelineRow'];

/** The timeline as rows, newest first; one opens to the record it stands for. */
export function Record({ patient, more }: { patient: Schemas['Patient']; more: (() => void) | null }) {
  const { t } = useWords();
  const [{ lane, row: open }, set] = useParamsOf(['lane', 'row']);
  const rows = patient.timeline.filter((row) => !lane || row.lane === lane || row.key === open);
  return (
    <Panel title={t('patient.record')} bare beside={<Choice label={t('patient.lane')} value={lane ?? ''} none={t('patient.lane.all')} options={['clinical', 'contact', 'answer'].map((value) => ({ value, label: t(`lane.${value}`) }))} onChange={(value) => set({ lane: value })} />}>
      {rows.length === 0 && <p className="soft" style={{ padding: '8px 18px 18px' }}>{t('patient.record.none')}</p>}
      <ul className="record">{rows.map((row) => <RecordRow key={row.key} row={row} patient={patient.id} open={row.key === open} toggle={() => set({ row: row.key === open ? undefined : row.key })} />)}</ul>
      {more && <button type="button" className="record-more" onClick={more}>{t('patient.record.more')}</button>}
    </Panel>
  );
}

/** "Encounter: check-up" → "check-up". */
const whatOf = (row: Row) => row.what.replace(/^[A-Z]\w+:\s*/, '');

function RecordRow({ row, patient, open, toggle }: { row: Row; patient: string; open: boolean; toggle: () => void }) {
  const { t, kind } = useWords();
  const format = useFormat();
  const here = useRef<HTMLLIElement>(null);
  useEffect(() => { if (open) here.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }); }, [open]);
  return (
    <li ref={here} className={open ? 'open' : undefined}>
      <button type="button" aria-expanded={open} onClick={toggle}>
        <span className="num faint record-day">{row.at ? format.day(row.at) : t('unknown')}</span>
        <span className="grow"><span className="record-what">{whatOf(row) || kind(row.type)}</span><span className="small faint record-more-words">{[whatOf(row) === '' ? '' : kind(row.type), row.says, row.end && (!row.at || format.day(row.end) !== format.day(row.at)) ? t('patient.until', { day: format.day(row.end) }) : ''].filter(Boolean).join(' · ')}</span></span>
        {row.deciding && <span className="tag note">{t('patient.decides')}</span>}
        <Icon name={open ? 'up' : 'down'} size={14} />
      </button>
      {open && <Resource patient={patient} row={row} />}
    </li>
  );
}

function Resource({ patient, row }: { patient: string; row: Row }) {
  const { t } = useWords();
  const resource = useQuery({ queryKey: ['patient', patient, 'record', row.key], queryFn: (asked) => take(client.GET('/api/v1/patients/{patient}/record/{key}', { params: { path: { patient, key: row.key } }, ...by(asked) })), staleTime: Infinity });
  return (
    <div className="resource">
      <Await of={resource} bones={<Bone width="60%" height={72} />}>{() => <pre tabIndex={0} aria-label={t('patient.resource')}>{JSON.stringify(resource.data, null, 2)}</pre>}</Await>
    </div>
  );
}
